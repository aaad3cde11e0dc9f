from dataclasses import replace

import numpy as np
import pytest

from benchmarks.held_out.motion_cases import SOURCES, Source, film_clip, read_cases, stay_in_place
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC67
from signlift.errors import InputError
from signlift.io.arrays.original_arrays import write_arrays
from tests.benchmarks.held_out.drawn_cases import sample_motion, stand

SIGNS = Source("signs", "clips.npz", ("aws.",), "no-aws")


@pytest.fixture(scope="module")
def motion():
    return sample_motion()


@pytest.fixture
def data(tmp_path, motion):
    np.savez(tmp_path / "clips.npz", **{"aws.A": motion, "aws.B": motion[:10], "galt.A": motion})
    return tmp_path


def test_a_filmed_clip_has_true_depth_in_pixels_and_cm(motion):
    metres = motion / 100
    case = film_clip(np.random.default_rng(0), metres, name="clip", max_turn=30)
    assert case.recording.depth is None and case.recording.name == "clip"
    root = PANOPTIC67.index("MidHip")
    np.testing.assert_allclose(case.depth[:, root], 0, atol=1e-9)
    # Near the root, pixels are hand_cm wide: the torso has its length.
    near = np.concatenate([case.keypoints, case.depth[..., None]], -1) * case.hand_cm[:, None, None]
    neck = PANOPTIC67.index("Neck")
    torso = np.linalg.norm(near[:, neck] - near[:, root], axis=-1).mean()
    assert torso == pytest.approx(100 * case.proportions.torso, rel=0.1)
    flat = np.linalg.norm(case.keypoints[:, neck] - case.keypoints[:, root], axis=-1)
    assert np.median(flat * case.body_cm) == pytest.approx(50)
    pitch, yaw = case.view
    assert abs(pitch) <= 10 and abs(yaw) < 40
    assert case.counted.all()


def test_cameras_to_the_left_and_above_have_positive_angles():
    for seed in range(8):
        case = film_clip(np.random.default_rng(seed), stand(), name="", max_turn=60)
        pitch, yaw = case.view
        # From the left, the left hip is nearer; from above, the neck is.
        left, right, neck = (
            case.depth[0, PANOPTIC67.index(name)] for name in ("LHip", "RHip", "Neck")
        )
        assert np.sign(right - left) == np.sign(yaw)
        assert np.sign(-neck) == np.sign(pitch)
        cm = case.hand_cm[0]
        assert (right - left) * cm == pytest.approx(20 * np.sin(np.radians(yaw)), abs=1.5)


def test_clips_are_read_by_prefix(data):
    cases = read_cases(data, SIGNS)
    assert [(case.recording.name, len(case)) for case in cases] == [("aws.A", 40), ("aws.B", 10)]
    assert len(read_cases(data, SIGNS, step=2)) == 1
    (case,) = read_cases(data, replace(SIGNS, left_out=frozenset({"aws.A"})))
    assert case.recording.name == "aws.B"
    again = read_cases(data, SIGNS)
    np.testing.assert_array_equal(cases[0].keypoints, again[0].keypoints)


def test_arrays_are_read_without_a_view(tmp_path):
    rng = np.random.default_rng(0)
    recording = Recording(rng.normal(300, 50, (5, 26, 2)), depth=rng.normal(0, 9, (5, 26)))
    write_arrays(tmp_path / "test", [recording])
    (case,) = read_cases(tmp_path, Source("test", "test", (), "no-bodies"))
    assert np.isnan(case.view).all() and case.proportions is None
    assert case.recording.depth is None and case.depth.shape == (5, 26)


def test_missing_files_and_clips(data):
    with pytest.raises(InputError, match="expected motion capture, found no file"):
        read_cases(data, SOURCES[0])
    with pytest.raises(InputError, match="found no clip named fair1"):
        read_cases(data, Source("bodies", "clips.npz", ("fair1.",), "no-bodies"))


def test_walkers_stay_in_place(motion):
    walking = motion + np.linspace(0, 300, len(motion))[:, None, None] * [1, 0, 0.5]
    still = stay_in_place(walking)
    hips = still[:, PANOPTIC67.index("MidHip")]
    assert np.ptp(hips[:, 0]) < 1e-6 and np.ptp(hips[:, 2]) < 1e-6
    np.testing.assert_allclose(still[..., 1], walking[..., 1])
    np.testing.assert_allclose(still[0], walking[0])
