"""Text on standard output and standard error: escaped, of bounded length, and dropped if closed."""

import io
import os
import re
import subprocess
import sys

import numpy as np
import pytest

import signlift as sl
from signlift.cli.main import main
from signlift.cli.terminal import SafeStream
from signlift.errors import InputError, InputWarning, Problem, message_line, problem
from signlift.samples import sample_path

ESCAPE = "\x1b]0;title\x07\x1b[2J\r\n"
SHOWN = r"\x1b]0;title\x07\x1b[2J\r\n"
CONTROLS = r"[\x00-\x09\x0b-\x1f\x7f]"
SIGNLIFT = f"{sys.executable} -m signlift"


def test_errors_and_warnings_are_escaped_where_they_are_made():
    line = problem(f"{ESCAPE}.npy", expected=ESCAPE, found=ESCAPE)
    assert line == f"{SHOWN}.npy: expected {SHOWN}, found {SHOWN}"
    assert str(InputError([ESCAPE, "b"])) == f"{SHOWN}\nb"
    assert str(InputWarning(ESCAPE)) == SHOWN
    assert message_line("\u202egnp.exe \udcff \x9b") == r"\u202egnp.exe \udcff \x9b"
    assert message_line("手話 Grüße می\u200cخواهم 🤟") == "手話 Grüße می\u200cخواهم 🤟"


def test_lines_are_shortened_in_the_middle_and_keep_their_parameter():
    path = "/data/" + "d" * 500 + "/signer.pose"
    line = problem(path, expected="2 dimensions", found="3")
    assert len(line) == 300
    assert line.startswith("/data/d")
    assert line.endswith("d/signer.pose: expected 2 dimensions, found 3")
    assert len(problem(path, expected="e" * 500, found="f" * 500)) <= 300
    (line,) = InputError(Problem("x" * 500, "fps")).problems
    assert (len(line), line.parameter) == (300, "fps")


@pytest.mark.skipif(os.name != "posix", reason="names of files that Windows forbids")
def test_names_of_files_are_escaped(tmp_path, capsys):
    name = ESCAPE.replace("/", "")
    (tmp_path / f"{name}.npy").write_bytes(b"nonsense")
    assert main(["lift", str(tmp_path / f"{name}.npy"), "-o", str(tmp_path / "out.csv")]) == 2
    assert not re.search(CONTROLS, capsys.readouterr().err)
    recording = sl.Recording(np.random.default_rng(0).random((9, 26, 2)) * 300, fps=25)
    sl.write(recording.with_note(ESCAPE + "n" * 900), tmp_path / f"{name}.npz")
    assert main(["lift", str(tmp_path / f"{name}.npz"), "-o", str(tmp_path / f"{name}.csv")]) == 0
    printed = capsys.readouterr()
    assert SHOWN in printed.out
    assert max(map(len, printed.out.splitlines())) <= 300
    assert not re.search(CONTROLS, printed.out + printed.err)


def test_text_that_the_encoding_lacks_is_escaped():
    raw = io.BytesIO()
    stream = SafeStream(io.TextIOWrapper(raw, "ascii"), "stdout")
    stream.write("手話 \udcff\n")
    stream.flush()
    assert raw.getvalue() == b"\\u624b\\u8a71 \\udcff\n"


@pytest.mark.parametrize(
    ("name", "code", "closed"),
    [
        ("out.npy", 0, ">&-"),  # where the summary goes
        ("out.npy", 0, "| true"),
        ("out.npy", 0, ">&- 2>&- <&-"),
        ("out.magic", 2, "2>&-"),  # where the message goes
        ("out.magic", 2, "2>&1 | true"),
        ("out.magic", 2, ">&- 2>&- <&-"),
    ],
)
def test_closed_streams_do_not_change_the_exit_code(tmp_path, name, code, closed):
    command = f"{SIGNLIFT} lift {sample_path()} -o {name}"
    done = subprocess.run(
        ["bash", "-c", f"{command} {closed}; exit ${{PIPESTATUS[0]}}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr
    assert (tmp_path / name).exists() == (code == 0)
    if code == 0:
        assert np.load(tmp_path / name).ndim == 2


def test_a_closed_standard_output_for_data_is_a_mistake(tmp_path):
    command = f"{SIGNLIFT} lift {sample_path()} -o - --format csv >&-"
    done = subprocess.run(["bash", "-c", command], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1] == "stdout: expected an open stream, found a closed one"


def test_too_little_memory_is_one_line(monkeypatch, capsys):
    def fail(*arguments, **options):
        raise MemoryError("Unable to allocate 2.7 TiB for an array\nmore")

    monkeypatch.setattr("signlift.pipeline.convert.read_file", fail)
    assert main(["lift", str(sample_path()), "-o", "out.npy"]) == 2
    expected = "signlift: expected data that fit into memory, found Unable to allocate 2.7 TiB"
    assert capsys.readouterr().err == f"{expected} for an array\n"
