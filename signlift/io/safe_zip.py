"""Members of zip archives from untrusted sources: which are safe to read, and their bytes.

ZIP: PKWARE's APPNOTE 6.3. Nothing is unpacked to the disk.
"""

from __future__ import annotations

import lzma
import re
import stat
import struct
import zipfile
import zlib
from dataclasses import dataclass

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
        Largest ratio of the size of a member to its packed size, from a megabyte on.
    files
        Number of files.
    """

    file: int = 64 << 20
    total: int = 8 << 30
    ratio: int = 200
    files: int = 2_000_000


LIMITS = Limits()


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
    if info.file_size > max(1 << 20, limits.ratio * info.compress_size):
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
