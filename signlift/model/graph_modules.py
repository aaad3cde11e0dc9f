"""Networks as functions of named arrays: each is a module whose call is a whole graph.

The names of their arguments and results are those of the exported graphs (see `export`).
"""

from __future__ import annotations

from torch import Tensor, nn

from signlift.model.bone_lstm import BoneLSTM
from signlift.model.depth_lstm import DepthLSTM
from signlift.model.network_inputs import clean
from signlift.model.proportions_net import ProportionsNet


class ProportionsGraph(nn.Module):
    """A ProportionsNet with everything in its call that the graph is to hold."""

    def __init__(self, net: ProportionsNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, keypoints: Tensor, confidence: Tensor, fps: Tensor, pool: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """The estimates after each frame, and the state after the last."""
        x, observed, sure = clean(keypoints.transpose(0, 1), confidence.transpose(0, 1))
        mean, log_error, pool = self.net(x, observed, sure, fps, pool)
        return mean.transpose(0, 1), log_error.transpose(0, 1), pool


class DepthGraph(nn.Module):
    """A BoneLSTM, likewise."""

    def __init__(self, net: BoneLSTM) -> None:
        super().__init__()
        self.net = net

    def forward(
        self,
        keypoints: Tensor,
        confidence: Tensor,
        fps: Tensor,
        mean: Tensor,
        log_error: Tensor,
        hidden: Tensor,
        cell: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Everything that is told of each frame, and the state after the last."""
        x, observed, sure = clean(keypoints.transpose(0, 1), confidence.transpose(0, 1))
        points, depth, error, state = self.net(
            x, observed, sure, fps, mean.transpose(0, 1), log_error.transpose(0, 1), (hidden, cell)
        )
        return points.transpose(0, 1), depth.transpose(0, 1), error.transpose(0, 1), *state


class DepthLSTMGraph(nn.Module):
    """A DepthLSTM, likewise."""

    def __init__(self, net: DepthLSTM) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, keypoints: Tensor, hidden: Tensor, cell: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Depth, and the state after the last frame."""
        depth, state = self.net(keypoints, (hidden, cell))
        return depth, *state
