"""NumPy's .npy files, mapped for reading and written piece by piece, so that size does not matter.

The format: NumPy Enhancement Proposal 1, and the documentation of numpy.lib.format.
"""

from __future__ import annotations

import math
import sys
import tokenize
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, BinaryIO
from zipfile import ZipExtFile

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import DTypeLike, NDArray

from signlift.errors import InputError, problem
from signlift.utils.atomic import atomic_path
from signlift.utils.regular_files import open_regular

#: First bytes of a .npy file.
NPY_MAGIC: bytes = npy_format.MAGIC_PREFIX

#: Exceptions that NumPy raises for a damaged header.
HEADER_ERRORS = (
    AttributeError,
    EOFError,
    KeyError,
    MemoryError,
    OverflowError,
    RecursionError,
    SyntaxError,
    TypeError,
    ValueError,
    tokenize.TokenError,
)

_EXPECTED = "a .npy file"

#: How to save what people save as Python objects.
NO_OBJECTS = "and a file for each recording where their lengths differ"


@dataclass(frozen=True)
class NpyFile:
    """Header of a .npy file.

    It holds no open file and no memory: `map` maps the array for as long as the result lives, so
    that a process that works through a large array holds only what it works on.

    Attributes
    ----------
    path
        The file.
    shape, dtype
        Shape and type of the array.
    fortran
        Whether the array is in Fortran's order.
    offset
        Number of bytes before the array.
    """

    path: Path
    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    fortran: bool
    offset: int

    @property
    def nbytes(self) -> int:
        """Size of the array in bytes."""
        return math.prod(self.shape) * self.dtype.itemsize

    def map(self) -> NDArray[Any]:
        """Map the array into memory, read-only."""
        if self.nbytes == 0:
            return np.empty(self.shape, self.dtype)  # nothing can be mapped
        array: NDArray[Any] = np.load(self.path, mmap_mode="r", allow_pickle=False)
        return array


def open_npy(path: str | PathLike[str]) -> NpyFile:
    """Read the header of a .npy file, and check that its numbers can be mapped.

    Raises
    ------
    InputError
        One line for each problem: the file is missing, a directory, not a .npy file, truncated or
        empty; the array holds Python objects (a pickle, which is never read) or anything other
        than real numbers.
    """
    file = read_npy_header(path)
    problems = npy_problems(file)
    if problems:
        raise InputError(problems)
    return file


def read_npy_header(path: str | PathLike[str]) -> NpyFile:
    """Read the header of a .npy file, without a check of its values.

    Raises
    ------
    InputError
        The file is missing, a directory, not a .npy file, or its header is damaged.
    """
    path = Path(path)
    if not path.exists():
        raise InputError(problem(path, expected=_EXPECTED, found="no such file"))
    if path.is_dir():
        raise InputError(problem(path, expected=_EXPECTED, found="a directory"))
    try:
        with open_regular(path) as file:
            shape, fortran, dtype = read_header(file)
            return NpyFile(path, shape, dtype, fortran, file.tell())
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InputError(problem(path, expected="a readable file", found=found)) from None
    except HEADER_ERRORS:
        with open_regular(path) as file:
            found = _describe_start(file.read(8))
        raise InputError(problem(path, expected=_EXPECTED, found=found)) from None


def npy_problems(file: NpyFile) -> list[str]:
    """Describe, one line each, the problems that keep an array from being mapped."""
    problems = []
    if file.dtype.hasobject:
        expected = f"an array of numbers, {NO_OBJECTS}"
        problems.append(problem(file.path, expected=expected, found="Python objects (a pickle)"))
    elif file.dtype.kind not in "fiu":
        problems.append(problem(file.path, expected="real numbers", found=f"dtype {file.dtype}"))
    size = file.path.stat().st_size - file.offset
    if 0 in file.shape:
        found = f"shape {list(file.shape)}"
        problems.append(problem(file.path, expected="an array that is not empty", found=found))
    elif not file.dtype.hasobject and size < file.nbytes:
        expected = f"{file.nbytes:,} bytes of numbers for shape {list(file.shape)}"
        found = f"{size:,} (a truncated file)"
        problems.append(problem(file.path, expected=expected, found=found))
    return problems


def read_header(file: BinaryIO | ZipExtFile) -> tuple[tuple[int, ...], bool, np.dtype[Any]]:
    """Read shape, order (True for Fortran's) and type, and stop where the numbers begin.

    Raises one of `HEADER_ERRORS` where there is no header.
    """
    version = npy_format.read_magic(file)
    if version == (1, 0):
        shape, fortran, dtype = npy_format.read_array_header_1_0(file)
    elif version in ((2, 0), (3, 0)):  # 3.0 differs in the text encoding of field names only
        shape, fortran, dtype = npy_format.read_array_header_2_0(file)
    else:
        raise ValueError(f"version {version}")
    if not all(type(size) is int and 0 <= size <= sys.maxsize for size in shape):
        raise ValueError(f"shape {shape}")
    return shape, fortran, dtype


def _describe_start(start: bytes) -> str:
    if not start:
        return "an empty file"
    if start.startswith(NPY_MAGIC):
        return "a file whose header is damaged"
    if start.startswith(b"PK"):
        return "an .npz or .zip archive"
    return f"a file that begins with {start!r}"


class NpyWriter:
    """A .npy file (C order) of known shape that is written piece by piece.

    The file is written and not mapped: writing to a full disk raises OSError, while a mapped file
    would end the process; and written pages do not count as memory of the process.
    """

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
        """Set all values to NaN."""
        row = np.full(max(1, math.prod(self.shape[1:])), np.nan, self.dtype).tobytes()
        self._file.seek(self._offset)
        for _ in range(self.shape[0]):
            self._file.write(row)

    def put(self, index: Sequence[int], values: NDArray[Any]) -> None:
        """Write values that are contiguous in the file, from an index on.

        Parameters
        ----------
        index
            Index of the first value: one number for each leading axis, zeros for the others.
        values
            Values in the order of the file.
        """
        strides = [math.prod(self.shape[k + 1 :]) for k in range(len(self.shape))]
        first = sum(i * stride for i, stride in zip(index, strides, strict=False))
        self._file.seek(self._offset + first * self.dtype.itemsize)
        self._file.write(np.ascontiguousarray(values, self.dtype).tobytes())


@contextmanager
def npy_writer(
    path: str | PathLike[str], shape: Sequence[int], dtype: DTypeLike = np.float32
) -> Iterator[NpyWriter]:
    """Open a .npy file to write it piece by piece; it appears when the block ends well."""
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        yield NpyWriter(file, shape, dtype)
