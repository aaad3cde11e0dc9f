"""Arrays of .npz archives, read without trusting them: nothing is unpickled, sizes are limited.

An .npz file is a zip archive of .npy files (see the documentation of numpy.lib.format).
"""

from __future__ import annotations

import math
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from signlift.errors import InputError, collect_problems, problem
from signlift.io.arrays.npy import HEADER_ERRORS, NO_OBJECTS, read_header
from signlift.io.safe_zip import (
    ZIP_ERRORS,
    Limits,
    check_members,
    describe_error,
    member_problem,
    open_archive,
)

#: Larger archives are not read: no recording of a person is that long. Arrays of NaN are packed a
#: thousand times smaller, so that the ratio counts for large arrays only.
LIMITS = Limits(file=2 << 30, total=4 << 30, free=64 << 20, files=1000)

#: Kinds of NumPy types (`dtype.kind`), and their names in messages.
REAL, WHOLE, TEXT, ANY = "fiu", "iu", "U", "biufcmMSUV"
_KIND_NAMES = {REAL: "real numbers", WHOLE: "whole numbers", TEXT: "text", ANY: "an array"}

_SUFFIX = ".npy"


def load_npz(
    path: Path,
    problems: list[str],
    kinds: Mapping[str, str] | None = None,
    *,
    file: BinaryIO | None = None,
) -> dict[str, NDArray[Any]]:
    """Read arrays of an .npz archive.

    Parameters
    ----------
    path
        The archive.
    problems
        Takes a line for each problem.
    kinds
        Names of the arrays to read, and for each the kind of its numbers: `REAL`, `WHOLE`, `TEXT`
        or `ANY`. All arrays are read by default.
    file
        The archive as an open file, if it is open already.

    Returns
    -------
    The arrays without problems by name, in the order of `kinds` or of the archive. Names that are
    not in the archive are left out.
    """
    arrays: dict[str, NDArray[Any]] = {}
    with collect_problems(problems), open_archive(path, file) as archive:
        members = {
            info.filename.removesuffix(_SUFFIX): info
            for info in archive.infolist()
            if info.filename.endswith(_SUFFIX)
        }
        check_members(path, archive, list(members.values()), LIMITS)
        for name in members if kinds is None else kinds:
            if name in members:
                kind = ANY if kinds is None else kinds[name]
                try:
                    arrays[name] = _read_array(archive, members[name], kind, f"{path}: {name}")
                except InputError as error:
                    problems += error.problems
    return arrays


def _read_array(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, kinds: str, where: str
) -> NDArray[Any]:
    """Read a member of an archive, after a look at the size and type that its header promises."""
    unsafe = member_problem(info, LIMITS)
    if unsafe is not None:
        raise InputError(problem(where, expected="an array", found=unsafe))
    try:
        shape, dtype, offset = _read_header(archive, info, where)
        if dtype.hasobject:
            expected, found = f"{_KIND_NAMES[kinds]}, {NO_OBJECTS}", "Python objects (a pickle)"
            raise InputError(problem(where, expected=expected, found=found))
        if dtype.kind not in kinds:
            raise InputError(problem(where, expected=_KIND_NAMES[kinds], found=f"dtype {dtype}"))
        size, available = math.prod(shape) * dtype.itemsize, info.file_size - offset
        if size > available or dtype.itemsize == 0:
            expected = f"{size:,} bytes for shape {list(shape)}"
            raise InputError(problem(where, expected=expected, found=f"{available:,}"))
        with archive.open(info) as member:
            array: NDArray[Any] = npy_format.read_array(member, allow_pickle=False)
    except ZIP_ERRORS as error:
        found = f"damage ({describe_error(error)})"
        raise InputError(problem(where, expected="an array", found=found)) from None
    if dtype.kind == TEXT and not _is_unicode(array):
        expected, found = _KIND_NAMES[TEXT], "characters that Unicode does not have"
        raise InputError(problem(where, expected=expected, found=found))
    return array


def _is_unicode(array: NDArray[Any]) -> bool:
    """Return whether all characters of an array of text exist; Python cannot hold others."""
    codes = np.frombuffer(array.tobytes(), f"{array.dtype.str[0]}u4")
    return not len(codes) or int(codes.max()) <= sys.maxunicode


def _read_header(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str
) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Read shape and type, and the number of bytes before the array."""
    with archive.open(info) as member:
        assert isinstance(member, zipfile.ZipExtFile)
        try:
            shape, _, dtype = read_header(member)
        except HEADER_ERRORS:
            found = "damage in the header"
            raise InputError(problem(where, expected="an array", found=found)) from None
        return shape, dtype, member.tell()
