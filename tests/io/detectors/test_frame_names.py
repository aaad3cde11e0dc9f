import pytest

from signlift.io.detectors.frame_names import frame_number, group_frames


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


def test_names_without_a_frame_number_are_left_out():
    assert group_frames(["meta.json", "9" * 30 + ".json", "é.json", ".json"]) == {}
    assert group_frames([]) == {}
    assert len(group_frames(["f1.json", "calibration.json"])) == 1


@pytest.mark.parametrize(
    ("name", "number"),
    [("17.jpg", 17), ("a3_0004.png", 4), ("none.jpg", None), ("8", 8), ("9" * 25, None)],
)
def test_the_number_of_one_name(name, number):
    assert frame_number(name) == number
