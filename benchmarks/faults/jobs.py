"""Jobs over a corpus with bad files, on a read-only disk, and two at a time on one output."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from benchmarks.fuzz.commands import is_same_job, read_rows, write_inputs
from benchmarks.fuzz.kills import command_words, compare_files
from signlift.datasets.simulated import simulate_recording
from signlift.io import write
from signlift.pipeline.corpus.manifest import MANIFEST

_TREE = "lift {inputs}/tree -o {out}/tree --format npz --workers 1"

#: Different recordings of a corpus; the others are copies of them.
_DISTINCT = 20

#: Longest time of a command in seconds.
_MAX_SECONDS = 900.0


@dataclass(frozen=True)
class Check:
    """A check of jobs.

    Attributes
    ----------
    name
        Name in the table.
    runs
        What was run.
    problem
        What is wrong; empty if nothing is.
    """

    name: str
    runs: str
    problem: str = ""


def check_jobs(recordings: int, pairs: int, seed: int) -> Iterator[Check]:
    """Make all checks.

    Parameters
    ----------
    recordings
        Size of the corpus with 1 % of bad files.
    pairs
        Number of pairs of jobs that are started on one output.
    seed
        Seed of their random numbers.
    """
    with tempfile.TemporaryDirectory(prefix="signlift-jobs-") as name:
        root = Path(name)
        write_inputs(root / "inputs", short=True)
        yield Check("read-only output", "2 commands", _check_read_only(root))
        yield Check("two jobs on one output", f"{pairs} pairs", _check_pairs(root, pairs, seed))
        runs = f"{recordings:,} recordings, 1 % bad"
        yield Check("corpus with bad files", runs, _check_bad_files(root, recordings, seed))


def _check_read_only(root: Path) -> str:
    problems = []
    with _read_only(root / "read-only") as out:
        for arguments in (_TREE, "lift {inputs}/signer.pose -o {out}/a.npz"):
            code, lines = _run(arguments, root, out, make=False)
            if code != 2 or len(lines) != 1:
                problems.append(f"exit code {code}, {lines}")
            problems += [f"{path} is left behind" for path in out.rglob("*")]
    return "; ".join(problems)


@contextmanager
def _read_only(path: Path) -> Iterator[Path]:
    """Make a directory in which nothing can be written, also by root where it can mount one."""
    path.mkdir()
    if os.getuid() != 0:
        path.chmod(0o555)
        yield path
        path.chmod(0o755)
        return
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=1m", "tmpfs", str(path)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        yield Path("/proc/self")  # where nobody can make a file
        return
    try:
        yield path
    finally:
        subprocess.run(["umount", str(path)], check=True)


def _check_pairs(root: Path, pairs: int, seed: int) -> str:
    """Start two jobs on one output: one ends well, the other is refused, or finds nothing to do."""
    random, problems = Random(seed), []
    reference = root / "reference"
    code, lines = _run(_TREE, root, reference)
    if code:
        return f"alone: exit code {code}, {lines}"
    for number in range(pairs):
        out = root / f"pair{number}"
        first = _start(_TREE, root, out)
        time.sleep(random.choice((0.0, random.uniform(0, 2))))
        second = _start(_TREE, root, out)
        results = [_end(process) for process in (first, second)]
        for code, lines in results:
            refused = code == 2 and len(lines) == 1 and "another job" in lines[0]
            if not refused and (code or lines):
                problems.append(f"exit code {code}, {lines}")
        if all(code for code, _ in results):
            problems.append("none of both ended well")
        problems += compare_files(out, reference, is_same_job)
        shutil.rmtree(out)
    return "; ".join(problems)


def _check_bad_files(root: Path, count: int, seed: int, workers: int | None = None) -> str:
    """Lift a corpus of which 1 % is bad, then again, and then with the bad files corrected."""
    bad = _write_corpus(root / "corpus" / "tree", count, seed)
    out, inputs = root / "bad", root / "corpus"
    arguments = f"lift {inputs}/tree -o {{out}}/tree --format npz"
    if workers is not None:
        arguments += f" --workers {workers}"
    problems = []
    code, lines = _run(arguments, root, out)
    if code != 1 or any(line.startswith("Traceback") for line in lines):
        problems.append(f"exit code {code}, {lines[-3:]}")
    problems += _check_states(out / "tree", count, set(bad))
    code, lines = _run(arguments, root, out)
    if code != 1:
        problems.append(f"the same again: exit code {code}")
    for path in bad.values():
        shutil.copy(inputs / "tree" / "good" / "00000.pose", path)
    code, lines = _run(f"{arguments} --retry-failed", root, out)
    if code:
        problems.append(f"without bad files: exit code {code}, {lines[-3:]}")
    return "; ".join([*problems, *_check_states(out / "tree", count, set())])


def _check_states(out: Path, count: int, bad: set[str]) -> list[str]:
    rows = read_rows(out / MANIFEST)
    if rows is None:
        return ["the manifest is damaged"]
    problems = []
    failed = {str(row[0]) for row in rows if row[1] == "failed"}
    if failed != bad:
        problems.append(f"{len(failed ^ bad)} recordings have the wrong state")
    if len(rows) != count:
        problems.append(f"{count - len(rows)} recordings are lost")
    problems += [f"{row[0]} has no message" for row in rows if row[1] == "failed" and not row[2]]
    results = {path.relative_to(out).with_suffix("").as_posix() for path in out.rglob("*.npz")}
    expected = {str(row[0]) for row in rows} - bad
    if results != expected:
        problems.append(f"{len(results ^ expected)} results are lost, or of bad files")
    return problems


def _write_corpus(tree: Path, count: int, seed: int) -> dict[str, Path]:
    """Write copies of a few recordings; return the bad ones by name."""
    (tree / "good").mkdir(parents=True)
    contents = []
    for number in range(_DISTINCT):
        recording = simulate_recording(seed, number, min_frames=10, max_frames=30)
        path = tree / "a.pose"
        write(replace(recording, depth=None), path)
        contents.append(path.read_bytes())
        path.unlink()
    half = contents[0][: len(contents[0]) // 2]
    damaged = (half, b"", b"no recording")
    bad = {}
    for number in range(count):
        name = f"{'bad' if number % 100 == 99 else 'good'}/{number:05}"
        path = tree / f"{name}.pose"
        path.parent.mkdir(exist_ok=True)
        content = contents[number % _DISTINCT]
        if number % 100 == 99:
            content = damaged[number // 100 % 3]
            bad[name] = path
        path.write_bytes(content)
    return bad


def _run(arguments: str, root: Path, out: Path, *, make: bool = True) -> tuple[int, list[str]]:
    return _end(_start(arguments, root, out, make=make))


def _start(arguments: str, root: Path, out: Path, *, make: bool = True) -> subprocess.Popen[bytes]:
    if make:
        out.mkdir(parents=True, exist_ok=True)
    words = command_words(arguments, root, out)
    return subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def _end(process: subprocess.Popen[bytes]) -> tuple[int, list[str]]:
    try:
        _, errors = process.communicate(timeout=_MAX_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        return -1, ["it hangs"]
    text = errors.decode(errors="replace")
    return process.returncode, [line for line in text.splitlines() if line.strip()]
