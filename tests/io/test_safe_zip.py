"""Limits of what zip archives unpack to, for all readers that open them."""

import struct
import zipfile

import numpy as np
import pytest

import signlift as sl
from signlift.errors import InputError
from signlift.io.safe_zip import Limits, check_members, member_problem, open_archive

MB = 1 << 20


def bomb(path, name, size=100 * MB, count=1, method=zipfile.ZIP_DEFLATED):
    """Pack files of zeros, in which deflate reaches its largest ratio, about 1000."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for number in range(count):
            with archive.open(name.format(number), "w") as member:
                for _ in range(size // MB):
                    member.write(bytes(MB))
    assert path.stat().st_size < 200_000
    return path


@pytest.mark.parametrize("name", ["{}.json", "clip.json", "{}.pose", "keypoints.npy", "{}.npz"])
@pytest.mark.parametrize("suffix", [".zip", ".npz"])
def test_no_reader_unpacks_a_bomb(tmp_path, name, suffix):
    path = bomb(tmp_path / f"a{suffix}", name)
    with pytest.raises(InputError) as caught:
        sl.read_all(path)
    (line,) = caught.value.problems
    assert "zip bomb" in line


def test_motion_capture_is_not_unpacked_either(tmp_path):
    from signlift.io.mocap.motion_clips import read_mocap

    with pytest.raises(InputError, match="a zip bomb"):
        read_mocap(bomb(tmp_path / "a.npz", "walk.npy"))


@pytest.mark.parametrize("name", ["{}.json", "{}.pose", "keypoints{}.npy"])
def test_many_small_members_count_together(tmp_path, name):
    path = bomb(tmp_path / "a.zip", name, MB, 90)
    with open_archive(path) as archive, pytest.raises(InputError, match=r"94,371,840 bytes packed"):
        check_members(path, archive, archive.infolist(), Limits())
    with pytest.raises(InputError, match="zip bomb"):
        sl.read_all(path)


def test_members_that_share_their_bytes_count_by_the_size_of_the_archive(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.json", np.random.default_rng(0).bytes(MB))
        (info,) = archive.infolist()
        with pytest.raises(InputError, match=r"found 524,288,000 bytes packed into"):
            check_members(path, archive, [info] * 500, Limits())
        check_members(path, archive, [info] * 50, Limits())
        assert member_problem(info, Limits()) is None


def test_empty_frames_and_arrays_without_a_person_are_no_bombs(tmp_path):
    np.savez_compressed(tmp_path / "a.npz", keypoints=np.full((9000, 67, 2), np.nan))
    assert len(sl.read(tmp_path / "a.npz")) == 9000
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for t in range(300):
            people = [{"pose_keypoints_2d": [100, 200, 1] * 25}] if t == 0 else []
            archive.writestr(f"{t}.json", f'{{"people": {people}}}'.replace("'", '"'))
    assert len(sl.read(tmp_path / "b.zip")) == 300


def test_a_lie_about_the_size_is_damage(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("0.json", bytes(2 * MB))
    data = path.read_bytes().replace(struct.pack("<I", 2 * MB), struct.pack("<I", 1000))
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"other files|damage"):
        sl.read_all(path)
