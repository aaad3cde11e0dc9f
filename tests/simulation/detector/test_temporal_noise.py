import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.simulation.detector.temporal_noise import (
    ar1_coefficient,
    ar1_noise,
    median_over_frames,
    upper_quantile,
)


@given(st.floats(0, 0.99), st.integers(0, 60))
def test_ar1_noise(coefficient, frames):
    noise = np.random.default_rng(0).standard_normal((200, frames, 2)).astype(np.float32)
    out = ar1_noise(noise, np.full((200, 1), coefficient))
    assert out.shape == noise.shape
    if frames > 1:
        np.testing.assert_array_equal(out[:, 0], noise[:, 0])
        np.testing.assert_allclose(out[:, -1].std(), 1, atol=0.15)
        correlation = np.corrcoef(out[:, -1].ravel(), out[:, -2].ravel())[0, 1]
        assert correlation == pytest.approx(coefficient, abs=0.15)


def test_coefficients_and_quantiles():
    np.testing.assert_allclose(ar1_coefficient(np.array([10.0, 20.0]), 0.1), np.exp([-1, -0.5]))
    fractions = np.array([[0.0, 0.5, 0.0227501]])
    np.testing.assert_allclose(upper_quantile(fractions), [[np.inf, 0, 2]], atol=1e-4)


def test_medians_without_missing_values():
    values = np.array([[3.0, np.nan, 1, 2], [np.nan] * 4, [5.0, 7, np.nan, np.nan]], np.float32)
    np.testing.assert_array_equal(median_over_frames(values), [2, np.nan, 5])
    np.testing.assert_array_equal(
        median_over_frames(values[..., None] * [1, -1]), [[2, -2], [np.nan] * 2, [5, -7]]
    )
    assert np.isnan(median_over_frames(np.zeros((2, 0, 3)))).all()
    assert median_over_frames(np.zeros((0, 4))).shape == (0,)
