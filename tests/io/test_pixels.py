import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from signlift.errors import InputError, InputWarning
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
    with pytest.raises(InputError, match="clip: expected `size`, the width and height"):
        to_pixels(fractions, None, "clip", required=False)


@pytest.mark.parametrize("low", [1.0, 1.3, 1.9])
def test_fractions_below_the_image_need_the_size(low):
    # 60 % of the body is in the image; knees and feet are below it.
    rng = np.random.default_rng(0)
    fractions = rng.uniform([0.3, 0.1], [0.7, low], (20, 17, 2)).astype(np.float32)
    with pytest.raises(InputError, match="clip: expected `size`, the width and height"):
        to_pixels(fractions, None, "clip", required=False)
    np.testing.assert_allclose(
        to_pixels(fractions, SIZE, "clip", required=False), fractions * np.float32(SIZE)
    )


def test_a_few_wild_numbers_do_not_make_pixels_of_fractions():
    fractions = np.random.default_rng(0).uniform(0, 1, (20, 17, 2)).astype(np.float32)
    fractions[::10, 3] = 7
    fractions[5, 5] = np.nan
    with pytest.raises(InputError, match="expected `size`"):
        to_pixels(fractions, None, "clip", required=False)


def test_missing_keypoints_at_zero_do_not_make_fractions_of_pixels():
    pixels = np.random.default_rng(0).uniform(0, 300, (20, 17, 2)).astype(np.float32)
    for mark in (0, -1):
        pixels[:, :12] = mark
        for required in (True, False):
            np.testing.assert_array_equal(
                to_pixels(pixels, SIZE, "clip", required=required), pixels
            )


@given(st.integers(4, 64), st.integers(0, 2**32 - 1))
def test_pixels_of_small_images_are_not_fractions(size, seed):
    pixels = np.random.default_rng(seed).uniform(0, size, (30, 17, 2)).astype(np.float32)
    assume(np.median(pixels) > 1.5)
    np.testing.assert_array_equal(to_pixels(pixels, None, "clip", required=False), pixels)


def test_lengths_in_metres_are_kept():
    metres = np.random.default_rng(0).uniform([0.8, 0], [1.6, 1.8], (9, 17, 2)).astype(np.float32)
    np.testing.assert_array_equal(to_pixels(metres, None, "clip", required=False), metres)


def test_small_numbers_around_zero_are_not_in_the_image():
    small = np.linspace(-1, 1, 12, dtype=np.float32).reshape(6, 2)
    with pytest.raises(InputError, match=r"clip: expected x and y .* \(50% are negative\)"):
        to_pixels(small, SIZE, "clip", required=False)
    with pytest.warns(
        InputWarning, match=r"^clip: small numbers around 0 \(50% are negative\) are"
    ):
        kept = to_pixels(small, None, "clip", required=False)
    np.testing.assert_array_equal(kept, small)
