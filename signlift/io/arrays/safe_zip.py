"""Members of zip archives that come from anywhere: which are safe to read, and their bytes.

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

#: What a damaged archive makes zipfile raise.
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
    """What is not read, as no recording is like that.

    Attributes
    ----------
    file
        Bytes of one file.
    total
        Bytes of all files of an archive.
    ratio
        How many times smaller a member may have been packed, from a megabyte on.
    files
        How many files there may be.
    """

    file: int = 64 << 20
    total: int = 8 << 30
    ratio: int = 200
    files: int = 2_000_000


LIMITS = Limits()


def member_problem(info: zipfile.ZipInfo, limits: Limits) -> str | None:
    """Why a member of an archive is not safe to read, or None."""
    name = info.filename.replace("\\", "/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in name.split("/"):
        return "a path that leads out of the archive"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "a link"
    if info.flag_bits & _ENCRYPTED:
        return "one that is encrypted"
    if info.file_size > limits.file:
        return f"{info.file_size:,} bytes (at most {limits.file:,} are read)"
    if info.file_size > max(1 << 20, limits.ratio * info.compress_size):
        return f"{info.file_size:,} bytes packed into {info.compress_size:,} (a zip bomb?)"
    return None


def read_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str) -> bytes:
    """The bytes of a member of an archive.

    Raises
    ------
    InputError
        It is damaged, or packed in a way that is not known.
    """
    try:
        return archive.read(info)
    except ZIP_ERRORS as error:
        found = f"damage ({said_by(error)})"
        raise InputError(
            problem(where, expected="a member of a zip archive", found=found)
        ) from None


def too_large(where: str, size: int, most: int) -> str:
    """A line that says that something has too many bytes."""
    return problem(where, expected=f"at most {most:,} bytes", found=f"{size:,}")


def said_by(error: BaseException) -> str:
    """What an exception says, in a line."""
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return said.splitlines()[0]
