"""The seed's DepthLSTM as it was: signlift's beginning."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from jaxtyping import Float
from torch import Tensor, nn

from benchmarks.accuracy.peer import INPUTS, Frames, J, Peer, known

#: Frames of a window, and recordings' lanes side by side.
WINDOW, LANES = 50, 16


class SeedLSTM(Peer):
    """LSTM (2J -> channels) and Linear (channels -> J), with the seed's way of using it.

    All frames are joined and cut into lanes; in training the state goes on from window to
    window, across the ends of recordings too; the tails of lanes are dropped. In testing each
    window begins with a state of zero. Squared error, Adam with 1e-3.

    Parameters
    ----------
    channels
        The LSTM's hidden size. The seed's notebooks had a GPU and 1024; 256 is the project's
        default, which a CPU trains in minutes.
    """

    name = "seed's DepthLSTM"

    def __init__(self, channels: int = 256) -> None:
        super().__init__()
        self.channels = channels
        self.lstm = nn.LSTM(INPUTS, channels, batch_first=True)
        self.linear = nn.Linear(channels, J)

    def losses(
        self,
        frames: Frames,
        generator: torch.Generator,  # noqa: ARG002  # the order is the stream's
    ) -> Iterator[tuple[Tensor, int]]:
        """The loss of window after window."""
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
            predicted, true = known(self.linear(hidden), targets[:, part])
            yield nn.functional.mse_loss(predicted, true), lanes * window

    def predict(self, inputs: Float[Tensor, "T I"]) -> Float[Tensor, "T J"]:
        """Depth, window by window, each on its own."""
        windows = [self.linear(self.lstm(part[None])[0])[0] for part in torch.split(inputs, WINDOW)]
        return torch.cat(windows)
