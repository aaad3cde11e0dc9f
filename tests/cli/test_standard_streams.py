"""Standard input and standard output of `signlift lift`."""

import io
import os
import subprocess
import sys
import tempfile

import numpy as np
import pytest
from disks import small_files

import signlift as sl
from signlift.cli import standard_streams
from signlift.cli.main import main
from signlift.samples import sample_path


class Stream:
    def __init__(self, data=b""):
        self.buffer = io.BytesIO(data)

    def write(self, text):
        self.buffer.write(text.encode())

    def flush(self):
        pass


def lift(*arguments, data=b""):
    """Run in a process of their own, as a pipe does."""
    command = [sys.executable, "-m", "signlift", "lift", *map(str, arguments)]
    return subprocess.run(command, input=data, capture_output=True, timeout=120)


@pytest.mark.parametrize(
    "format", ["npy", "npz", "pose", "bvh", "csv", "parquet", "openpose", "trc"]
)
def test_bytes_through_a_pipe_are_those_of_files(format, tmp_path, monkeypatch):
    source = tmp_path / "stdin"  # files hold the name of the recording
    source.write_bytes(sample_path().read_bytes())
    suffix = {"openpose": ".json"}.get(format, f".{format}")
    out = tmp_path / f"stdout{suffix}"
    assert main(["lift", str(source), "-o", str(out), "--quiet"]) == 0
    stdout = Stream()
    monkeypatch.setattr(sys, "stdin", Stream(source.read_bytes()))
    monkeypatch.setattr(sys, "stdout", stdout)
    assert main(["lift", "-", "-o", "-", "--format", format, "--quiet"]) == 0
    assert stdout.buffer.getvalue() == out.read_bytes()


def test_the_summary_of_a_pipe_goes_to_stderr(tmp_path):
    done = lift("-", "-o", "-", "--format", "npy", data=sample_path().read_bytes())
    assert done.returncode == 0
    depth = np.load(io.BytesIO(done.stdout))
    assert depth.shape[0] == len(sl.read(sample_path()))
    assert b"with the shipped weights" in done.stderr
    assert b"stdout" not in done.stderr


def test_standard_input_to_a_file_and_a_file_to_standard_output(tmp_path):
    out = tmp_path / "out.npz"
    done = lift("-", "-o", out, data=sample_path().read_bytes())
    assert (done.returncode, done.stdout.decode().splitlines()[-1]) == (0, str(out))
    done = lift(sample_path(), "-o", "-", "--format", "csv", "--quiet")
    assert done.stdout.startswith(b"frame,time,keypoint,")
    assert done.stderr == b""


@pytest.mark.parametrize(
    ("arguments", "data", "expected"),
    [
        ("- -o -", b"", "--format: expected the format of standard output, found none"),
        ("- -o - --format arrays", b"", "--format: expected a format of one file, found arrays"),
        ("- -o - --format csv", b"nonsense", "stdin: expected a format that signlift reads"),
        ("- -o - --format csv", b"", "stdin: expected "),
        ("a b -o - --format csv", b"", "--out: expected a directory for 2 recordings"),
        ("a -o - --format npy --uncertainty", b"", "--uncertainty: expected"),
    ],
)
def test_mistakes_name_the_streams(arguments, data, expected, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", Stream(data))
    assert main(["lift", *arguments.split()]) == 2
    line, *_ = capsys.readouterr().err.splitlines()
    assert line.startswith(expected)


def test_several_recordings_are_not_written_one_after_the_other(tmp_path, capsys):
    two = np.random.default_rng(0).uniform(0, 500, (2, 5, 52)).astype(np.float32)
    np.save(tmp_path / "a.npy", two)
    assert main(["lift", str(tmp_path / "a.npy"), "-o", "-", "--format", "csv"]) == 2
    assert "expected one recording" in capsys.readouterr().err


def test_standard_input_is_bounded(monkeypatch, capsys):
    monkeypatch.setattr(standard_streams, "MAX_BYTES", 10)
    monkeypatch.setattr(sys, "stdin", Stream(b"x" * 11))
    assert main(["lift", "-", "-o", "a.npy"]) == 2
    assert capsys.readouterr().err == "stdin: expected at most 10 bytes, found more\n"


def test_a_reader_that_stops_early_is_no_error():
    command = f"{sys.executable} -m signlift lift {sample_path()} -o - --format csv | head -1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, timeout=120)
    assert done.stdout.startswith(b"frame,time,keypoint,")
    assert b"Traceback" not in done.stderr and b"roken" not in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="limits of POSIX")
@pytest.mark.parametrize(("inputs", "name"), [("-", "stdin"), (str(sample_path()), "stdout.csv")])
def test_a_full_disk_for_temporary_files_is_named(tmp_path, inputs, name, monkeypatch, capsys):
    stdout = Stream()
    monkeypatch.setattr(sys, "stdin", Stream(sample_path().read_bytes()))
    monkeypatch.setattr(sys, "stdout", stdout)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with small_files(2000):
        assert main(["lift", inputs, "-o", "-", "--format", "csv"]) == 2
    expected = f"{tmp_path}/{name}: expected a file to write, found file too large\n"
    assert (capsys.readouterr().err, stdout.buffer.getvalue()) == (expected, b"")
