"""The header and the exit codes of all benchmarks."""

import subprocess
import sys
from argparse import ArgumentParser
from functools import partial

import pytest

from benchmarks import __main__ as speed
from benchmarks.command import run_benchmark
from benchmarks.environment import describe_commit, describe_environment
from signlift.errors import InputError

pytestmark = pytest.mark.slow


def test_the_machine_the_versions_and_the_commit_are_described():
    lines = dict(line.split(":", 1) for line in describe_environment().splitlines())
    assert list(lines) == ["date", "machine", "python", "signlift"]
    assert " cores, " in lines["machine"]
    assert "numpy " in lines["python"] and "torch " in lines["python"]
    assert ", commit " in lines["signlift"]


def test_the_commit(tmp_path):
    assert describe_commit(tmp_path) == "unknown"
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "Begin"], check=True)
    commit = describe_commit(tmp_path)
    assert len(commit) >= 7 and " " not in commit
    (tmp_path / "new").touch()
    assert describe_commit(tmp_path) == f"{commit} with local changes"


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (None, 0, ""),
        (InputError(["a: expected b", "c: expected d"]), 2, "a: expected b\nc: expected d\n"),
        (KeyboardInterrupt(), 130, "interrupted; the same command resumes with the rest\n"),
    ],
)
def test_exit_codes(error, code, message, capsys):
    def run(options):
        sys.stdout.write("result\n")
        if error is not None:
            raise error

    assert run_benchmark(ArgumentParser(), run, [], resume="the rest") == code
    out, err = capsys.readouterr()
    assert out.startswith("date:") and out.endswith("\n\nresult\n")
    assert err == message


def test_all_benchmarks_of_speed_have_one_header(monkeypatch, capsys):
    for name in ("lifting", "memory", "rotate", "throughput"):
        report = partial(sys.stdout.write, "measured\n")
        monkeypatch.setattr(f"benchmarks.{name}.report_all", report)
    speed.main()
    printed = capsys.readouterr().out
    assert printed.count("machine:") == 1 and printed.count("measured") == 4
