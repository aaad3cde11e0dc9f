"""Safe access to files of frames in directories and zip archives.

Archives may be malicious. Nothing is unpacked to the disk. A member is not read if its path leads
out of the archive, if it is a link or encrypted, or if it is too large when unpacked (a zip bomb).
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Collection
from functools import partial
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.io.safe_zip import (
    Limits,
    check_members,
    describe_error,
    member_problem,
    read_member,
    too_large,
)
from signlift.utils.encodable import encodable

#: Name of a file in messages, and a function that reads its bytes and raises only InputError.
FileSource = tuple[str, Callable[[], bytes]]


def list_directory(
    path: Path,
    suffix: str | tuple[str, ...],
    limits: Limits,
    names: Collection[str] | None = None,
) -> dict[str, FileSource]:
    """List the files of a directory that may be frames, by name.

    Parameters
    ----------
    path
        The directory. Subdirectories and hidden files do not count.
    suffix
        Suffix of the files, or several, in lower case; names may have any case.
    limits
        Limits beyond which files are not read.
    names
        Names of the files; those of the directory by default.

    Raises
    ------
    InputError
        The directory cannot be read, or has too many files.
    """
    try:
        if names is None:
            names = os.listdir(path)  # noqa: PTH208 (Path objects for each take longer)
    except OSError as error:
        raise InputError(
            problem(path, expected="a directory", found=describe_error(error))
        ) from None
    names = [name for name in sorted(names) if name.lower().endswith(suffix) and name[0] != "."]
    _check_number(path, len(names), limits)
    return {
        name: (_printable(path, name), partial(_read_file, path, name, limits)) for name in names
    }


def _read_file(directory: Path, name: str, limits: Limits) -> bytes:
    """Read a file, or the target of a link; not a device or pipe."""
    path = os.path.join(directory, name)  # noqa: PTH118 (many files)
    try:
        status = os.stat(path)  # noqa: PTH116
        if not stat.S_ISREG(status.st_mode):
            where, kind = _printable(directory, name), _kind(status.st_mode)
            raise InputError(problem(where, expected="a file", found=kind))
        if status.st_size > limits.file:
            raise InputError(too_large(_printable(directory, name), status.st_size, limits.file))
        return _read_bytes(path, status.st_size, limits.file)
    except OSError as error:
        where = _printable(directory, name)
        raise InputError(problem(where, expected="a file", found=describe_error(error))) from None


def _read_bytes(path: str, size: int, limit: int) -> bytes:
    """Read a file of about this size whole, without Python's file objects, which take longer."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        parts = []
        while limit > 0 and (part := os.read(descriptor, min(size + 1, limit))):
            parts.append(part)
            limit -= len(part)
    finally:
        os.close(descriptor)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _kind(mode: int) -> str:
    if stat.S_ISDIR(mode):
        return "a directory"
    return "a pipe" if stat.S_ISFIFO(mode) else "a device or socket"


def list_archive(
    path: Path,
    archive: zipfile.ZipFile,
    suffix: str | tuple[str, ...],
    limits: Limits,
    problems: list[str],
) -> dict[str, FileSource]:
    """List the members of an archive that may be frames and are safe to read, by name.

    Parameters
    ----------
    path
        The archive, for messages.
    archive
        The archive, open.
    suffix, limits
        As in `list_directory`. Hidden directories do not count either.
    problems
        List to which a line is appended for each member that is not safe to read.

    Raises
    ------
    InputError
        The archive has too many files, or they are too large together.
    """
    members = [
        (name, info)
        for info in archive.infolist()
        if (name := info.filename.replace("\\", "/")).lower().endswith(suffix)
        and not any(part.startswith((".", "__MACOSX")) and part != ".." for part in name.split("/"))
    ]
    check_members(path, archive, [info for _, info in members], limits)
    files: dict[str, FileSource] = {}
    for name, info in members:
        where = _printable(path, name)
        found = member_problem(info, limits)
        if found is None:
            files[name] = (where, partial(read_member, archive, info, where))
        else:
            problems.append(problem(where, expected="a plain file", found=found))
    return files


def _check_number(path: Path, count: int, limits: Limits) -> None:
    if count > limits.files:
        expected = f"at most {limits.files:,} files"
        raise InputError(problem(path, expected=expected, found=f"{count:,}"))


def _printable(path: Path, name: str) -> str:
    """Convert a name of any bytes to printable text."""
    return encodable(f"{path}/{name}").replace("\n", " ")
