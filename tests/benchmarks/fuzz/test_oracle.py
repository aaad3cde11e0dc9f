"""What the fuzzer calls a failure."""

import pickle
import shutil
import socket
import sys
import tempfile
import warnings
from pathlib import Path

import pytest

from benchmarks.fuzz import oracle
from benchmarks.fuzz.command_line import BadResultError
from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.oracle import Outcome, run_input
from benchmarks.fuzz.table import format_table
from benchmarks.fuzz.targets import Target
from signlift.errors import InputError, InputWarning


def outcome_of(read, number=0):
    target = Target("test", lambda: [FuzzInput.of("a.txt", b"text")], lambda path, _: read(path))
    return run_input(target, number, 0)


class RawError(InputError):
    """An error whose line is not made printable."""

    def __init__(self, line):
        self.problems = (line,)


class RawWarning(InputWarning):
    def __init__(self, line):
        UserWarning.__init__(self, line)


def raises(error):
    def read(path):
        raise error

    return read


def warns(message, category=InputWarning):
    return lambda path: warnings.warn(message, category, stacklevel=1)


def test_what_is_read_or_refused_is_no_failure():
    assert outcome_of(lambda path: None).kind == "valid"
    assert outcome_of(raises(InputError("a: expected b, found c")), 1).kind == "refused"
    assert "a seed is refused" in outcome_of(raises(InputError("a: expected b"))).detail
    assert outcome_of(warns("a line")).warnings == 1
    assert outcome_of(raises(ModuleNotFoundError(name="mediapipe")), 1).kind == "refused"


def remove_all(path):
    shutil.rmtree(path.parent)
    path.parent.mkdir()


@pytest.mark.parametrize(
    ("read", "detail"),
    [
        (raises(ValueError("no")), "ValueError"),
        (raises(MemoryError()), "MemoryError"),
        (raises(SystemExit(2)), "SystemExit"),
        (raises(BadResultError("infinite")), "infinite"),
        (raises(InputError([])), "without a line"),
        (raises(RawError("a" * 301)), "a line of 301 characters"),
        (raises(RawError("a\x1b[31m")), "a line with"),
        (raises(RawError("\ud800")), "a line with"),
        (warns("\n", RawWarning), "a line with"),
        (warns("divide", RuntimeWarning), "RuntimeWarning: divide"),
        (lambda path: sys.stderr.write("here"), "printed"),
        (lambda path: tempfile.mkstemp(), "left behind"),
        (lambda path: Path("here").touch(), "left behind"),
        (remove_all, "gone or changed"),
    ],
)
def test_everything_else_is_a_failure(read, detail):
    outcome = outcome_of(read)
    assert outcome.kind == "failure"
    assert detail in outcome.detail


def test_network_and_unpickling_are_noted(monkeypatch):
    oracle.watch_events()

    def look_up(path):
        socket.getaddrinfo("127.0.0.1", 1)

    assert "a look-up of a host" in outcome_of(look_up).detail
    assert "unpickling" in outcome_of(lambda path: pickle.loads(pickle.dumps(Path("a")))).detail
    assert outcome_of(lambda path: None).kind == "valid"


def test_time_and_memory_are_limited(monkeypatch):
    monkeypatch.setattr(oracle, "MAX_SECONDS", -1.0)
    assert " s" in outcome_of(lambda path: None).detail
    monkeypatch.setattr(oracle, "MAX_SECONDS", 10.0)
    monkeypatch.setattr(oracle, "MAX_MEMORY", 1000)
    assert "MB of memory" in outcome_of(lambda path: None).detail


def test_the_table():
    outcomes = [Outcome("valid", 1, 0.5, 10**8), Outcome("failure", 0, 0.25, 2 * 10**8)]
    lines = format_table({"npy": outcomes, "nothing": []}).splitlines()
    assert lines[2:] == [
        "| npy | 2 | 1 | 0 | 1 | 1 | 0.50 | 200 |",
        "| all | 2 | 1 | 0 | 1 | 1 | 0.50 | 200 |",
    ]
