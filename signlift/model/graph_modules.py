"""Modules whose forward pass is a whole exported graph (see `export`)."""

from __future__ import annotations

from torch import Tensor, nn

from signlift.model.bone_lstm import BoneLSTM
from signlift.model.depth_lstm import DepthLSTM
from signlift.model.network_inputs import FrameInputs
from signlift.model.proportions_net import ProportionsNet
from signlift.model.recurrent_state import RecurrentState


class ProportionsGraph(nn.Module):
    """The graph of a ProportionsNet."""

    def __init__(self, net: ProportionsNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self,
        keypoints: Tensor,
        confidence: Tensor,
        detector_depth: Tensor,
        offset: Tensor,
        fps: Tensor,
        pool: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Compute the estimates after each frame, and the state after the last one."""
        inputs = FrameInputs.from_batch(keypoints, confidence, detector_depth, offset, fps)
        mean, log_scale, pool = self.net(inputs, pool)
        return mean.transpose(0, 1), log_scale.transpose(0, 1), pool


class DepthGraph(nn.Module):
    """The graph of a BoneLSTM."""

    def __init__(self, net: BoneLSTM) -> None:
        super().__init__()
        self.net = net

    def forward(
        self,
        keypoints: Tensor,
        confidence: Tensor,
        detector_depth: Tensor,
        offset: Tensor,
        fps: Tensor,
        mean: Tensor,
        log_scale: Tensor,
        hidden: Tensor,
        cell: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Compute refined keypoints, depth and uncertainty, and the state after the last frame."""
        inputs = FrameInputs.from_batch(keypoints, confidence, detector_depth, offset, fps)
        mean, log_scale = mean.transpose(0, 1), log_scale.transpose(0, 1)
        refined, depth, uncertainty, state = self.net(inputs, mean, log_scale, (hidden, cell))
        outputs = (refined.transpose(0, 1), depth.transpose(0, 1), uncertainty.transpose(0, 1))
        return *outputs, *state


class DepthLSTMGraph(nn.Module):
    """The graph of a DepthLSTM."""

    def __init__(self, net: DepthLSTM) -> None:
        super().__init__()
        self.net = net

    def forward(
        self, keypoints: Tensor, hidden: Tensor, cell: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Compute the depth, and the state after the last frame."""
        depth, state = self.net(keypoints, RecurrentState(hidden, cell))
        return depth, state.hidden, state.cell
