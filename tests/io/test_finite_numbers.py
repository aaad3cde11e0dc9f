import numpy as np
import pytest

from signlift.errors import InputError
from signlift.io.finite_numbers import to_keypoints, to_numbers


def test_null_is_nan():
    np.testing.assert_array_equal(to_numbers([1, None, 2.5], "a", "x"), [1, np.nan, 2.5])


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (["a"], "'a'"),
        ([[1, 2], [None, "b"]], "'b'"),
        ([[1], [1, 2]], "lists of different lengths or depths"),
        ({"a": 1}, "an object"),
        ([1, [{}]], "an object"),
        ([10**400], "a number that is too large"),
    ],
)
def test_other_values_are_named(value, found):
    with pytest.raises(
        InputError, match=f"^a: expected x: numbers in lists of equal length, found {found}$"
    ):
        to_numbers(value, "a", "x")


@pytest.mark.parametrize("number", [float("inf"), 1e300, -2e18])
def test_infinities_and_huge_numbers_are_refused(number):
    with pytest.raises(InputError, match=r"a: expected x: finite numbers, found -?[0-9i]"):
        to_numbers([1, number, None], "a", "x")


@pytest.mark.parametrize("wild", [np.inf, -np.inf, 1e30, -1e18])
def test_numbers_of_missing_keypoints_may_be_excessive(wild):
    values = np.array([[wild, 2, 0], [3, 4, 0.5], [wild, wild, -1]])
    cleared = to_keypoints(values.copy(), None, "a", "keypoints")
    assert np.isnan(cleared).tolist() == [[True, False, False], [False] * 3, [True, True, False]]
    pairs = to_keypoints(values[:, :2].copy(), values[:, 2], "a", "keypoints")
    np.testing.assert_array_equal(pairs, cleared[:, :2])
    values[0, 2] = 0.1
    with pytest.raises(InputError, match="a: expected keypoints: finite numbers, found"):
        to_keypoints(values, None, "a", "keypoints")
    with pytest.raises(InputError, match="finite numbers"):
        to_keypoints(values[:, :2], None, "a", "keypoints")
