"""Batches: windows of normalised keypoints and depth, ready for a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.datasets.dataset import Dataset
from signlift.datasets.lanes import Windows, iterate_windows
from signlift.normalization.normalize import frame_centers, normalize
from signlift.utils.array_types import Bool, Float, Int


@dataclass(frozen=True)
class Batch:
    """One step of B lanes.

    Attributes
    ----------
    lanes
        [B], the numbers of the lanes.
    windows
        The recording and the frames of each lane.
    keypoints
        [B, L, J, 2] float32 as in the dataset, NaN where missing; L is the length of the longest
        window.
    inputs
        [B, L, 2J] float32, x_1, y_1, ..., normalised, NaN where missing.
    targets
        [B, L, J] float32, depth relative to the root, divided by the recording's scale, NaN where
        unknown.
    scales
        [B], length of one unit of `inputs` and `targets` in the recording's unit.
    """

    lanes: Int[np.ndarray, " B"]
    windows: Windows
    keypoints: Float[np.ndarray, "B L J 2"]
    inputs: Float[np.ndarray, "B L JJ"]
    targets: Float[np.ndarray, "B L J"]
    scales: Float[np.ndarray, " B"]

    @property
    def continued(self) -> Bool[np.ndarray, " B"]:
        """[B], whether a lane continues the recording of its last window."""
        return ~self.windows.first

    @property
    def num_frames(self) -> int:
        """Frames of recordings in all lanes, padding left out."""
        return int(self.windows.length.sum())


def iterate_batches(
    dataset: Dataset,
    order: Int[np.ndarray, " R"],
    lanes: int,
    seq_len: int,
    selection: slice = slice(None),
    mirrored: Bool[np.ndarray, " V"] | None = None,
) -> Iterator[Batch]:
    """Iterate over recordings in stateful lanes (see `iterate_windows`).

    Parameters
    ----------
    dataset
        The recordings.
    order
        [R], the numbers of the recordings to go through.
    lanes
        The number of recordings that run side by side.
    seq_len
        Frames of a window.
    selection
        The lanes to yield, for one process of several. A step in which none of them is busy is
        yielded with B = 0, so that all processes make the same number of steps.
    mirrored
        [V], the recordings to mirror: in their `inputs` and `targets` x changes sign, and left and
        right keypoints are swapped. None mirrors no recording.

    Yields
    ------
    Batch
        The busy lanes of one step.
    """
    skeleton = dataset.skeleton
    selected = np.zeros(lanes, bool)
    selected[selection] = True
    necks = np.full((lanes, 2), np.nan)
    for step in iterate_windows(dataset.lengths, order, lanes, seq_len):
        busy = selected & (step.recording >= 0)
        windows = step[busy]
        scales = dataset.scales[windows.recording]
        keypoints, depth = dataset.recordings.fetch(
            windows.recording, windows.start, int(windows.length.max(initial=1))
        )
        inputs = keypoints
        if dataset.frame == "camera":
            previous = np.where(windows.first[:, None], np.nan, necks[busy])
            centers, necks[busy] = frame_centers(keypoints, skeleton, previous)
            inputs = normalize(keypoints, centers, scales).astype(np.float32)
            absolute = dataset.absolute[windows.recording][:, None, None]
            if absolute.any():
                depth = np.where(absolute, subtract_root_depth(depth, skeleton), depth)
        targets = (depth / scales[:, None, None]).astype(np.float32)
        if mirrored is not None:
            inputs, targets = _mirror(inputs, targets, mirrored[windows.recording], skeleton)
        inputs = inputs.reshape(*inputs.shape[:2], 2 * len(skeleton))
        yield Batch(np.flatnonzero(busy), windows, keypoints, inputs, targets, scales)


def _mirror(
    inputs: Float[np.ndarray, "B L J 2"],
    targets: Float[np.ndarray, "B L J"],
    mirrored: Bool[np.ndarray, " B"],
    skeleton: Skeleton,
) -> tuple[Float[np.ndarray, "B L J 2"], Float[np.ndarray, "B L J"]]:
    """Swap left and right in the lanes that are marked in `mirrored` [B]."""
    inputs, targets = inputs.copy(), targets.copy()
    inputs[mirrored] = inputs[mirrored][:, :, skeleton.mirror] * np.array([-1, 1], inputs.dtype)
    targets[mirrored] = targets[mirrored][:, :, skeleton.mirror]
    return inputs, targets
