"""Modules whose forward pass is a whole exported graph of a HandNet (see `hand_export`)."""

from __future__ import annotations

from torch import Tensor, nn

from signlift.model.hands.hand_inputs import HandInputs, prepare_frames
from signlift.model.hands.hand_lstm import HandLSTM
from signlift.model.hands.hand_proportions_net import HandProportionsNet


class HandProportionsGraph(nn.Module):
    """The graph of a HandProportionsNet."""

    def __init__(self, net: HandProportionsNet) -> None:
        super().__init__()
        self.net = net

    def forward(
        self,
        keypoints: Tensor,
        confidence: Tensor,
        detector_depth: Tensor,
        forearm: Tensor,
        sight: Tensor,
        wrist: Tensor,
        fps: Tensor,
        pool: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Compute the estimates after each frame, and the state after the last one."""
        inputs = HandInputs(keypoints, confidence, detector_depth, forearm, sight, wrist, fps)
        mean, log_scale, pool = self.net(prepare_frames(inputs), pool)
        return mean.transpose(0, 1), log_scale.transpose(0, 1), pool


class HandsGraph(nn.Module):
    """The graph of a HandLSTM."""

    def __init__(self, net: HandLSTM) -> None:
        super().__init__()
        self.net = net

    def forward(
        self,
        keypoints: Tensor,
        confidence: Tensor,
        detector_depth: Tensor,
        forearm: Tensor,
        sight: Tensor,
        wrist: Tensor,
        fps: Tensor,
        mean: Tensor,
        log_scale: Tensor,
        hidden: Tensor,
        cell: Tensor,
    ) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """Compute refined keypoints, depth and uncertainty, and the state after the last frame."""
        inputs = HandInputs(keypoints, confidence, detector_depth, forearm, sight, wrist, fps)
        refined, depth, uncertainty, state = self.net(
            prepare_frames(inputs), mean.transpose(0, 1), log_scale.transpose(0, 1), (hidden, cell)
        )
        outputs = (refined.transpose(0, 1), depth.transpose(0, 1), uncertainty.transpose(0, 1))
        return *outputs, *state
