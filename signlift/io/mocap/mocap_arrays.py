"""Arrays of joint positions in .npy and .npz files."""

from __future__ import annotations

import tokenize
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.io.arrays.npy import open_npy

#: Numbers from here on are no coordinates of anybody.
_TOO_LARGE = 1e9

#: What an archive may call its joints' names, and its frames per second.
_NAMES = ("_joint_names", "joint_names", "joints", "names")
_RATES = ("fps", "_fps", "frame_rate", "framerate", "mocap_framerate", "mocap_frame_rate")

_DAMAGED = (
    *(ValueError, OSError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, MemoryError),
    *(NotImplementedError, RuntimeError, SyntaxError, tokenize.TokenError, TypeError),
)


def read_mocap_arrays(
    path: Path, head: bytes
) -> tuple[dict[str, NDArray[Any]], Sequence[str] | None, float | None]:
    """The clips of a .npy or .npz file, float64, with the joints' names and the frame rate."""
    names: Sequence[str] | None = None
    rate: float | None = None
    if head.startswith(b"PK"):
        content = _archive(path)
        for key in _NAMES:
            one = content.pop(key, None)
            if names is None and one is not None and one.ndim == 1 and one.dtype.kind == "U":
                names = [str(name) for name in one]
        for key in _RATES:
            one = content.pop(key, None)
            if one is not None and one.size == 1 and one.dtype.kind in "fiu":
                value = float(one.reshape(-1)[0])
                rate = value if rate is None and 0 < value < 1e5 else rate
    elif head.startswith(b"\x93NUMPY"):
        content = {path.stem: np.asarray(open_npy(path).map())}
    else:
        expected = "motion capture (BVH, .npy or .npz)"
        found = "an empty file" if not head else "another format"
        raise InputError(problem(path, expected=expected, found=found))
    arrays: dict[str, NDArray[Any]] = {}
    for key, array in content.items():
        if array.ndim == 4:
            arrays |= {f"{key} {number}": one for number, one in enumerate(array)}
        else:
            arrays[key] = array
    arrays = {
        key: array.astype(np.float64)
        for key, array in arrays.items()
        if array.ndim == 3 and array.shape[-1] == 3 and array.size and array.dtype.kind in "fiu"
    }
    if not arrays:
        shown = ", ".join(f"{key} {list(array.shape)}" for key, array in list(content.items())[:4])
        expected = "arrays [frames, joints, 3]"
        raise InputError(problem(path, expected=expected, found=_printable(shown) or "none"))
    _check_numbers(path, arrays)
    return arrays, names, rate


def _check_numbers(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Joints of one number, no infinities, and no padding: all the problems at once."""
    problems = []
    J = next(iter(arrays.values())).shape[1]
    for key, array in list(arrays.items()):
        where = f"{path}: {_printable(key)}"
        if array.shape[1] != J:
            problems.append(problem(where, expected=f"{J} joints", found=str(array.shape[1])))
            continue
        with np.errstate(invalid="ignore"):
            bad = ~(np.abs(array) < _TOO_LARGE) & ~np.isnan(array)
        if bad.any():
            frame = int(np.argwhere(bad)[0][0])
            found = f"infinite ones or beyond {_TOO_LARGE:g} in frame {frame}"
            problems.append(problem(where, expected="finite numbers or NaN", found=found))
        seen = np.flatnonzero(~np.isnan(array).all((1, 2)))
        if not len(seen):
            problems.append(problem(where, expected="a frame with joints", found="none"))
        else:
            array[np.isnan(array).any(-1)] = np.nan
            arrays[key] = array[: seen[-1] + 1]
    if problems:
        raise InputError(problems)


def _archive(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of a .npz file; never a pickle."""
    try:
        with np.load(path, allow_pickle=False) as file:
            return {key: np.asarray(file[key]) for key in file.files}
    except _DAMAGED as error:
        reason = _printable(str(error).splitlines()[0] if str(error) else type(error).__name__)
        found = f"damaged, or no arrays of numbers ({reason[:80]})"
        raise InputError(problem(path, expected="a .npz file", found=found)) from None


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "." for letter in text)
