import numpy as np
import pytest

import signlift as sl
from benchmarks.observed import ARMS, leave_out, measure_depth_error, read_detections
from signlift.core.skeleton import MEDIAPIPE33
from signlift.errors import InputError


@pytest.fixture
def rendered(tmp_path):
    """A recording whose legs are made up, in the form of the rendered ones."""
    rng = np.random.default_rng(0)
    points = rng.normal((0, 0, 250), 30, (5, 75, 3))
    points[..., 2] = 250 + 0.1 * points[..., 0]
    focal, size = 500.0, np.array([600, 700])
    true = points[..., :2] / points[..., 2:] * focal + size / 2
    keypoints, confidence = true.copy(), np.full((5, 75), 0.9)
    keypoints[:, 25:33, 1], confidence[:, 25:33] = 1200, 0.01
    np.savez(
        tmp_path / "01.npz",
        keypoints=keypoints,
        confidence=confidence,
        true_keypoints=true,
        true_points=points,
        fps=30.0,
        size=size,
        focal=focal,
    )
    return tmp_path


def test_detections_and_their_truth(rendered):
    (detections,) = read_detections(rendered)
    assert detections.recording.skeleton is MEDIAPIPE33 and len(detections.recording) == 5
    shoulders = [MEDIAPIPE33.index(name) for name in ("LShoulder", "RShoulder")]
    np.testing.assert_allclose(detections.true_depth[:, shoulders].mean(1), 0, atol=1e-9)
    np.testing.assert_allclose(
        detections.true_keypoints[:, :25], detections.recording.keypoints[:, :25], atol=1e-3
    )
    with pytest.raises(InputError, match="rendered recordings"):
        list(read_detections(rendered / "none"))


def test_keypoints_are_left_out(rendered):
    (detections,) = read_detections(rendered)
    for minimum, margin in ((0.3, None), (0, 0.05)):
        observed = leave_out(detections.recording, minimum, margin).observed
        assert observed[:, :25].all() and not observed[:, 25:].any()
    assert leave_out(detections.recording, 0, None).observed.all()


def test_the_error_of_depth(rendered):
    detections = list(read_detections(rendered))
    errors = [
        measure_depth_error(sl.load(), detections, *rule) for rule in ((0, None), (0.3, 0.05))
    ]
    assert len(ARMS) == 4 and errors[0] != errors[1] and all(error > 0 for error in errors)
