"""The seed's two arrays: body_data.npy [V, T, 2J] and body_ground.npy [V, T, J]."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any, SupportsIndex, overload

import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.formats.npy import NpyFile, npy_writer, open_npy
from signlift.progress import progress_bar
from signlift.recording import Recording
from signlift.skeleton import PANOPTIC26, SKELETONS, Skeleton
from signlift.skeleton import skeleton as named_skeleton

BODY_DATA = "body_data.npy"
BODY_GROUND = "body_ground.npy"

#: How much of an array is looked at at once, in bytes.
_CHUNK = 1 << 24


@dataclass(frozen=True, eq=False)
class Arrays(Sequence[Recording]):
    """The recordings of the seed's two arrays, read from the files as they are asked for.

    Attributes
    ----------
    data
        body_data.npy: [V, T, 2J] (or [T, 2J], one recording): x_1, y_1, ..., x_J, y_J in pixels,
        NaN for what is missing and for the padding at a recording's end.
    ground
        body_ground.npy: [V, T, J], depth in the unit of x and y, or None.
    skeleton
        What the J keypoints are.
    lengths
        [V], the frames of each recording: up to its last frame that has any number in it.
    """

    data: NpyFile
    ground: NpyFile | None
    skeleton: Skeleton
    lengths: Int[np.ndarray, " V"]

    def __len__(self) -> int:
        """V, the number of recordings."""
        return len(self.lengths)

    @overload
    def __getitem__(self, v: SupportsIndex) -> Recording: ...

    @overload
    def __getitem__(self, v: slice) -> list[Recording]: ...

    def __getitem__(self, v: SupportsIndex | slice) -> Recording | list[Recording]:
        """Read one recording, without its padding and with depth as in the file; or several."""
        if isinstance(v, slice):
            return [self[one] for one in range(len(self))[v]]
        v = range(len(self))[v]
        keypoints, depth = self.fetch(np.array([v]), np.array([0]), int(self.lengths[v]))
        return Recording(
            keypoints[0],
            self.skeleton,
            None if self.ground is None else depth[0],
            name=f"{self.data.path.name}, video {v}",
        )

    def fetch(
        self, recordings: Int[np.ndarray, " B"], starts: Int[np.ndarray, " B"], length: int
    ) -> tuple[Float[np.ndarray, "B L J 2"], Float[np.ndarray, "B L J"]]:
        """Read a window of each of several recordings.

        Parameters
        ----------
        recordings
            [B], which recordings.
        starts
            [B], the first frame of each window.
        length
            L, the frames of a window.

        Returns
        -------
        Keypoints [B, L, J, 2] and depth [B, L, J] (NaN without ground truth), float32; NaN past
        the end of a recording and in both coordinates of a keypoint that lacks one.
        """
        B, J = len(recordings), len(self.skeleton)
        frames = starts[:, None] + np.arange(length)
        outside = frames >= self.lengths[recordings][:, None]
        frames = np.minimum(frames, self.lengths[recordings][:, None] - 1)
        index = (recordings[:, None], frames)
        keypoints = _videos(self.data)[index].astype(np.float32).reshape(B, length, J, 2)
        keypoints[np.isnan(keypoints).any(-1) | outside[..., None]] = np.nan
        if self.ground is None:
            return keypoints, np.full((B, length, J), np.nan, np.float32)
        depth = _videos(self.ground)[index].astype(np.float32)
        depth[outside] = np.nan
        return keypoints, depth


def _videos(file: NpyFile) -> NDArray[Any]:
    array = file.map()
    return array if array.ndim == 3 else array[None]


def read_arrays(
    data: str | PathLike[str],
    ground: str | PathLike[str] | None = None,
    skeleton: str | Skeleton = PANOPTIC26,
    *,
    quiet: bool = True,
) -> Arrays:
    """Open the seed's arrays, memory-mapped, and check every number in them.

    Parameters
    ----------
    data
        body_data.npy ([V, T, 2J], or [T, 2J] for one recording), or a folder that holds it and
        body_ground.npy.
    ground
        body_ground.npy ([V, T, J]); not needed with a folder, or for lifting.
    skeleton
        What the J keypoints are, or its name.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        One line for each problem of each file: missing, not .npy, a pickle, not real numbers,
        truncated, empty, a wrong number of dimensions, J that differs from the skeleton, V or T
        that differ between the two, infinities, a video without a frame.
    """
    data, skeleton = Path(data), named_skeleton(skeleton)
    if data.is_dir():
        data, ground = data / BODY_DATA, data / BODY_GROUND
    problems: list[str] = []
    J = len(skeleton)
    data_file = _open_3d(data, 2 * J, f"x and y of {J} keypoints", skeleton, problems)
    ground_file = None
    if ground is not None:
        ground_file = _open_3d(Path(ground), J, f"depth of {J} keypoints", skeleton, problems)
    if data_file and ground_file and data_file.shape[:-1] != ground_file.shape[:-1]:
        problems.append(
            problem(
                ground_file.path,
                expected=f"shape {[*data_file.shape[:-1], J]} to match {data_file.path.name}",
                found=str(list(ground_file.shape)),
            )
        )
    lengths = np.zeros(0, np.int64)
    if data_file:
        lengths = _scan(data_file, 2, skeleton, problems, quiet=quiet)
        empty = np.flatnonzero(lengths == 0)
        if len(empty):
            problems.append(
                problem(
                    data_file.path,
                    expected="a frame with a keypoint in every video",
                    found=f"none in video {_first(empty)}",
                )
            )
    if ground_file:
        _scan(ground_file, 1, skeleton, problems, quiet=quiet)
    if problems:
        raise InputError(problems)
    assert data_file is not None
    return Arrays(data_file, ground_file, skeleton, lengths)


def _first(numbers: NDArray[Any], most: int = 5) -> str:
    more = "" if len(numbers) <= most else f" and {len(numbers) - most} more"
    return ", ".join(str(n) for n in numbers[:most]) + more


def _open_3d(
    path: Path, width: int, what: str, skeleton: Skeleton, problems: list[str]
) -> NpyFile | None:
    """The file, or None where its problems (which are noted) leave nothing to read."""
    try:
        file = open_npy(path)
    except InputError as error:
        problems.extend(error.problems)
        return None
    if len(file.shape) not in (2, 3):
        expected = f"3 dimensions [V, T, {width}]"
        problems.append(problem(path, expected=expected, found=f"shape {list(file.shape)}"))
        return None
    if file.shape[-1] != width:
        per_keypoint = width // len(skeleton)
        others = [s.name for s in SKELETONS if len(s) * per_keypoint == file.shape[-1]]
        hint = f" (that fits --skeleton {others[0]})" if others else ""
        expected = f"{width} numbers per frame ({what}, {skeleton.name})"
        problems.append(problem(path, expected=expected, found=f"{file.shape[-1]}{hint}"))
        return None
    return file


def _scan(
    file: NpyFile, per_keypoint: int, skeleton: Skeleton, problems: list[str], *, quiet: bool
) -> Int[np.ndarray, " V"]:
    """Look at every number once: where each video's last number is, and any infinity."""
    V, T, width = _videos(file).shape
    lengths = np.zeros(V, np.int64)
    infinities = 0
    first: tuple[int, int, int] | None = None
    with progress_bar(V * T * width, f"checking {file.path.name}", "number", quiet=quiet) as bar:
        for videos, frames, columns in _chunks(file, V, T, width):
            values = np.asarray(_videos(file)[videos, frames, columns])
            seen = ~np.isnan(values).all(-1)
            ends = frames.start + seen.shape[1] - np.argmax(seen[:, ::-1], axis=1)
            lengths[videos] = np.maximum(lengths[videos], np.where(seen.any(1), ends, 0))
            bad = np.isinf(values)
            if bad.any():
                infinities += int(bad.sum())
                v, t, c = (int(i) for i in np.argwhere(bad)[0])
                here = (v + videos.start, t + frames.start, c + columns.start)
                first = here if first is None else min(first, here)
            bar.update(values.size)
    if first is not None:
        v, t, c = first
        axis = "xy"[c % 2] + " of " if per_keypoint == 2 else ""
        name = skeleton.keypoints[c // per_keypoint]
        found = f"{infinities:,} infinite, the first in video {v}, frame {t}, {axis}{name}"
        problems.append(problem(file.path, expected="finite numbers or NaN", found=found))
    return lengths


def _chunks(file: NpyFile, V: int, T: int, width: int) -> Iterator[tuple[slice, slice, slice]]:
    """Pieces (videos, frames, columns) in the order in which the numbers lie in the file."""
    size = file.dtype.itemsize
    if file.fortran:
        step = max(1, _CHUNK // (V * size))
        for column in range(width):
            for start in range(0, T, step):
                yield slice(0, V), slice(start, start + step), slice(column, column + 1)
    else:
        step = max(1, _CHUNK // (T * width * size))
        for start in range(0, V, step):
            yield slice(start, min(V, start + step)), slice(0, T), slice(0, width)


def write_arrays(
    folder: str | PathLike[str],
    recordings: Iterable[Recording],
    *,
    shape: tuple[int, int] | None = None,
    skeleton: Skeleton | None = None,
    quiet: bool = True,
) -> Path:
    """Write recordings as the seed's two arrays, body_data.npy and body_ground.npy.

    Parameters
    ----------
    folder
        Where the two files go; made where it is missing.
    recordings
        All on one skeleton; depth that is None becomes NaN. Read one by one when `shape` is
        given, so that any amount can be written.
    shape
        (V, T): how many there are and the longest one's frames. Found by going through
        `recordings` when it is not given.
    skeleton
        The skeleton; the first recording's when it is not given.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        There is no recording, one is on another skeleton or longer than T, or there are more or
        fewer than V. Nothing is written then.
    """
    folder = Path(folder)
    if shape is None:
        recordings = list(recordings)
        shape = (len(recordings), max(map(len, recordings), default=0))
        skeleton = skeleton or (recordings[0].skeleton if recordings else None)
    V, T = shape
    if skeleton is None or V == 0 or T == 0:
        raise InputError(problem(folder, expected="recordings to write", found="none"))
    J = len(skeleton)
    written = 0
    with (
        npy_writer(folder / BODY_DATA, (V, T, 2 * J)) as data,
        npy_writer(folder / BODY_GROUND, (V, T, J)) as ground,
        progress_bar(V, f"writing {folder.name}", unit="recording", quiet=quiet) as bar,
    ):
        for recording in recordings:
            if recording.skeleton != skeleton or len(recording) > T or written == V:
                raise InputError(
                    problem(
                        recording.name,
                        expected=f"one of {V} recordings on {skeleton.name}, {T} frames at most",
                        found=f"number {written + 1}, {recording.skeleton.name}, "
                        f"{len(recording)} frames",
                    )
                )
            padded = np.full((T, J, 3), np.nan, np.float32)
            padded[: len(recording), :, :2] = recording.keypoints
            if recording.depth is not None:
                padded[: len(recording), :, 2] = recording.depth
            data.put((written,), padded[..., :2])
            ground.put((written,), padded[..., 2])
            written += 1
            bar.update()
        if written != V:
            raise InputError(
                problem(folder, expected=f"{V} recordings to write", found=str(written))
            )
    return folder
