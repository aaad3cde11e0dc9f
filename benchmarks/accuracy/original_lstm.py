"""DepthLSTM of the original repository (imatge-upc/3D_skeleton_conversion), as it was there."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

from benchmarks.accuracy.baseline import INPUTS, Baseline, Frames, J, select_known

#: Frames of a window, and number of lanes.
WINDOW, LANES = 50, 16


class OriginalLSTM(Baseline):
    """LSTM (2J -> channels) and Linear (channels -> J), trained and tested as in the original.

    All frames are joined and cut into lanes. In training the state is carried from window to
    window, also across the ends of recordings, and the tails of lanes are dropped. In testing each
    window begins with a state of zero. Squared error, Adam with 1e-3.

    Parameters
    ----------
    channels
        Hidden size of the LSTM. The original notebooks used a GPU and 1024; 256 is signlift's
        default, which a CPU trains in minutes.
    """

    name = "original DepthLSTM"

    def __init__(self, channels: int = 256) -> None:
        super().__init__()
        self.channels = channels
        self.lstm = nn.LSTM(INPUTS, channels, batch_first=True)
        self.linear = nn.Linear(channels, J)

    def losses(
        self,
        frames: Frames,
        generator: torch.Generator,  # noqa: ARG002  # the order is that of the stream
    ) -> Iterator[tuple[Tensor, int]]:
        """Yield the loss of one window after the other."""
        lanes = min(LANES, max(1, len(frames) // WINDOW))
        lane = len(frames) // lanes
        window = min(WINDOW, lane)
        inputs, targets = (
            values[: lanes * lane].reshape(lanes, lane, -1)
            for values in (frames.inputs, frames.targets)
        )
        state: tuple[Tensor, Tensor] | None = None
        for start in range(0, lane - window + 1, window):
            part = slice(start, start + window)
            hidden, state = self.lstm(inputs[:, part], state)
            state = (state[0].detach(), state[1].detach())
            predicted, true = select_known(self.linear(hidden), targets[:, part])
            yield nn.functional.mse_loss(predicted, true), lanes * window

    def predict(self, inputs: Float[Tensor, "T I"]) -> Float[Tensor, "T J"]:
        """Predict the depth of each window from a state of zero."""
        windows = [self.linear(self.lstm(part[None])[0])[0] for part in torch.split(inputs, WINDOW)]
        return torch.cat(windows)
