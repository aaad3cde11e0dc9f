"""Frames of lanes on one axis, one lane after the other, as exported graphs compute them.

Layers of vectors on two axes are one operation of ONNX Runtime, with their bias.
"""

from __future__ import annotations

from typing import Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from signlift.model.network_inputs import frame_rate_input


@runtime_checkable
class PoolingNet(Protocol):
    """A network that estimates from sums over frames: of the body's proportions, or a hand's."""

    def estimate_from(self, pool: Tensor) -> tuple[Tensor, Tensor]:
        """Return the estimates and their uncertainty."""


def lane_rates(fps: Tensor, like: Tensor) -> Tensor:
    """Return the input of each frame that encodes the frame rate, [B, T, 1] like [B, T, J]."""
    return frame_rate_input(fps, like.transpose(0, 1)).transpose(0, 1)


def join_lanes(values: Tensor) -> Tensor:
    """Return the frames [B, T, ...] of lanes on one axis, one lane after the other."""
    return values.reshape(-1, *map(int, values.shape[2:]))


def split_lanes(values: Tensor, state: Tensor) -> Tensor:
    """Return the frames of lanes, which are on one axis, as [B, T, ...] for a state [..., B, S]."""
    return values.reshape(state.shape[-2], -1, *map(int, values.shape[1:]))


def run_lstm(
    lstm: nn.LSTM, frame: Tensor, hidden: Tensor, cell: Tensor
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """Run an LSTM over frames of lanes that are on one axis; return its outputs in their order."""
    output, state = lstm(split_lanes(frame, hidden).transpose(0, 1), (hidden, cell))
    return join_lanes(output.transpose(0, 1)), state


def estimate_lanes(
    net: PoolingNet, evidence: Tensor, pool: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Compute estimates [B, T, P] from what each frame adds to the state; and the last state."""
    sums = torch.cumsum(split_lanes(evidence, pool), 1) + pool[:, None]
    mean, log_scale = net.estimate_from(join_lanes(sums))
    return split_lanes(mean, pool), split_lanes(log_scale, pool), sums[:, -1]
