"""Dataset: recordings with all that their batches need to know of them beforehand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from signlift.core.reference_frame import ReferenceFrame
from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton, get_skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.normalized import NORMALIZED_DATA, NormalizedData, read_normalized
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND, read_arrays
from signlift.normalization.normalize import join_extents, measure_extent, scale_of
from signlift.utils.progress import progress_bar

#: The frames that are looked at at a time, so that long recordings need no more memory.
_WINDOW = 4096

#: A root that mostly lies further from zero than this many scales: depth is absolute.
_ROOT = 1e-3


@runtime_checkable
class Recordings(Protocol):
    """Recordings that can be read window by window, as `Arrays` and `NormalizedData` can."""

    @property
    def skeleton(self) -> Skeleton:
        """What the J keypoints are."""

    @property
    def lengths(self) -> NDArray[np.int64]:
        """[V], the frames of each recording."""

    def fetch(
        self, recordings: NDArray[np.int64], starts: NDArray[np.int64], length: int
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Keypoints [B, L, J, 2] and depth [B, L, J] of a window of each of B recordings."""


@dataclass(frozen=True, eq=False)
class Dataset:
    """Recordings, and what was measured of each once.

    Attributes
    ----------
    recordings
        Where the frames come from.
    frame
        The frame of reference.
    scales
        [V], what a recording's keypoints and depth are divided by (1 in the canonical frame).
    absolute
        [V], whether a recording's depth is not yet relative to its root.
    fingerprint
        A short text that tells this data from other data: a digest of all its numbers.
    """

    recordings: Recordings
    frame: ReferenceFrame
    scales: Float[np.ndarray, " V"]
    absolute: Bool[np.ndarray, " V"]
    fingerprint: str

    def __len__(self) -> int:
        """V, the number of recordings."""
        return len(self.scales)

    @property
    def skeleton(self) -> Skeleton:
        """What the J keypoints are."""
        return self.recordings.skeleton

    @property
    def lengths(self) -> NDArray[np.int64]:
        """[V], the frames of each recording."""
        return self.recordings.lengths


def measure(
    recordings: Recordings, frame: ReferenceFrame = "camera", *, quiet: bool = True
) -> Dataset:
    """Go through recordings once, window by window, to find what their batches need.

    Parameters
    ----------
    recordings
        In the frame of reference that `frame` says; the canonical frame is normalised already.
    frame
        camera or canonical.
    quiet
        Show no progress bar.

    Returns
    -------
    The dataset: of the camera frame with the scale of each recording.
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
                scales[v] = scale_of(join_extents(extents))
                root = np.concatenate(roots)
                root = root[~np.isnan(root)]
                absolute[v] = len(root) > 0 and np.median(np.abs(root)) > _ROOT * scales[v]
    return Dataset(recordings, frame, scales, absolute, digest.hexdigest()[:16])


def _root_depth(depth: Float[np.ndarray, "T J"], on: Skeleton) -> Float[np.ndarray, " T"]:
    """The depth of the skeleton's own root; of the middle of the hips where it has none."""
    number = on.find(ROOT)
    return on.point(depth[..., None], ROOT)[..., 0] if number is None else depth[..., number]


def open_dataset(
    path: str | PathLike[str], skeleton: str | Skeleton = PANOPTIC26, *, quiet: bool = True
) -> Dataset:
    """Open what `train` and `test` take.

    Parameters
    ----------
    path
        A folder that holds body_data.npy and body_ground.npy (camera frame) or, when it has no
        body_data.npy, normalized_data.npy; or a normalized_data.npy itself (canonical frame).
    skeleton
        What the J keypoints are.

    Raises
    ------
    InputError
        One line for each problem of the files.
    """
    path, skeleton = Path(path), get_skeleton(skeleton)
    if path.name in (BODY_DATA, BODY_GROUND):
        found = f"one of its files, {path.name}"
        raise InputError(problem(path, expected="the folder of the two arrays", found=found))
    if not path.exists():
        expected = "a folder with body_data.npy and body_ground.npy, or a normalized_data.npy"
        raise InputError(problem(path, expected=expected, found="nothing there"))
    inside = path / NORMALIZED_DATA
    if path.is_dir() and not (inside.exists() and not (path / BODY_DATA).exists()):
        return measure(read_arrays(path, skeleton=skeleton, quiet=quiet), quiet=quiet)
    data: NormalizedData = read_normalized(inside if path.is_dir() else path)
    if data.skeleton != skeleton:
        raise InputError(problem(path, expected=skeleton.name, found=data.skeleton.name))
    return measure(data, "canonical", quiet=quiet)
