"""Zip archives of files that are recordings."""

import json
import zipfile

import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person

import signlift as sl
from signlift.errors import InputWarning


def recording(n):
    values = body(26, 4 + n, seed=n)[..., :2]
    return sl.Recording(values, depth=np.zeros(values.shape[:2]), fps=25, name=f"r{n}")


def archive(path, contents):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in contents.items():
            file.writestr(name, content)
    return path


@pytest.fixture
def packed(tmp_path):
    """Pack recordings of this suffix."""

    def pack(suffix, count=2):
        contents = {}
        for n in range(count):
            path = sl.write(recording(n), tmp_path / f"c{n}{suffix}")
            contents[f"clips/c{n}{suffix}"] = path.read_bytes()
        return contents

    return pack


FRAMES = [openpose_frame(openpose_person(points)) for points in body(25, 5)]
CLIP = json.dumps(FRAMES)


@pytest.mark.parametrize("suffix", [".pose", ".npz", ".trc"])
def test_each_file_is_a_recording(packed, tmp_path, suffix):
    path = archive(tmp_path / "all.zip", packed(suffix) | {"readme.txt": "", ".x.pose": "hidden"})
    recordings = sl.read_all(path)
    assert [each.name for each in recordings] == [f"all.zip/clips/c{n}{suffix}" for n in (0, 1)]
    for n, each in enumerate(recordings):
        alone = sl.read(tmp_path / f"c{n}{suffix}")
        np.testing.assert_array_equal(each.keypoints, alone.keypoints)
    assert len(sl.read(archive(tmp_path / "one.zip", packed(suffix, 1)))) == 4


def test_json_files_that_are_recordings_by_themselves(tmp_path):
    one = sl.read(archive(tmp_path / "one.zip", {"signer.json": CLIP}))
    assert (one.name, len(one)) == ("one.zip", 5)
    single = archive(tmp_path / "single.zip", {"signer.json": json.dumps(FRAMES[0])})
    assert len(sl.read(single)) == 1
    names = ("a.json", "b_1.json", "b_2.json", "b_3.json")
    several = sl.read_all(archive(tmp_path / "in.zip", dict.fromkeys(names, CLIP)))
    assert sorted(each.name for each in several) == [f"in.zip/{name}" for name in names]
    assert {len(each) for each in several} == {5}
    frames = {f"x_{t}.json": json.dumps(frame) for t, frame in enumerate(FRAMES)}
    both = sl.read_all(archive(tmp_path / "both.zip", frames | {"y.json": CLIP}))
    assert [len(each) for each in both] == [5, 5]


def test_files_of_several_formats_and_a_damaged_one(packed, tmp_path):
    contents = packed(".pose", 1) | {"clip.json": CLIP, "bad.pose": b"nonsense"}
    with pytest.warns(InputWarning, match="all.zip/bad.pose: expected a .pose file, found other"):
        recordings = sl.read_all(archive(tmp_path / "all.zip", contents))
    assert [each.name for each in recordings] == ["all.zip/clips/c0.pose", "all.zip"]
    with pytest.raises(sl.InputError, match=r"c0\.pose: .*name their own, found coco17"):
        sl.read_all(archive(tmp_path / "a.zip", packed(".pose", 1)), skeleton="coco17")
