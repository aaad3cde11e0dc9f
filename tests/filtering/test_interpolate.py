import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lifted_recordings import lifted

from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, Skeleton
from signlift.errors import InputError
from signlift.filtering.interpolate import interpolate_gaps, interpolate_over_time

TWO = Skeleton("two", ("MidHip", "Neck"))
N = np.nan


def test_known_numbers():
    x = [N, 0, N, N, 6, N, N, N, 2, N]
    keypoints = np.stack([np.stack([x, x], 1), np.zeros((10, 2))], 1)
    depth = np.stack([np.zeros(10), [1, N, 3, N, N, N, N, 8, 9, 10]], 1)
    found = interpolate_gaps(Recording(keypoints, TWO, depth=depth), 2)
    np.testing.assert_allclose(found.keypoints[:, 0, 0], [N, 0, 2, 4, 6, N, N, N, 2, N])
    np.testing.assert_allclose(found.keypoints[:, 0, 1], found.keypoints[:, 0, 0])
    np.testing.assert_allclose(found.depth[:, 1], [1, 2, 3, N, N, N, N, 8, 9, 10])
    assert found.notes == (
        "gaps of up to 2 frames interpolated linearly (2 keypoints and 1 depths)",
    )
    whole = interpolate_gaps(Recording(keypoints, TWO), 3)
    np.testing.assert_allclose(whole.keypoints[:, 0, 0], [N, 0, 2, 4, 6, 5, 4, 3, 2, N])


def test_interpolation_is_linear_in_time():
    keypoints = np.array([[[0.0, 0]], [[N, N]], [[8, 4]]])
    one = Recording(keypoints, Skeleton("one", ("MidHip",)), times=np.array([0, 0.1, 0.4]))
    np.testing.assert_allclose(interpolate_gaps(one).keypoints[1, 0], [2, 1])


def test_the_root_of_coco17_stays_the_middle_of_the_hips():
    depth = np.zeros((3, 17), "f4")
    left, right = COCO17.index("LHip"), COCO17.index("RHip")
    depth[:, left], depth[:, right] = [1, 5, 3], [-1, -5, -3]
    depth[1, left] = N
    found = interpolate_gaps(Recording(np.zeros((3, 17, 2)), COCO17, depth=depth)).depth
    assert found[1, left] == -found[1, right] != 0


@given(st.integers(0, 2**12 - 1), st.integers(0, 6))
def test_only_gaps_up_to_the_limit_are_interpolated(mask, limit):
    observed = np.array([bool(mask >> t & 1) for t in range(12)])
    values = np.where(observed, np.arange(12.0), N)[:, None, None]
    found, filled = interpolate_over_time(values, np.arange(12.0), limit)
    np.testing.assert_array_equal(found[observed], values[observed])
    text = "".join("x" if value else "." for value in observed)
    for t in np.flatnonzero(~observed):
        left, right = text[:t].rfind("x"), text.find("x", t)
        fits = left >= 0 and right >= 0 and right - left - 1 <= limit
        assert filled[t, 0] == fits
        np.testing.assert_allclose(found[t, 0, 0], t if fits else N)


def test_observed_values_are_kept():
    one = lifted(8)
    found = interpolate_gaps(one)
    assert found.confidence is one.confidence
    assert found.depth_uncertainty is one.depth_uncertainty
    np.testing.assert_array_equal(found.keypoints[one.observed], one.keypoints[one.observed])
    np.testing.assert_array_equal(interpolate_gaps(one, 0).keypoints, one.keypoints)


@pytest.mark.parametrize("frames", [0, 1])
def test_recordings_of_no_frame_and_one_frame(frames):
    one = lifted(frames)
    np.testing.assert_array_equal(interpolate_gaps(one).keypoints, one.keypoints)
    assert interpolate_gaps(one.with_depth(None)).depth is None


def test_wrong_settings_are_refused():
    with pytest.raises(InputError, match="max_frames: expected 0 or more, found -1"):
        interpolate_gaps(lifted(), -1)
    with pytest.raises(InputError, match="fps"):
        interpolate_gaps(lifted(fps=5000))
