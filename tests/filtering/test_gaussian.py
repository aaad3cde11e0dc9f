"""Gaussian smoothing over time."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.ndimage import gaussian_filter1d

from signlift.filtering.gaussian import smooth_over_time


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_equals_scipy_away_from_the_ends(dtype):
    values = np.random.default_rng(0).normal(size=(60, 3)).astype(dtype)
    smoothed = smooth_over_time(values, 2.0)
    expected = gaussian_filter1d(values, 2.0, axis=0, truncate=3.0)
    np.testing.assert_allclose(smoothed[6:-6], expected[6:-6], rtol=1e-4, atol=1e-5)
    assert smoothed.dtype == dtype


@given(st.integers(1, 30), st.floats(0.3, 5.0), st.integers(0, 5))
def test_constants_stay_with_gaps_and_at_the_ends(length, frames, seed):
    missing = np.random.default_rng(seed).random((length, 4)) < 0.4
    values = np.where(missing, np.nan, np.arange(4.0))
    np.testing.assert_allclose(smooth_over_time(values, frames), values, atol=1e-9)


def test_missing_values_stay_missing_and_do_not_count():
    values = np.array([[1.0], [np.nan], [3.0]])
    smoothed = smooth_over_time(values, 1.0)
    assert np.isnan(smoothed[1, 0])
    weight = np.exp(-2.0)  # two frames apart
    assert smoothed[0, 0] == pytest.approx((1 + 3 * weight) / (1 + weight))


def test_nothing_is_smoothed_below_a_third_of_a_frame_or_in_a_single_frame():
    values = np.random.default_rng(0).normal(size=(8, 2))
    assert smooth_over_time(values, 0.2) is values
    assert smooth_over_time(values[:1], 5.0).shape == (1, 2)
    assert smooth_over_time(values[:0], 5.0).shape == (0, 2)


def test_the_input_is_not_changed():
    values = np.random.default_rng(0).normal(size=(8, 2))
    before = values.copy()
    smooth_over_time(values, 1.0)
    np.testing.assert_array_equal(values, before)
