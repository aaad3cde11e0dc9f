"""Files to read: regular ones of a bounded size, no FIFOs, devices or sockets."""

from __future__ import annotations

import errno
import os
import stat
from os import PathLike
from typing import BinaryIO

#: Maximum size of a text file that is not a recording, in bytes.
MAX_TEXT_BYTES = 64 << 20

_KINDS = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def open_regular(path: str | PathLike[str]) -> BinaryIO:
    """Open a regular file to read its bytes. A FIFO is not waited for.

    Parameters
    ----------
    path
        The file, or a link to it.

    Raises
    ------
    OSError
        The file cannot be opened, or is a directory, a FIFO, a socket or a device; `strerror` says
        so.

    Examples
    --------
    >>> open_regular("/dev/null")
    Traceback (most recent call last):
    OSError: [Errno 22] a device: '/dev/null'
    """
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags)
    try:
        kind = _describe_mode(os.fstat(descriptor).st_mode)
        if kind is not None:
            raise OSError(errno.EINVAL, kind, os.fspath(path))
        return os.fdopen(descriptor, "rb")
    except OSError:
        os.close(descriptor)
        raise


def read_regular(path: str | PathLike[str], max_bytes: int = MAX_TEXT_BYTES) -> bytes:
    """Read the bytes of a regular file.

    Parameters
    ----------
    path
        The file, or a link to it.
    max_bytes
        Maximum size of the file.

    Raises
    ------
    OSError
        As for `open_regular`; or the file has more bytes.
    """
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        if size > max_bytes:
            found = f"{size:,} bytes (at most {max_bytes:,} are read)"
            raise OSError(errno.EFBIG, found, os.fspath(path))
        return file.read(max_bytes)


def describe_kind(path: str | PathLike[str]) -> str:
    """Describe what a path is, where it is not a regular file or directory.

    Examples
    --------
    >>> describe_kind("/dev/null"), describe_kind("/nowhere")
    ('a device', 'none')
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except OSError:
        return "a link to itself or to nothing" if os.path.islink(path) else "none"  # noqa: PTH114
    return _describe_mode(mode) or "a file or directory"


def _describe_mode(mode: int) -> str | None:
    return next((name for is_kind, name in _KINDS if is_kind(mode)), None)
