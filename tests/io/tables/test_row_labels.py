from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.errors import InputError
from signlift.io.tables.column_names import find_roles
from signlift.io.tables.row_labels import label_rows, parse_frames
from signlift.io.tables.table import Table


def label(**columns):
    table = Table(Path("a.csv"), columns)
    return label_rows(table, find_roles(columns))


def test_frames_by_number_by_image_and_by_time():
    assert label(frame=["3", "5.0"]).frames.tolist() == [3, 5]
    images = ["clip_0003.jpg", "clip_0003.jpg", "clip_0005.jpg"]
    assert label(image=images).frames.tolist() == [3, 3, 5]
    assert label(frame=images).frames.tolist() == [3, 3, 5]
    assert label(filename=images).frames.tolist() == [3, 3, 5]
    assert label(time=["0", "0.04", "0.04"]).frames.tolist() == [0, 1, 1]
    assert label(x=["1"]).frames is None


def test_files_that_are_no_images_are_recordings():
    labels = label(filename=["a.mp4", "a.mp4", "b.mp4"])
    assert labels.recordings == ["a.mp4", "a.mp4", "b.mp4"]
    assert labels.count_frames(3).tolist() == [0, 1, 0]
    images = label(frame=["0", "1"], filename=["0.jpg", "1.jpg"])
    assert (images.recordings, images.frames.tolist()) == (None, [0, 1])


def test_images_of_several_recordings():
    labels = label(image=["a/img_1.png", "a/img_2.png", "b/img_1.png"])
    assert labels.frames.tolist() == [1, 2, 1]
    assert labels.recordings == ["a/img", "a/img", "b/img"]


def test_a_number_for_each_row_is_no_person():
    assert label(frame=["0", "0"], id=["0", "1"]).people is None
    assert label(frame=["0", "0", "1"], id=["0", "1", "0"]).people == ["0", "1", "0"]
    assert label(frame=["0", "0"], track=["", "a"]).people is None
    assert label(track=["a", "b", "a"]).count_frames(3).tolist() == [0, 0, 1]


def test_other_frames_are_refused():
    for frame in ("0.5", "", "1e300"):
        with pytest.raises(InputError):
            label(frame=["0", frame])


def test_labels_of_rows():
    assert parse_frames(["4", "6"]).tolist() == [4, 6]
    assert parse_frames(["labeled-data/a/img04.png", "labeled-data/a/img06.png"]).tolist() == [4, 6]
    assert parse_frames(["labeled-data", "labeled-data"]).tolist() == [0, 1]


@given(st.lists(st.text(max_size=12), min_size=1, max_size=6))
def test_any_labels_are_frames(labels):
    assert len(np.unique(parse_frames(labels))) == len(labels)
