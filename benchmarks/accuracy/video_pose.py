"""VideoPose3D: dilated convolutions over time.

D. Pavllo, C. Feichtenhofer, D. Grangier and M. Auli, 3D human pose estimation in video with
temporal convolutions and semi-supervised training, CVPR 2019. Written from the paper; it predicts
depth rather than 3D points, and is tested without averaging over the mirrored input.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from benchmarks.accuracy.peer import INPUTS, Frames, J, Peer, known, shuffled

#: Filter widths 3, 3, 3: each layer's dilation is 3 times that of the layer before.
WIDTH, LAYERS = 3, 3
RECEPTIVE_FIELD = WIDTH**LAYERS

DROPOUT = 0.25

#: The rate falls by 0.95 every epoch, for 80 epochs; the momentum of the batch normalisation
#: falls over all of them: from 0.1 to 0.001 as published, with a hundred thousand steps. In the
#: few thousand of a CPU the statistics would then lag behind the weights.
DECAY, EPOCHS, MOMENTUM = 0.95, 80, (0.1, 0.01)


class VideoPose(Peer):
    """A convolution 2J -> channels, two residual blocks, a linear layer channels -> J.

    27 frames go in for each frame that comes out: 13 to either side of it, or it and the 26
    before it. Beyond a recording's ends its first and last frames are repeated. Trained on
    single frames with strided convolutions, which compute nothing that is not needed, lifting
    with dilated ones: the same weights, the same numbers. Absolute error, AMSGrad with 1e-3 and
    exponential decay, the published decay stretched over the time there is.

    Parameters
    ----------
    causal
        Whether a frame is lifted by what went before only.
    channels
        Of the convolutions.
    batch
        Frames of a step. The published 1,024 leaves a CPU a few hundred steps in ten minutes;
        in the same time smaller batches reach a lower error, and so the peer gets them.
    """

    def __init__(self, *, causal: bool = False, channels: int = 1024, batch: int = 64) -> None:
        super().__init__()
        self.name = f"VideoPose3D, {'causal' if causal else 'symmetric'}"
        self.causal, self.channels, self.batch = causal, channels, batch
        sizes = [INPUTS] + [channels] * LAYERS
        self.wide = nn.ModuleList(
            nn.Linear(WIDTH * inputs, channels, bias=False) for inputs in sizes[:LAYERS]
        )
        self.narrow = nn.ModuleList(
            nn.Linear(channels, channels, bias=False) for _ in range(LAYERS - 1)
        )
        self.norms = nn.ModuleList(nn.BatchNorm1d(channels) for _ in range(2 * LAYERS - 1))
        self.dropout = nn.Dropout(DROPOUT)
        self.last = nn.Linear(channels, J)

    def settings(self) -> dict[str, Any]:
        """The batch, too."""
        return {**super().settings(), "causal": self.causal, "batch": self.batch}

    def forward(
        self, inputs: Float[Tensor, "B T I"], *, strided: bool = False
    ) -> Float[Tensor, "B L J"]:
        """Depth of the frames whose whole receptive field is given.

        Parameters
        ----------
        inputs
            [B, T, 2J], T of 27 or more.
        strided
            Only for one window of 27 frames: compute nothing else. L is 1 then, else T - 26.
        """
        values = self._activate(self._convolve(inputs, 0, strided), 0)
        for layer in range(1, LAYERS):
            kept = self._kept(values, layer, strided)
            values = self._activate(self._convolve(values, layer, strided), 2 * layer - 1)
            values = kept + self._activate(self.narrow[layer - 1](values), 2 * layer)
        return self.last(values)

    def optimizer(self) -> torch.optim.Optimizer:
        """Adam's variant that does not forget large gradients."""
        return torch.optim.Adam(self.parameters(), 1e-3, amsgrad=True, fused=True)

    def schedule(self, optimizer: torch.optim.Optimizer, progress: float) -> None:
        """Exponential decay of the rate and of the batch normalisation's momentum."""
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * DECAY ** (EPOCHS * progress)
        first, last = MOMENTUM
        for norm in self.norms:
            assert isinstance(norm, nn.BatchNorm1d)
            norm.momentum = first * (last / first) ** progress

    def losses(self, frames: Frames, generator: torch.Generator) -> Iterator[tuple[Tensor, int]]:
        """The loss of batches of single frames in random order."""
        windows = torch.from_numpy(self.windows(frames.lengths))
        for batch in shuffled(len(frames), self.batch, generator):
            predicted = self(frames.inputs[windows[batch]], strided=True)[:, 0]
            yield nn.functional.l1_loss(*known(predicted, frames.targets[batch])), len(batch)

    def predict(self, inputs: Float[Tensor, "T I"]) -> Float[Tensor, "T J"]:
        """Depth of every frame."""
        before, after = self._reach
        ends = [inputs[:1].expand(before, -1), inputs, inputs[-1:].expand(after, -1)]
        return self(torch.cat(ends)[None])[0]

    def windows(self, lengths: Int[np.ndarray, " V"]) -> Int[np.ndarray, "N 27"]:
        """Which frames go in for each frame of recordings that are joined."""
        before, after = self._reach
        starts = np.repeat(np.cumsum(lengths) - lengths, lengths)[:, None]
        ends = starts + np.repeat(lengths, lengths)[:, None] - 1
        frames = np.arange(lengths.sum())[:, None] + np.arange(-before, after + 1)
        return np.clip(frames, starts, ends)

    @property
    def _reach(self) -> tuple[int, int]:
        """Frames before and after a frame that it is lifted by."""
        rest = RECEPTIVE_FIELD - 1
        return (rest, 0) if self.causal else (rest // 2, rest // 2)

    def _convolve(
        self, values: Float[Tensor, "B T C"], layer: int, strided: bool
    ) -> Float[Tensor, "B L channels"]:
        """A layer's convolution over time, as one matrix product: a CPU is faster at those."""
        B, T, C = values.shape
        if strided:
            return self.wide[layer](values.reshape(B, T // WIDTH, WIDTH * C))
        taps = [self._tap(values, layer, place) for place in range(WIDTH)]
        return self.wide[layer](torch.cat(taps, -1))

    def _kept(
        self, values: Float[Tensor, "B T C"], layer: int, strided: bool
    ) -> Float[Tensor, "B L C"]:
        """What goes round a layer: of each window's frames the middle one, or the last."""
        place = WIDTH - 1 if self.causal else WIDTH // 2
        return values[:, place::WIDTH] if strided else self._tap(values, layer, place)

    def _tap(
        self, values: Float[Tensor, "B T C"], layer: int, place: int
    ) -> Float[Tensor, "B L C"]:
        """What one of the filter's weights sees where the filter is dilated."""
        dilation = WIDTH**layer
        length = values.shape[1] - (WIDTH - 1) * dilation
        return values[:, place * dilation : place * dilation + length]

    def _activate(self, values: Float[Tensor, "B L C"], number: int) -> Float[Tensor, "B L C"]:
        normed = self.norms[number](values.flatten(0, 1)).reshape(values.shape)
        return self.dropout(torch.relu(normed))
