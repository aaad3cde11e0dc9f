"""Titles of the recordings of one file."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.recording import Recording
from signlift.io.recordings import Recordings, distinct_titles
from signlift.io.write_recordings import write_all


def recordings(*names):
    return [Recording(np.ones((2, 26, 2)), depth=np.ones((2, 26)), name=name) for name in names]


@pytest.mark.parametrize(
    ("names", "titles"),
    [
        (["a.zip/x.pose", "a.zip/y.pose"], ("x", "y")),
        (["a.zip/s1/x.json.gz", "a.zip/s2/x.json.gz"], ("s1_x", "s2_x")),
        (["in/00300", "in/v1.5"], ("00300", "v1.5")),
        (["a/été", "a/x y\x1b"], ("été", "x_y_")),
        (["a/x", "a/X"], None),
        (["a/x", "b/y"], None),
        (["a/x", "a/"], None),
        (["a", "b"], None),
        (["a/x"], None),
        ([], None),
    ],
)
def test_titles_are_the_different_names_after_the_source(names, titles):
    assert distinct_titles(names) == titles


@given(st.lists(st.text(max_size=300), max_size=5))
def test_titles_are_distinct_parts_of_file_names(parts):
    titles = distinct_titles([f"a.zip/{part}" for part in parts])
    if titles is not None:
        assert len(set(titles)) == len(parts)
        assert all(0 < len(title) <= 100 and "/" not in title for title in titles)


def test_files_carry_the_names_of_the_recordings(tmp_path):
    several = recordings("a.zip/wave.pose", "a.zip/run.pose")
    written = write_all(several, tmp_path / "t.npz")
    assert [path.name for path in written] == ["t_wave.npz", "t_run.npz"]
    written = write_all(recordings("video 0", "video 1"), tmp_path / "t.npz")
    assert [path.name for path in written] == ["t_0.npz", "t_1.npz"]


def test_titles_stay_when_recordings_are_changed():
    changed = Recordings.from_list(recordings("a/x", "a/y")).map(lambda recording: recording)
    assert changed.titles == ("x", "y")


def test_functions_of_one_recording_and_of_all_are_applied_in_turn():
    calls = []

    def name_all(taken):
        for number, recording in enumerate(taken):
            calls.append(recording.name)
            yield replace(recording, name=f"{recording.name}{number}")

    def mark(recording):
        return replace(recording, name=f"{recording.name}!")

    source = Recordings.from_list(recordings("a/x", "a/y"))
    changed = source.map(mark).map_all(name_all).map(mark).map_all(lambda each: map(mark, each))
    assert [each.name for each in changed] == ["a/x!0!!", "a/y!1!!"]
    assert changed[1].name == "a/y!0!!" and changed.titles == ("x", "y")
    assert calls == ["a/x!", "a/y!", "a/y!"]
    assert [each.name for each in changed.select([1])] == ["a/y!0!!"]
