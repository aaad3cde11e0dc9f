import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from signlift.io.video.orientation import apply_display_matrix


def matrix(a, b, c, d):
    return np.array([a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30], np.int32)


def test_all_rotations_and_reflections():
    image = np.arange(6, dtype=np.uint8).reshape(2, 3, 1)
    displayed = {
        (1, 0, 0, 1): image,
        (-1, 0, 0, 1): image[:, ::-1],
        (1, 0, 0, -1): image[::-1],
        (-1, 0, 0, -1): np.rot90(image, 2),
        (0, 1, -1, 0): np.rot90(image, -1),  # clockwise: x goes down, y goes to the left
        (0, -1, 1, 0): np.rot90(image, 1),
        (0, 1, 1, 0): image.transpose(1, 0, 2),
        (0, -1, -1, 0): np.rot90(image, 2).transpose(1, 0, 2),
    }
    for parts, expected in displayed.items():
        np.testing.assert_array_equal(apply_display_matrix(image, matrix(*parts)), expected)
    assert apply_display_matrix(image, None) is image


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=9, max_size=9))
def test_any_matrix_only_moves_pixels(numbers):
    image = np.arange(6, dtype=np.uint8).reshape(2, 3, 1)
    out = apply_display_matrix(image, np.array(numbers, np.int32))
    assert sorted(out.ravel().tolist()) == list(range(6))
