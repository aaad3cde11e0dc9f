"""ProportionsNet: how a signer is built, known better with every frame."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.model.network_inputs import (
    MEAN_PROPORTIONS,
    NUM_BONES,
    SKELETON,
    rate,
    seen_lengths,
)

#: How much more than another a frame can count: the largest and least log weight.
_MOST = 8.0

#: Frames of the longest recordings that are trained on.
_LONGEST = 384

#: How far a log proportion lies off the mean at most.
_SPREAD = 1.5


class ProportionsNet(nn.Module):
    """Estimates bone lengths from all frames so far, in whatever order they came.

    Each frame is seen for itself by two layers. They give values, and weights for them: how much
    this frame tells (an arm that hangs down tells its length, one that points at the camera does
    not). The weighted means over the frames so far are what the estimate is made of. They hold
    still once much has been seen, are a state of fixed size, and are those of the whole
    recording at its end (as deep sets are: Zaheer et al., Deep Sets, 2017; with attention as
    weights).

    Parameters
    ----------
    width
        Of the layers.
    values
        K, how many weighted means are kept.
    """

    mean: Tensor

    def __init__(self, width: int = 192, values: int = 96) -> None:
        super().__init__()
        inputs = len(SKELETON) * 4 + NUM_BONES + 1
        self.frame = nn.Sequential(
            nn.Linear(inputs, width), nn.SiLU(), nn.Linear(width, width), nn.SiLU()
        )
        self.weight = nn.Linear(width, values)
        self.value = nn.Linear(width, values)
        self.estimate = nn.Sequential(
            nn.Linear(2 * values + 1, width), nn.SiLU(), nn.Linear(width, 2 * NUM_PROPORTIONS)
        )
        self.register_buffer("mean", torch.tensor(MEAN_PROPORTIONS), persistent=False)

    @property
    def state_size(self) -> int:
        """2 K + 1: the sums of weighted values, of weights, and the number of frames."""
        return 2 * self.weight.out_features + 1

    def forward(
        self,
        keypoints: Float[Tensor, "T B J 2"],
        observed: Float[Tensor, "T B J"],
        confidence: Float[Tensor, "T B J"],
        fps: Float[Tensor, " B"],
        state: Float[Tensor, "B S"],
    ) -> tuple[Float[Tensor, "T B P"], Float[Tensor, "T B P"], Float[Tensor, "B S"]]:
        """Estimate the proportions after each frame.

        Parameters
        ----------
        keypoints, observed, confidence
            As `inputs.clean` gives them.
        fps
            [B], frames per second.
        state
            [B, 2 K + 1]: what an earlier call returned, or zeros before the first frame.

        Returns
        -------
        mean, log_error
            [T, B, P]: the log of each proportion, and the log of how far off it may be.
        state
            [B, 2 K + 1], after the last frame.
        """
        lengths, _ = seen_lengths(keypoints, observed)
        frame = torch.cat(
            [keypoints.flatten(2), observed, confidence, lengths, rate(fps, observed)], -1
        )
        hidden = self.frame(frame)
        weight = torch.exp(_MOST * torch.tanh(self.weight(hidden).float() / _MOST))
        # A frame without any keypoint tells nothing.
        weight = weight * observed.amax(-1, keepdim=True)
        value = self.value(hidden).float()
        K = value.shape[-1]
        sums = torch.cumsum(weight * value, 0) + state[:, :K]
        weights = torch.cumsum(weight, 0) + state[:, K:-1]
        count = torch.cumsum(torch.ones_like(weight[..., :1]), 0) + state[:, -1:]
        means = sums / (weights + 1e-6)
        # Longer recordings than were trained on count as the longest of these.
        part = (_LONGEST / count).clamp(max=1)
        known = torch.log(weights * part + 1e-6) / _MOST
        length = torch.log(count * part) / 5
        out = self.estimate(torch.cat([means, known, length], -1)).float()
        state = torch.cat([sums[-1], weights[-1], count[-1]], -1)
        # Bounded: a wild estimate would make wild depths of the first steps of training.
        mean = self.mean + _SPREAD * torch.tanh(out[..., :NUM_PROPORTIONS] / _SPREAD)
        log_error = out[..., NUM_PROPORTIONS:].clamp(-3.0, 3.0) + math.log(0.2)
        return mean, log_error, state
