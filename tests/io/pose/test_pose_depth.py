from dataclasses import replace

import numpy as np
import pytest
from pose_files import OPENPOSE, make_pose, mediapipe

import signlift as sl

WIDTH = 640


def holistic(*, width=1.0, seed=0):
    """A file of MediaPipe's whose z is in units of 1 / width of the image's width."""
    pose = make_pose(mediapipe(), size=(WIDTH, 480), seed=seed)
    names = [(c.name, point) for c in pose.header.components for point in c.points]
    number = {name: index for index, name in enumerate(names)}
    z = pose.body.data[..., 2]
    z *= width
    for hand in ("LEFT_HAND_LANDMARKS", "RIGHT_HAND_LANDMARKS"):
        z[..., number[hand, "WRIST"]] = 1e-7
    left, right = (number["POSE_LANDMARKS", f"{side}_HIP"] for side in ("LEFT", "RIGHT"))
    z[..., right] = -z[..., left]
    return pose


@pytest.mark.parametrize("width", [1, WIDTH])
def test_the_z_of_mediapipe_becomes_pixels(save, width):
    pose = holistic(width=width)
    pose.body.confidence[2, 0, 15] = 0.2  # a wrist that MediaPipe guesses
    recording = sl.read(save(pose))
    assert recording.depth is None
    expected = pose.body.data[:, 0, :, 2] * (WIDTH / width)
    expected[:, -33:] = np.nan  # world landmarks are not in the image
    expected[2, 15] = np.nan
    np.testing.assert_allclose(recording.detector_depth, expected, rtol=1e-5)


def test_fractions_of_the_image_have_a_z_in_its_width(save):
    pose = holistic()
    pixels = sl.read(save(pose))
    pose.body.data[..., :2] /= (WIDTH, 480)
    fractions = sl.read(save(pose))
    np.testing.assert_allclose(fractions.detector_depth, pixels.detector_depth, rtol=1e-5)


def test_without_hands_the_hips_are_the_origin(save):
    pose = holistic()
    body = pose.get_components(["POSE_LANDMARKS"])
    assert sl.read(save(body)).detector_depth is not None
    body.body.data[..., 2] += 0.5
    assert sl.read(save(body)).detector_depth is None


def test_z_of_another_origin_or_scale_has_no_known_unit(save):
    pose = holistic()
    pose.body.data[..., 2] = pose.body.data[..., 2] * 0.7 + 625  # as normalised files are
    recording = sl.read(save(pose))
    assert recording.detector_depth is None and recording.depth is None


def test_a_lifted_file_keeps_its_depth(save, tmp_path):
    recording = sl.read(save(holistic()))
    rng = np.random.default_rng(1)
    depth = rng.normal(0, 60, recording.observed.shape)
    sl.write(recording.with_depth(depth), tmp_path / "lifted.pose")
    lifted = sl.read(tmp_path / "lifted.pose")
    assert lifted.depth is not None and lifted.detector_depth is None
    # The middle of the hips of a lifted body is at 0, too.
    body = replace(recording, detector_depth=None).convert("mediapipe33")
    depth = sl.Recording(body.keypoints, body.skeleton, depth=rng.normal(0, 60, (4, 33)))
    sl.write(depth.convert("mediapipe33"), tmp_path / "body.pose")
    lifted = sl.read(tmp_path / "body.pose")
    assert lifted.depth is not None and lifted.detector_depth is None


def test_openpose_has_no_detector_depth(save):
    assert sl.read(save(make_pose(OPENPOSE))).detector_depth is None
