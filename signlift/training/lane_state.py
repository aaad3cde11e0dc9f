"""The state that is carried from window to window, lane by lane."""

from __future__ import annotations

import torch
from torch import Tensor

from signlift.datasets.batches import Batch
from signlift.model.depth_lstm import DepthLSTM, State


class LaneState:
    """The LSTM state of every lane: zero before a recording's first frame, and only there.

    Parameters
    ----------
    model
        Tells the sizes, the device and the precision.
    lanes
        How many lanes there are.
    """

    def __init__(self, model: DepthLSTM, lanes: int) -> None:
        lstm, weight = model.lstm, model.linear.weight
        shape = (lstm.num_layers, lanes, lstm.hidden_size)
        self._hidden = torch.zeros(shape, device=weight.device, dtype=weight.dtype)
        self._cell = torch.zeros_like(self._hidden)

    def take(self, batch: Batch) -> State:
        """The state before a batch's first frames: [num_layers, B, hidden_size], twice."""
        lanes = torch.from_numpy(batch.lanes).to(self._hidden.device)
        first = torch.from_numpy(batch.windows.first).to(self._hidden.device)

        def cleared(values: Tensor) -> Tensor:
            return values[:, lanes].masked_fill(first[:, None], 0)

        return cleared(self._hidden), cleared(self._cell)

    def put(self, batch: Batch, state: State) -> None:
        """Keep the state after a batch's last frames, cut off from how it came about."""
        lanes = torch.from_numpy(batch.lanes).to(self._hidden.device)
        self._hidden[:, lanes] = state[0].detach().to(self._hidden.dtype)
        self._cell[:, lanes] = state[1].detach().to(self._cell.dtype)
