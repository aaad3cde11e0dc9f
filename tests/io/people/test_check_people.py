import warnings
from dataclasses import replace

import numpy as np
import pytest

import signlift as sl
from signlift.datasets.dataset import open_dataset
from signlift.datasets.simulated import simulate_recording
from signlift.errors import InputWarning
from signlift.io.arrays.original_arrays import write_arrays
from signlift.io.image_axes import correct_axes

pytestmark = pytest.mark.checked_people


def people(count, **faults):
    """Recordings with faults by their numbers."""
    recordings = [
        simulate_recording(3, index, min_frames=8, max_frames=8) for index in range(count)
    ]
    return [
        correct_axes(recording, **faults.get(f"number{index}", faults.get("all", {})))
        for index, recording in enumerate(recordings)
    ]


def lines_of(path, **options):
    """The warnings of reading all recordings, twice."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", InputWarning)
        recordings = sl.read_all(path, **options)
        for _ in range(2):
            list(recordings)
    return [str(warning.message) for warning in caught]


def test_a_fault_of_all_recordings_is_one_line_with_a_count(tmp_path):
    path = write_arrays(tmp_path / "data", people(20, all={"flip_y": True})) / "body_data.npy"
    (line,) = lines_of(path)
    assert line.startswith(f"{path}: expected the head above the shoulders, found it below: ")
    assert line.endswith("with `flip_y` (in 16 of 16 recordings)")
    assert lines_of(path, flip_y=True) == []


def test_a_fault_of_one_recording_names_it(tmp_path):
    path = write_arrays(tmp_path / "data", people(8, number5={"rotate": 90})) / "body_data.npy"
    (line,) = lines_of(path)
    assert line.startswith("body_data.npy, video 5: expected an upright person, found one whose")


def test_one_of_several_may_be_seen_from_behind(tmp_path):
    recordings = [replace(each, depth=None) for each in people(8, number5={"mirror": True})]
    path = write_arrays(tmp_path / "data", recordings) / "body_data.npy"
    assert lines_of(path) == []
    path = write_arrays(tmp_path / "all", people(8, all={"mirror": True})) / "body_data.npy"
    (line,) = lines_of(path)
    assert "correct mirrored keypoints with `mirror`" in line


def test_a_single_recording_is_checked_once(tmp_path):
    (recording,) = people(1, all={"rotate": 180})
    path = tmp_path / "clip.npy"
    np.save(path, recording.keypoints)
    (line,) = lines_of(path)
    assert line == (
        f"{path}: expected the head above the shoulders, found it below: correct an image that is "
        "upside down with `rotate` 180"
    )
    with pytest.warns(InputWarning, match="`rotate` 180"):
        sl.read(path)
    assert lines_of(path, rotate=180) == []


def test_the_order_of_human36m_can_be_given(tmp_path):
    (recording,) = people(1)
    path = tmp_path / "clip.npy"
    np.save(path, recording.convert("h36m17").keypoints)
    (line,) = lines_of(path)
    assert line.endswith("the order is that of h36m17 (`skeleton`)")
    assert lines_of(path, skeleton="h36m17") == []


def test_a_wrong_size_is_named_where_it_is_given(tmp_path):
    (recording,) = people(1)
    path = tmp_path / "clip.npy"
    np.save(path, recording.keypoints / [720, 720])
    (line,) = lines_of(path, size=(2000, 720))
    assert line.endswith("the width and the height of the image (`size`)")
    assert lines_of(path, size=(720, 720)) == []


@pytest.mark.parametrize("count", [1, 5])
def test_training_data_is_checked_when_it_is_opened(tmp_path, count):
    path = write_arrays(tmp_path / "data", people(count, all={"flip_y": True}))
    line = rf"data: expected the head above the shoulders, .*\(in {count} of {count} recordings\)"
    with pytest.warns(InputWarning, match=line):
        open_dataset(path)
    with warnings.catch_warnings():
        warnings.simplefilter("error", InputWarning)
        open_dataset(write_arrays(tmp_path / "good", people(count)))


def test_small_lengths_in_one_unit_are_kept_by_a_size_of_1(tmp_path):
    (recording,) = people(1)
    path = tmp_path / "clip.npy"
    metres = recording.keypoints / np.nanmax(recording.keypoints) * np.float32(1.8)
    np.save(path, metres)
    np.testing.assert_array_equal(sl.read(path, size=(1, 1)).keypoints, metres)
