"""The check of annotations, which runs beside all other tests."""

import numpy as np
from typechecking import DISTANCE, FIRST

from signlift.core.recording import Recording
from signlift.geometry.rotations import cross_product, unit_vectors


def is_refused(function, *arrays):
    try:
        function(*arrays)
    except TypeError:
        return True
    return False


def test_wrong_axes_are_found_in_the_first_calls_of_a_test_and_in_some_later_ones():
    refused = [is_refused(unit_vectors, np.ones((2, 4))) for _ in range(FIRST + 2 * DISTANCE)]
    assert all(refused[:FIRST])
    assert refused[FIRST:].count(True) == 2


def test_the_next_test_begins_anew():
    assert all(is_refused(unit_vectors, np.ones((2, 4))) for _ in range(FIRST))
    assert not is_refused(unit_vectors, np.ones((2, 3)))


def test_axes_of_one_name_have_one_size():
    assert is_refused(cross_product, np.ones((2, 3)), np.ones((4, 3)))
    assert not is_refused(cross_product, np.ones((2, 3)), np.ones((2, 3)))


def test_the_fields_of_a_dataclass_are_checked():
    assert is_refused(Recording, "keypoints")
