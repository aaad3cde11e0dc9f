"""Standard input and standard output in place of files, named `-`."""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from signlift.errors import InputError, Problem, parameter_problem, problem

DASH = Path("-")

#: Standard input is copied to a file of this size at most, as readers go back and forth in it.
MAX_BYTES = 4 * 1024**3
_CHUNK = 1024**2


@contextmanager
def standard_streams(
    inputs: Sequence[Path], out: Path, suffix: str
) -> Iterator[tuple[list[Path], Path]]:
    """Replace `-` by temporary files; copy standard input before, and standard output after.

    Parameters
    ----------
    inputs
        Paths to read.
    out
        Path to write.
    suffix
        Suffix of the file that becomes standard output.

    Yields
    ------
    The paths to read and to write instead.

    Raises
    ------
    InputError
        Standard input is too large. Other InputErrors name `stdin` and `stdout` instead of the
        temporary files.
    """
    if DASH not in (*inputs, out):
        yield list(inputs), out
        return
    with tempfile.TemporaryDirectory(prefix="signlift-") as name:
        directory = Path(name)
        sources = [directory / "stdin" if path == DASH else path for path in inputs]
        target = directory / f"stdout{suffix}" if out == DASH else out
        try:
            if DASH in inputs:
                _copy_input(directory / "stdin")
            yield sources, target
        except InputError as error:
            raise InputError(_without(f"{name}/", line) for line in error.problems) from None
        if out == DASH:
            with target.open("rb") as file:
                shutil.copyfileobj(file, sys.stdout.buffer)
            sys.stdout.buffer.flush()


def output_suffix(out: Path, format: str | None, *, uncertainty: bool = False) -> str:
    """Find the suffix of the file that becomes standard output; "" for another output.

    Raises
    ------
    InputError
        The format is not given, or is more than one file.
    """
    if out != DASH:
        return ""
    if format is None:
        expected = "the format of standard output"
        raise InputError(parameter_problem("format", expected=expected, found="none"))
    from signlift.io.writer_registry import find_writer

    writer = find_writer(out, format)
    if not writer.suffix:
        expected = "a format of one file"
        raise InputError(parameter_problem("format", expected=expected, found=format))
    if uncertainty and writer.uncertainty == "beside":
        expected = "a `format` that holds it, for standard output"
        raise InputError(parameter_problem("uncertainty", expected=expected, found=format))
    return writer.suffix


def _copy_input(path: Path) -> None:
    size = 0
    with _named(path), path.open("wb") as file:
        while chunk := sys.stdin.buffer.read(_CHUNK):
            size += len(chunk)
            if size > MAX_BYTES:
                expected = f"at most {MAX_BYTES} bytes"
                raise InputError(problem("stdin", expected=expected, found="more"))
            file.write(chunk)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Turn a disk that is full into an InputError that names it."""
    try:
        yield
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InputError(problem(path, expected="a file to write", found=found)) from None


def _without(directory: str, line: str) -> str:
    """Remove the name of a temporary directory from a line, but not the disk that it is on."""
    parameter = line.parameter if isinstance(line, Problem) else None
    parent = f"{Path(directory).parent}/" if "expected a file to write" in line else ""
    return Problem(line.replace(directory, parent), parameter)
