"""Outputs that are no plain new files: links, devices, FIFOs, long names, full disks."""

import os
import stat
from pathlib import Path

import pytest
from disks import small_files

from signlift.cli.main import main
from signlift.samples import sample_path

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and devices of POSIX")
SAMPLE = str(sample_path())


def test_a_device_is_not_replaced(tmp_path, capsys):
    (tmp_path / "nothing.csv").symlink_to(os.devnull)
    for path in (os.devnull, str(tmp_path / "nothing.csv")):
        assert main(["lift", SAMPLE, "-o", path, "--format", "csv", "--quiet"]) == 0
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)
    assert (tmp_path / "nothing.csv").is_symlink()
    assert capsys.readouterr().err == ""


def test_a_link_stays_a_link(tmp_path):
    (tmp_path / "link.npy").symlink_to("file.npy")
    assert main(["lift", SAMPLE, "-o", str(tmp_path / "link.npy"), "--quiet"]) == 0
    assert (tmp_path / "link.npy").is_symlink()
    assert (tmp_path / "file.npy").read_bytes()[1:6] == b"NUMPY"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_fifo_without_a_reader_is_one_line(tmp_path, capsys):
    os.mkfifo(tmp_path / "fifo")
    assert main(["lift", SAMPLE, "-o", str(tmp_path / "fifo"), "--format", "csv"]) == 2
    expected = f"{tmp_path}/fifo: expected a file to write, found a FIFO that no program reads\n"
    assert capsys.readouterr().err == expected


def test_names_of_255_bytes(tmp_path):
    path = tmp_path / ("n" * 251 + ".npy")
    assert main(["lift", SAMPLE, "-o", str(path), "--quiet"]) == 0
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    "format", ["npy", "csv", "bvh", "glb", "pose", "npz", "openpose", "trc", "arrays"]
)
def test_a_full_disk_names_the_file_and_leaves_nothing(tmp_path, format, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    name = {"arrays": "out", "openpose": "out.json"}.get(format, f"out.{format}")
    with small_files(2000):
        assert main(["lift", SAMPLE, "-o", name, "--format", format]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("out")
    assert line.endswith("expected a file to write, found file too large")
    assert list(tmp_path.iterdir()) == []
