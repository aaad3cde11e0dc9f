import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from viewer.packed import unpack, unpack_mask, unpack_points, unpack_uncertainty

from signlift.viewer.packed_arrays import pack_mask, pack_points, pack_times, pack_uncertainty

coordinates = st.one_of(st.floats(-2000, 2000, width=32), st.just(np.nan))
shapes = st.tuples(st.integers(0, 6), st.integers(1, 4), st.just(3))


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.float32, shapes, elements=coordinates))
def test_points_come_back_to_within_half_a_step(points):
    packed = pack_points(points, precision=0.01, extent=1e9)
    frames, joints, _ = points.shape
    back = unpack_points(packed, joints, frames)
    np.testing.assert_array_equal(np.isnan(back), np.isnan(points))
    np.testing.assert_allclose(back, points, atol=packed["step"] / 2 * 1.001, rtol=0)
    assert packed["step"] <= max(0.01, 4000 / 65534) * 1.001


@settings(max_examples=60, deadline=None)
@given(
    arrays.arrays(
        np.float32,
        st.tuples(st.integers(0, 6), st.integers(1, 4)),
        elements=st.one_of(st.floats(2**-10, 4096, width=32), st.just(np.nan)),
    )
)
def test_uncertainties_come_back_to_within_half_a_step_of_the_logarithm(uncertainty):
    packed = pack_uncertainty(uncertainty)
    frames, joints = uncertainty.shape
    back = unpack_uncertainty(packed, joints, frames)
    np.testing.assert_array_equal(np.isnan(back), np.isnan(uncertainty))
    half = (packed["high"] / packed["low"]) ** (1 / 508)
    np.testing.assert_allclose(back, uncertainty, rtol=(half - 1) * 1.01 + 1e-6)


@settings(max_examples=40, deadline=None)
@given(arrays.arrays(bool, st.tuples(st.integers(0, 9), st.integers(1, 5))))
def test_masks_come_back(mask):
    frames, joints = mask.shape
    np.testing.assert_array_equal(unpack_mask(pack_mask(mask), joints, frames), mask)


def test_times_come_back():
    times = np.array([0.0, 0.04, 0.1])
    np.testing.assert_array_equal(unpack(pack_times(times)["data"]).view("<f8"), times)


def test_a_single_frame_comes_back():
    points = np.array([[[3.0, 4.0, np.nan]]])
    np.testing.assert_allclose(unpack_points(pack_points(points, 0.01, 100), 1, 1), points)


def test_an_uncertainty_of_zero_is_unknown():
    assert np.isnan(unpack_uncertainty(pack_uncertainty(np.zeros((2, 1))), 1, 2)).all()


def test_one_far_point_does_not_make_the_others_coarse():
    points = np.zeros((50, 2, 3))
    points[7, 1] = 1e7
    packed = pack_points(points, 0.01, extent=1000)
    assert packed["step"] == 0.01
    assert np.isnan(unpack_points(packed, 2, 50)[7, 1]).all()


@pytest.mark.parametrize("value", [np.inf, -np.inf])
def test_infinite_values_are_missing(value):
    points = np.zeros((2, 1, 3))
    points[1, 0, 2] = value
    assert np.isnan(unpack_points(pack_points(points, 0.01, 1000), 1, 2)[1, 0, 2])
