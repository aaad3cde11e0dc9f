"""Mutation fuzzer of everything that reads a file of a user.

    python -m benchmarks.fuzz [--inputs 10000] [--target NAME] [--seed 0] [--processes 1]
    python -m benchmarks.fuzz --target NAME --only NUMBER [--keep DIRECTORY]
    python -m benchmarks.fuzz --kills 40

Small valid files of every reader are damaged at random, and read. Each must be read, or be refused
with an InputError of printable lines: no other exception or warning, no hang, no more than 1 GiB of
memory, no file left behind, no network, nothing unpickled. Prints each failure with the command
that repeats it, and a table. The exit code is 1 if there was a failure.

--kills ends the command line at random moments (SIGKILL) and runs it again.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from benchmarks.command import make_parser, run_benchmark
from benchmarks.fuzz.kills import format_kills, run_kills
from benchmarks.fuzz.oracle import Outcome, run_input, watch_events
from benchmarks.fuzz.table import format_table
from benchmarks.fuzz.targets import TARGETS, find_targets
from benchmarks.fuzz.workers import Job, run_jobs, share_inputs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a campaign, or one input, and return the exit code."""
    parser = make_parser("fuzz", __doc__)
    names = [target.name for target in TARGETS]
    parser.add_argument("--inputs", type=int, default=10_000, help="number of inputs (10000)")
    parser.add_argument("--target", choices=names, action="append", help="what to fuzz (all)")
    parser.add_argument("--seed", type=int, default=0, help="seed of all inputs (0)")
    parser.add_argument("--processes", type=int, default=1, help="worker processes (1)")
    parser.add_argument(
        "--only", type=int, metavar="NUMBER", help="read one input, in this process"
    )
    parser.add_argument("--kills", type=int, help="kill commands that often instead")
    parser.add_argument("--keep", type=Path, metavar="DIRECTORY", help="keep the one input here")
    failures: list[Outcome] = []
    code = run_benchmark(parser, lambda options: failures.extend(_run(options)), arguments)
    return code or bool(failures)


def _run(options: Namespace) -> list[Outcome]:
    if options.kills is not None:
        return _run_kills(options.kills, options.seed)
    targets = find_targets(options.target)
    if options.only is not None:
        watch_events()
        outcome = run_input(targets[0], options.only, options.seed, options.keep)
        print(outcome.kind, *outcome.changes)
        print(outcome.detail.encode("ascii", "backslashreplace").decode())
        return [outcome] if outcome.kind == "failure" else []
    outcomes: dict[str, list[Outcome]] = {target.name: [] for target in targets}
    jobs = share_inputs(targets, options.inputs)
    try:
        for job, outcome in run_jobs(jobs, options.seed, options.processes):
            outcomes[job.target].append(outcome)
            if outcome.kind == "failure":
                _print_failure(job, outcome, options.seed)
    finally:
        print(format_table(outcomes), flush=True)
    return [outcome for each in outcomes.values() for outcome in each if outcome.kind == "failure"]


def _run_kills(count: int, seed: int) -> list[Outcome]:
    kills = []
    for kill in run_kills(count, seed):
        kills.append(kill)
        moment = "after its end" if kill.seconds is None else f"after {kill.seconds:.2f} s"
        print(f"{kill.command}, {moment}, {kill.files} files: {kill.problem or 'ok'}", flush=True)
    print("\n" + format_kills(kills))
    return [Outcome("failure", detail=kill.problem) for kill in kills if kill.problem]


def _print_failure(job: Job, outcome: Outcome, seed: int) -> None:
    detail = outcome.detail.encode("ascii", "backslashreplace").decode()
    print(f"{job.target} {job.number} ({', '.join(outcome.changes)}): {detail}")
    command = f"python -m benchmarks.fuzz --target {job.target!r} --only {job.number}"
    print(f"    {command} --seed {seed}\n", flush=True)


if __name__ == "__main__":
    sys.exit(main())
