"""Campaign of faults: hostile inputs, kills, full disks, and jobs that are in each other's way.

    python -m benchmarks.faults [--quick] [--part NAME] [--seed 0]

inputs  Small valid files of every reader, and messages, are damaged at random, and read
        (`python -m benchmarks.fuzz`): 10,000 of them.
kills   `lift` of files and of trees, `project`, `train`, `prepare`, and workers, also of Ray, are
        killed (SIGKILL) at random moments and run again; the results are compared bit by bit.
disks   The same commands run on disks that are full from one of their writes on, and again with
        space.
jobs    A read-only output, two jobs on one output, and a corpus of which 1 % is bad.

Prints a table for each part. The exit code is 1 if there was a traceback, a half file, a lost
recording, a hang, or a result that is not the same. --quick takes two minutes.
"""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Sequence
from importlib.util import find_spec

from benchmarks.command import make_parser, run_benchmark
from benchmarks.faults.full_disk import FullDisk, fill_disks, find_compiler
from benchmarks.faults.jobs import check_jobs
from benchmarks.fuzz.commands import COMMANDS, RAY_COMMANDS
from benchmarks.fuzz.kills import format_kills, run_kills
from benchmarks.fuzz.oracle import Outcome
from benchmarks.fuzz.table import format_table
from benchmarks.fuzz.targets import find_targets
from benchmarks.fuzz.workers import run_jobs, share_inputs

_Part = Callable[[Namespace], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the campaign, and return the exit code."""
    parser = make_parser("faults", __doc__)
    parser.add_argument("--quick", action="store_true", help="a few of each")
    parser.add_argument("--part", choices=list(_PARTS), action="append", help="parts (all)")
    parser.add_argument("--seed", type=int, default=0, help="seed of all random numbers (0)")
    parser.add_argument("--inputs", type=int, help="damaged inputs (10000)")
    parser.add_argument("--kills", type=int, help="kills (40)")
    parser.add_argument("--moments", type=int, help="full disks for each command (4; 0: all)")
    parser.add_argument("--recordings", type=int, help="recordings of the corpus (1000)")
    problems: list[int] = []

    def run(options: Namespace) -> None:
        sizes = _QUICK if options.quick else _FULL
        for name, size in sizes.items():
            if getattr(options, name) is None:
                setattr(options, name, size)
        for name in options.part or _PARTS:
            problems.append(_PARTS[name](options))
            print(flush=True)
        print(f"{sum(problems)} problems" if sum(problems) else "no problems")

    return run_benchmark(parser, run, arguments) or int(sum(problems) > 0)


_FULL = {"inputs": 10_000, "kills": 40, "moments": 4, "recordings": 1000}
_QUICK = {"inputs": 600, "kills": 8, "moments": 1, "recordings": 200}


def _damage_inputs(options: Namespace) -> int:
    outcomes: dict[str, list[Outcome]] = {}
    for job, outcome in run_jobs(share_inputs(find_targets(), options.inputs), options.seed, 1):
        outcomes.setdefault(job.target, []).append(outcome)
        if outcome.kind == "failure":
            detail = outcome.detail.encode("ascii", "backslashreplace").decode()
            command = f"python -m benchmarks.fuzz --target {job.target!r} --only {job.number}"
            print(f"{detail}\n    {command} --seed {options.seed}\n", flush=True)
    print(format_table(outcomes))
    return sum(each.kind == "failure" for those in outcomes.values() for each in those)


def _kill_commands(options: Namespace) -> int:
    kills = []
    commands = COMMANDS
    if find_spec("ray") is None:
        print("without Ray, which is not installed")
    elif not options.quick:
        commands = (*COMMANDS, *RAY_COMMANDS)
    for kill in run_kills(options.kills, options.seed, commands):
        kills.append(kill)
        if kill.problem:
            print(f"{kill.command}, after {kill.seconds} s: {kill.problem}\n", flush=True)
    print(format_kills(kills))
    return sum(bool(kill.problem) for kill in kills)


def _fill_disks(options: Namespace) -> int:
    if find_compiler() is None:
        print("without full disks, which need Linux and a C compiler")
        return 0
    disks = []
    for disk in fill_disks(options.moments, options.seed):
        disks.append(disk)
        if disk.problem:
            print(f"{disk.command}, full at write {disk.write}: {disk.problem}\n", flush=True)
    print(format_disks(disks))
    return sum(bool(disk.problem) for disk in disks)


def format_disks(disks: Sequence[FullDisk]) -> str:
    """Format a table in Markdown of what commands did on full disks."""
    lines = ["| command | writes | full disks | problems |", "| --- | --- | --- | --- |"]
    for name in dict.fromkeys(disk.command for disk in disks):
        those = [disk for disk in disks if disk.command == name]
        count = sum(bool(disk.problem) for disk in those)
        lines.append(f"| {name} | {those[0].writes} | {len(those)} | {count} |")
    return "\n".join(lines)


def _check_jobs(options: Namespace) -> int:
    lines = ["| check | runs | problems |", "| --- | --- | --- |"]
    count = 0
    for check in check_jobs(options.recordings, 3 if options.quick else 10, options.seed):
        lines.append(f"| {check.name} | {check.runs} | {int(bool(check.problem))} |")
        count += bool(check.problem)
        if check.problem:
            print(f"{check.name}: {check.problem}\n", flush=True)
    print("\n".join(lines))
    return count


_PARTS: dict[str, _Part] = {
    "inputs": _damage_inputs,
    "kills": _kill_commands,
    "disks": _fill_disks,
    "jobs": _check_jobs,
}

if __name__ == "__main__":
    sys.exit(main())
