"""A file or directory that is read: opened once, for recognising its format and for reading."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from os import PathLike
from pathlib import Path
from typing import BinaryIO

from signlift.errors import InputError, problem
from signlift.io.safe_zip import open_archive
from signlift.utils.regular_files import describe_kind, open_regular

#: Number of bytes that a format is recognised by.
HEAD_BYTES = 4096

_ZIP_MAGIC = b"PK"


@dataclass(eq=False)
class Source:
    """An open file, or a directory.

    Attributes
    ----------
    path
        The file or directory.
    head
        The first `HEAD_BYTES` of a file; b"" for a directory.
    file
        The open file; None for a directory.
    names
        Names of the files of a directory that are read; None for all.
    """

    path: Path
    head: bytes
    file: BinaryIO | None
    names: Collection[str] | None = None

    @property
    def is_directory(self) -> bool:
        """True for a directory."""
        return self.file is None

    @property
    def is_zip(self) -> bool:
        """True for a file that begins as a zip archive does."""
        return self.head.startswith(_ZIP_MAGIC)

    @cached_property
    def member_names(self) -> tuple[str, ...] | None:
        """Names in a zip archive; None for another file, and for a damaged archive."""
        if not self.is_zip or self.file is None:
            return None
        try:
            with open_archive(self.path, self.file) as archive:
                return tuple(archive.namelist())
        except InputError:
            return None

    def read(self, max_bytes: int | None = None) -> bytes:
        """Read all bytes of a file.

        Raises
        ------
        InputError
            The file has more than `max_bytes`, or cannot be read.
        """
        assert self.file is not None
        size = self.file.seek(0, os.SEEK_END)
        if max_bytes is not None and size > max_bytes:
            expected = f"at most {max_bytes:,} bytes"
            raise InputError(problem(self.path, expected=expected, found=f"{size:,}"))
        try:
            self.file.seek(0)
            return self.file.read(size)
        except (OSError, MemoryError) as error:
            found = getattr(error, "strerror", None) or "more than fits in memory"
            raise InputError(problem(self.path, expected="a readable file", found=found)) from None


@contextmanager
def open_source(
    path: str | PathLike[str], names: Collection[str] | None = None
) -> Iterator[Source]:
    """Open a file or directory to read.

    Parameters
    ----------
    path
        The file or directory.
    names
        Names of the files of a directory to read; None for all.

    Yields
    ------
    The source. Its file is open within the context.

    Raises
    ------
    InputError
        There is no such file, it is empty, or it cannot be read.

    Examples
    --------
    >>> import signlift as sl
    >>> with open_source(sl.sample_path()) as source:
    ...     len(source.head), source.is_zip
    (4096, False)
    """
    path = Path(path)
    if path.is_dir():
        yield Source(path, b"", None, names)
        return
    if not path.is_file():
        found = describe_kind(path)
        raise InputError(problem(path, expected="a file or directory", found=found))
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open_regular(path))
            head = file.read(HEAD_BYTES)
        except OSError as error:
            found = (error.strerror or str(error)).lower()
            raise InputError(problem(path, expected="a readable file", found=found)) from None
        if not head:
            raise InputError(problem(path, expected="a file with content", found="an empty file"))
        yield Source(path, head, file)
