"""Arrays of the original repository: body_data.npy [V, T, 2J] and body_ground.npy [V, T, J].

The original repository is imatge-upc/3D_skeleton_conversion.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import SupportsIndex, overload

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.array_checks import check_values, map_videos, open_array
from signlift.io.arrays.npy import NpyFile, NpyWriter, npy_writer
from signlift.io.people.placeholders import mask_placeholders
from signlift.utils.array_types import Bool, Float, Int
from signlift.utils.atomic import open_group
from signlift.utils.progress import progress_bar

BODY_DATA = "body_data.npy"
BODY_GROUND = "body_ground.npy"


@dataclass(frozen=True, eq=False)
class Arrays(Sequence[Recording]):
    """Recordings of body_data.npy and body_ground.npy, each read when it is asked for.

    Attributes
    ----------
    data
        body_data.npy: [V, T, 2J] (or [T, 2J], one recording): x_1, y_1, ..., x_J, y_J in pixels,
        NaN for missing keypoints and for the padding at the end of a recording.
    ground
        body_ground.npy: [V, T, J], depth in the unit of x and y, or None.
    skeleton
        Skeleton of the J keypoints.
    lengths
        [V], the frames of each recording, up to its last frame with a number in it.
    placeholders
        [2, J], keypoints that are missing where they are at (0, 0) or (-1, -1); None if none are.
    """

    data: NpyFile
    ground: NpyFile | None
    skeleton: Skeleton
    lengths: Int[np.ndarray, " V"]
    placeholders: Bool[np.ndarray, "2 J"] | None = None

    def __len__(self) -> int:
        """Return V, the number of recordings."""
        return len(self.lengths)

    @property
    def shape(self) -> tuple[int, ...]:
        """Leading axes of body_data.npy, padding included: (V, T), or (T,)."""
        return self.data.shape[:-1]

    @overload
    def __getitem__(self, v: SupportsIndex) -> Recording: ...

    @overload
    def __getitem__(self, v: slice) -> list[Recording]: ...

    def __getitem__(self, v: SupportsIndex | slice) -> Recording | list[Recording]:
        """Read one recording, without its padding and with depth as in the file; or several."""
        if isinstance(v, slice):
            return [self[index] for index in range(len(self))[v]]
        v = range(len(self))[v]
        keypoints, depth = self.fetch(np.array([v]), np.array([0]), int(self.lengths[v]))
        return Recording(
            keypoints[0],
            self.skeleton,
            depth=None if self.ground is None else depth[0],
            name=f"{self.data.path.name}, video {v}",
        )

    def fetch(
        self, recordings: Int[np.ndarray, " B"], starts: Int[np.ndarray, " B"], length: int
    ) -> tuple[Float[np.ndarray, "B L J 2"], Float[np.ndarray, "B L J"]]:
        """Read a window of each of several recordings.

        Parameters
        ----------
        recordings
            [B], numbers of the recordings.
        starts
            [B], first frame of each window.
        length
            L, number of frames of a window.

        Returns
        -------
        keypoints
            [B, L, J, 2] float32; NaN past the end of a recording, and in both coordinates of a
            keypoint that lacks one.
        depth
            [B, L, J] float32; NaN past the end, and without ground truth.
        """
        B, J = len(recordings), len(self.skeleton)
        frames = starts[:, None] + np.arange(length)
        outside = frames >= self.lengths[recordings][:, None]
        frames = np.minimum(frames, self.lengths[recordings][:, None] - 1)
        index = (recordings[:, None], frames)
        keypoints = map_videos(self.data)[index].astype(np.float32).reshape(B, length, J, 2)
        keypoints[np.isnan(keypoints).any(-1) | outside[..., None]] = np.nan
        if self.placeholders is not None:
            keypoints[mask_placeholders(keypoints, self.placeholders)] = np.nan
        if self.ground is None:
            return keypoints, np.full((B, length, J), np.nan, np.float32)
        depth = map_videos(self.ground)[index].astype(np.float32)
        depth[outside] = np.nan
        return keypoints, depth


def read_arrays(
    data: str | PathLike[str],
    ground: str | PathLike[str] | None = None,
    skeleton: str | Skeleton = PANOPTIC26,
    *,
    keep_zeros: bool = False,
    quiet: bool = True,
) -> Arrays:
    """Open body_data.npy and body_ground.npy, memory-mapped, and check every number in them.

    Parameters
    ----------
    data
        body_data.npy ([V, T, 2J], or [T, 2J] for one recording), or a directory that holds it and
        body_ground.npy.
    ground
        body_ground.npy ([V, T, J]); not needed with a directory, or for lifting.
    skeleton
        Skeleton of the J keypoints, or its name.
    keep_zeros
        Take keypoints at (0, 0) and (-1, -1) for observed, even where they mark missing ones.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        One line for each problem of both files: missing, not .npy, a pickle, not real numbers,
        truncated, empty, a wrong number of dimensions, J that differs from the skeleton, V or T
        that differ between the files, infinities (and numbers that float32 cannot hold), a
        recording without a keypoint.

    Warns
    -----
    InputWarning
        Keypoints at (0, 0) or (-1, -1) are missing.
    """
    data, skeleton = Path(data), get_skeleton(skeleton)
    if data.is_dir():
        data, ground = data / BODY_DATA, data / BODY_GROUND
    problems: list[str] = []
    data_file = open_array(data, skeleton, 2, problems)
    ground_file = None if ground is None else open_array(Path(ground), skeleton, 1, problems)
    if data_file and ground_file and data_file.shape[:-1] != ground_file.shape[:-1]:
        expected = f"shape {[*data_file.shape[:-1], len(skeleton)]} to match {data_file.path.name}"
        found = str(list(ground_file.shape))
        problems.append(problem(ground_file.path, expected=expected, found=found))
    checked = None
    if data_file:
        checked = check_values(data_file, skeleton, 2, problems, quiet=quiet, keep_zeros=keep_zeros)
    if ground_file:
        check_values(ground_file, skeleton, 1, problems, quiet=quiet)
    if problems:
        raise InputError(problems)
    assert data_file is not None and checked is not None
    lengths, placeholders = checked
    return Arrays(
        data_file, ground_file, skeleton, lengths, placeholders if placeholders.any() else None
    )


def write_arrays(
    directory: str | PathLike[str],
    recordings: Iterable[Recording],
    *,
    shape: tuple[int, int] | None = None,
    skeleton: Skeleton | None = None,
    quiet: bool = True,
) -> Path:
    """Write recordings as body_data.npy and body_ground.npy.

    Parameters
    ----------
    directory
        Directory of the two files; made where it is missing.
    recordings
        On one skeleton. Depth that is None becomes NaN. With `shape` they are taken one by one,
        so that any number of them can be written.
    shape
        (V, T), number of recordings and frames of the longest one; by default those of
        `recordings`.
    skeleton
        The skeleton; by default that of the first recording.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        There is no recording, one is on another skeleton or longer than T, or there are more or
        fewer than V. Nothing is written then.

    Examples
    --------
    >>> import signlift as sl
    >>> sl.write_arrays("data", recordings)                                  # doctest: +SKIP
    """
    directory = Path(directory)
    if isinstance(recordings, Recording):
        recordings = [recordings]  # not its frames
    if shape is None:
        recordings = list(recordings)
        shape = (len(recordings), max(map(len, recordings), default=0))
        skeleton = skeleton or (recordings[0].skeleton if recordings else None)
    V, T = shape
    if skeleton is None or V == 0 or T == 0:
        raise InputError(problem(directory, expected="recordings to write", found="none"))
    with (
        open_arrays(directory, (V, T), skeleton) as write,
        progress_bar(V, f"writing {directory.name}", unit="recording", quiet=quiet) as bar,
    ):
        for recording in recordings:
            write(recording)
            bar.update()
    return directory


@contextmanager
def open_arrays(
    directory: Path, shape: tuple[int, ...], skeleton: Skeleton | None = None
) -> Iterator[Callable[[Recording], None]]:
    """Write one recording after the other to body_data.npy and body_ground.npy.

    Parameters
    ----------
    directory
        Directory of the two files; made where it is missing.
    shape
        (V, T), the number of recordings and the frames of the longest one; or (T,) for a single
        recording, which is written as V = 1.
    skeleton
        The skeleton; that of the first recording by default.

    Yields
    ------
    A function that writes the next recording. Depth that is None becomes NaN.

    Raises
    ------
    InputError
        As `write_arrays`.
    """
    V, T = shape if len(shape) == 2 else (1, *shape)
    count = 0
    files: list[NpyWriter] = []
    with open_group() as group, ExitStack() as stack:

        def write(recording: Recording) -> None:
            nonlocal count, skeleton
            skeleton = skeleton or recording.skeleton
            J = len(skeleton)
            if recording.skeleton != skeleton or len(recording) > T or count == V:
                expected = f"one of {V} recordings on {skeleton.name}, {T} frames at most"
                found = f"number {count + 1}, {recording.skeleton.name}, {len(recording)} frames"
                raise InputError(problem(recording.name, expected=expected, found=found))
            if not files:
                for name, width in ((BODY_DATA, 2 * J), (BODY_GROUND, J)):
                    with group.active():
                        file = stack.enter_context(npy_writer(directory / name, (V, T, width)))
                    files.append(file)
            padded = np.full((T, J, 3), np.nan, np.float32)
            padded[: len(recording), :, :2] = recording.keypoints
            if recording.depth is not None:
                padded[: len(recording), :, 2] = recording.depth
            files[0].put((count,), padded[..., :2])
            files[1].put((count,), padded[..., 2])
            count += 1

        yield write
        if count != V:
            expected = f"{V} recordings to write"
            raise InputError(problem(directory, expected=expected, found=str(count)))
