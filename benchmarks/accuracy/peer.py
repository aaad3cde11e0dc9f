"""What the learned peers share: normalised frames in, depth in torso lengths out."""

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
from signlift.normalization.normalize import frame_centers, normalize, recording_scale

#: The keypoints, and x and y of each.
J, INPUTS = len(PANOPTIC26), 2 * len(PANOPTIC26)


@dataclass(frozen=True, eq=False)
class Frames:
    """Normalised recordings, one after the other.

    Attributes
    ----------
    inputs
        [N, 2J]: keypoints relative to the Neck, in torso lengths; 0 where missing, as the peers
        were published.
    targets
        [N, J]: depth relative to MidHip in torso lengths; NaN where unknown.
    lengths
        [V], the frames of each recording; N in all.
    """

    inputs: Float[Tensor, "N I"]
    targets: Float[Tensor, "N J"]
    lengths: Int[np.ndarray, " V"]

    def __len__(self) -> int:
        """N, the number of frames."""
        return len(self.inputs)


class Peer(nn.Module):
    """A network with the way it is trained; the published one unless it is told otherwise."""

    #: What it is called in the table.
    name: str
    #: The size that the time to train goes by; its default is the published one.
    channels: int

    def settings(self) -> dict[str, Any]:
        """What tells a trained peer from others of its class."""
        return {"channels": self.channels}

    def optimizer(self) -> torch.optim.Optimizer:
        """A fresh optimiser."""
        return torch.optim.Adam(self.parameters(), 1e-3, fused=True)

    def schedule(self, optimizer: torch.optim.Optimizer, progress: float) -> None:
        """Set what changes while training goes on, from progress 0 to 1; here nothing does."""

    def losses(self, frames: Frames, generator: torch.Generator) -> Iterator[tuple[Tensor, int]]:
        """The loss of one step after the other, and how many frames it is of; each once."""
        raise NotImplementedError

    def predict(self, inputs: Float[Tensor, "T I"]) -> Float[Tensor, "T J"]:
        """Depth of one recording's frames, in torso lengths."""
        raise NotImplementedError

    @torch.inference_mode()
    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Depth of each recording in its unit, relative to MidHip."""
        self.eval()
        lifted: list[NDArray[np.floating]] = []
        for recording in recordings:
            inputs, scale = normalized(recording.keypoints)
            lifted.append(self.predict(torch.from_numpy(inputs)).numpy() * scale)
        return lifted


def normalized(
    keypoints: Float[np.ndarray, "T J 2"],
) -> tuple[Float[np.ndarray, "T I"], float]:
    """The network's inputs [T, 2J] and the recording's scale."""
    scale = recording_scale(keypoints, PANOPTIC26)
    centers, _ = frame_centers(keypoints, PANOPTIC26)
    inputs = normalize(keypoints, centers, scale).astype(np.float32)
    return np.nan_to_num(inputs, nan=0.0).reshape(len(keypoints), -1), scale


def normalized_batch(batch: Batch) -> Frames:
    """The recordings of a batch, normalised and joined."""
    inputs, targets = [], []
    for keypoints, depth, length in zip(batch.keypoints, batch.depth, batch.lengths, strict=True):
        values, scale = normalized(keypoints[:length])
        inputs.append(values)
        targets.append(depth[:length] / np.float32(scale))
    return Frames(
        torch.from_numpy(np.concatenate(inputs)),
        torch.from_numpy(np.concatenate(targets)),
        batch.lengths,
    )


def known(
    predicted: Float[Tensor, "*rest J"], targets: Float[Tensor, "*rest J"]
) -> tuple[Float[Tensor, " K"], Float[Tensor, " K"]]:
    """Prediction and target where the target is known."""
    mask: Bool[Tensor, "*rest J"] = ~torch.isnan(targets)
    return predicted[mask], targets[mask]


def shuffled(count: int, size: int, generator: torch.Generator) -> Iterator[Tensor]:
    """The numbers below `count` in random order, `size` at a time, without a smaller rest."""
    order = torch.randperm(count, generator=generator)
    size = min(size, count)
    for start in range(0, count - size + 1, size):
        yield order[start : start + size]
