"""Datasets: recordings with known depth, and the statistics that batches need."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from signlift.core.reference_frame import ReferenceFrame
from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.normalized import NORMALIZED_DATA, NormalizedData, read_normalized
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND, read_arrays
from signlift.io.people.check_people import check_sample
from signlift.normalization.scale import join_extents, measure_extent, scale_from_extent
from signlift.utils.array_types import Bool, Float
from signlift.utils.progress import progress_bar

#: Frames that are read at a time, so that long recordings need no more memory.
_WINDOW = 4096

#: Median distance of the root from zero, in scales, above which depth counts as absolute.
_MAX_ROOT_DEPTH = 1e-3


@runtime_checkable
class RecordingSource(Protocol):
    """Recordings that are read window by window, such as `Arrays` and `NormalizedData`."""

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of the J keypoints."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """[V], the number of frames of each recording."""

    def fetch(
        self, recordings: NDArray[np.int64], starts: NDArray[np.int64], length: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Read keypoints [B, L, J, 2] and depth [B, L, J] of one window of each of B recordings."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Recordings with their scales.

    Attributes
    ----------
    recordings
        The source of the frames.
    frame
        The reference frame.
    scales
        [V], the length by which the keypoints and depth of a recording are divided (1 in the
        canonical frame).
    absolute
        [V], True where the depth of a recording is not yet relative to its root.
    fingerprint
        A digest of all numbers of the data: 16 hexadecimal digits.
    """

    recordings: RecordingSource
    frame: ReferenceFrame
    scales: Float[np.ndarray, " V"]
    absolute: Bool[np.ndarray, " V"]
    fingerprint: str

    def __len__(self) -> int:
        """Return V, the number of recordings."""
        return len(self.scales)

    @property
    def skeleton(self) -> Skeleton:
        """The skeleton of the J keypoints."""
        return self.recordings.skeleton

    @property
    def lengths(self) -> NDArray[np.int64]:
        """[V], the number of frames of each recording."""
        return self.recordings.lengths


def measure_recordings(
    recordings: RecordingSource, frame: ReferenceFrame = "camera", *, quiet: bool = True
) -> Dataset:
    """Read all recordings once, window by window, and measure the statistics of a dataset.

    Parameters
    ----------
    recordings
        Recordings in the reference frame `frame`. Those in the canonical frame are normalised
        already.
    frame
        "camera" or "canonical".
    quiet
        Show no progress bar.

    Returns
    -------
    Dataset
        In the camera frame with the scale of each recording.
    """
    lengths = recordings.lengths
    scales = np.ones(len(lengths))
    absolute = np.zeros(len(lengths), bool)
    digest = hashlib.sha256(f"{recordings.skeleton.name} {frame}".encode())
    digest.update(np.ascontiguousarray(lengths, "<i8").tobytes())
    with progress_bar(int(lengths.sum()), "measuring", quiet=quiet) as bar:
        for v, length in enumerate(lengths):
            extents, roots = [], []
            for start in range(0, int(length), _WINDOW):
                frames = min(_WINDOW, int(length) - start)
                keypoints, depth = recordings.fetch(np.array([v]), np.array([start]), frames)
                digest.update(np.ascontiguousarray(keypoints, "<f4").tobytes())
                digest.update(np.ascontiguousarray(depth, "<f4").tobytes())
                if frame == "camera":
                    extents.append(measure_extent(keypoints[0], recordings.skeleton))
                    roots.append(_root_depth(depth[0], recordings.skeleton))
                bar.update(frames)
            if frame == "camera":
                scales[v] = scale_from_extent(join_extents(extents))
                root = np.concatenate(roots)
                root = root[~np.isnan(root)]
                limit = _MAX_ROOT_DEPTH * scales[v]
                absolute[v] = len(root) > 0 and np.median(np.abs(root)) > limit
    return Dataset(recordings, frame, scales, absolute, digest.hexdigest()[:16])


def open_dataset(
    path: str | PathLike[str],
    skeleton: str | Skeleton = PANOPTIC26,
    *,
    keep_zeros: bool = False,
    quiet: bool = True,
) -> Dataset:
    """Open a dataset for training or evaluation.

    Parameters
    ----------
    path
        A directory with body_data.npy and body_ground.npy (camera frame) or, if it has no
        body_data.npy, with normalized_data.npy; or a normalized_data.npy itself (canonical frame).
    skeleton
        The skeleton of the J keypoints, or its name.
    keep_zeros
        As for `signlift.read_arrays`.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        The files cannot be read or do not fit together; one line for each problem.

    Warns
    -----
    InputWarning
        Half of the recordings are upside down, lie, are mirrored, or have proportions that no
        person has.
    """
    path, skeleton = Path(path), get_skeleton(skeleton)
    if path.name in (BODY_DATA, BODY_GROUND):
        expected, found = "the directory of the two arrays", f"one of its files, {path.name}"
        raise InputError(problem(path, expected=expected, found=found))
    if not path.exists():
        expected = "a directory with body_data.npy and body_ground.npy, or a normalized_data.npy"
        raise InputError(problem(path, expected=expected, found="no such file or directory"))
    inside = path / NORMALIZED_DATA
    if path.is_dir() and not (inside.exists() and not (path / BODY_DATA).exists()):
        arrays = read_arrays(path, skeleton=skeleton, keep_zeros=keep_zeros, quiet=quiet)
        check_sample(arrays, path)
        return measure_recordings(arrays, quiet=quiet)
    data: NormalizedData = read_normalized(inside if path.is_dir() else path)
    if data.skeleton != skeleton:
        expected, found = f"keypoints of {skeleton.name}", f"keypoints of {data.skeleton.name}"
        raise InputError(problem(path, expected=expected, found=found))
    return measure_recordings(data, "canonical", quiet=quiet)


def _root_depth(depth: Float[np.ndarray, "T J"], skeleton: Skeleton) -> Float[np.ndarray, " T"]:
    """Return the depth of the root; of the middle of the hips if the skeleton has no root."""
    number = skeleton.find(ROOT)
    if number is None:
        return skeleton.point(depth[..., None], ROOT)[..., 0]
    return depth[..., number]
