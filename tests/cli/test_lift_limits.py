"""Limits of `signlift lift`: a file that takes too much fails alone, with one line."""

import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
from command_line import call

from signlift.io import read, write

pytestmark = pytest.mark.usefixtures("quick_processes")

#: Frames of the long recording.
FRAMES = 1200

_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such limit")


@pytest.fixture
def directory(signer, tmp_path):
    """A directory of two short recordings, and a long one between them."""
    root = tmp_path / "in"
    root.mkdir()
    for name in ("a", "c"):
        shutil.copy(signer / "a.pose", root / f"{name}.pose")
    short = read(signer / "a.pose")
    numbers = np.arange(FRAMES) % len(short)
    long = replace(
        short, keypoints=short.keypoints[numbers], confidence=short.confidence[numbers], depth=None
    )
    write(long, root / "b.pose")
    return root


def _result_names(out):
    return sorted(path.name for path in out.iterdir() if not path.name.startswith("_"))


@pytest.mark.parametrize("job", [(), ("--workers", "1")], ids=["files", "job"])
def test_a_recording_of_too_many_frames_fails_alone(directory, tmp_path, capsys, job):
    out = tmp_path / "out"
    assert call("lift", directory, "-o", out, "--max-frames", "200", *job) == 1
    errors = capsys.readouterr().err.splitlines()
    line = f"{directory}/b.pose: expected at most 200 frames, found {FRAMES:,}"
    assert line in errors and len(errors) <= 3
    assert _result_names(out) == ["a.npy", "c.npy"]


def test_limits_change_no_result(directory, tmp_path):
    plain, limited = tmp_path / "plain", tmp_path / "limited"
    assert call("lift", directory, "-o", plain, "--quiet") == 0
    limits = ("--max-frames", str(FRAMES), "--max-seconds", "60")
    assert call("lift", directory, "-o", limited, "--quiet", *limits) == 0
    for name in _result_names(plain):
        assert (plain / name).read_bytes() == (limited / name).read_bytes()


def test_a_file_that_takes_too_long_is_stopped_with_one_line(directory, tmp_path, capsys):
    path = directory / "b.pose"
    assert call("lift", path, "-o", tmp_path / "b.npy", "--max-seconds", "0.0001") == 2
    line = f"{path}: expected at most 0.0001 s, found more, and stopped it"
    assert capsys.readouterr().err.splitlines() == [line]
    assert [each.name for each in tmp_path.iterdir()] == ["in"]


@_LINUX
def test_a_file_that_takes_too_much_memory_fails_alone(directory, tmp_path, capsys):
    out = tmp_path / "out"
    limits = ("--max-memory", "0.5", "--max-seconds", "60")
    assert call("lift", directory, "-o", out, *limits) == 1
    errors = capsys.readouterr().err.splitlines()
    assert f"{directory}/b.pose: expected at most 0.5 MB of memory, found more" in errors


def test_a_limit_is_no_part_of_the_settings_of_a_job(directory, tmp_path, capsys):
    out = tmp_path / "out"
    command = ("lift", directory, "-o", out, "--workers", "1", "--quiet")
    assert call(*command, "--max-frames", "200") == 1
    assert call(*command, "--max-frames", str(FRAMES), "--retry-failed") == 0
    assert _result_names(out) == ["a.npy", "b.npy", "c.npy"]


def test_limits_that_allow_nothing_are_mistakes(directory, tmp_path, capsys):
    assert call("lift", directory, "-o", tmp_path / "out", "--max-frames", "0") == 2
    line = "--max-frames: expected a number of frames above 0, found 0"
    assert capsys.readouterr().err.splitlines() == [line]
