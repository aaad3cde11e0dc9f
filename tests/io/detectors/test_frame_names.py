from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.io.detectors.frame_names import (
    MAX_ADDED,
    frame_number,
    gap_problem,
    group_frames,
)


def test_frames_are_sorted_by_number_not_by_name():
    files = group_frames(["f10.json", "f9.json", "f1.json"])
    assert files == {"f": [(1, "f1.json"), (9, "f9.json"), (10, "f10.json")]}


def test_the_number_that_changes_is_that_of_the_frame():
    names = [f"clip2_{t:05d}_keypoints.json" for t in (0, 7, 3)]
    assert [number for number, _ in group_frames(names)["clip2"]] == [0, 3, 7]
    names = [f"{t:05d}_openpose2d.json" for t in (4, 5)]
    assert group_frames(names) == {"openpose2d": [(4, names[0]), (5, names[1])]}
    assert group_frames(["7.json"]) == {"": [(7, "7.json")]}


def test_recordings_differ_by_name_or_directory():
    names = [f"{clip}_{t:03d}.json" for clip in ("a1", "a2", "b1") for t in range(4)]
    groups = group_frames(names)
    assert list(groups) == ["a1", "a2", "b1"]
    assert all([number for number, _ in files] == [0, 1, 2, 3] for files in groups.values())
    assert set(group_frames(["x/1.json", "x/2.json", "y/1.json"])) == {"x", "y"}


CLIPS, FRAMES = range(300, 384, 7), range(5)


@pytest.mark.parametrize(
    ("name", "recording"),
    [
        ("{c:05d}_{t:012d}_keypoints.json", "00300"),
        ("-AbC1dE_{c}-{d}-rgb_front_{t:012d}_keypoints.json", "-AbC1dE_300-303-rgb_front"),
        ("{c}_{t:012d}_KEYPOINTS.JSON", "300"),
        ("{c}_{t:06d}.json", "300"),
        ("clip{c}_{t}.json", "clip300"),
        ("predictions/{c}_{t:06d}.json", "predictions/300"),
        ("{c}/{t}.jpg.json", "300"),
        ("cam{c}_{t:06d}.json", "cam300"),
        ("S001C001P{c}R001A001_{t:04d}_rgb.json", "S001C001P300R001A001_rgb"),
        ("clip_{c}_{t:05d}_25fps.json", "clip_300_25fps"),
        ("clip{c}_{t}_1920x1080.json", "clip300_1920x1080"),
        ("{c}_{t}_openpose2d.json", "300_openpose2d"),
        ("frame_{t}_view{c}.json", "frame_view300"),
        ("{t}_person_{c}.json", "person_300"),
        ("2023-05-01_12-30-11_{c}_{t}.json", "2023-05-01_12-30-11_300"),
        ("20230501_{c}_{t:06d}.json", "20230501_300"),
    ],
)
def test_clips_times_frames_in_one_directory_are_a_recording_for_each_clip(name, recording):
    names = [name.format(c=c, d=c + 3, t=t) for c in CLIPS for t in FRAMES]
    groups = group_frames(names)
    assert len(groups) == len(CLIPS)
    assert all([number for number, _ in files] == list(FRAMES) for files in groups.values())
    assert next(iter(groups)) == recording
    assert list(group_frames(names[:1])) == [recording]


@pytest.mark.parametrize(
    "name",
    [
        "frame_{t:04d}.json",
        "img-{t}.json",
        "{t:04d}.json",
        "clip_{t:05d}_25fps.json",
        "S001C001P001R001A001_{t:04d}_rgb.json",
        "frame_{t}_view1.json",
        "take-3-{t}-final.json",
        "clip_{t}_2.json",
        "20230501_{t:06d}.json",
        "v2_{t}_256x192.json",
    ],
)
def test_frames_of_one_clip_are_one_recording(name):
    ((_, files),) = group_frames([name.format(t=t) for t in range(70)]).items()
    assert [number for number, _ in files] == list(range(70))


def test_a_padded_number_counts_frames_even_if_each_clip_has_one_frame():
    names = [f"clip{c}_0000.json" for c in range(4)]
    assert list(group_frames(names)) == ["clip0", "clip1", "clip2", "clip3"]
    assert group_frames(["cam1.json", "cam2.json"]) == {
        "cam1": [(0, "cam1.json")],
        "cam2": [(0, "cam2.json")],
    }


@given(
    clips=st.lists(
        st.text(ascii_letters + digits + "-", min_size=1, max_size=8),
        min_size=1,
        max_size=6,
        unique_by=str.casefold,
    ),
    lengths=st.lists(st.integers(1, 9), min_size=6, max_size=6),
)
def test_names_of_openpose_are_never_mixed(clips, lengths):
    names = {
        clip: [f"{clip}_{t:012d}_keypoints.json" for t in range(length)]
        for clip, length in zip(clips, lengths, strict=False)
    }
    groups = group_frames([name for files in names.values() for name in files])
    expected = {clip.rstrip("-"): files for clip, files in names.items()}
    if len(expected) == len(names):
        assert {group: [name for _, name in files] for group, files in groups.items()} == expected


def test_gaps_between_frame_numbers_have_a_limit():
    assert gap_problem("a", [0, MAX_ADDED + 1]) is None
    assert gap_problem("a", [5]) is None
    numbers = list(range(0, 5 * MAX_ADDED, 5))
    assert gap_problem("a", numbers) is None
    assert gap_problem("a", [7, 7 + MAX_ADDED + 2]) == (
        "a: expected frame numbers with at most 30,000 missing between them, "
        "found 2 frames with numbers from 7 to 30009"
    )


def test_names_without_a_frame_number_are_left_out():
    assert group_frames(["meta.json", "9" * 30 + ".json", "é.json", ".json"]) == {}
    assert group_frames([]) == {}
    assert len(group_frames(["f1.json", "calibration.json"])) == 1


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("17.jpg", 17),
        ("f_12_view3.jpg", 12),
        ("cam2.jpg", 2),
        ("a3_0004.png", 4),
        ("none.jpg", None),
        ("8", 8),
        ("9" * 25, None),
    ],
)
def test_the_number_of_one_name(name, number):
    assert frame_number(name) == number
