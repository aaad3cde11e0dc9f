"""Jobs over a corpus: speed on one and on two processes, memory, kills.

    python -m benchmarks.corpus [--recordings 10000] [--workers 2] [--kills 5]

Makes a synthetic corpus of .pose files of 30 to 300 frames, of which 1 % are damaged, and lifts it
to .pose: with one process and with several (their efficiency is the speed-up divided by their
number), a tenth of it (the memory must not grow with the corpus), and with a job that is killed
(SIGKILL) at random moments and started again. Where Ray is installed, it lifts the corpus, too: its
time holds its start, and that of the processors and the memory of its workers are not known. All
must write the same bytes. The exit code is 1 if they do not, or if a recording is lost.
"""

from __future__ import annotations

import math
import sys
import tempfile
from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from benchmarks.command import make_parser, run_benchmark
from benchmarks.corpus.recordings import count_bad, write_corpus
from benchmarks.corpus.runs import Run, digest_outputs, kill_lift, run_lift


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark and return the exit code."""
    parser = make_parser("corpus", __doc__)
    parser.add_argument("--recordings", type=int, default=10_000, help="recordings (10000)")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--kills", type=int, default=5, help="number of kills (5)")
    parser.add_argument("--format", default="pose", help="format of the results (pose)")
    failures: list[str] = []
    code = run_benchmark(parser, lambda options: failures.extend(_run(options)), arguments)
    return code or bool(failures)


def _run(options: Namespace) -> list[str]:
    with tempfile.TemporaryDirectory(prefix="signlift-corpus-") as name:
        failures = _measure(options, Path(name))
    print(*failures, sep="\n")
    return failures


def _measure(options: Namespace, place: Path) -> list[str]:
    corpus, count = place / "in", options.recordings
    write_corpus(corpus, count)
    bad = count_bad(count)
    print(f"{count:,} recordings, {bad:,} of them damaged\n")
    common = [corpus, "--format", options.format, "--recursive", "--workers"]
    runs: dict[str, Run] = {}
    digests: dict[str, str] = {}

    def record(label: str, out: Path, arguments: list[object]) -> None:
        runs[label] = run_lift(out, arguments)
        if "ray" in arguments:
            runs[label] = replace(runs[label], cpu=math.nan, worker=math.nan)
        digests[label] = digest_outputs(out)
        print(_format(label, runs[label], digests[label]), flush=True)

    print(f"{'':<24}{'s':>8}{'CPU s':>8}{'job MiB':>9}{'worker MiB':>12}  outputs")
    several = f"{options.workers} processes"
    record("1 process", place / "one", [*common, 1])
    record(several, place / "several", [*common, options.workers])
    on_ray = f"Ray, {options.workers} workers"
    if find_spec("ray") is not None:
        record(on_ray, place / "ray", [*common, options.workers, "--engine", "ray"])
    part = place / "part.txt"
    paths = sorted(path.relative_to(corpus) for path in corpus.rglob("*.pose"))
    part.write_text("\n".join(map(str, paths[: count // 10])))
    tenth = f"{several}, a tenth"
    listed = [corpus, "--list", part, "--format", options.format, "--workers", options.workers]
    record(tenth, place / "part", listed)
    killed = f"{several}, {options.kills} kills"
    rng = np.random.default_rng(0)
    kills = 0
    for _ in range(options.kills):
        wait = float(rng.uniform(0.1, 0.8)) * runs[several].seconds / max(options.kills / 2, 1)
        kills += kill_lift(place / "killed", [*common, options.workers, "--quiet"], 2 + wait)
    record(killed, place / "killed", [*common, options.workers])
    one, more = runs["1 process"], runs[several]
    efficiency = one.seconds / more.seconds / options.workers
    print(f"\nefficiency of {several}: {efficiency:.2f} by the clock (the cores must be free)")
    busy = more.lifting / more.seconds / options.workers
    print(f"the same whatever else runs: workers lift for {busy:.0%} of the time,", end=" ")
    print(f"and all processes take {more.cpu / one.cpu:.2f} times the time of the processors")
    if on_ray in runs:
        clock = one.seconds / runs[on_ray].seconds / options.workers
        busy = runs[on_ray].lifting / runs[on_ray].seconds / options.workers
        print(f"efficiency of {on_ray}: {clock:.2f} by the clock; they lift for {busy:.0%} of it")
    growth = runs[several].job / runs[tenth].job, runs[several].worker / runs[tenth].worker
    print(f"memory of all in that of a tenth: job {growth[0]:.2f}, worker {growth[1]:.2f}")
    print(f"kills: {kills} before the end")
    for label, run in runs.items():
        print(f"{label}: {run.summary.partition(': ')[2]}")
    whole = [label for label in ("1 process", several, on_ray, killed) if label in runs]
    return _check(count, bad, whole, runs, digests)


def _check(
    count: int, bad: int, labels: Sequence[str], runs: dict[str, Run], digests: dict[str, str]
) -> list[str]:
    """List what is wrong."""
    failures = []
    summary = f"{count - bad:,} done" + (f", {bad:,} failed" if bad else "")
    for label in labels:
        found = runs[label].summary.partition(": ")[2]
        if found != summary:
            failures.append(f"{label}: expected {summary}, found {found}")
        if digests[label] != digests["1 process"]:
            failures.append(f"{label}: expected the outputs of 1 process, found other bytes")
        if runs[label].code != bool(bad):
            failures.append(f"{label}: expected exit code {bool(bad):d}, found {runs[label].code}")
    return failures


def _format(label: str, run: Run, digest: str) -> str:
    numbers = f"{run.seconds:8.1f}{run.cpu:8.1f}{run.job:9.0f}{run.worker:12.0f}"
    return f"{label:<24}{numbers}  {digest}"


if __name__ == "__main__":
    sys.exit(main())
