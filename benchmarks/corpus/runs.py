"""Runs of `signlift lift` over a corpus, each in a process of its own that is measured."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

_MEASURED = """
import json, resource, sys
from signlift.cli.main import main

if __name__ == "__main__":
    code = main(sys.argv[2:])
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    with open(sys.argv[1], "w") as file:
        json.dump({
            "code": code,
            "cpu": sum(each.ru_utime + each.ru_stime for each in used),
            "job": used[0].ru_maxrss / 1024,
            "worker": used[1].ru_maxrss / 1024,
        }, file)
"""


@dataclass(frozen=True)
class Run:
    """A job that ended.

    Attributes
    ----------
    code
        Exit code.
    seconds
        Time by the clock.
    cpu
        Time of the processors, of all processes.
    job, worker
        Peak memory of the first process, and of the largest worker, in MiB.
    lifting
        Sum of the times that its recordings took, by the clock of their workers.
    summary
        The last line that it printed.
    """

    code: int
    seconds: float
    cpu: float
    job: float
    worker: float
    lifting: float
    summary: str


def run_lift(out: Path, arguments: Sequence[object]) -> Run:
    """Run a job to its end."""
    measured = out.with_name(f"{out.name}.json")
    script = out.with_name("measured.py")
    script.write_text(_MEASURED)
    start = time.perf_counter()
    command = [sys.executable, str(script), str(measured), *_arguments(out, arguments)]
    process = subprocess.run(command, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if not measured.exists():
        raise RuntimeError(process.stderr)
    values = json.loads(measured.read_text())
    measured.unlink()
    summary = process.stdout.strip().rpartition("\n")[2]
    return Run(seconds=seconds, lifting=_sum_seconds(out), summary=summary, **values)


def _sum_seconds(out: Path) -> float:
    with closing(sqlite3.connect(out / "_manifest.sqlite")) as manifest:
        return float(manifest.execute("SELECT total(seconds) FROM recordings").fetchone()[0])


def kill_lift(out: Path, arguments: Sequence[object], seconds: float) -> bool:
    """Start a job and kill its first process after some time; False if it has ended before."""
    command = [sys.executable, "-m", "signlift", *_arguments(out, arguments)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.wait()
        return True
    return False


def digest_outputs(out: Path) -> str:
    """Return a digest of the names and bytes of all results; the manifest is left out.

    Whatever else is in the directory, such as half a file, changes the digest.
    """
    digest = hashlib.sha256()
    for place, directories, names in os.walk(out):
        directories.sort()
        for name in sorted(names):
            path = Path(place, name)
            if path.name != "_manifest.sqlite":
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(out)} {content}\n".encode())
    return digest.hexdigest()[:12]


def _arguments(out: Path, arguments: Sequence[object]) -> list[str]:
    return ["lift", *map(str, arguments), "-o", str(out)]
