"""Base class of the learned baselines: normalised frames in, depth in torso lengths out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray
from torch import Tensor, nn

from benchmarks.accuracy.data import Batch
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.normalization.normalize import frame_centers, normalize
from signlift.normalization.scale import recording_scale

#: The number of keypoints, and of their coordinates x and y.
J, INPUTS = len(PANOPTIC26), 2 * len(PANOPTIC26)


@dataclass(frozen=True, eq=False)
class Frames:
    """Normalised recordings, joined in N frames.

    Attributes
    ----------
    inputs
        [N, 2J]: keypoints relative to the Neck, in torso lengths; 0 where missing, as in the
        published baselines.
    targets
        [N, J]: depth relative to MidHip in torso lengths; NaN where unknown.
    lengths
        [V], the number of frames of each recording; N in all.
    """

    inputs: Float[Tensor, "N I"]
    targets: Float[Tensor, "N J"]
    lengths: Int[np.ndarray, " V"]

    def __len__(self) -> int:
        """Return N, the number of frames."""
        return len(self.inputs)


class Baseline(nn.Module):
    """A network with its training, as published unless stated otherwise."""

    #: The name in the table.
    name: str
    #: The size that determines the training time; by default the published one.
    channels: int

    def settings(self) -> dict[str, Any]:
        """Return the settings that trained baselines of a class differ in."""
        return {"channels": self.channels}

    def optimizer(self) -> torch.optim.Optimizer:
        """Make a new optimiser."""
        return torch.optim.Adam(self.parameters(), 1e-3, fused=True)

    def schedule(self, optimizer: torch.optim.Optimizer, progress: float) -> None:
        """Set values that change during training, for a progress from 0 to 1; none here."""

    def losses(self, frames: Frames, generator: torch.Generator) -> Iterator[tuple[Tensor, int]]:
        """Yield the loss of one step after the other, and the number of its frames."""
        raise NotImplementedError

    def predict(self, inputs: Float[Tensor, "T I"]) -> Float[Tensor, "T J"]:
        """Predict the depth of one recording's frames in torso lengths."""
        raise NotImplementedError

    @torch.inference_mode()
    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Compute the depth of each recording in its unit, relative to MidHip."""
        self.eval()
        depths: list[NDArray[np.floating]] = []
        for recording in recordings:
            inputs, scale = normalize_keypoints(recording.keypoints)
            depths.append(self.predict(torch.from_numpy(inputs)).numpy() * scale)
        return depths


def normalize_keypoints(
    keypoints: Float[np.ndarray, "T J 2"],
) -> tuple[Float[np.ndarray, "T I"], float]:
    """Return the network's inputs [T, 2J] and the recording's scale."""
    scale = recording_scale(keypoints, PANOPTIC26)
    centers, _ = frame_centers(keypoints, PANOPTIC26)
    inputs = normalize(keypoints, centers, scale).astype(np.float32)
    return np.nan_to_num(inputs, nan=0.0).reshape(len(keypoints), -1), scale


def normalize_batch(batch: Batch) -> Frames:
    """Normalise and join the recordings of a batch."""
    inputs, targets = [], []
    for keypoints, depth, length in zip(batch.keypoints, batch.depth, batch.lengths, strict=True):
        values, scale = normalize_keypoints(keypoints[:length])
        inputs.append(values)
        targets.append(depth[:length] / np.float32(scale))
    return Frames(
        torch.from_numpy(np.concatenate(inputs)),
        torch.from_numpy(np.concatenate(targets)),
        batch.lengths,
    )


def select_known(
    predicted: Float[Tensor, "*rest J"], targets: Float[Tensor, "*rest J"]
) -> tuple[Float[Tensor, " K"], Float[Tensor, " K"]]:
    """Select predictions and targets where the target is known."""
    mask: Bool[Tensor, "*rest J"] = ~torch.isnan(targets)
    return predicted[mask], targets[mask]


def shuffled_batches(count: int, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """Yield the numbers below `count` in random order in batches of `size`, full ones only."""
    order = torch.randperm(count, generator=generator)
    size = min(size, count)
    for start in range(0, count - size + 1, size):
        yield order[start : start + size]
