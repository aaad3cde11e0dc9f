from pathlib import Path

import numpy as np

from signlift.training.sources.shared_objects import receive_object, send_object


def test_arrays_pass_through_a_file_that_is_removed() -> None:
    value = {"name": "a", "arrays": [np.arange(6.0).reshape(2, 3), np.zeros(0), np.array([True])]}
    shared = send_object(value)
    assert Path(shared.path).stat().st_size == 6 * 8 + 1
    received = receive_object(shared)
    assert not Path(shared.path).exists()
    assert received["name"] == "a"
    for array, other in zip(received["arrays"], value["arrays"], strict=True):
        np.testing.assert_array_equal(array, other)
        assert array.dtype == other.dtype
    received["arrays"][0][0, 0] = 7  # PyTorch needs arrays that can be written to


def test_objects_without_arrays() -> None:
    shared = send_object((1, "b", np.zeros((0, 3))))
    assert shared.path == ""
    assert receive_object(shared)[:2] == (1, "b")
