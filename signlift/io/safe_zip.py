"""Members of zip archives from untrusted sources: which are safe to read, and their bytes.

ZIP: PKWARE's APPNOTE 6.3. Nothing is unpacked to the disk.
"""

from __future__ import annotations

import lzma
import os
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from signlift.errors import InputError, problem

#: Exceptions that zipfile raises for a damaged archive.
ZIP_ERRORS = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    MemoryError,
    ValueError,
    IndexError,
    KeyError,
    OverflowError,
)

_DRIVE = re.compile(r"[A-Za-z]:")
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Limits:
    """Limits beyond which files are not read, as no recording reaches them.

    Attributes
    ----------
    file
        Bytes of one file.
    total
        Bytes of all files of an archive.
    ratio
        Largest ratio of the size of a member to its packed size, and of the size of all members to
        that of the archive. Deflate reaches 1032.
    free
        Bytes of a member that are unpacked whatever the ratio.
    free_total
        Bytes of all members that are unpacked whatever the ratio.
    files
        Number of files.
    """

    file: int = 64 << 20
    total: int = 8 << 30
    ratio: int = 200
    free: int = 1 << 20
    free_total: int = 64 << 20
    files: int = 2_000_000


LIMITS = Limits()


@contextmanager
def open_archive(path: Path, file: BinaryIO | None = None) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive.

    Parameters
    ----------
    path
        The archive, for messages.
    file
        The archive as an open file, if it is open already.

    Raises
    ------
    InputError
        The archive is damaged, or cannot be read.
    """
    try:
        archive = zipfile.ZipFile(path if file is None else file)
    except ZIP_ERRORS as error:
        found = f"a damaged file ({describe_error(error)})"
        if isinstance(error, FileNotFoundError):
            found = "no such file"
        raise InputError(problem(path, expected="a zip archive", found=found)) from None
    with archive:
        yield archive


def check_members(
    path: Path, archive: zipfile.ZipFile, members: Sequence[zipfile.ZipInfo], limits: Limits
) -> None:
    """Check what the members of an archive that are read unpack to together.

    Members may share their packed bytes, so that each of them has a plausible ratio.

    Raises
    ------
    InputError
        They are too many, too large, or a zip bomb.
    """
    if len(members) > limits.files:
        expected = f"at most {limits.files:,} files"
        raise InputError(problem(path, expected=expected, found=f"{len(members):,}"))
    total = sum(info.file_size for info in members)
    if total > limits.total:
        raise InputError(too_large(str(path), total, limits.total))
    size = sum(info.compress_size for info in members)
    if archive.fp is not None:
        size = min(size, archive.fp.seek(0, os.SEEK_END))
    if total > max(limits.free_total, limits.ratio * size):
        found = f"{total:,} bytes packed into {size:,} (a zip bomb?)"
        raise InputError(problem(path, expected="an archive of keypoints", found=found))


def member_problem(info: zipfile.ZipInfo, limits: Limits) -> str | None:
    """Describe why a member of an archive is not safe to read; None if it is."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return "a path that leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link"
    if info.flag_bits & _ENCRYPTED:
        return "an encrypted file"
    if info.file_size > limits.file:
        return f"{info.file_size:,} bytes (at most {limits.file:,} are read)"
    if info.file_size > max(limits.free, limits.ratio * info.compress_size):
        return f"{info.file_size:,} bytes packed into {info.compress_size:,} (a zip bomb?)"
    return None


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> bytes:
    """Read the bytes of a member of an archive.

    Raises
    ------
    InputError
        The member is damaged, or packed by an unknown method.
    """
    try:
        return archive.read(info)
    except ZIP_ERRORS as error:
        found = f"damage ({describe_error(error)})"
        raise InputError(
            problem(where, expected="a member of a zip archive", found=found)
        ) from None


def too_large(where: str, size: int, limit: int) -> str:
    """Describe, in one line, a file with too many bytes."""
    return problem(where, expected=f"at most {limit:,} bytes", found=f"{size:,}")


def describe_error(error: BaseException) -> str:
    """Return the message of an exception, in one line."""
    message = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return message.splitlines()[0]
