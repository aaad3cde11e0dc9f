"""Checks of the seed's arrays: every problem of a file is found, and said in a line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int
from numpy.typing import NDArray

from signlift.core.skeleton import SKELETONS, Skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.npy import NpyFile, npy_problems, read_npy_header
from signlift.io.finite_numbers import MAX_NUMBER
from signlift.utils.progress import progress_bar

#: How much of an array is looked at at once, in bytes.
_CHUNK = 1 << 24


def videos(file: NpyFile) -> NDArray[Any]:
    """Map an array as [V, T, C]; one recording, [T, C], is a video of its own."""
    array = file.map()
    return array if array.ndim == 3 else array[None]


def check_shape(
    path: Path, skeleton: Skeleton, per_keypoint: int, problems: list[str]
) -> NpyFile | None:
    """Open an array and check its header, type and shape.

    Parameters
    ----------
    path
        The .npy file.
    skeleton
        Tells J.
    per_keypoint
        How many numbers each keypoint has: 2 for x and y, 1 for depth.
    problems
        Takes a line for each problem.

    Returns
    -------
    The file; None where its problems leave no numbers to look at.
    """
    width = per_keypoint * len(skeleton)
    what = f"{'x and y' if per_keypoint == 2 else 'depth'} of {len(skeleton)} keypoints"
    try:
        file = read_npy_header(path)
    except InputError as error:
        problems.extend(error.problems)
        return None
    found = npy_problems(file)
    mappable = not found and len(file.shape) in (2, 3)
    if len(file.shape) not in (2, 3):
        expected = f"3 dimensions [V, T, {width}] (or 2 for one recording)"
        found.append(problem(path, expected=expected, found=f"shape {list(file.shape)}"))
    elif file.shape[-1] != width:
        others = [s.name for s in SKELETONS if len(s) * per_keypoint == file.shape[-1]]
        hint = f" (as {others[0]} has)" if others else ""
        expected = f"{width} numbers per frame ({what}, {skeleton.name})"
        found.append(problem(path, expected=expected, found=f"{file.shape[-1]}{hint}"))
    problems.extend(found)
    return file if mappable else None


def check_numbers(
    file: NpyFile, skeleton: Skeleton, per_keypoint: int, problems: list[str], *, quiet: bool
) -> Int[np.ndarray, " V"]:
    """Look at every number once.

    Parameters
    ----------
    file, skeleton, per_keypoint, problems
        See `check_shape`, which gave the file (even with a wrong J).

    Returns
    -------
    [V], the frames of each video up to the last one that has any number in it.
    """
    V, T, width = videos(file).shape
    if width != per_keypoint * len(skeleton):
        per_keypoint = 1  # of unknown keypoints
    lengths = np.zeros(V, np.int64)
    empty = np.ones(V, bool)
    infinities = 0
    first: tuple[int, int, int] | None = None
    with progress_bar(V * T * width, f"checking {file.path.name}", "number", quiet=quiet) as bar:
        for some, frames, columns in _chunks(file, V, T, width, per_keypoint):
            values = np.asarray(videos(file)[some, frames, columns])
            missing = np.isnan(values)
            seen = ~missing.all(-1)
            ends = frames.start + seen.shape[1] - np.argmax(seen[:, ::-1], axis=1)
            lengths[some] = np.maximum(lengths[some], np.where(seen.any(1), ends, 0))
            keypoints = missing.reshape(*seen.shape, -1, per_keypoint).any(-1)
            empty[some] &= keypoints.all((1, 2))
            bad = ~(np.abs(values) < MAX_NUMBER) & ~missing
            if bad.any():
                infinities += int(bad.sum())
                v, t, c = (int(i) for i in np.argwhere(bad)[0])
                here = (v + some.start, t + frames.start, c + columns.start)
                first = here if first is None else min(first, here)
            bar.update(values.size)
    if first is not None:
        v, t, c = first
        name = f"number {c}"
        if width == per_keypoint * len(skeleton):
            axis = "xy"[c % 2] + " of " if per_keypoint == 2 else ""
            name = axis + skeleton.keypoints[c // per_keypoint]
        where = f"the first in video {v}, frame {t}, {name}"
        found = f"{infinities:,} infinite or beyond {MAX_NUMBER:g}, {where}"
        problems.append(problem(file.path, expected="finite numbers or NaN", found=found))
    if per_keypoint == 2 and empty.any():
        expected = "a frame with a keypoint (x and y) in every video"
        found = f"none in video {_first(np.flatnonzero(empty))}"
        problems.append(problem(file.path, expected=expected, found=found))
    return lengths


def _first(numbers: NDArray[Any], most: int = 5) -> str:
    more = "" if len(numbers) <= most else f" and {len(numbers) - most} more"
    return ", ".join(str(n) for n in numbers[:most]) + more


def _chunks(
    file: NpyFile, V: int, T: int, width: int, per_keypoint: int
) -> Iterator[tuple[slice, slice, slice]]:
    """Pieces (videos, frames, columns) in the order in which the numbers lie in the file."""
    size = file.dtype.itemsize
    if file.fortran:
        frames = max(1, _CHUNK // (V * size * per_keypoint))
        for column in range(0, width, per_keypoint):
            for start in range(0, T, frames):
                stop = min(T, start + frames)
                yield slice(0, V), slice(start, stop), slice(column, column + per_keypoint)
        return
    some = max(1, _CHUNK // (T * width * size))
    frames = max(1, min(T, _CHUNK // (width * size)))
    for video in range(0, V, some):
        for start in range(0, T, frames):
            stop = min(T, start + frames)
            yield slice(video, min(V, video + some)), slice(start, stop), slice(0, width)
