"""Modules whose forward pass is a whole exported graph (see `export`)."""

from __future__ import annotations

from torch import Tensor, nn

from signlift.model.bone_lstm import BoneLSTM
from signlift.model.depth_lstm import DepthLSTM
from signlift.model.lane_frames import (
    estimate_lanes,
    join_lanes,
    lane_rates,
    run_lstm,
    split_lanes,
)
from signlift.model.network_inputs import FrameInputs, image_bone_lengths
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
        inputs = _frame_inputs(keypoints, confidence, detector_depth, offset, fps)
        lengths, _ = image_bone_lengths(inputs.keypoints, inputs.observed)
        evidence = self.net.weigh_frames(inputs.concatenate(), inputs.observed, lengths)
        return estimate_lanes(self.net, evidence, pool)


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
        net = self.net
        inputs = _frame_inputs(keypoints, confidence, detector_depth, offset, fps)
        mean, log_scale = join_lanes(mean), join_lanes(log_scale)
        lengths = image_bone_lengths(inputs.keypoints, inputs.observed)
        frame = net.encode_frames(inputs.concatenate(), *lengths, mean, log_scale)
        output, state = run_lstm(net.lstm, frame, hidden, cell)
        predictions = net.predict(
            frame, output, inputs.keypoints, inputs.observed, inputs.offset, mean
        )
        refined, depth, uncertainty = (split_lanes(each, hidden) for each in predictions)
        return refined, depth, uncertainty, *state


def _frame_inputs(
    keypoints: Tensor, confidence: Tensor, detector_depth: Tensor, offset: Tensor, fps: Tensor
) -> FrameInputs:
    """Build the inputs of all frames, on one axis."""
    rates = lane_rates(fps, confidence)
    return FrameInputs.from_frames(
        join_lanes(keypoints),
        join_lanes(confidence),
        join_lanes(detector_depth),
        join_lanes(offset),
        join_lanes(rates),
    )


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
