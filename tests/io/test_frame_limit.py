"""Recordings of more frames than are wanted."""

import json

import numpy as np
import pytest

import signlift as sl
from signlift.errors import InputError
from signlift.io.frame_limit import check_frame_count, frame_limit


@pytest.fixture(scope="module")
def recording():
    return sl.simulate_recording(0, 0, min_frames=30, max_frames=30, upper_body=0.0)


@pytest.mark.parametrize("name", ["a.pose", "a.npz", "a.csv", "a.trc", "a.json", "a.npy", "a.bvh"])
def test_a_recording_of_too_many_frames_is_refused_in_every_format(recording, tmp_path, name):
    path = tmp_path / name
    if name == "a.npy":
        np.save(path, recording.keypoints)
    else:
        sl.write(recording, path)
    assert [len(each) for each in sl.read_all(path, max_frames=30)] == [30]
    with pytest.raises(InputError) as error:
        sl.read_all(path, max_frames=29)
    (line,) = error.value.problems
    assert "a" in line and line.endswith(": expected at most 29 frames, found 30")


def test_the_limit_is_that_of_each_recording_and_not_of_their_sum(recording, tmp_path):
    sl.write_arrays(tmp_path / "out", [recording, recording], quiet=True)
    assert len(sl.read_all(tmp_path / "out", max_frames=30)) == 2


def test_frames_count_from_the_first_number_to_the_last(tmp_path):
    person = {"people": [{"pose_keypoints_2d": [1.0] * 75}]}
    for number in (0, 40):
        text = json.dumps(person)
        (tmp_path / f"clip_{number:012}_keypoints.json").write_text(text)
    with pytest.raises(InputError, match="at most 40 frames, found 41"):
        sl.read_all(tmp_path, max_frames=40)


def test_a_limit_ends_with_its_block():
    with frame_limit(1), pytest.raises(InputError, match="at most 1 frame, found 2"):
        check_frame_count("a.pose", 2)
    check_frame_count("a.pose", 2)


def test_a_limit_of_no_frames_is_a_mistake(tmp_path):
    with pytest.raises(InputError, match="max_frames: expected 1 or more, found 0"):
        sl.read_all(tmp_path, max_frames=0)
