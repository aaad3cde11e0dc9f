"""Dataset: recordings with all that their batches need to know of them beforehand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.formats.arrays import read_arrays
from signlift.formats.normalized import NORMALIZED_DATA, NormalizedData, read_normalized
from signlift.preprocessing.normalize import recording_scale
from signlift.progress import progress_bar
from signlift.skeleton import PANOPTIC26, ROOT, Skeleton
from signlift.skeleton import skeleton as named_skeleton

#: A root that lies further from zero than this many scales tells that depth is absolute.
_ROOT = 1e-3

#: camera: x right, y down, depth away from the camera. canonical: see `prepare`.
Frame = Literal["camera", "canonical"]


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
    """

    recordings: Recordings
    frame: Frame
    scales: Float[np.ndarray, " V"]
    absolute: Bool[np.ndarray, " V"]

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

    def fingerprint(self) -> str:
        """A short text that tells this data from other data: its layout and its scales."""
        digest = hashlib.sha256(f"{self.skeleton.name} {self.frame}".encode())
        digest.update(np.ascontiguousarray(self.lengths, "<i8").tobytes())
        digest.update(np.ascontiguousarray(self.scales, "<f4").tobytes())
        return digest.hexdigest()[:16]


def measure(recordings: Recordings, frame: Frame = "camera", *, quiet: bool = True) -> Dataset:
    """Go through recordings once, one at a time, to find their scales.

    Parameters
    ----------
    recordings
        In the frame of reference that `frame` says; the canonical frame is normalised already.
    """
    lengths = recordings.lengths
    scales = np.ones(len(lengths))
    absolute = np.zeros(len(lengths), bool)
    if frame == "camera":
        on = recordings.skeleton
        with progress_bar(int(lengths.sum()), "measuring", quiet=quiet) as bar:
            for v, length in enumerate(lengths):
                keypoints, depth = recordings.fetch(np.array([v]), np.array([0]), int(length))
                scales[v] = recording_scale(keypoints[0], on)
                root = on.point(depth[..., None], ROOT)
                absolute[v] = (np.abs(np.nan_to_num(root)) > _ROOT * scales[v]).any()
                bar.update(int(length))
    return Dataset(recordings, frame, scales, absolute)


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
    path, skeleton = Path(path), named_skeleton(skeleton)
    if not path.exists():
        expected = "a folder with body_data.npy and body_ground.npy, or a normalized_data.npy"
        raise InputError(problem(path, expected=expected, found="nothing there"))
    inside = path / NORMALIZED_DATA
    if path.is_dir() and not (inside.exists() and not (path / "body_data.npy").exists()):
        return measure(read_arrays(path, skeleton=skeleton, quiet=quiet), quiet=quiet)
    data: NormalizedData = read_normalized(inside if path.is_dir() else path)
    if data.skeleton != skeleton:
        raise InputError(problem(path, expected=skeleton.name, found=data.skeleton.name))
    return measure(data, "canonical", quiet=quiet)
