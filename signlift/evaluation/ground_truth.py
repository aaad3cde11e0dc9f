"""Recordings with true depth, from files or from memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.datasets.dataset import Dataset, measure_recordings, open_dataset
from signlift.errors import InputError, parameter_problem, problem
from signlift.io import Arrays, ReadOptions, read_file
from signlift.io.arrays.normalized import NORMALIZED_DATA, NormalizedData, index_path
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND
from signlift.io.people.observation import observe_recording
from signlift.utils.array_types import Float, Int


@dataclass(frozen=True, eq=False)
class GroundTruth:
    """Recordings with true depth, each read when it is needed.

    Attributes
    ----------
    dataset
        Scale, reference frame and fingerprint of the recordings.
    recordings
        The recordings of the camera frame; None in the canonical frame.
    shape
        Leading axes of the array of predicted depth: (V, T) for V recordings of up to T frames,
        (T,) for one; in the canonical frame (T,), all frames of all recordings.
    """

    dataset: Dataset
    recordings: Sequence[Recording] | None
    shape: tuple[int, ...]

    def __len__(self) -> int:
        """Return V, the number of recordings."""
        return len(self.dataset)

    def __getitem__(self, v: int) -> Recording:
        """Read recording v, with depth relative to MidHip.

        In the canonical frame x is lateral, y is up and depth is forward.
        """
        skeleton = self.dataset.skeleton
        if self.recordings is not None:
            recording = self.recordings[v]
        else:
            frames = int(self.dataset.lengths[v])
            keypoints, depth = self.dataset.recordings.fetch(np.array([v]), np.array([0]), frames)
            recording = Recording(keypoints[0], skeleton, depth=depth[0], name=f"recording {v}")
        if recording.depth is not None and self.dataset.absolute[v]:
            recording = recording.with_depth(subtract_root_depth(recording.depth, skeleton))
        return recording


def open_ground_truth(
    data: str | PathLike[str] | Recording | Sequence[Recording],
    skeleton: Skeleton = PANOPTIC26,
    *,
    min_confidence: float | None = None,
    keep_zeros: bool = False,
    quiet: bool = True,
) -> GroundTruth:
    """Open recordings with true depth.

    Parameters
    ----------
    data
        A directory with body_data.npy and body_ground.npy, or a normalized_data.npy (or the
        directory that holds it); or any other file that `signlift.read_all` reads with depth,
        such as .npz or .bvh; or recordings.
    skeleton
        The skeleton of the two arrays and of normalized_data.npy. Other files name their own.
    min_confidence, keep_zeros
        What counts as observed, as for `signlift.read_all`.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        One line for each problem of the files; or the recordings have no depth, or are on more
        than one skeleton.
    """
    options = ReadOptions(min_confidence=min_confidence, keep_zeros=keep_zeros, quiet=quiet)
    if isinstance(data, Recording) or not isinstance(data, (str, PathLike)):
        name = data.name if isinstance(data, Recording) else "data"
        recordings = [data] if isinstance(data, Recording) else list(data)
        if min_confidence is not None:
            recordings = [observe_recording(recording, options) for recording in recordings]
        return _from_recordings(recordings, name, quiet=quiet)
    path = Path(data)
    if not path.exists() or _holds_arrays(path):
        if min_confidence is not None:
            expected = "none for arrays of training data, which have no confidence"
            raise InputError(
                parameter_problem("min_confidence", expected=expected, found=min_confidence)
            )
        dataset = open_dataset(path, skeleton, keep_zeros=keep_zeros, quiet=quiet)
        source = dataset.recordings
        if isinstance(source, Arrays):
            return GroundTruth(dataset, source, source.data.shape[:-1])
        assert isinstance(source, NormalizedData)
        return GroundTruth(dataset, None, source.file.shape[:1])
    return _from_recordings(read_file(path, options), str(path), quiet=quiet)


def _holds_arrays(path: Path) -> bool:
    """Return True for the files and directories that `open_dataset` opens."""
    if path.is_dir():
        return any((path / name).exists() for name in (BODY_DATA, BODY_GROUND, NORMALIZED_DATA))
    return path.name in (BODY_DATA, BODY_GROUND, NORMALIZED_DATA) or (
        path.suffix == ".npy" and index_path(path).exists()
    )


def _from_recordings(recordings: Sequence[Recording], name: str, *, quiet: bool) -> GroundTruth:
    skeletons = {recording.skeleton.name: recording.skeleton for recording in recordings}
    if len(skeletons) > 1:
        found = ", ".join(skeletons)
        raise InputError(problem(name, expected="recordings on one skeleton", found=found))
    if not any(recording.depth is not None for recording in recordings):
        found = f"{len(recordings)} without it"
        raise InputError(problem(name, expected="recordings with true depth", found=found))
    (skeleton,) = skeletons.values()
    lengths = np.array([len(recording) for recording in recordings], np.int64)
    shape = (int(lengths.max()),)
    return GroundTruth(
        measure_recordings(_WindowReader(recordings, skeleton, lengths), quiet=quiet),
        recordings,
        shape if len(lengths) == 1 else (len(lengths), *shape),
    )


@dataclass(frozen=True, eq=False)
class _WindowReader:
    """Windows of recordings, as `signlift.datasets.dataset.RecordingSource` asks for them."""

    recordings: Sequence[Recording]
    skeleton: Skeleton
    lengths: NDArray[np.int64]

    def fetch(
        self, recordings: Int[np.ndarray, " B"], starts: Int[np.ndarray, " B"], length: int
    ) -> tuple[Float[np.ndarray, "B L J 2"], Float[np.ndarray, "B L J"]]:
        """Read keypoints and depth of a window of each of B recordings; NaN past their end."""
        B, J = len(recordings), len(self.skeleton)
        keypoints = np.full((B, length, J, 2), np.nan, np.float32)
        depth = np.full((B, length, J), np.nan, np.float32)
        for row, (v, start) in enumerate(zip(recordings, starts, strict=True)):
            recording = self.recordings[v]
            frames = slice(start, start + length)
            count = len(recording.keypoints[frames])
            keypoints[row, :count] = recording.keypoints[frames]
            if recording.depth is not None:
                depth[row, :count] = recording.depth[frames]
        return keypoints, depth
