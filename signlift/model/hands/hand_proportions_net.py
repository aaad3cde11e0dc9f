"""HandProportionsNet: a network that estimates the bone lengths of a hand from all its frames."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from signlift.model.hands.hand_inputs import (
    HAND_BONES,
    MEAN_HAND_LENGTHS,
    NUM_VALUES,
    HandFrames,
)
from signlift.model.pooling import MAX_LOG_WEIGHT, MAX_TRAINED_FRAMES
from signlift.utils.array_types import Float

#: Largest difference of the log of a length from its mean over people.
MAX_DEVIATION = 1.2

#: The log of b of the lengths' Laplace distribution at which its input is 0.
REFERENCE_LOG_SCALE = math.log(0.1)


class HandProportionsNet(nn.Module):
    """Estimation of a hand's bone lengths from all frames so far (see `ProportionsNet`).

    The frames may be those of both hands of a person, in any order.

    Parameters
    ----------
    width
        Size of the layers.
    values
        K, the number of weighted means.
    """

    reference: Tensor

    def __init__(self, width: int = 128, values: int = 64) -> None:
        super().__init__()
        inputs = NUM_VALUES + HAND_BONES
        self.frame = nn.Sequential(
            nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU()
        )
        self.evidence = nn.Linear(width, 2 * values)
        self.estimate = nn.Sequential(
            nn.Linear(2 * values + 1, width), nn.SiLU(), nn.Linear(width, 2 * HAND_BONES)
        )
        reference = torch.log(torch.tensor(MEAN_HAND_LENGTHS))
        self.register_buffer("reference", reference, persistent=False)

    @property
    def state_size(self) -> int:
        """2 K + 1: the sums of weighted values, the sums of weights, and the number of frames."""
        return self.evidence.out_features + 1

    def forward(
        self, frames: HandFrames, pool: Float[Tensor, "B S"]
    ) -> tuple[Float[Tensor, "T B 20"], Float[Tensor, "T B 20"], Float[Tensor, "B S"]]:
        """Estimate the lengths after each frame.

        Parameters
        ----------
        frames
            The frames.
        pool
            [B, 2 K + 1], the state: the result of an earlier call, or zeros before the first
            frame.

        Returns
        -------
        mean, log_scale, pool
            [T, B, 20], the log of each length and the log of b of its Laplace distribution; and the
            state after the last frame.
        """
        totals = torch.cumsum(self.weigh_frames(frames), 0) + pool
        return *self.estimate_from(totals), totals[-1]

    def weigh_frames(self, frames: HandFrames) -> Float[Tensor, "*batch S"]:
        """Compute what each frame adds to the state."""
        hidden = self.frame(torch.cat([frames.values, frames.lengths], -1))
        value, log_weight = self.evidence(hidden).float().chunk(2, -1)
        weight = torch.exp(MAX_LOG_WEIGHT * torch.tanh(log_weight / MAX_LOG_WEIGHT))
        # A frame without any keypoint has no weight, and does not count.
        visible = frames.observed.amax(-1, keepdim=True).float()
        weight = weight * visible
        return torch.cat([weight * value, weight, visible], -1)

    def estimate_from(
        self, pool: Float[Tensor, "*batch S"]
    ) -> tuple[Float[Tensor, "*batch 20"], Float[Tensor, "*batch 20"]]:
        """Estimate the lengths, mean and log_scale, from the state after a frame."""
        K = self.evidence.out_features // 2
        sums, weights, count = torch.split(pool, [K, K, 1], -1)
        # Recordings longer than those of training count as long as the longest of these.
        shortening = (MAX_TRAINED_FRAMES / (count + 1)).clamp(max=1)
        evidence = torch.log(weights * shortening + 1e-6) / MAX_LOG_WEIGHT
        duration = torch.log((count + 1) * shortening) / 5
        estimate = self.estimate(torch.cat([sums / (weights + 1e-6), evidence, duration], -1))
        deviation, log_scale = estimate.float().chunk(2, -1)
        deviation = MAX_DEVIATION * torch.tanh(deviation / MAX_DEVIATION)
        log_scale = log_scale.clamp(-3.0, 3.0) + REFERENCE_LOG_SCALE
        return self.reference + deviation, log_scale
