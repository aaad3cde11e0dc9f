import sys

import numpy as np
import pytest
from conftest import random_recordings
from hypothesis import given
from hypothesis import strategies as st
from lifted_recordings import lifted
from scipy.signal import savgol_filter

from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, PANOPTIC26
from signlift.errors import InputError
from signlift.filtering.savitzky_golay import SavitzkyGolay, fit_windows, savitzky_golay_filter


@pytest.mark.parametrize(("half", "order"), [(2, 2), (4, 3), (7, 4), (3, 0)])
def test_without_gaps_it_equals_that_of_scipy(half, order):
    values = np.random.default_rng(0).normal(size=(40, 3, 2))
    found = fit_windows(values, np.arange(40) / 30, half, order)
    np.testing.assert_allclose(
        found, savgol_filter(values, 2 * half + 1, order, axis=0), atol=1e-10
    )


def test_known_weights():
    values = np.zeros((5, 1, 1))
    values[2] = 35
    found = fit_windows(values, np.arange(5.0), 2, 2)
    np.testing.assert_allclose(found[2], 17)  # -3 12 17 12 -3 over 35
    np.testing.assert_allclose(found[[1, 3], 0, 0], [12, 12])


@given(
    st.lists(st.floats(-10, 10), min_size=1, max_size=5),
    st.integers(0, 2**20 - 1),
    st.integers(0, 6),
    st.booleans(),
)
def test_polynomials_of_the_order_pass_through_gaps_and_uneven_times(factors, seen, half, even):
    times = np.arange(20.0) if even else np.cumsum(np.linspace(0.2, 1.8, 20))
    values = np.polyval(factors, times / 20)[:, None, None]
    values[[not seen >> t & 1 for t in range(20)]] = np.nan
    found = fit_windows(values, times / 30, half, len(factors) - 1)
    np.testing.assert_allclose(found, values, atol=1e-6)


def test_missing_points_are_left_out_of_the_fits():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(30, 2, 1))
    values[10:12, 0] = np.nan
    found = fit_windows(values, np.arange(30.0), 3, 1)
    assert np.isnan(found[10:12, 0]).all()
    whole = fit_windows(values[:, 1:], np.arange(30.0), 3, 1)
    np.testing.assert_allclose(found[:, 1:], whole)
    seen = np.array([6, 7, 8, 9, 12])
    line = np.polyfit(seen, values[seen, 0, 0], 1)
    np.testing.assert_allclose(found[9, 0, 0], np.polyval(line, 9))


def test_chunks_give_the_same(monkeypatch):
    values = np.random.default_rng(2).normal(size=(60, 2, 1))
    values[np.random.default_rng(3).random((60, 2)) < 0.3] = np.nan
    times = np.cumsum(np.random.default_rng(4).uniform(0.5, 1.5, 60))
    whole = fit_windows(values, times, 4, 2)
    # The package's function of the same name stands before the module.
    module = sys.modules["signlift.filtering.savitzky_golay"]
    for name, number in (("_CHUNK", 7), ("_BLOCK", 11), ("_BITS", 3)):
        monkeypatch.setattr(module, name, number)
        np.testing.assert_allclose(fit_windows(values, times, 4, 2), whole, atol=1e-12)


@pytest.mark.parametrize(("fps", "frames"), [(30, 15), (25, 11), (60, 29), (7, 3), (1, 1)])
def test_the_window_is_in_seconds(fps, frames):
    (one,) = random_recordings([40])
    found = savitzky_golay_filter(Recording(one.keypoints, fps=fps), SavitzkyGolay(0.5, 2))
    assert found.notes == (
        f"smoothed by a Savitzky-Golay filter (window 0.5 s, {frames} frames, order 2)",
    )
    if frames == 1:
        np.testing.assert_allclose(found.keypoints, one.keypoints)
    else:
        values = one.keypoints.astype(float)
        expected = savgol_filter(values, frames, 2, axis=0)
        np.testing.assert_allclose(found.keypoints, expected, rtol=1e-5)


def test_keypoints_and_depth_with_the_root_at_zero():
    (one,) = random_recordings([40])
    found = savitzky_golay_filter(one)
    np.testing.assert_allclose(
        found.depth, savgol_filter(one.depth.astype(float), 13, 4, axis=0), atol=1e-3
    )
    np.testing.assert_allclose(found.depth[:, PANOPTIC26.index("MidHip")], 0, atol=1e-5)
    (coco,) = random_recordings([40], skeleton=COCO17)
    hips = savitzky_golay_filter(coco).depth[:, [COCO17.index("LHip"), COCO17.index("RHip")]]
    np.testing.assert_allclose(hips.sum(1), 0, atol=1e-4)


def test_what_is_constant_stays_and_what_is_missing_too():
    one = lifted(9)
    found = savitzky_golay_filter(one)
    np.testing.assert_array_equal(np.isnan(found.keypoints), np.isnan(one.keypoints))
    np.testing.assert_array_equal(np.isnan(found.depth), np.isnan(one.depth))
    still = Recording(np.repeat(one.keypoints[:1], 9, 0))
    np.testing.assert_allclose(savitzky_golay_filter(still).keypoints, still.keypoints, rtol=1e-6)
    assert found.confidence is one.confidence


@pytest.mark.parametrize("frames", [0, 1])
def test_recordings_of_no_frame_and_one_frame(frames):
    one = lifted(frames)
    found = savitzky_golay_filter(one)
    np.testing.assert_allclose(found.keypoints, one.keypoints)
    assert savitzky_golay_filter(one.with_depth(None)).depth is None


def test_wrong_settings_are_refused():
    with pytest.raises(InputError) as error:
        SavitzkyGolay(window=0, order=-1)
    assert len(error.value.problems) == 2
    with pytest.raises(InputError, match="fps"):
        savitzky_golay_filter(lifted(fps=5000))
