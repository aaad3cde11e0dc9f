"""The recurrent state that is carried from window to window, lane by lane."""

from __future__ import annotations

import torch

from signlift.datasets.batches import Batch
from signlift.model.depth_lstm import DepthLSTM
from signlift.model.recurrent_state import RecurrentState


class LaneState:
    """The recurrent state of every lane: zero before a recording's first frame.

    Parameters
    ----------
    model
        The model whose state it is.
    lanes
        The number of lanes.
    """

    def __init__(self, model: DepthLSTM, lanes: int) -> None:
        self._state = model.initial_state(lanes)

    def take(self, batch: Batch) -> RecurrentState:
        """Return the state before a batch's first frames."""
        device = self._state.hidden.device
        continued = ~torch.from_numpy(batch.windows.first).to(device)
        return self._state.select(torch.from_numpy(batch.lanes).to(device)).keep(continued)

    def put(self, batch: Batch, state: RecurrentState) -> None:
        """Keep the state after a batch's last frames, without its gradients."""
        lanes = torch.from_numpy(batch.lanes).to(self._state.hidden.device)
        self._state = self._state.replace_lanes(lanes, state.detach())
