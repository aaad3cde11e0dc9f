import numpy as np
import pytest

from signlift.errors import InputError
from signlift.io.pixels import to_pixels

SIZE = (640, 480)


def test_pixels_stay_what_they_are():
    pixels = np.array([[300.0, 200.0], [1.0, np.nan]], np.float32)
    for required in (True, False):
        np.testing.assert_array_equal(to_pixels(pixels, SIZE, "clip", required=required), pixels)
    missing = np.full((3, 2), np.nan, np.float32)
    np.testing.assert_array_equal(to_pixels(missing, None, "clip", required=True), missing)


def test_fractions_become_pixels():
    fractions = np.array([[0.5, 0.5], [0.25, 1.1]], np.float32)
    expected = [[320, 240], [160, 528]]
    np.testing.assert_allclose(to_pixels(fractions, SIZE, "clip", required=False), expected)
    with pytest.raises(InputError, match="clip: expected `size`, the width and height"):
        to_pixels(fractions, None, "clip", required=True)
    # Some detectors' numbers may be small without being fractions.
    np.testing.assert_array_equal(to_pixels(fractions, None, "clip", required=False), fractions)
    with pytest.raises(InputError, match="found none in the file and none given"):
        to_pixels(fractions[:1], None, "clip", required=False)


def test_small_numbers_around_zero_are_not_in_the_image():
    small = np.linspace(-1, 1, 12, dtype=np.float32).reshape(6, 2)
    with pytest.raises(InputError, match=r"clip: expected x and y .* \(50% are negative\)"):
        to_pixels(small, SIZE, "clip", required=False)
    np.testing.assert_array_equal(to_pixels(small, None, "clip", required=False), small)
