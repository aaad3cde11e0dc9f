"""The arrays of a .npz file, read without trusting it: nothing is unpickled."""

from __future__ import annotations

import io
import math
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.lib import format as npy_format
from numpy.typing import NDArray

from signlift.errors import InputError, problem

#: More bytes than this of one array are not taken: no recording of a person is that long.
_MOST = 1 << 31

#: What the kinds of numpy's types are called.
_KINDS = {"fiu": "real numbers", "iu": "whole numbers", "U": "text"}


def load_arrays(
    path: Path, wanted: Mapping[str, str], problems: list[str]
) -> dict[str, NDArray[Any]]:
    """Read some arrays of a .npz file.

    Parameters
    ----------
    path
        The file, a zip archive of .npy files.
    wanted
        The arrays' names, and the kinds that each may be of: "fiu" (real numbers), "iu" (whole
        numbers) or "U" (text).
    problems
        Takes a line for each problem.

    Returns
    -------
    Those that are there and good, in the order of `wanted`; others in the file are not looked at.
    """
    arrays: dict[str, NDArray[Any]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            there = set(archive.namelist())
            for name, kinds in wanted.items():
                if f"{name}.npy" not in there:
                    continue
                try:
                    arrays[name] = _array(archive, name, kinds, f"{path}: {name}")
                except InputError as error:
                    problems += error.problems
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        problems.append(problem(path, expected="a .npz file", found=reason))
    except Exception:  # zipfile and the decompressors raise many kinds on damage
        expected = "a .npz file, a zip archive of arrays"
        problems.append(problem(path, expected=expected, found="one that is damaged"))
    return arrays


def _array(archive: zipfile.ZipFile, name: str, kinds: str, where: str) -> NDArray[Any]:
    there = archive.getinfo(f"{name}.npy").file_size
    if there > _MOST:
        expected = f"{_MOST:,} bytes at most"
        raise InputError(problem(where, expected=expected, found=f"{there:,}"))
    file = io.BytesIO(archive.read(f"{name}.npy"))
    if npy_format.read_magic(file) == (1, 0):
        shape, fortran, dtype = npy_format.read_array_header_1_0(file)
    else:
        shape, fortran, dtype = npy_format.read_array_header_2_0(file)
    if dtype.hasobject:
        found = "Python objects (a pickle)"
        raise InputError(problem(where, expected=_KINDS[kinds], found=found))
    if dtype.kind not in kinds:
        raise InputError(problem(where, expected=_KINDS[kinds], found=f"dtype {dtype}"))
    data = file.read()
    size = math.prod(shape) * dtype.itemsize
    if size > len(data):
        expected = f"{size:,} bytes for shape {list(shape)}"
        raise InputError(problem(where, expected=expected, found=f"{len(data):,}"))
    if size == 0:
        return np.empty(shape, dtype)
    array = np.frombuffer(data, dtype, math.prod(shape))
    return np.array(array.reshape(shape, order="F" if fortran else "C"))
