"""VideoPose3D: dilated convolutions over time.

D. Pavllo, C. Feichtenhofer, D. Grangier and M. Auli, 3D human pose estimation in video with
temporal convolutions and semi-supervised training, CVPR 2019. Written from the paper; it predicts
depth instead of 3D points, and is tested without averaging over the mirrored input.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from benchmarks.accuracy.baseline import (
    Baseline,
    Frames,
    J,
    select_known,
    shuffled_batches,
)

#: Filter widths 3, 3, 3: each layer's dilation is 3 times that of the layer before.
WIDTH, LAYERS = 3, 3
RECEPTIVE_FIELD = WIDTH**LAYERS

DROPOUT = 0.25

#: The learning rate falls by 0.95 every epoch, for 80 epochs. The momentum of the batch
#: normalisation falls from 0.1 to 0.001 in the paper, over a hundred thousand steps; with the few
#: thousand steps of a CPU the statistics would lag behind the weights.
DECAY, EPOCHS, MOMENTUM = 0.95, 80, (0.1, 0.01)


class VideoPose(Baseline):
    """A convolution 2J -> channels, two residual blocks, a linear layer channels -> J.

    Each frame is predicted from 27 frames: 13 on either side of it, or it and the 26 before it.
    The first and last frames of a recording are repeated beyond its ends. Training on single
    frames uses strided convolutions, which compute only what is needed; lifting uses dilated ones
    with the same weights and the same results. Absolute error, AMSGrad with 1e-3 and exponential
    decay; the published decay is stretched over the training time.

    Parameters
    ----------
    causal
        Predict a frame from it and the frames before it only.
    channels
        Channels of the convolutions.
    batch
        Frames of a step. With the published 1,024 a CPU makes a few hundred steps in ten minutes;
        smaller batches reach a lower error in the same time.
    keypoints
        J, the number of keypoints.
    """

    def __init__(
        self, *, causal: bool = False, channels: int = 1024, batch: int = 64, keypoints: int = J
    ) -> None:
        super().__init__()
        self.name = f"VideoPose3D, {'causal' if causal else 'symmetric'}"
        self.causal, self.channels, self.batch = causal, channels, batch
        sizes = [2 * keypoints] + [channels] * LAYERS
        self.wide = nn.ModuleList(
            nn.Linear(WIDTH * inputs, channels, bias=False) for inputs in sizes[:LAYERS]
        )
        self.narrow = nn.ModuleList(
            nn.Linear(channels, channels, bias=False) for _ in range(LAYERS - 1)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(channels) for _ in range(2 * LAYERS - 1))
        self.dropout = nn.Dropout(DROPOUT)
        self.last = nn.Linear(channels, keypoints)

    def settings(self) -> dict[str, Any]:
        """Return the settings, with the batch size."""
        return {**super().settings(), "causal": self.causal, "batch": self.batch}

    def forward(
        self, inputs: Float[Tensor, "B T I"], *, strided: bool = False
    ) -> Float[Tensor, "B L J"]:
        """Predict the depth of frames whose whole receptive field is in the input.

        Parameters
        ----------
        inputs
            [B, T, 2J], T of 27 or more.
        strided
            For a window of 27 frames, compute only the result that is needed. L is 1 then, else
            T - 26.
        """
        values = self._activate(self._convolve(inputs, 0, strided), 0)
        for layer in range(1, LAYERS):
            residual = self._select_residual(values, layer, strided)
            values = self._activate(self._convolve(values, layer, strided), 2 * layer - 1)
            values = residual + self._activate(self.narrow[layer - 1](values), 2 * layer)
        return self.last(values)

    def optimizer(self) -> torch.optim.Optimizer:
        """Make an optimiser: AMSGrad."""
        return torch.optim.Adam(self.parameters(), 1e-3, amsgrad=True, fused=True)

    def schedule(self, optimizer: torch.optim.Optimizer, progress: float) -> None:
        """Decay the learning rate and the momentum of the batch normalisation exponentially."""
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * DECAY ** (EPOCHS * progress)
        first, last = MOMENTUM
        for norm in self.norms:
            assert isinstance(norm, nn.BatchNorm1d)
            norm.momentum = first * (last / first) ** progress

    def losses(self, frames: Frames, generator: torch.Generator) -> Iterator[tuple[Tensor, int]]:
        """Yield the loss of batches of single frames in random order."""
        windows = torch.from_numpy(self.windows(frames.lengths))
        for batch in shuffled_batches(len(frames), self.batch, generator):
            predicted = self(frames.inputs[windows[batch]], strided=True)[:, 0]
            predicted, true = select_known(predicted, frames.targets[batch])
            yield nn.functional.l1_loss(predicted, true), len(batch)

    def predict(self, inputs: Float[Tensor, "T I"]) -> Float[Tensor, "T J"]:
        """Predict the depth of every frame."""
        before, after = self._reach
        ends = [inputs[:1].expand(before, -1), inputs, inputs[-1:].expand(after, -1)]
        return self(torch.cat(ends)[None])[0]

    def windows(self, lengths: Int[np.ndarray, " V"]) -> Int[np.ndarray, "N 27"]:
        """Return the numbers of the input frames of each frame, for joined recordings."""
        before, after = self._reach
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)[:, None]
        ends = starts + np.repeat(lengths, lengths)[:, None] - 1
        frames = np.arange(lengths.sum())[:, None] + np.arange(-before, after + 1)
        return np.clip(frames, starts, ends)

    @property
    def _reach(self) -> tuple[int, int]:
        """The number of frames before and after a frame in its receptive field."""
        context = RECEPTIVE_FIELD - 1
        return (context, 0) if self.causal else (context // 2, context // 2)

    def _convolve(
        self, values: Float[Tensor, "B T C"], layer: int, strided: bool
    ) -> Float[Tensor, "B L channels"]:
        """Convolve over time with one matrix product, which is faster on a CPU."""
        B, T, C = values.shape
        if strided:
            return self.wide[layer](values.reshape(B, T // WIDTH, WIDTH * C))
        taps = [self._shift(values, layer, position) for position in range(WIDTH)]
        return self.wide[layer](torch.cat(taps, -1))

    def _select_residual(
        self, values: Float[Tensor, "B T C"], layer: int, strided: bool
    ) -> Float[Tensor, "B L C"]:
        """Select the frames that bypass a layer: the middle one of each window, or the last."""
        position = WIDTH - 1 if self.causal else WIDTH // 2
        return values[:, position::WIDTH] if strided else self._shift(values, layer, position)

    def _shift(
        self, values: Float[Tensor, "B T C"], layer: int, position: int
    ) -> Float[Tensor, "B L C"]:
        """Select the frames that one position of the dilated filter is applied to."""
        dilation = WIDTH**layer
        length = values.shape[1] - (WIDTH - 1) * dilation
        return values[:, position * dilation : position * dilation + length]

    def _activate(self, values: Float[Tensor, "B L C"], number: int) -> Float[Tensor, "B L C"]:
        normed = self.norms[number](values.flatten(0, 1)).reshape(values.shape)
        return self.dropout(torch.relu(normed))
