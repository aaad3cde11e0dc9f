"""Command line of a benchmark: its parser, the header of its output, and its exit code."""

from __future__ import annotations

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Sequence

from benchmarks.environment import describe_environment
from signlift.errors import InputError


def make_parser(name: str, description: str | None) -> ArgumentParser:
    """Make the parser of a benchmark.

    Parameters
    ----------
    name
        Name of the module below `benchmarks`.
    description
        The docstring of the module.
    """
    return ArgumentParser(
        prog=f"python -m benchmarks.{name}",
        description=description,
        formatter_class=RawDescriptionHelpFormatter,
    )


def run_benchmark(
    parser: ArgumentParser,
    run: Callable[[Namespace], None],
    arguments: Sequence[str] | None = None,
    *,
    resume: str = "",
) -> int:
    """Print the environment, run a benchmark and return the exit code.

    Parameters
    ----------
    parser
        The parser of its arguments.
    run
        The benchmark.
    arguments
        The arguments; None for those of the process.
    resume
        What an interrupted run resumes with, for the message.

    Returns
    -------
    code
        0; 2 after an InputError, with one line for each problem; 130 after an interruption.
    """
    options = parser.parse_args(arguments)
    print(describe_environment(), end="\n\n", flush=True)
    try:
        run(options)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        hint = f"; the same command resumes with {resume}" if resume else ""
        print(f"interrupted{hint}", file=sys.stderr)
        return 130
    return 0
