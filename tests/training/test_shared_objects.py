from pathlib import Path

import numpy as np

from signlift.training.sources.shared_objects import receive_object, send_object, shared_directory


def test_arrays_pass_through_a_file_that_is_removed() -> None:
    value = {"name": "a", "arrays": [np.arange(6.0).reshape(2, 3), np.zeros(0), np.array([True])]}
    with shared_directory() as directory:
        shared = send_object(value, directory)
        check(shared, value)
    assert not Path(directory).exists()


def check(shared, value) -> None:
    assert Path(shared.path).stat().st_size == 6 * 8 + 1
    received = receive_object(shared)
    assert not Path(shared.path).exists()
    assert received["name"] == "a"
    for array, other in zip(received["arrays"], value["arrays"], strict=True):
        np.testing.assert_array_equal(array, other)
        assert array.dtype == other.dtype
    received["arrays"][0][0, 0] = 7  # PyTorch needs arrays that can be written to


def test_objects_without_arrays() -> None:
    shared = send_object((1, "b", np.zeros((0, 3))), "nowhere")
    assert shared.path == ""
    assert receive_object(shared)[:2] == (1, "b")


def test_files_that_nobody_receives_are_removed() -> None:
    with shared_directory() as directory:
        path = Path(send_object(np.arange(5), directory).path)
        assert path.exists()
    assert not path.exists()
