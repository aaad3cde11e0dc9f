"""Modules whose forward pass is a whole exported graph of a HandNet (see `hand_export`)."""

from __future__ import annotations

from torch import Tensor, nn

from signlift.model.hands.hand_inputs import HandFrames, measure_frames
from signlift.model.hands.hand_lstm import HandLSTM
from signlift.model.hands.hand_proportions_net import HandProportionsNet
from signlift.model.lane_frames import (
    estimate_lanes,
    join_lanes,
    lane_rates,
    run_lstm,
    split_lanes,
)
from signlift.model.network_inputs import mask_missing


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
        frames = _hand_frames(keypoints, confidence, detector_depth, forearm, sight, wrist, fps)
        return estimate_lanes(self.net, self.net.weigh_frames(frames), pool)


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
        net = self.net
        frames = _hand_frames(keypoints, confidence, detector_depth, forearm, sight, wrist, fps)
        mean, log_scale = join_lanes(mean), join_lanes(log_scale)
        frame = net.encode_frames(frames, mean, log_scale)
        output, state = run_lstm(net.lstm, frame, hidden, cell)
        predictions = net.predict(frames, frame, output, mean)
        refined, depth, uncertainty = (split_lanes(each, hidden) for each in predictions)
        return refined, depth, uncertainty, *state


def _hand_frames(
    keypoints: Tensor,
    confidence: Tensor,
    detector_depth: Tensor,
    forearm: Tensor,
    sight: Tensor,
    wrist: Tensor,
    fps: Tensor,
) -> HandFrames:
    """Measure all frames, on one axis."""
    rate = join_lanes(lane_rates(fps, confidence))
    keypoints, observed, confidence = mask_missing(join_lanes(keypoints), join_lanes(confidence))
    return measure_frames(
        keypoints,
        observed,
        confidence,
        join_lanes(detector_depth),
        join_lanes(forearm),
        join_lanes(sight),
        join_lanes(wrist),
        rate,
    )
