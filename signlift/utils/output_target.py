"""The file that a path stands for when it is written, or a device, a FIFO or a descriptor."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import shutil
import stat
from pathlib import Path

from signlift.errors import InputError, problem

_EXPECTED = "a file to write"
_NOT_WRITTEN = {stat.S_IFBLK: "a block device", stat.S_IFSOCK: "a socket"}


def resolve_output(path: Path) -> tuple[Path, bool]:
    """Follow links to the file that a path stands for.

    Parameters
    ----------
    path
        The path. It need not exist.

    Returns
    -------
    The file, and whether it has to be written directly because it cannot be replaced: character
    devices such as /dev/null, FIFOs, and descriptors of this process such as /dev/stdout.

    Raises
    ------
    InputError
        A block device or a socket.
    OSError
        Links that lead to themselves.
    """
    if _descriptor(path) is not None:
        return path, True
    with contextlib.suppress(FileNotFoundError):
        kind = stat.S_IFMT(path.stat().st_mode)
        if kind in _NOT_WRITTEN:
            raise InputError(problem(path, expected=_EXPECTED, found=_NOT_WRITTEN[kind]))
        if kind in (stat.S_IFCHR, stat.S_IFIFO):
            return path, True
    while path.is_symlink():
        path = path.parent / path.readlink()
        if _descriptor(path) is not None:
            return path, True
    return path, False


def write_directly(source: Path, target: Path) -> None:
    """Copy a finished file into a device, a FIFO or a descriptor.

    Raises
    ------
    InputError
        No program reads the FIFO.
    """
    number = _descriptor(target)
    try:
        if number is None:
            # A FIFO without a reader is an error then, in place of an endless wait.
            output = os.open(target, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
            os.set_blocking(output, True)
        else:
            output = os.dup(number)
    except OSError as error:
        if error.errno != errno.ENXIO:
            raise
        found = "a FIFO that no program reads"
        raise InputError(problem(target, expected=_EXPECTED, found=found)) from None
    with source.open("rb") as finished, os.fdopen(output, "wb") as file:
        shutil.copyfileobj(finished, file)


def _descriptor(path: Path) -> int | None:
    """Return the number of the open file of this process that a path such as /dev/fd/1 names."""
    parent = os.path.realpath(path.parent)
    if re.fullmatch(rf"/proc/{os.getpid()}/fd", parent) and path.name.isdecimal():
        return int(path.name)
    return None
