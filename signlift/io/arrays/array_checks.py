"""Checks of body_data.npy and body_ground.npy, with one line for each problem of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import SKELETONS, Skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.npy import NpyFile, npy_problems, read_npy_header
from signlift.io.finite_numbers import MAX_NUMBER, find_excessive
from signlift.io.people.placeholders import (
    PlaceholderCounter,
    warn_of_placeholders,
)
from signlift.utils.array_types import Bool, Int
from signlift.utils.progress import progress_bar

#: Size of the part of an array that is checked at once, in bytes.
_CHUNK_BYTES = 1 << 24

#: Number of recordings that a message lists.
_MAX_LISTED = 5


def map_videos(file: NpyFile) -> NDArray[Any]:
    """Map an array as [V, T, C]; one recording, [T, C], gets a first axis."""
    array = file.map()
    return array if array.ndim == 3 else array[None]


def open_array(
    path: Path, skeleton: Skeleton, per_keypoint: int, problems: list[str]
) -> NpyFile | None:
    """Open an array, and check its header, type and shape.

    Parameters
    ----------
    path
        The .npy file.
    skeleton
        Skeleton of the J keypoints.
    per_keypoint
        Number of values per keypoint: 2 for x and y, 1 for depth.
    problems
        Takes a line for each problem.

    Returns
    -------
    The file; None if its values cannot be checked.
    """
    width = per_keypoint * len(skeleton)
    content = f"{'x and y' if per_keypoint == 2 else 'depth'} of {len(skeleton)} keypoints"
    try:
        file = read_npy_header(path)
    except InputError as error:
        problems.extend(error.problems)
        return None
    header_problems = npy_problems(file)
    problems.extend(header_problems)
    if len(file.shape) not in (2, 3):
        expected = f"3 dimensions [V, T, {width}] (or 2 for one recording)"
        problems.append(problem(path, expected=expected, found=f"shape {list(file.shape)}"))
        return None
    if file.shape[-1] != width:
        names = [s.name for s in SKELETONS if len(s) * per_keypoint == file.shape[-1]]
        hint = f" (as {names[0]} has)" if names else ""
        expected = f"{width} numbers per frame ({content}, {skeleton.name})"
        problems.append(problem(path, expected=expected, found=f"{file.shape[-1]}{hint}"))
    return None if header_problems else file


class CheckedValues(NamedTuple):
    """Results of a look at every value of an array.

    Attributes
    ----------
    lengths
        [V], the frames of each recording up to the last one with a number in it; without those
        at the end that hold placeholders alone, if these are missing.
    placeholders
        [2, J], keypoints that are missing where they are at (0, 0) or (-1, -1) (see
        `signlift.io.people.placeholders`).
    """

    lengths: Int[np.ndarray, " V"]
    placeholders: Bool[np.ndarray, "2 J"]


def check_values(
    file: NpyFile,
    skeleton: Skeleton,
    per_keypoint: int,
    problems: list[str],
    *,
    quiet: bool,
    keep_zeros: bool = True,
) -> CheckedValues:
    """Check every value once, and measure the length of each recording.

    Parameters
    ----------
    file
        The array that `open_array` returned, even with a wrong J.
    skeleton, per_keypoint, problems
        As in `open_array`.
    quiet
        Show no progress bar.
    keep_zeros
        Take keypoints at (0, 0) and (-1, -1) for observed.

    Warns
    -----
    InputWarning
        Keypoints at (0, 0) or (-1, -1) are missing.
    """
    V, T, width = map_videos(file).shape
    if width != per_keypoint * len(skeleton):
        per_keypoint = 1  # of unknown keypoints
    lengths, real_lengths = np.zeros(V, np.int64), np.zeros(V, np.int64)
    empty, without_real = np.ones(V, bool), np.ones(V, bool)
    counter = PlaceholderCounter(skeleton)
    missing_zeros = np.zeros((2, len(skeleton)), bool)
    search = not keep_zeros and width == 2 * len(skeleton)
    count = 0
    first: tuple[int, int, int] | None = None
    with progress_bar(V * T * width, f"checking {file.path.name}", "number", quiet=quiet) as bar:
        for videos, frames, columns in _chunks(file, V, T, width, per_keypoint):
            values = np.asarray(map_videos(file)[videos, frames, columns])
            missing = np.isnan(values)
            present = ~missing.all(-1)
            _extend(lengths[videos], present, frames.start)
            incomplete = missing[..., ::per_keypoint]
            if per_keypoint == 2:
                incomplete = incomplete | missing[..., 1::2]
            empty[videos] &= incomplete.all((1, 2))
            if search:
                keypoints = values.reshape(*present.shape, -1, 2)
                keypoint_columns = slice(columns.start // 2, columns.stop // 2)
                # In Fortran's order each keypoint comes alone: frames are counted once.
                new_frames = int(present.sum()) if columns.start == 0 else 0
                real = counter.add(keypoints, keypoint_columns, frames=new_frames)
                _extend(real_lengths[videos], np.asarray(real.any(-1)), frames.start)
                without_real[videos] &= ~real.any((1, 2))
            excessive = find_excessive(values)
            if excessive.any():
                count += int(excessive.sum())
                v, t, c = (int(i) for i in np.argwhere(excessive)[0])
                place = (v + videos.start, t + frames.start, c + columns.start)
                first = place if first is None else min(first, place)
            bar.update(values.size)
    if first is not None:
        v, t, c = first
        name = f"number {c}"
        if width == per_keypoint * len(skeleton):
            axis = "xy"[c % 2] + " of " if per_keypoint == 2 else ""
            name = axis + skeleton.keypoints[c // per_keypoint]
        where = f"the first in video {v}, frame {t}, {name}"
        found = f"{count:,} infinite or beyond {MAX_NUMBER:g}, {where}"
        problems.append(problem(file.path, expected="finite numbers or NaN", found=found))
    if search:
        missing_zeros = counter.total.decide(skeleton)
        if missing_zeros.any():
            warn_of_placeholders(counter.total, missing_zeros, str(file.path))
            lengths, empty = real_lengths, without_real
    if per_keypoint == 2 and empty.any():
        expected = "a frame with a keypoint (x and y) in every video"
        found = f"none in video {_list_numbers(np.flatnonzero(empty))}"
        problems.append(problem(file.path, expected=expected, found=found))
    return CheckedValues(lengths, missing_zeros)


def _extend(lengths: Int[np.ndarray, " v"], present: NDArray[np.bool_], start: int) -> None:
    """Extend the lengths of recordings, in place, to the last frame of `present` [v, t]."""
    ends = start + present.shape[1] - np.argmax(present[:, ::-1], axis=1)
    np.maximum(lengths, np.where(present.any(1), ends, 0), out=lengths)


def _list_numbers(numbers: NDArray[Any]) -> str:
    text = ", ".join(str(number) for number in numbers[:_MAX_LISTED])
    return text if len(numbers) <= _MAX_LISTED else f"{text} and {len(numbers) - _MAX_LISTED} more"


def _chunks(
    file: NpyFile, V: int, T: int, width: int, per_keypoint: int
) -> Iterator[tuple[slice, slice, slice]]:
    """Divide an array into slices of videos, frames and columns, in their order in the file."""
    size = file.dtype.itemsize
    if file.fortran:
        frames = max(1, _CHUNK_BYTES // (V * size * per_keypoint))
        for column in range(0, width, per_keypoint):
            for start in range(0, T, frames):
                stop = min(T, start + frames)
                yield slice(0, V), slice(start, stop), slice(column, column + per_keypoint)
        return
    videos = max(1, _CHUNK_BYTES // (T * width * size))
    frames = max(1, min(T, _CHUNK_BYTES // (width * size)))
    for video in range(0, V, videos):
        for start in range(0, T, frames):
            stop = min(T, start + frames)
            yield slice(video, min(V, video + videos)), slice(start, stop), slice(0, width)
