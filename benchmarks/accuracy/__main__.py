"""Accuracy of signlift beside baselines.

    python -m benchmarks.accuracy DATA [--minutes 10] [--seed 0] [-o accuracy] [--model RUN]

DATA is a directory with asl, cmu/train and cmu/test, each with the two arrays body_data.npy and
body_ground.npy. Each learned baseline is trained for the same time by the clock on the same stream
of data. All methods are tested on asl and cmu/test. Results are kept in the output directory and
reused unless their settings or the data change; an interrupted run is resumed with the next method.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy.methods import Entry, list_entries, make_file_name
from benchmarks.accuracy.protocol import TestSet, measure_conditions, read_sets
from benchmarks.accuracy.table import Result, format_text, read_result, write_tables
from benchmarks.command import make_parser, run_benchmark
from signlift.errors import InputError, problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and test all methods, print the table and return the exit code."""
    return run_benchmark(_make_parser(), _run, arguments, resume="the next method")


def _make_parser() -> argparse.ArgumentParser:
    parser = make_parser("accuracy", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--minutes", type=float, default=10, help="training of a baseline (10)")
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    parser.add_argument("-o", "--out", type=Path, default=Path("accuracy"), metavar="DIRECTORY")
    parser.add_argument("--model", type=Path, metavar="RUN", help="a held-out model of signlift")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="beginnings of methods' names")
    parser.add_argument("--channels", type=int, help="size of the baselines (as published)")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _run(options: argparse.Namespace) -> None:
    _check_options(options)
    sets = read_sets(options.data)
    entries = list_entries(
        options.data,
        options.out,
        seconds=60 * options.minutes,
        seed=options.seed,
        channels=options.channels,
        model=options.model,
        quiet=options.quiet,
    )
    only = tuple(name.lower() for name in options.only or [""])
    selected = {entry.name for entry in entries if entry.name.lower().startswith(only)}
    if not selected:
        names = "; ".join(entry.name for entry in entries)
        expected, found = f"the beginning of one of {names}", " ".join(options.only)
        raise InputError(problem("--only", expected=expected, found=found))
    results: list[Result] = []
    for entry in entries:
        path = options.out / f"{make_file_name(entry.name)}.json"
        result = read_result(path, entry.settings)
        if result is None and entry.name in selected:
            result = _measure(entry, sets, options.seed, quiet=options.quiet)
            result.write(path)
        if result is not None:
            results.append(result)
            write_tables(options.out, results)
    print(format_text(results))


def _check_options(options: argparse.Namespace) -> None:
    problems = [
        problem(f"--{name}", expected=expected, found=str(getattr(options, name)))
        for name, valid, expected in (
            ("minutes", 0 <= options.minutes < math.inf, "a number of 0 or more"),
            ("seed", options.seed >= 0, "a whole number of 0 or more"),
            ("channels", options.channels is None or options.channels > 0, "a number above 0"),
        )
        if not valid
    ]
    if problems:
        raise InputError(problems)


def _measure(entry: Entry, sets: list[TestSet], seed: int, *, quiet: bool) -> Result:
    """Train and test a method."""
    if not quiet:
        print(f"{entry.name} ...", file=sys.stderr, flush=True)
    scores, training = {}, None
    for tests in sets:
        method, training = entry.make(tests)
        scores[tests.name] = measure_conditions(method, tests, seed)
    return Result(entry.name, scores, training, entry.settings)


if __name__ == "__main__":
    sys.exit(main())
