"""SimpleBaseline: six linear layers for each single frame.

J. Martinez, R. Hossain, J. Romero and J. J. Little, A simple yet effective baseline for 3d human
pose estimation, ICCV 2017. Written from the paper; it predicts depth instead of 3D points.
"""

from __future__ import annotations

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

from benchmarks.accuracy.baseline import (
    Baseline,
    Frames,
    J,
    select_known,
    shuffled_batches,
)

DROPOUT, BATCH = 0.5, 64

#: The learning rate falls by 0.96 every 100,000 steps; 200 epochs of Human3.6M are about 49 times
#: that.
DECAY, DECAYS = 0.96, 49


class NormedLinear(nn.Linear):
    """A linear layer whose matrix has a norm of at most 1.

    As in the authors' code, it is the norm of the whole matrix, and the learned weights are not
    limited: clipping the weights themselves would undo each step of Adam.
    """

    def forward(self, input: Float[Tensor, "B I"]) -> Float[Tensor, "B O"]:
        """Multiply the input with the limited matrix and add the bias."""
        factor = (1 / self.weight.norm()).clamp(max=1)
        return nn.functional.linear(input, self.weight) * factor + self.bias


def _make_layer(inputs: int, outputs: int) -> nn.Sequential:
    linear = NormedLinear(inputs, outputs)
    nn.init.kaiming_normal_(linear.weight, nonlinearity="relu")
    return nn.Sequential(linear, nn.BatchNorm1d(outputs), nn.ReLU(), nn.Dropout(DROPOUT))


class SimpleBaseline(Baseline):
    """Linear 2J -> channels, two residual blocks of two linear layers, linear channels -> J.

    All layers except the last have batch normalisation, ReLU and dropout. Squared error, Adam with
    1e-3 and exponential decay; the published decay is stretched over the training time.

    Parameters
    ----------
    channels
        Width of the layers.
    keypoints
        J, the number of keypoints.
    """

    name = "SimpleBaseline"

    def __init__(self, channels: int = 1024, keypoints: int = J) -> None:
        super().__init__()
        self.channels = channels
        self.first = _make_layer(2 * keypoints, channels)
        self.blocks = nn.ModuleList(
            nn.Sequential(_make_layer(channels, channels), _make_layer(channels, channels))
            for _ in range(2)
        )
        self.last = NormedLinear(channels, keypoints)

    def forward(self, inputs: Float[Tensor, "B I"]) -> Float[Tensor, "B J"]:
        """Predict the depth of each frame."""
        values = self.first(inputs)
        for block in self.blocks:
            values = values + block(values)
        return self.last(values)

    def schedule(self, optimizer: torch.optim.Optimizer, progress: float) -> None:
        """Decay the learning rate exponentially."""
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * DECAY ** (DECAYS * progress)

    def losses(self, frames: Frames, generator: torch.Generator) -> Iterator[tuple[Tensor, int]]:
        """Yield the loss of batches of frames in random order."""
        for batch in shuffled_batches(len(frames), BATCH, generator):
            predicted, true = select_known(self(frames.inputs[batch]), frames.targets[batch])
            yield nn.functional.mse_loss(predicted, true), len(batch)

    def predict(self, inputs: Float[Tensor, "T I"]) -> Float[Tensor, "T J"]:
        """Predict the depth of each frame."""
        return self(inputs)
