"""Arrays of joint positions in .npy and .npz files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, first_problems, problem
from signlift.io.arrays.npy import NPY_MAGIC, open_npy
from signlift.io.arrays.npz import load_npz
from signlift.io.finite_numbers import MAX_MOTION, find_excessive
from signlift.io.source import Source

#: Keys under which archives hold the joints' names and the frame rate.
_NAME_KEYS = ("_joint_names", "joint_names", "joints", "names")
_RATE_KEYS = ("fps", "_fps", "frame_rate", "framerate", "mocap_framerate", "mocap_frame_rate")

#: Limit of frame rates; some recordings are faster than any camera.
_MAX_RATE = 1e5

#: Number of arrays in a message.
_MAX_LISTED = 4


def read_mocap_arrays(
    source: Source,
) -> tuple[dict[str, NDArray[Any]], Sequence[str] | None, float | None]:
    """Read the clips of a .npy or .npz file.

    Parameters
    ----------
    source
        The file.

    Returns
    -------
    The clips by name, [T, J, 3] float64 with NaN for missing joints and without padding at the
    end; the names of the joints, and the frame rate, or None for each that the file does not hold.

    Raises
    ------
    InputError
        A line for each problem: another format, a damaged file, no array [T, J, 3], different
        numbers of joints, infinities, or a clip without joints.
    """
    names: Sequence[str] | None = None
    rate: float | None = None
    path, head = source.path, source.head
    if source.is_zip:
        content = _read_archive(source)
        names = _pop_names(content)
        rate = _pop_rate(content)
    elif head.startswith(NPY_MAGIC):
        content = {path.stem: np.asarray(open_npy(path).map())}
    else:
        expected = "motion capture (BVH, .npy or .npz)"
        found = f"a file that begins with {head[:8]!r}" if head else "a directory"
        raise InputError(problem(path, expected=expected, found=found))
    arrays: dict[str, NDArray[Any]] = {}
    for key, array in content.items():
        if array.ndim == 4:
            arrays |= {f"{key} {number}": clip for number, clip in enumerate(array)}
        else:
            arrays[key] = array
    with np.errstate(over="ignore", invalid="ignore"):  # _check_clips reports infinities
        arrays = {
            key: array.astype(np.float64)
            for key, array in arrays.items()
            if array.ndim == 3 and array.shape[-1] == 3 and array.size and array.dtype.kind in "fiu"
        }
    if not arrays:
        listed = list(content.items())[:_MAX_LISTED]
        shapes = ", ".join(f"{key} {list(array.shape)}" for key, array in listed)
        expected, found = "arrays [frames, joints, 3]", _printable(shapes) or "none"
        raise InputError(problem(path, expected=expected, found=found))
    _check_clips(path, arrays)
    return arrays, names, rate


def _pop_names(content: dict[str, NDArray[Any]]) -> Sequence[str] | None:
    """Remove arrays of names, and return the first that is valid."""
    names: Sequence[str] | None = None
    for key in _NAME_KEYS:
        array = content.pop(key, None)
        if names is None and array is not None and array.ndim == 1 and array.dtype.kind == "U":
            names = [str(name) for name in array]
    return names


def _pop_rate(content: dict[str, NDArray[Any]]) -> float | None:
    """Remove frame rates, and return the first that is valid."""
    rate: float | None = None
    for key in _RATE_KEYS:
        array = content.pop(key, None)
        if rate is None and array is not None and array.size == 1 and array.dtype.kind in "fiu":
            value = float(array.reshape(-1)[0])
            rate = value if 0 < value < _MAX_RATE else None
    return rate


def _check_clips(path: Path, arrays: dict[str, NDArray[Any]]) -> None:
    """Check all clips, mask joints with a missing coordinate, and cut the padding, in place."""
    problems = []
    J = next(iter(arrays.values())).shape[1]
    for key, array in list(arrays.items()):
        where = f"{path}: {_printable(key)}"
        if array.shape[1] != J:
            problems.append(problem(where, expected=f"{J} joints", found=str(array.shape[1])))
            continue
        bad = find_excessive(array, MAX_MOTION)
        if bad.any():
            place = tuple(np.argwhere(bad)[0])
            found = f"{array[place]:g} in frame {int(place[0])}"
            expected = f"NaN or numbers below {MAX_MOTION:g}"
            problems.append(problem(where, expected=expected, found=found))
        present = np.flatnonzero(~np.isnan(array).all((1, 2)))
        if not len(present):
            problems.append(problem(where, expected="a frame with joints", found="none"))
        else:
            array[np.isnan(array).any(-1)] = np.nan
            arrays[key] = array[: present[-1] + 1]
    if problems:
        raise InputError(problems)


def _read_archive(source: Source) -> dict[str, NDArray[Any]]:
    """Read all arrays of a .npz file."""
    problems: list[str] = []
    content = load_npz(source.path, problems, file=source.file)
    if problems:
        raise InputError(first_problems(problems))
    return content


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else "." for letter in text)
