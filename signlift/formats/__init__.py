"""Files in and out: one module per format; `read` and `write` for a single recording."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.formats.arrays import Arrays, read_arrays, write_arrays
from signlift.formats.npy import save_npy
from signlift.recording import Recording
from signlift.skeleton import PANOPTIC26, Skeleton

__all__ = ["Arrays", "read", "read_arrays", "write", "write_arrays"]


def read(
    path: str | PathLike[str],
    ground: str | PathLike[str] | None = None,
    skeleton: str | Skeleton = PANOPTIC26,
) -> Recording:
    """Read one recording.

    Parameters
    ----------
    path
        A .npy file of keypoints, [T, 2J] (or [1, T, 2J]): x_1, y_1, x_2, y_2, ...
    ground
        A .npy file of depth, [T, J], likewise.
    skeleton
        What the J keypoints are, or its name.

    Raises
    ------
    InputError
        One line for each problem of the files; or there are several recordings in them.
    """
    arrays = read_arrays(path, ground, skeleton)
    if len(arrays) != 1:
        expected = "one recording (read_arrays reads several)"
        raise InputError(problem(path, expected=expected, found=str(len(arrays))))
    return arrays[0]


def write(recording: Recording, path: str | PathLike[str]) -> Path:
    """Write a recording, whole or not at all.

    Parameters
    ----------
    path
        A name that ends in .npy for its depth, [T, J] float32; a folder (a name without a
        suffix) for the seed's two arrays.

    Raises
    ------
    InputError
        A suffix that nothing is written by, or a recording without depth.
    """
    path = Path(path)
    if path.suffix == "":
        return write_arrays(path, [recording])
    if path.suffix != ".npy":
        raise InputError(problem(path, expected=".npy or a folder", found=path.suffix))
    if recording.depth is None:
        raise InputError(problem(recording.name, expected="a recording with depth", found="none"))
    save_npy(path, recording.depth)
    return path
