import numpy as np
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.core.skeleton import OPENPOSE137
from signlift.io.export.preparation import prepare_recording
from signlift.io.writer_registry import WRITERS, find_writer

HANDS_AND_FACE = "42 keypoints of the hands, 70 keypoints of the face"


def with_hands_and_face():
    keypoints = np.random.default_rng(0).uniform(0, 99, (4, 137, 2))
    depth = np.full((4, 137), np.nan)
    depth[:, :25] = 0
    return sl.Recording(keypoints, OPENPOSE137, depth=depth, fps=25)


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("a.bvh", "not in bvh: 70 keypoints of the face"),
        ("a.glb", "not in glb: 70 keypoints of the face"),
        ("a.trc", f"not in trc, as they have no depth: {HANDS_AND_FACE}"),
        *((f"a{suffix}", None) for suffix in (".json", ".npz", ".csv", ".pose", ".parquet")),
    ],
)
def test_keypoints_that_a_format_does_not_hold_are_noted(name, note):
    notes = prepare_recording(with_hands_and_face(), find_writer(name)).notes
    assert [line for line in notes if line.startswith("not in")] == ([note] if note else [])


def test_uneven_times_are_noted_where_they_are_lost():
    times = np.array([0, 0.04, 0.08, 0.2])
    recording = lifted(4, times=times, fps=None)
    notes = {}
    for writer in WRITERS:
        prepared = prepare_recording(recording, writer)
        notes[writer.name] = [note for note in prepared.notes if note.startswith("uneven")]
    start = "uneven times (40 to 120 ms per frame)"
    assert notes.pop("pose") == [f"{start}: written at their average of 15 frames per second"]
    for avatar in ("bvh", "glb", "vrma"):
        assert notes.pop(avatar) == [f"{start}: resampled to 25 frames per second"]
    assert not any(notes.values())


def test_a_pose_file_of_uneven_frames_lasts_as_long_as_the_recording(tmp_path):
    times = np.array([0, 0.04, 0.08, 0.2])
    path = sl.write(lifted(4, times=times, fps=None), tmp_path / "a.pose")
    again = sl.read(path)
    assert again.fps == pytest.approx(15)
    assert (len(again) - 1) / again.fps == pytest.approx(times[-1])


def test_times_that_a_container_rounded_are_even():
    times = np.round(np.arange(30) / 30, 3)
    recording = lifted(30, times=times, fps=None)
    prepared = prepare_recording(recording, find_writer("a.pose"))
    assert not any("uneven" in note for note in prepared.notes)
