"""LiftingNet: the two networks that lift any signer, and how they work together."""

from __future__ import annotations

import math
from dataclasses import dataclass

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from signlift.core.bone_lengths import (
    BONE_LENGTHS,
    CAUSAL,
    GIVEN,
    GIVEN_LOG_ERROR,
    UPPER_BODY_LENGTHS,
)
from signlift.errors import InputError, problem
from signlift.model.bone_lstm import BoneLSTM
from signlift.model.depth_lstm import State
from signlift.model.network_inputs import clean
from signlift.model.proportions_net import ProportionsNet

_UPPER_BODY = [name in UPPER_BODY_LENGTHS for name in BONE_LENGTHS]


@dataclass(frozen=True)
class LiftingConfig:
    """All that is needed to build a LiftingNet.

    Attributes
    ----------
    hidden_size, num_layers
        Of the LSTM.
    width
        Of the layer after the LSTM.
    proportions_width, proportions_values
        Of the ProportionsNet.
    """

    hidden_size: int = 256
    num_layers: int = 1
    width: int = 256
    proportions_width: int = 192
    proportions_values: int = 96

    def __post_init__(self) -> None:
        problems = [
            problem(name, expected="a number above 0", found=str(value))
            for name, value in vars(self).items()
            if value < 1
        ]
        if problems:
            raise InputError(problems)

    def build(self) -> LiftingNet:
        """A network with fresh weights, drawn from torch's generator."""
        return LiftingNet(self)


@dataclass(frozen=True, eq=False)
class LiftingState:
    """All that is carried from one window to the next.

    Attributes
    ----------
    pool
        [B, S], of the ProportionsNet.
    lstm
        Hidden and cell state, each [num_layers, B, hidden_size].
    """

    pool: Float[Tensor, "B S"]
    lstm: State

    def keep(self, going_on: Float[Tensor, " B"]) -> LiftingState:
        """The state where [B] is 1, zeros (a recording's beginning) where it is 0."""
        lane = going_on[:, None] > 0

        def kept(values: Tensor) -> Tensor:
            # Not a product: 0 times NaN is NaN.
            return torch.where(lane, values, torch.zeros_like(values))

        hidden, cell = self.lstm
        return LiftingState(kept(self.pool), (kept(hidden), kept(cell)))

    def detach(self) -> LiftingState:
        """The same numbers, without their history."""
        hidden, cell = self.lstm
        return LiftingState(self.pool.detach(), (hidden.detach(), cell.detach()))


@dataclass(frozen=True, eq=False)
class Lifted:
    """What a LiftingNet tells of a batch of windows; lengths are in torso lengths.

    Attributes
    ----------
    keypoints
        [T, B, J, 2], mended, the missing ones set.
    depth, error
        [T, B, J], relative to MidHip, and within what of it 68 % of the true ones are expected.
    mean, log_error
        [T, B, P], the proportions after each frame.
    state
        After the last frame.
    """

    keypoints: Float[Tensor, "T B J 2"]
    depth: Float[Tensor, "T B J"]
    error: Float[Tensor, "T B J"]
    mean: Float[Tensor, "T B P"]
    log_error: Float[Tensor, "T B P"]
    state: LiftingState


class LiftingNet(nn.Module):
    """A ProportionsNet, and a BoneLSTM that is told what it found.

    Parameters
    ----------
    config
        Its sizes.
    """

    def __init__(self, config: LiftingConfig) -> None:
        super().__init__()
        self.config = config
        self.proportions: ProportionsNet = ProportionsNet(
            config.proportions_width, config.proportions_values
        )
        self.depth: BoneLSTM = BoneLSTM(config.hidden_size, config.num_layers, config.width)

    def start(self, lanes: int) -> LiftingState:
        """The state of `lanes` recordings before their first frame."""
        weight = next(self.parameters())
        zeros = weight.new_zeros(self.config.num_layers, lanes, self.config.hidden_size)
        pool = weight.new_zeros(lanes, self.proportions.state_size)
        return LiftingState(pool, (zeros, zeros.clone()))

    def forward(
        self,
        keypoints: Float[Tensor, "B T J 2"],
        confidence: Float[Tensor, "B T J"],
        fps: Float[Tensor, " B"],
        state: LiftingState,
        source: Int[Tensor, " B"],
        given: Float[Tensor, "B L"],
        known: Bool[Tensor, "B L"],
        told_at: Int[Tensor, " B"],
    ) -> Lifted:
        """Lift a batch of windows, as in training.

        Parameters
        ----------
        keypoints
            [B, T, J, 2], normalised (see `signlift.normalization.normalize`), NaN where missing.
        confidence
            [B, T, J] from 0 to 1; 1 where there is none.
        fps
            [B], frames per second.
        state
            From `start`, or from an earlier call.
        source
            [B], `GIVEN`, `OFFLINE` or `CAUSAL`.
        given
            [B, L], for lanes of source `GIVEN`: the logs of the signer's lengths, in a unit of
            their own (see `use_lengths`).
        known
            [B, L], which of them are known.
        told_at
            [B], for lanes of source `OFFLINE` and `GIVEN`: the frame whose estimate holds for all
            the window.

        Returns
        -------
        Depth does not reach back into the proportions: each network has a loss of its own.
        """
        x, observed, sure = clean(keypoints.transpose(0, 1), confidence.transpose(0, 1))
        mean, log_error, pool = self.proportions(x, observed, sure, fps, state.pool)
        told, doubt = mean.detach(), log_error.detach()
        lane = source[None, :, None]
        at = told_at[None, :, None].expand(1, -1, mean.shape[-1])
        told = torch.where(lane == CAUSAL, told, torch.gather(told, 0, at))
        doubt = torch.where(lane == CAUSAL, doubt, torch.gather(doubt, 0, at))
        told, doubt = use_lengths(told, doubt, given, known & (source == GIVEN)[:, None])
        points, depth, error, lstm = self.depth(x, observed, sure, fps, told, doubt, state.lstm)
        return Lifted(points, depth, error, mean, log_error, LiftingState(pool, lstm))


def use_lengths(
    mean: Float[Tensor, "T B P"],
    log_error: Float[Tensor, "T B P"],
    given: Float[Tensor, "B L"],
    known: Bool[Tensor, "B L"],
) -> tuple[Float[Tensor, "T B P"], Float[Tensor, "T B P"]]:
    """Replace estimated lengths by given ones, as `signlift.lifting.proportions_fusion` does.

    Parameters
    ----------
    mean, log_error
        [T, B, P], as a `ProportionsNet` tells them.
    given
        [B, L], the logs of lengths in a unit of their own. It is found by comparing the lengths
        of the upper body with their estimates, by the precision of both (all lengths, where none
        of the upper body are known).
    known
        [B, L], which of them are known; the estimate stays what it is for the others, and for
        the distance to the camera.
    """
    L = given.shape[-1]
    common = known & torch.tensor(_UPPER_BODY, device=known.device)
    common = torch.where(common.any(-1, keepdim=True), common, known)
    weights = common / (torch.exp(2 * log_error[..., :L]) + math.exp(2 * GIVEN_LOG_ERROR))
    off = torch.where(common, mean[..., :L] - given, torch.zeros_like(given))
    offset = (weights * off).sum(-1, keepdim=True) / weights.sum(-1, keepdim=True).clamp(min=1e-9)
    told = torch.where(known, given + offset, mean[..., :L])
    doubt = torch.where(known, torch.full_like(told, GIVEN_LOG_ERROR), log_error[..., :L])
    return (
        torch.cat([told, mean[..., L:]], -1),
        torch.cat([doubt, log_error[..., L:]], -1),
    )
