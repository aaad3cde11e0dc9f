import json
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pose_files import (
    OPENPOSE,
    component,
    make_pose,
    mediapipe,
    to_bytes,
)
from pose_format import Pose
from sources import read_with

import signlift as sl
from signlift.io.pose.pose_file import PoseFile, decode_pose_file, write_pose_file
from signlift.io.pose.pose_header import (
    ByteCursor,
    PoseComponent,
    PoseHeader,
    decode_header,
    is_pose,
)
from signlift.io.pose.pose_reader import read_people


@pytest.mark.parametrize("version", [0.0, 0.1, 0.2])
def test_all_versions_are_read_as_pose_format_reads_them(save, version):
    pose = make_pose(OPENPOSE, frames=5)
    pose.body.confidence[1, 0, 4] = 0
    pose.body.confidence[2] = 0
    path = save(pose, version=version)
    recording = sl.read(path)
    library = Pose.read(path.read_bytes())
    expected = library.body.data[:, 0].filled(np.nan)
    assert len(recording) == 5
    assert np.isnan(recording.keypoints[1, 4]).all()
    assert np.isnan(recording.keypoints[2]).all()
    np.testing.assert_array_equal(recording.keypoints, expected)
    np.testing.assert_array_equal(recording.confidence, library.body.confidence[:, 0])
    assert (recording.fps, recording.size, recording.depth) == (25, (640, 480), None)
    assert (recording.name, recording.skeleton.name) == ("a.pose", "openpose137")


def test_people_of_version_0_are_tracked(save):
    """Its numbers of people are often all the same."""
    pose = make_pose(OPENPOSE, frames=3, people=2, step=1)
    content = bytearray(to_bytes(pose, 0.0))
    for frame in range(3):
        at = len(content) - (3 - frame) * (2 + 2 * (2 + 137 * 12)) + 2
        content[at : at + 2] = content[at + 2 + 137 * 12 : at + 4 + 137 * 12] = b"\xff\xff"
    people = read_with(read_people, save(bytes(content)))
    assert [len(person) for person in people] == [3, 3]
    expected = {pose.body.data[0, n, 0, 0] for n in range(2)}
    assert {person.keypoints[0, 0, 0] for person in people} == expected


def _with(**parts):
    pose = make_pose(OPENPOSE[:1])
    for name, value in parts.items():
        getattr(pose.body, name)[1, 0, 2] = value
    return to_bytes(pose)


def _v0_of_empty_frames():
    """A frame of 200 people and 60,000 of none: small, but not as an array."""
    one = to_bytes(make_pose(OPENPOSE, frames=1, people=200), 0.0)
    start = len(one) - 200 * (2 + 137 * 12) - 2
    frames = (60_001).to_bytes(2, "little")
    return one[: start - 2] + frames + one[start:] + bytes(2 * 60_000)


GOOD = to_bytes(make_pose(OPENPOSE[:1]))
BODY_AT = len(GOOD) - 4 * 25 * 12 - 10  # where fps, frames and people stand


def _counts(frames, people):
    return GOOD[: BODY_AT + 4] + frames.to_bytes(4, "little") + people.to_bytes(2, "little")


@pytest.mark.parametrize(
    ("content", "expected", "found"),
    [
        (b"\x93NUMPY\x01\x00 another", "a .pose file", "a file with another header"),
        (json.dumps({"people": []}).encode(), "a .pose file", "a file with another header"),
        (b"PK\x03\x04" + bytes(100), "a .pose file", "a file with another header"),
        (bytes(100), "a .pose file", "a file with another header"),
        (GOOD[:40], "a .pose file", "truncated or damaged data at byte [0-9]+ of [0-9]+$"),
        (GOOD[:BODY_AT], "a .pose file", "truncated or damaged data at byte [0-9]+ of [0-9]+$"),
        (GOOD[:-1], "1,200 bytes for 4 frames of 1 people", "1,199"),
        (GOOD + b"abc", "1,200 bytes for 4 frames of 1 people", "1,203"),
        (_counts(2**32 - 1, 1), "bytes for 4,294,967,295 frames of 1 people", "0"),
        (_counts(2**32 - 1, 2**16 - 1), "bytes for 4,294,967,295 frames of 65535 people", "0"),
        (_counts(0, 1), "at least 1 frame", "0"),
        (_counts(3, 0), "at least 1 person", "0"),
        (b"\x00\x00\x00\x40" + GOOD[4:], r"version 0\.0, 0\.1 or 0\.2 of .pose", "version 2"),
        (to_bytes(make_pose(OPENPOSE), 0.1)[:-5], "bytes for 4 frames of 1 people", "6,571"),
        (to_bytes(make_pose(OPENPOSE), 0.0)[:-5], "4 frames", "the end of the file in frame 3"),
        (to_bytes(make_pose(OPENPOSE), 0.0) + b"abc", "4 frames", "3 bytes more"),
        (_v0_of_empty_frames(), "frames and people of up to 268,435,456 bytes", "19,728,"),
        (to_bytes(make_pose([component("A", ["x"], letters="XC")])), "points of X", "format 'XC'"),
        (to_bytes(make_pose([component("A", [], letters="XYC")])), "1 to 10,000 points", "0"),
        (_with(confidence=1, data=np.inf), "finite coordinates", "1 infinite .*frame 1, person 0"),
        (_with(data=1e30), "finite coordinates", "1 infinite .*point 2"),
    ],
)  # fmt: skip
def test_one_line_says_what_is_wrong(save, content, expected, found):
    with pytest.raises(
        sl.InputError, match=rf"a\.pose.*: expected .*{expected}.*, found .*{found}"
    ) as e:
        read_with(read_people, save(content))
    assert len(e.value.problems) == 1
    assert "\n" not in e.value.problems[0]


def test_problems_are_listed_at_once(save):
    with pytest.raises(sl.InputError) as error:
        read_with(read_people, save(_counts(0, 0)))
    assert len(error.value.problems) == 2


def test_files_are_recognised_by_their_content(save):
    for version in (0.0, 0.1, 0.2):
        content = to_bytes(make_pose(OPENPOSE), version)
        assert len(sl.read(save(content, "named", version))) == 4
        assert is_pose(content[:4096])
    assert not is_pose(np.random.default_rng(0).bytes(4096))


SMALL = [
    to_bytes(make_pose([c], frames=3, people=people), version)
    for c in (OPENPOSE[0], component("POSE_LANDMARKS", ["LEFT_WRIST", "NOSE", "x"], [(0, 1)]))
    for people in (1, 2)
    for version in (0.0, 0.1, 0.2)
]


@settings(max_examples=80)
@given(st.sampled_from(SMALL), st.data())
def test_damage_never_raises_anything_else(tmp_path_factory, content, data):
    content = bytearray(content)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content) - 1) | st.integers(0, min(len(content) - 1, 60)))
        kind = data.draw(st.sampled_from("change cut insert fill".split()))
        if kind == "change":
            content[at] = data.draw(st.integers(0, 255))
        elif kind == "cut" and at:
            del content[at:]
        elif kind == "insert":
            content[at:at] = data.draw(st.binary(max_size=20))
        else:
            content[at : at + 8] = data.draw(st.sampled_from([b"\xff", b"\x00", b"\x7f"])) * 8
    path = tmp_path_factory.mktemp("damaged") / "a.pose"
    path.write_bytes(content)
    try:
        people = read_with(read_people, path)
    except sl.InputError as error:
        assert all("\n" not in line for line in error.problems)
    else:
        assert all(person.observed.any() for person in people)


@given(st.binary(max_size=300))
def test_random_bytes_are_refused(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("random") / "a.pose"
    path.write_bytes(content)
    with pytest.raises(sl.InputError):
        read_with(read_people, path)


def test_many_random_bytes_are_refused_at_once(save):
    noise = np.random.default_rng(1).bytes(10_000_000)
    for content in (noise, GOOD[:30] + noise):
        with pytest.raises(sl.InputError):
            read_with(read_people, save(content))


@settings(max_examples=25)
@given(st.integers(0, 5), st.integers(1, 3), st.floats(0, 200, width=32), st.integers(0, 999))
def test_the_bytes_are_those_of_pose_format(tmp_path_factory, frames, people, fps, seed):
    pose = make_pose(mediapipe(), frames=frames, people=people, fps=fps, seed=seed)
    header = decode_header(ByteCursor(to_bytes(pose)))
    data, confidence = np.asarray(pose.body.data.data), pose.body.confidence
    path = tmp_path_factory.mktemp("written") / "a.pose"
    write_pose_file(PoseFile(replace(header, version=0.2), fps, data, confidence), path)
    assert path.read_bytes() == to_bytes(pose)
    library = Pose.read(path.read_bytes())
    np.testing.assert_array_equal(library.body.data.data, data)
    np.testing.assert_array_equal(library.body.confidence, confidence)


@settings(max_examples=25)
@given(st.sampled_from([0.0, 0.1, 0.2]), st.integers(1, 5), st.integers(1, 3), st.integers(0, 999))
def test_files_of_pose_format_are_read(tmp_path_factory, version, frames, people, seed):
    pose = make_pose(OPENPOSE, frames=frames, people=people, seed=seed)
    path = tmp_path_factory.mktemp("read") / "a.pose"
    path.write_bytes(to_bytes(pose, version))
    file = decode_pose_file(path.read_bytes(), path)
    assert (file.fps, file.header.num_points) == (25, 137)
    np.testing.assert_array_equal(file.data, pose.body.data.data)
    np.testing.assert_array_equal(file.confidence, pose.body.confidence)


def test_components_of_different_formats(save):
    parts = [component("A", ["x", "y"], letters="XYC"), component("B", ["z"], letters="XYZC")]
    pose = make_pose(parts, frames=1)
    start = to_bytes(pose, 0.0)[: -(2 + 2 + 3 * 4 * 4)]
    values = np.arange(10, dtype="<f4")
    path = save(start + b"\x01\x00" + b"\x00\x00" + values.tobytes())
    file = decode_pose_file(path.read_bytes(), path)
    np.testing.assert_array_equal(file.data[0, 0], [[0, 1, 0], [3, 4, 0], [6, 7, 8]])
    np.testing.assert_array_equal(file.confidence[0, 0], [2, 5, 9])


def test_more_than_the_format_can_hold(tmp_path):
    body = PoseComponent("body", ("a",) * 70_000, ((0, 1),) * 65_536)
    header = PoseHeader((PoseComponent("n" * 70_000, ("a",)), body))
    empty = np.zeros((0, 1, 70_001, 3), np.float32)
    with pytest.raises(sl.InputError) as error:
        write_pose_file(PoseFile(header, 1e39, empty, empty[..., 0]), tmp_path / "a.pose")
    where = tmp_path / "a.pose"
    assert error.value.problems == (
        f"{where}: expected frames per second in single precision, found 1e+39",
        f"{where}: component {'n' * 40}: expected at most 65,535 bytes in a name, found 70,000",
        f"{where}: component body: expected at most 65,535 points, found 70,000",
        f"{where}: component body: expected at most 65,535 limbs, found 65,536",
    )
    assert not where.exists()


def test_pose_format_is_not_needed(save):
    path = save(make_pose(OPENPOSE))
    code = f"""
import sys
sys.modules["pose_format"] = sys.modules["av"] = None  # as where they are not installed
import signlift as sl
print(len(sl.read(sl.write(sl.read({str(path)!r}), {str(path.with_name("b.pose"))!r}))))
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.stdout == "4\n", result.stderr
