"""LiftingNet: the network of the shipped weights, in two parts that work together."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from signlift.core.bone_lengths import (
    BONE_LENGTHS,
    CAUSAL,
    GIVEN,
    GIVEN_LOG_SCALE,
    UPPER_BODY_LENGTHS,
)
from signlift.errors import check_fields
from signlift.model.bone_lstm import BoneLSTM
from signlift.model.constants import constant
from signlift.model.network_inputs import FrameInputs
from signlift.model.proportions_net import ProportionsNet
from signlift.model.recurrent_state import RecurrentState
from signlift.utils.array_types import Bool, Float, Int

_UPPER_BODY = tuple(name in UPPER_BODY_LENGTHS for name in BONE_LENGTHS)


@dataclass(frozen=True)
class LiftingNetConfig:
    """Sizes of a LiftingNet.

    Attributes
    ----------
    hidden_size, num_layers
        Sizes of the LSTM.
    width
        Size of the layers before and after the LSTM.
    proportions_width, proportions_values
        Sizes of the ProportionsNet.

    Raises
    ------
    InputError
        A size below 1.
    """

    hidden_size: int = 256
    num_layers: int = 1
    width: int = 256
    proportions_width: int = 192
    proportions_values: int = 96

    def __post_init__(self) -> None:
        sizes = vars(self).items()
        check_fields(self, *((name, size >= 1, "a number above 0") for name, size in sizes))

    def build(self) -> LiftingNet:
        """Build a network with new weights, drawn from PyTorch's generator."""
        return LiftingNet(self)


class LiftingOutput(NamedTuple):
    """Predictions of a LiftingNet for a batch of windows; lengths are in torso lengths.

    Attributes
    ----------
    refined
        [T, B, J, 2], keypoints with noise removed and missing ones completed.
    depth, uncertainty
        [T, B, J], depth relative to MidHip, and the half-width of its central 68 % interval.
    mean, log_scale
        [T, B, P], the proportions after each frame (see `ProportionsNet`).
    state
        The state after the last frame.
    """

    refined: Float[Tensor, "T B J 2"]
    depth: Float[Tensor, "T B J"]
    uncertainty: Float[Tensor, "T B J"]
    mean: Float[Tensor, "T B P"]
    log_scale: Float[Tensor, "T B P"]
    state: RecurrentState


class LiftingNet(nn.Module):
    """A ProportionsNet, and a BoneLSTM that takes its estimates.

    Parameters
    ----------
    config
        The sizes of both.
    """

    def __init__(self, config: LiftingNetConfig) -> None:
        super().__init__()
        self.config = config
        self.proportions: ProportionsNet = ProportionsNet(
            config.proportions_width, config.proportions_values
        )
        self.depth: BoneLSTM = BoneLSTM(config.hidden_size, config.num_layers, config.width)

    def initial_state(self, lanes: int) -> RecurrentState:
        """Return the state of a number of recordings before their first frame: zeros."""
        weight = next(self.parameters())
        zeros = weight.new_zeros(self.config.num_layers, lanes, self.config.hidden_size)
        pool = weight.new_zeros(lanes, self.proportions.state_size)
        return RecurrentState(zeros, zeros.clone(), pool)

    def forward(
        self,
        inputs: FrameInputs,
        state: RecurrentState,
        source: Int[Tensor, " B"],
        given: Float[Tensor, "B P"],
        is_given: Bool[Tensor, "B P"],
        estimate_frame: Int[Tensor, " B"],
    ) -> LiftingOutput:
        """Predict a batch of windows, as in training.

        The depth has no gradient to the proportions: each part has a loss of its own.

        Parameters
        ----------
        inputs
            The frames.
        state
            From `initial_state` or an earlier call.
        source
            [B], the source of the proportions of each lane: `GIVEN`, `OFFLINE` or `CAUSAL`.
        given
            [B, P], for lanes of source `GIVEN`: given estimates, the lengths in any unit (see
            `fuse_proportions`).
        is_given
            [B, P], which of them are given.
        estimate_frame
            [B], for lanes of source `OFFLINE` and `GIVEN`: the frame whose estimate is used for
            the whole window.
        """
        pool = state.pool
        assert pool is not None
        mean, log_scale, pool = self.proportions(inputs, pool)
        used_mean, used_log_scale = mean.detach(), log_scale.detach()
        causal = source[None, :, None] == CAUSAL
        frame = estimate_frame[None, :, None].expand(1, -1, mean.shape[-1])
        used_mean = torch.where(causal, used_mean, torch.gather(used_mean, 0, frame))
        used_log_scale = torch.where(causal, used_log_scale, torch.gather(used_log_scale, 0, frame))
        used_mean, used_log_scale = fuse_proportions(
            used_mean, used_log_scale, given, is_given & (source == GIVEN)[:, None]
        )
        refined, depth, uncertainty, lstm_state = self.depth(
            inputs, used_mean, used_log_scale, (state.hidden, state.cell)
        )
        hidden, cell = lstm_state
        state = RecurrentState(hidden, cell, pool)
        return LiftingOutput(refined, depth, uncertainty, mean, log_scale, state)


def fuse_proportions(
    mean: Float[Tensor, "T B P"],
    log_scale: Float[Tensor, "T B P"],
    given: Float[Tensor, "B P"],
    is_given: Bool[Tensor, "B P"],
) -> tuple[Float[Tensor, "T B P"], Float[Tensor, "T B P"]]:
    """Replace estimates by given values.

    The same computation as `signlift.lifting.proportions_fusion.fuse_proportions`, in PyTorch.
    The unit of the given lengths follows from a comparison of the upper body's lengths with their
    estimates, weighted by the precision of both (of all lengths where none of the upper body are
    given). The distance of the camera and the view need no such comparison.

    Parameters
    ----------
    mean, log_scale
        [T, B, P], the estimates of a `ProportionsNet`.
    given
        [B, P], given values: logs of lengths in any unit, then the inverse distance and the view.
    is_given
        [B, P], which of them are given. The others keep their estimates.

    Returns
    -------
    mean, log_scale
        [T, B, P].
    """
    L = len(BONE_LENGTHS)
    lengths, length_given = given[:, :L], is_given[:, :L]
    compared = length_given & constant(_UPPER_BODY, torch.bool, is_given.device)
    compared = torch.where(compared.any(-1, keepdim=True), compared, length_given)
    weights = compared / (torch.exp(2 * log_scale[..., :L]) + math.exp(2 * GIVEN_LOG_SCALE))
    difference = torch.where(compared, mean[..., :L] - lengths, torch.zeros_like(lengths))
    weight_sum = weights.sum(-1, keepdim=True).clamp(min=1e-9)
    offset = (weights * difference).sum(-1, keepdim=True) / weight_sum
    view = given[None, :, L:].expand(*mean.shape[:-1], -1)
    fused = torch.where(is_given, torch.cat([lengths + offset, view], -1), mean)
    fixed = torch.full_like(fused, GIVEN_LOG_SCALE)
    return fused, torch.where(is_given, fixed, log_scale)
