"""NumPy's .npy files, read by mapping and written piece by piece, so that size does not matter.

The format: NumPy Enhancement Proposal 1, and the documentation of numpy.lib.format.
"""

from __future__ import annotations

import math
import tokenize
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import DTypeLike, NDArray

from signlift.errors import InputError, problem
from signlift.utils.atomic import atomic_path


@dataclass(frozen=True)
class NpyFile:
    """Where the numbers of a .npy file lie.

    It holds no open file and no memory: `map` maps the file for as long as the result lives, so
    that a process that goes through a large array never keeps more of it than it is looking at.
    """

    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    offset: int

    @property
    def nbytes(self) -> int:
        """The size of the array in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize

    def map(self) -> NDArray[Any]:
        """The array, read-only, mapped into memory (an empty array is simply made)."""
        if self.nbytes == 0:
            return np.empty(self.shape, self.dtype)
        return np.memmap(
            self.path, self.dtype, "r", self.offset, self.shape, "F" if self.fortran else "C"
        )


def open_npy(path: str | PathLike[str]) -> NpyFile:
    """Read the header of a .npy file and check that the numbers it promises are there.

    Raises
    ------
    InputError
        All that is wrong with the file: it is missing, a folder, not .npy, an array of Python
        objects (a pickle, which is never read) or of anything but real numbers, truncated, or
        empty.
    """
    file = read_npy_header(path)
    problems = npy_problems(file)
    if problems:
        raise InputError(problems)
    return file


def read_npy_header(path: str | PathLike[str]) -> NpyFile:
    """Read the header of a .npy file, whatever it promises.

    Raises
    ------
    InputError
        There is no header to read: the file is missing, a folder, or not .npy.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(problem(path, expected="a .npy file", found="no such file"))
    if path.is_dir():
        raise InputError(problem(path, expected="a .npy file", found="a folder"))
    try:
        with path.open("rb") as file:
            shape, fortran, dtype = read_header(file)
            offset = file.tell()
    except PermissionError:
        raise InputError(
            problem(path, expected="a file that can be read", found="no permission")
        ) from None
    except (ValueError, EOFError, SyntaxError, TypeError, KeyError, tokenize.TokenError):
        with path.open("rb") as file:
            start = file.read(8)
        found = f"one that begins with {start!r}" if start else "an empty file"
        if start.startswith(npy_format.MAGIC_PREFIX):
            found = "one whose header is damaged"
        elif start.startswith(b"PK"):
            found = "an .npz or .zip archive"
        raise InputError(problem(path, expected="a .npy file", found=found)) from None
    return NpyFile(path, shape, dtype, fortran, offset)


def npy_problems(file: NpyFile) -> list[str]:
    """What keeps the numbers of a .npy file from being mapped, a line for each problem."""
    problems = []
    if file.dtype.hasobject:
        problems.append(
            problem(file.path, expected="an array of numbers", found="Python objects (a pickle)")
        )
    elif file.dtype.kind not in "fiu":
        problems.append(problem(file.path, expected="real numbers", found=f"dtype {file.dtype}"))
    there = file.path.stat().st_size - file.offset
    if 0 in file.shape:
        found = f"shape {list(file.shape)}"
        problems.append(problem(file.path, expected="an array that is not empty", found=found))
    elif not file.dtype.hasobject and there < file.nbytes:
        expected = f"{file.nbytes:,} bytes of numbers for shape {list(file.shape)}"
        found = f"{there:,} (a truncated file)"
        problems.append(problem(file.path, expected=expected, found=found))
    return problems


def read_header(file: BinaryIO | BytesIO) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read shape, order (whether it is Fortran's) and type, and stop where the numbers begin.

    Raises what numpy raises where there is no header.
    """
    version = npy_format.read_magic(file)
    if version == (1, 0):
        shape, fortran, dtype = npy_format.read_array_header_1_0(file)
    elif version in ((2, 0), (3, 0)):  # 3.0 differs in the text encoding of field names only
        shape, fortran, dtype = npy_format.read_array_header_2_0(file)
    else:
        raise ValueError(f"version {version}")
    if min(shape, default=0) < 0:
        raise ValueError(f"shape {shape}")
    return shape, fortran, dtype


class NpyWriter:
    """A .npy file (C order) of known shape that is written piece by piece."""

    def __init__(self, file: BinaryIO, shape: Sequence[int], dtype: DTypeLike) -> None:
        self._file = file
        self.shape = tuple(int(n) for n in shape)
        self.dtype = np.dtype(dtype)
        header = {
            "descr": npy_format.dtype_to_descr(self.dtype),
            "fortran_order": False,
            "shape": self.shape,
        }
        npy_format.write_array_header_1_0(file, header)
        self._offset = file.tell()

    def fill_nan(self) -> None:
        """Set all of it to NaN."""
        row = np.full(max(1, int(np.prod(self.shape[1:]))), np.nan, self.dtype).tobytes()
        self._file.seek(self._offset)
        for _ in range(self.shape[0]):
            self._file.write(row)

    def put(self, index: Sequence[int], values: NDArray[Any]) -> None:
        """Write values that lie in one piece from `index` on.

        Parameters
        ----------
        index
            Where the first of the values goes: one number for each leading axis, zeros after.
        values
            Rows in the order of the file.
        """
        strides = [int(np.prod(self.shape[k + 1 :])) for k in range(len(self.shape))]
        first = sum(i * stride for i, stride in zip(index, strides, strict=False))
        self._file.seek(self._offset + first * self.dtype.itemsize)
        self._file.write(np.ascontiguousarray(values, self.dtype).tobytes())


@contextmanager
def npy_writer(
    path: str | PathLike[str], shape: Sequence[int], dtype: DTypeLike = np.float32
) -> Iterator[NpyWriter]:
    """Write a .npy file piece by piece; it appears at `path` when the block ends well."""
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        yield NpyWriter(file, shape, dtype)


def save_npy(path: str | PathLike[str], array: NDArray[Any]) -> None:
    """Write an array to a .npy file, whole or not at all."""
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.save(file, array, allow_pickle=False)
