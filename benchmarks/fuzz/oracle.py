"""One input, made and read: which of the few things that may happen did, and all that may not."""

from __future__ import annotations

import contextlib
import io
import os
import re
import resource
import shutil
import sys
import tempfile
import time
import traceback
import unicodedata
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.fuzz.command_line import BadResultError
from benchmarks.fuzz.mutations.mutate import mutate
from benchmarks.fuzz.targets import Target
from signlift.errors import InputError, InputWarning

#: Longest line of a message.
MAX_LINE = 300

#: Limits of one input: seconds of the processor, and resident memory.
MAX_SECONDS, MAX_MEMORY = 10.0, 1 << 30

#: Packages without which some inputs are refused.
_EXTRAS = ("aiohttp", "av", "mediapipe", "pyarrow")

#: Events of Python (PEP 578) that a reader must not cause.
_FORBIDDEN = {
    "socket.connect": "a network connection",
    "socket.getaddrinfo": "a look-up of a host",
    "socket.bind": "a network server",
    "pickle.find_class": "unpickling",
    "subprocess.Popen": "another program",
    "os.system": "another program",
    "exec": "",
}

_events: list[str] | None = None


class _Defaults(Random):
    """Random generator that never draws an option: each default is the first choice."""

    def random(self) -> float:
        return 0.999

    def choice(self, seq: Any) -> Any:
        return seq[0]


@dataclass(frozen=True)
class Outcome:
    """What happened to one input.

    Attributes
    ----------
    kind
        valid, refused (an InputError), or failure.
    warnings
        Number of InputWarnings.
    seconds
        Time of the processor.
    memory
        Peak of the resident memory in bytes.
    detail
        For a failure what is wrong, with the end of the traceback; else the first line.
    changes
        Mutations that made the input.
    """

    kind: str
    warnings: int = 0
    seconds: float = 0.0
    memory: int = 0
    detail: str = ""
    changes: tuple[str, ...] = ()


def run_input(target: Target, number: int, seed: int, keep: Path | None = None) -> Outcome:
    """Make an input and read it.

    Parameters
    ----------
    target
        Its reader.
    number, seed
        They choose the input: equal ones give the same input.
    keep
        Directory that keeps the input; by default it is removed.
    """
    random = Random(f"{seed} {target.name} {number}")
    seeds = target.seeds()
    if number < len(seeds):  # the first inputs are the seeds themselves
        given, random = seeds[number], _Defaults()
    else:
        given = mutate(random.choice(seeds), random)
    root = Path(tempfile.mkdtemp(prefix="signlift-fuzz-"))
    try:
        for name in ("in", "tmp", "cwd"):
            (root / name).mkdir()
        path = given.write(root / "in")
        if keep is not None:
            shutil.copytree(root / "in", keep, symlinks=True, dirs_exist_ok=True, ignore=_pipes)
        before = _list(root / "in")
        with _confined(root) as events:
            outcome = _read(target, path, random)
        problems = [*events, *_find_leftovers(root, {} if target.writes else before)]
        if outcome.memory > MAX_MEMORY:
            problems.append(f"{outcome.memory >> 20} MB of memory")
        if outcome.seconds > MAX_SECONDS:
            problems.append(f"{outcome.seconds:.1f} s")
        if number < len(seeds) and outcome.kind == "refused":
            problems.append(f"a seed is refused: {outcome.detail}")
        if problems:
            detail = "\n".join([*problems, outcome.detail])
            outcome = Outcome("failure", outcome.warnings, outcome.seconds, outcome.memory, detail)
        fields = outcome.__dict__ | {"changes": given.changes}
        return Outcome(**fields)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _read(target: Target, path: Path, random: Random) -> Outcome:
    _reset_peak()
    start = time.process_time()
    kind, detail, lines = "valid", "", []
    printed = io.StringIO()
    with (
        warnings.catch_warnings(record=True) as caught,
        contextlib.redirect_stdout(printed),
        contextlib.redirect_stderr(printed),
    ):
        warnings.simplefilter("always")
        warnings.simplefilter("ignore", DeprecationWarning)
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            target.read(path, random)
        except InputError as error:
            kind, lines = "refused", list(error.problems)
            detail = lines[0][:MAX_LINE] if lines else ""
            if not lines:
                kind, detail = "failure", "an InputError without a line"
        except BadResultError as error:
            kind, detail = "failure", str(error)
        except ModuleNotFoundError as error:
            name = (error.name or "").partition(".")[0]
            kind = "refused" if name in _EXTRAS else "failure"
            detail = f"{name} is not installed"
        except BaseException as error:  # everything else is what the fuzzer looks for
            kind, detail = "failure", _end_of_traceback(error)
    seconds = time.process_time() - start
    inputs = [w for w in caught if issubclass(w.category, InputWarning)]
    lines += [str(warning.message) for warning in inputs]
    others = [w for w in caught if not issubclass(w.category, InputWarning)]
    problems = [f"{w.category.__name__}: {w.message} ({w.filename}:{w.lineno})" for w in others]
    problems += _bad_lines(lines)
    problems += [f"printed: {printed.getvalue()[:MAX_LINE]!r}"] if printed.getvalue() else []
    if problems:
        kind, detail = "failure", "\n".join([*problems[:3], *([detail] if detail else [])])
    return Outcome(kind, len(inputs), seconds, peak_memory(), detail)


def _bad_lines(lines: Iterable[str]) -> list[str]:
    """Describe lines of messages that are too long, or that are not printable text."""
    problems = []
    for line in lines:
        if len(line) > MAX_LINE:
            problems.append(f"a line of {len(line)} characters: {line[:100]!r}...")
        if not line.strip():
            problems.append("an empty line")
        letters = {c for c in line if unicodedata.category(c) in ("Cc", "Cs")}
        if letters:
            problems.append(f"a line with {sorted(letters)!r}: {line[:200]!r}")
    return problems


def _end_of_traceback(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in frames if "/signlift/" in frame.filename] or frames
    places = [
        f"{re.sub(r'.*/signlift/', 'signlift/', frame.filename)}:{frame.lineno} {frame.name}"
        for frame in inside[-3:]
    ]
    return f"{type(error).__name__}: {str(error)[:200]!r}\n    " + "\n    ".join(places)


@contextlib.contextmanager
def _confined(root: Path) -> Iterator[list[str]]:
    """Work in the directories of the input, and list forbidden events."""
    global _events
    old = Path.cwd(), tempfile.tempdir, os.environ.get("TMPDIR")
    os.chdir(root / "cwd")
    tempfile.tempdir = os.environ["TMPDIR"] = str(root / "tmp")
    events: list[str] = []
    _events = events
    try:
        yield events
    finally:
        _events = None
        os.chdir(old[0])
        tempfile.tempdir = old[1]
        os.environ.pop("TMPDIR")
        if old[2] is not None:
            os.environ["TMPDIR"] = old[2]


def watch_events() -> None:
    """Note forbidden events of this process from here on, while an input is read."""

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if _events is not None and _FORBIDDEN.get(event):
            _events.append(f"{_FORBIDDEN[event]}: {event} {arguments!r}"[:200])

    sys.addaudithook(note)


def _find_leftovers(root: Path, before: dict[str, int]) -> list[str]:
    """Describe files that were left behind, and inputs that were changed."""
    problems = [
        f"left behind: {name!r}" for directory in ("tmp", "cwd") for name in _list(root / directory)
    ]
    after = _list(root / "in")
    problems += [f"an input is gone or changed: {n!r}" for n in before if after.get(n) != before[n]]
    return problems + [f"left behind: {name!r}" for name in after if ".part" in name]


def _list(directory: Path) -> dict[str, int]:
    """List the sizes of all files below a directory."""
    sizes = {}
    for parent, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(parent, name)  # noqa: PTH118
            sizes[os.path.relpath(path, directory)] = os.lstat(path).st_size
    return sizes


def _pipes(directory: str, names: list[str]) -> list[str]:
    return [name for name in names if Path(directory, name).is_fifo()]


def _reset_peak() -> None:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak_memory() -> int:
    """Return the peak of the resident memory in bytes, since the last input where Linux says so."""
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/self/status").read_text().splitlines()
        return 1024 * int(next(line for line in lines if line.startswith("VmHWM")).split()[1])
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
