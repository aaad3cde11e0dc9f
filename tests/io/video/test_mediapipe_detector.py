import sys
from types import SimpleNamespace

import numpy as np
import pytest

from signlift.core.skeleton import MEDIAPIPE75
from signlift.errors import InputError
from signlift.io.video.mediapipe_detector import MediaPipeDetector, convert_results

SIZE = (640, 480)


def landmarks(xy, visibility=1.0):
    visible = np.broadcast_to(visibility, len(xy))
    rows = zip(np.asarray(xy).tolist(), visible.tolist(), strict=True)
    return SimpleNamespace(
        landmark=[SimpleNamespace(x=x, y=y, z=0.0, visibility=v) for (x, y), v in rows]
    )


def results(body=None, left=None, right=None):
    return SimpleNamespace(
        pose_landmarks=body, left_hand_landmarks=left, right_hand_landmarks=right
    )


def test_pixels_and_confidence():
    xy = np.random.default_rng(0).uniform(0, 1, (33, 2))
    visibility = np.linspace(0.5, 1, 33)
    hand = np.random.default_rng(1).uniform(0, 1, (21, 2))
    detection = convert_results(
        results(landmarks(xy, visibility), right=landmarks(hand, 0.0)), SIZE
    )
    assert detection.keypoints.shape == (1, 75, 2)
    np.testing.assert_allclose(detection.keypoints[0, :33], xy * SIZE, rtol=1e-5)
    np.testing.assert_allclose(detection.confidence[0, :33], visibility, rtol=1e-6)
    # A hand that is not detected is missing; one that is detected has no visibility.
    assert np.isnan(detection.keypoints[0, 33:54]).all()
    assert (detection.confidence[0, 33:54] == 0).all()
    np.testing.assert_allclose(detection.keypoints[0, 54:], hand * SIZE, rtol=1e-5)
    assert (detection.confidence[0, 54:] == 1).all()


def test_guessed_points_are_missing():
    xy = np.full((33, 2), 0.5)
    visibility = np.ones(33)
    hip, knee, elbow, wrist = (MEDIAPIPE75.index(n) for n in ("LHip", "LKnee", "LElbow", "RWrist"))
    visibility[hip] = 0.29
    xy[knee] = 0.5, 1.2
    xy[elbow] = -0.04, 0.5  # just cut off
    xy[wrist] = 1.06, 0.5
    detection = convert_results(results(landmarks(xy, visibility)), SIZE)
    missing = np.isnan(detection.keypoints[0, :33]).all(-1)
    assert set(np.flatnonzero(missing)) == {hip, knee, wrist}
    np.testing.assert_array_equal(detection.confidence[0, :33] == 0, missing)
    detection = convert_results(results(landmarks(xy, visibility)), SIZE, visibility=0.2, margin=0)
    missing = np.isnan(detection.keypoints[0, :33]).all(-1)
    assert set(np.flatnonzero(missing)) == {knee, elbow, wrist}


def test_z_becomes_pixels_and_is_dropped_with_its_keypoint():
    body = landmarks(np.full((33, 2), 0.5), np.linspace(0.31, 1, 33))
    for number, point in enumerate(body.landmark):
        point.z = number / 100 - 0.1
    body.landmark[3].visibility = 0.2
    depth = convert_results(results(body), SIZE).depth[0]
    expected = (np.arange(33) / 100 - 0.1) * SIZE[0]
    expected[3] = np.nan
    np.testing.assert_allclose(depth[:33], expected, rtol=1e-5)
    assert np.isnan(depth[33:]).all()


def test_no_person():
    detection = convert_results(results(left=landmarks(np.zeros((21, 2)))), SIZE)
    assert detection.keypoints.shape == (0, 75, 2)
    assert detection.confidence.shape == (0, 75)


def test_nan():
    detection = convert_results(results(landmarks(np.full((33, 2), np.nan))), SIZE)
    assert np.isnan(detection.keypoints).all()
    assert (detection.confidence == 0).all()


def test_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    expected = InputError if sys.version_info >= (3, 13) else ModuleNotFoundError
    with pytest.raises(expected):
        MediaPipeDetector()


def test_mediapipe_detects_no_person_in_noise(capfd):
    pytest.importorskip("mediapipe")
    with MediaPipeDetector() as detector:
        image = np.random.default_rng(0).integers(0, 255, (120, 160, 3), np.uint8)
        assert len(detector.detect(image).keypoints) == 0
        assert len(detector.detect(image).keypoints) == 0
        assert detector.name.startswith("MediaPipe 0.10")
    assert capfd.readouterr().err == ""
