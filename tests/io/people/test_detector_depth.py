import numpy as np
import pytest

from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75
from signlift.io.people.detector_depth import (
    find_wrist_origin,
    scale_detector_depth,
    spread_ratio,
)


def body(seed=0, frames=5, skeleton=MEDIAPIPE75):
    rng = np.random.default_rng(seed)
    J = len(skeleton)
    keypoints = rng.uniform(100, 500, (frames, J, 2)).astype(np.float32)
    z = rng.uniform(-0.5, 0.5, (frames, J))
    z[:, [number for number, name in enumerate(skeleton.keypoints) if "HandRoot" in name]] = 1e-7
    return keypoints, z


@pytest.mark.parametrize("width", [64, 640, 3840])
def test_fractions_of_the_width_become_the_unit_of_x_and_y(width):
    keypoints, z = body()
    depth = scale_detector_depth(z, keypoints * width / 640, MEDIAPIPE75, width, fractions=True)
    np.testing.assert_allclose(depth, z * width, rtol=1e-5)
    assert depth.dtype == np.float32


def test_the_spread_tells_pixels_from_fractions_of_the_width():
    keypoints, z = body()
    for values in (z, z * 640):
        depth = scale_detector_depth(values, keypoints, MEDIAPIPE75, 640, fractions=False)
        np.testing.assert_allclose(depth, z * 640, rtol=1e-5)
    assert scale_detector_depth(z, keypoints, MEDIAPIPE75, None, fractions=False) is None
    depth = scale_detector_depth(z * 640, keypoints, MEDIAPIPE75, None, fractions=False)
    assert depth is not None


def test_missing_keypoints_and_values_have_none():
    keypoints, z = body()
    keypoints[1, 3] = np.nan
    z[2, 4] = np.nan
    z[3, 5] = np.inf
    depth = scale_detector_depth(z, keypoints, MEDIAPIPE75, 640, fractions=True)
    missing = np.argwhere(np.isnan(depth)).tolist()
    assert missing == [[1, 3], [2, 4], [3, 5]]


def test_z_that_is_flat_missing_or_of_another_unit_counts_as_none():
    keypoints, z = body(skeleton=MEDIAPIPE33)
    for values in (z * 0, z * np.nan, z * 1e6, z * 1e-4):
        assert scale_detector_depth(values, keypoints, MEDIAPIPE33, 640, fractions=True) is None


def test_z_that_is_not_0_at_the_wrists_of_the_hands_is_not_mediapipes():
    keypoints, z = body()
    assert find_wrist_origin(z, MEDIAPIPE75) is True
    assert find_wrist_origin(z[:, :33], MEDIAPIPE33) is None
    z[0, MEDIAPIPE75.index("LHandRoot")] = 0.01
    assert find_wrist_origin(z, MEDIAPIPE75) is False
    assert scale_detector_depth(z, keypoints, MEDIAPIPE75, 640, fractions=True) is None


def test_no_frames_and_keypoints_at_one_place():
    keypoints, z = body()
    empty = scale_detector_depth(z[:0], keypoints[:0], MEDIAPIPE75, 640, fractions=True)
    assert empty is None
    assert spread_ratio(z, keypoints * 0, MEDIAPIPE75) == 0


def test_the_spread_is_that_of_the_body():
    keypoints, z = body()
    other = np.concatenate([z[:, :33], z[:, 33:] * 100], 1)
    assert spread_ratio(other, keypoints, MEDIAPIPE75) == spread_ratio(z, keypoints, MEDIAPIPE75)
    other[:, :33] = np.nan
    assert spread_ratio(other, keypoints, MEDIAPIPE75) > 0
