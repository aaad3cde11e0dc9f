"""The command line as the fuzzer runs it: in its process, with its lines as errors and warnings."""

from __future__ import annotations

import contextlib
import io
import warnings

from signlift.errors import InputError, InputWarning


class BadResultError(Exception):
    """A result that is not valid, of an input that was not refused."""


def run_main(arguments: list[str]) -> None:
    """Run the command line in this process.

    Raises
    ------
    InputError
        The exit code is 2: its lines.
    BadResultError
        Another exit code than 0, 1 and 2.
    """
    from signlift.cli.main import main

    printed, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(errors):
        code = main(arguments)
    lines = errors.getvalue().splitlines()
    # A carriage return begins the line of a progress bar again.
    lines = [part for line in lines for part in line.split("\r") if part.strip()]
    if code == 2:
        raise InputError(lines)
    if code not in (0, 1):
        raise BadResultError(f"exit code {code}")
    for line in [*lines, *printed.getvalue().splitlines()]:
        if line.strip():
            warnings.warn(line, InputWarning, stacklevel=1)
