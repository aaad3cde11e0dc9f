"""Opening of files and directories, for recognising their format and for reading."""

import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.datasets.simulated import simulate_recording
from signlift.io.source import open_source

#: Paths that were opened while `COUNTING`.
OPENED: list[str] = []
COUNTING = [False]


def _count(event, arguments):
    if COUNTING[0] and event == "open" and isinstance(arguments[0], str):
        OPENED.append(arguments[0])


@pytest.fixture
def opened():
    """Make a function that lists the files that were opened since the test began."""
    if _count not in HOOKS:
        sys.addaudithook(_count)
        HOOKS.append(_count)
    OPENED.clear()
    COUNTING[0] = True
    yield lambda path: OPENED.count(str(path))
    COUNTING[0] = False


HOOKS = []


@pytest.mark.parametrize("suffix", [".pose", ".npz", ".json"])
def test_a_file_is_opened_once(tmp_path, opened, suffix):
    path = sl.write(lifted(), tmp_path / f"a{suffix}")
    OPENED.clear()
    sl.read(path)
    assert opened(path) == 1


def test_archives_and_motion_capture_are_opened_once(tmp_path, opened):
    np.savez(tmp_path / "a.npz", keypoints=np.full((3, 26, 2), 100.0))
    signer = simulate_recording(0, 0, min_frames=30, max_frames=30)
    sl.write(signer, tmp_path / "a.bvh")
    directory = sl.write(lifted(), tmp_path / "clip", format="openpose")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in directory.iterdir():
            archive.write(file, file.name)
    for name in ("a.npz", "a.bvh", "a.zip"):
        OPENED.clear()
        sl.read(tmp_path / name)
        assert opened(tmp_path / name) == 1


def test_head_content_and_members(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"x" * 5000)
    with open_source(tmp_path / "a.txt") as source:
        assert (len(source.head), source.is_zip, source.member_names) == (4096, False, None)
        assert source.read() == source.read(max_bytes=5000) == b"x" * 5000
        with pytest.raises(sl.InputError, match=r"a\.txt: expected at most 4,999 bytes, found"):
            source.read(max_bytes=4999)
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("b.json", "{}")
    with open_source(tmp_path / "a.zip") as source:
        assert source.is_zip and source.member_names == ("b.json",)
    (tmp_path / "damaged.zip").write_bytes(b"PK\x03\x04 and no more")
    with open_source(tmp_path / "damaged.zip") as source:
        assert source.is_zip and source.member_names is None
    with open_source(tmp_path) as source:
        assert source.is_directory and source.head == b"" and source.member_names is None


def test_nothing_to_read(tmp_path):
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    for name, found in (
        ("none", "a file or directory, found none"),
        ("empty", "a file with content, found an empty file"),
        ("pipe", "a file or directory, found a pipe"),
    ):
        with pytest.raises(sl.InputError, match=f"{name}: expected {found}"):
            sl.read(Path(tmp_path, name))
