"""Batches: windows of normalised keypoints and depth, ready for a model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from signlift.core.skeleton import Skeleton, subtract_root_depth
from signlift.datasets.dataset import Dataset
from signlift.datasets.lanes import Windows, stateful_windows
from signlift.normalization.normalize import frame_centers, normalize


@dataclass(frozen=True)
class Batch:
    """One step of the lanes that are busy, B of them.

    Attributes
    ----------
    lanes
        [B], which lanes they are.
    windows
        Which frames of which recordings.
    keypoints
        [B, L, J, 2] float32 as they came, NaN where missing; L is the longest window's length.
    inputs
        [B, L, 2J] float32, x_1, y_1, ..., normalised, NaN where missing.
    targets
        [B, L, J] float32, depth relative to the root over the recording's scale, NaN where
        unknown.
    scales
        [B], what a unit of `inputs` and `targets` is in the recording's unit.
    """

    lanes: Int[np.ndarray, " B"]
    windows: Windows
    keypoints: Float[np.ndarray, "B L J 2"]
    inputs: Float[np.ndarray, "B L JJ"]
    targets: Float[np.ndarray, "B L J"]
    scales: Float[np.ndarray, " B"]


def batches(
    dataset: Dataset,
    order: Int[np.ndarray, " R"],
    lanes: int,
    seq_len: int,
    share: slice = slice(None),
    mirrored: Bool[np.ndarray, " V"] | None = None,
) -> Iterator[Batch]:
    """Go through recordings in stateful lanes (see `stateful_windows`).

    Parameters
    ----------
    dataset
        Where the recordings come from.
    order
        [R], the recordings to go through.
    lanes
        How many stand side by side.
    seq_len
        The frames of a window.
    share
        The lanes that are wanted, of all: those of one process of several. A step in which none
        of them is busy is yielded all the same, with B = 0, so that processes keep in step.
    mirrored
        [V], the recordings that are given as seen in a mirror: `inputs` and `targets` of a
        person whose left is the other's right. None mirrors none.
    """
    on = dataset.skeleton
    wanted = np.zeros(lanes, bool)
    wanted[share] = True
    necks = np.full((lanes, 2), np.nan)
    for step in stateful_windows(dataset.lengths, order, lanes, seq_len):
        busy = wanted & (step.recording >= 0)
        windows = step[busy]
        scales = dataset.scales[windows.recording]
        keypoints, depth = dataset.recordings.fetch(
            windows.recording, windows.start, int(windows.length.max(initial=1))
        )
        inputs = keypoints
        if dataset.frame == "camera":
            last = np.where(windows.first[:, None], np.nan, necks[busy])
            centers, necks[busy] = frame_centers(keypoints, on, last)
            inputs = normalize(keypoints, centers, scales).astype(np.float32)
            absolute = dataset.absolute[windows.recording][:, None, None]
            if absolute.any():
                depth = np.where(absolute, subtract_root_depth(depth, on), depth)
        targets = (depth / scales[:, None, None]).astype(np.float32)
        if mirrored is not None:
            flip = mirrored[windows.recording]
            inputs, targets = _mirror(inputs, targets, flip, on)
        inputs = inputs.reshape(*inputs.shape[:2], 2 * len(on))
        yield Batch(np.flatnonzero(busy), windows, keypoints, inputs, targets, scales)


def _mirror(
    inputs: Float[np.ndarray, "B L J 2"],
    targets: Float[np.ndarray, "B L J"],
    flip: Bool[np.ndarray, " B"],
    on: Skeleton,
) -> tuple[Float[np.ndarray, "B L J 2"], Float[np.ndarray, "B L J"]]:
    """Swap left and right of some: x changes its sign, the sides their names."""
    inputs, targets = inputs.copy(), targets.copy()
    inputs[flip] = inputs[flip][:, :, on.mirror] * np.array([-1, 1], inputs.dtype)
    targets[flip] = targets[flip][:, :, on.mirror]
    return inputs, targets
