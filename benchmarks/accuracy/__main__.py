"""How accurate signlift is beside its peers.

    python -m benchmarks.accuracy DATA [--minutes 10] [--seed 0] [-o accuracy] [--model RUN]

DATA is a folder with asl, cmu/train and cmu/test, each in the seed's two arrays. Each learned peer
is trained for the same time by the clock on the same stream; all methods are tested on asl and
cmu/test. What is done is kept in the output folder and not done again unless its settings, or the
data, change: a run that was interrupted goes on with the next method.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy.methods import Entry, entries, file_name
from benchmarks.accuracy.protocol import TestSet, read_sets, scores
from benchmarks.accuracy.table import Result, read_result, text, write_tables
from signlift.errors import InputError, problem


def main(arguments: Sequence[str] | None = None) -> int:
    """Run it all, print the table, and give the exit code."""
    try:
        _run(_parser().parse_args(arguments))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("interrupted; the same command goes on with the next method", file=sys.stderr)
        return 130
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--minutes", type=float, default=10, help="to train each peer (10)")
    parser.add_argument("--seed", type=int, default=0, help="the source of chance (0)")
    parser.add_argument("-o", "--out", type=Path, default=Path("accuracy"), metavar="FOLDER")
    parser.add_argument("--model", type=Path, metavar="RUN", help="signlift's trained run")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="run only methods that begin so")
    parser.add_argument("--channels", type=int, help="the peers' size (as published)")
    parser.add_argument("--quiet", action="store_true", help="show no progress")
    return parser


def _run(given: argparse.Namespace) -> None:
    problems = [
        problem(f"--{option}", expected=expected, found=str(getattr(given, option)))
        for option, good, expected in (
            ("minutes", 0 <= given.minutes < math.inf, "a number of 0 or more"),
            ("seed", given.seed >= 0, "a whole number of 0 or more"),
            ("channels", given.channels is None or given.channels > 0, "a number above 0"),
        )
        if not good
    ]
    if problems:
        raise InputError(problems)
    sets = read_sets(given.data)
    rows = entries(
        given.data,
        given.out,
        seconds=60 * given.minutes,
        seed=given.seed,
        channels=given.channels,
        model=given.model,
        quiet=given.quiet,
    )
    only = tuple(name.lower() for name in given.only or [""])
    wanted = {row.name for row in rows if row.name.lower().startswith(only)}
    if not wanted:
        expected = f"the beginning of one of {'; '.join(row.name for row in rows)}"
        raise InputError(problem("--only", expected=expected, found=" ".join(given.only)))
    results: list[Result] = []
    for row in rows:
        path = given.out / f"{file_name(row.name)}.json"
        result = read_result(path, row.settings)
        if result is None and row.name in wanted:
            result = _measured(row, sets, given.seed, quiet=given.quiet)
            result.write(path)
        if result is not None:
            results.append(result)
            write_tables(given.out, results)
    print(text(results))


def _measured(row: Entry, sets: list[TestSet], seed: int, *, quiet: bool) -> Result:
    """A method's result, measured now."""
    if not quiet:
        print(f"{row.name} ...", file=sys.stderr, flush=True)
    found, training = {}, None
    for tests in sets:
        method, training = row.make(tests)
        found[tests.name] = scores(method, tests, seed)
    return Result(row.name, found, training, row.settings)


if __name__ == "__main__":
    sys.exit(main())
