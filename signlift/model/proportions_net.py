"""ProportionsNet: a network that estimates body proportions and the view from all frames so far."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.model.network_inputs import (
    MEAN_PROPORTIONS,
    NUM_BONES,
    NUM_INPUTS,
    FrameInputs,
    image_bone_lengths,
)
from signlift.model.pooling import MAX_LOG_WEIGHT, MAX_TRAINED_FRAMES
from signlift.utils.array_types import Float

#: Largest difference of an estimate from its mean over people.
MAX_DEVIATION = 1.5


class ProportionsNet(nn.Module):
    """Estimation of bone lengths and of the view from all frames so far, in any order.

    Two layers see each frame by itself. They compute values, and weights for these values: how
    informative the frame is (an arm that hangs down shows its length, one that points at the
    camera does not). The estimate is computed from the weighted means over the frames so far.
    These converge with the number of frames, are a state of fixed size, and at the end of a
    recording are those of the whole recording (as in deep sets: Zaheer et al., Deep Sets, 2017;
    with attention as weights).

    Parameters
    ----------
    width
        Size of the layers.
    values
        K, the number of weighted means.
    """

    mean: Tensor

    def __init__(self, width: int = 192, values: int = 96) -> None:
        super().__init__()
        self.frame = nn.Sequential(
            nn.Linear(NUM_INPUTS + NUM_BONES, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU()
        )
        self.weight = nn.Linear(width, values)
        self.value = nn.Linear(width, values)
        self.estimate = nn.Sequential(
            nn.Linear(2 * values + 1, width), nn.SiLU(), nn.Linear(width, 2 * NUM_PROPORTIONS)
        )
        self.register_buffer("mean", torch.tensor(MEAN_PROPORTIONS), persistent=False)

    @property
    def state_size(self) -> int:
        """2 K + 1: the sums of weighted values, the sums of weights, and the number of frames."""
        return 2 * self.weight.out_features + 1

    def forward(
        self, inputs: FrameInputs, pool: Float[Tensor, "B S"]
    ) -> tuple[Float[Tensor, "T B P"], Float[Tensor, "T B P"], Float[Tensor, "B S"]]:
        """Estimate the proportions after each frame.

        Parameters
        ----------
        inputs
            The frames.
        pool
            [B, 2 K + 1], the state: the result of an earlier call, or zeros before the first
            frame.

        Returns
        -------
        mean, log_scale
            [T, B, P]: each of `ESTIMATES`, and the log of b of its Laplace distribution.
        pool
            [B, 2 K + 1], the state after the last frame.
        """
        lengths, _ = image_bone_lengths(inputs.keypoints, inputs.observed)
        evidence = self.weigh_frames(inputs.concatenate(), inputs.observed, lengths)
        sums = torch.cumsum(evidence, 0) + pool
        mean, log_scale = self.estimate_from(sums)
        return mean, log_scale, sums[-1]

    def weigh_frames(
        self,
        values: Float[Tensor, "*batch inputs"],
        observed: Float[Tensor, "*batch J"],
        lengths: Float[Tensor, "*batch bones"],
    ) -> Float[Tensor, "*batch S"]:
        """Compute what each frame adds to the state.

        Parameters
        ----------
        values, observed
            [..., inputs] and [..., J], from `FrameInputs`.
        lengths
            [..., bones], from `image_bone_lengths`.
        """
        hidden = self.frame(torch.cat([values, lengths], -1))
        log_weight = self.weight(hidden).float()
        weight = torch.exp(MAX_LOG_WEIGHT * torch.tanh(log_weight / MAX_LOG_WEIGHT))
        # A frame without any keypoint has no weight.
        weight = weight * observed.amax(-1, keepdim=True)
        value = self.value(hidden).float()
        return torch.cat([weight * value, weight, torch.ones_like(weight[..., :1])], -1)

    def estimate_from(
        self, pool: Float[Tensor, "*batch S"]
    ) -> tuple[Float[Tensor, "*batch P"], Float[Tensor, "*batch P"]]:
        """Estimate the proportions, mean and log_scale, from the state after a frame."""
        K = self.value.out_features
        sums, weights, count = torch.split(pool, [K, K, 1], -1)
        means = sums / (weights + 1e-6)
        # Recordings longer than those of training count as long as the longest of these.
        shortening = (MAX_TRAINED_FRAMES / count).clamp(max=1)
        evidence = torch.log(weights * shortening + 1e-6) / MAX_LOG_WEIGHT
        duration = torch.log(count * shortening) / 5
        estimate = self.estimate(torch.cat([means, evidence, duration], -1)).float()
        # Bounded, as extreme estimates would give extreme depths in the first steps of training.
        deviation = MAX_DEVIATION * torch.tanh(estimate[..., :NUM_PROPORTIONS] / MAX_DEVIATION)
        log_scale = estimate[..., NUM_PROPORTIONS:].clamp(-3.0, 3.0) + math.log(0.2)
        return self.mean + deviation, log_scale
