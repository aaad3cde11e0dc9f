import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from studio import LENS

from signlift.errors import InputError
from signlift.geometry.distortion import Lens

GRID = np.stack(np.meshgrid(np.linspace(-0.8, 0.8, 17), np.linspace(-0.5, 0.5, 11)), -1)


def test_known_numbers():
    x, y, r2 = 0.3, -0.2, 0.13
    k1, k2, p1, p2, k3, k4, k5, k6 = coefficients = (-0.2, 0.1, 0.01, 0.02, 0.03, 0.04, 0.05, 0.06)
    gain = (1 + k1 * r2 + k2 * r2**2 + k3 * r2**3) / (1 + k4 * r2 + k5 * r2**2 + k6 * r2**3)
    expected = [
        x * gain + 2 * p1 * x * y + p2 * (r2 + 2 * x**2),
        y * gain + p1 * (r2 + 2 * y**2) + 2 * p2 * x * y,
    ]
    np.testing.assert_allclose(Lens(coefficients).distort(np.array([x, y])), expected, 1e-14)


def test_no_distortion_changes_nothing():
    for lens in (Lens(), Lens((0.0,) * 5)):
        assert not lens.is_distorted and lens.max_radius == np.inf
        np.testing.assert_array_equal(lens.distort(GRID), GRID)
        np.testing.assert_array_equal(lens.undistort(GRID), GRID)


def test_undistorting_undoes_distorting():
    np.testing.assert_allclose(LENS.undistort(LENS.distort(GRID)), GRID, atol=1e-9)
    rational = Lens((3.0, -1.0, 1e-4, -1e-4, 0.1, 3.2, -0.5, 0.05))
    np.testing.assert_allclose(rational.undistort(rational.distort(GRID)), GRID, atol=1e-8)


@given(
    st.floats(-0.3, 0.3),
    st.floats(-0.1, 0.1),
    st.floats(-0.005, 0.005),
    st.floats(-0.6, 0.6),
    st.floats(-0.6, 0.6),
)
def test_undistorting_gives_the_point_that_appears_there_or_nan(k1, k2, p1, x, y):
    lens = Lens((k1, k2, p1, -p1))
    point = np.array([x, y])
    back = lens.undistort(lens.distort(point))
    if np.hypot(x, y) < 0.8 * lens.max_radius:
        np.testing.assert_allclose(back, point, atol=1e-7)
    seen = lens.undistort(point)
    if not np.isnan(seen).any():
        np.testing.assert_allclose(lens.distort(seen), point, atol=1e-8)


def test_beyond_the_maximum_radius_is_nan():
    barrel = Lens((-0.3,))  # r (1 - 0.3 r^2) rises up to 1 / sqrt(0.9)
    assert barrel.max_radius == pytest.approx(1 / np.sqrt(0.9), abs=2e-3)
    assert np.isnan(barrel.distort(np.array([1.1, 0.0]))).all()
    assert np.isnan(barrel.undistort(np.array([0.9, 0.0]))).all()  # the edge is at 0.70
    assert not np.isnan(barrel.undistort(np.array([0.6, 0.0]))).any()


def test_missing_stays_missing():
    points = np.array([[0.1, 0.2], [np.nan, np.nan]])
    for found in (LENS.distort(points), LENS.undistort(points)):
        assert np.isnan(found).all(-1).tolist() == [False, True]
    assert LENS.undistort(np.empty((0, 2))).shape == (0, 2)


def test_wrong_coefficients_are_refused():
    with pytest.raises(InputError, match="0, 1, 2, 4, 5 or 8 coefficients, found 3"):
        Lens((1.0, 2.0, 3.0))
    with pytest.raises(InputError, match="coefficients, found 12"):
        Lens((0.0,) * 11 + (1.0,))
    with pytest.raises(InputError, match="finite"):
        Lens((float("nan"),))
    assert len(Lens((0.1,) * 8 + (0.0,) * 6).coefficients) == 8
