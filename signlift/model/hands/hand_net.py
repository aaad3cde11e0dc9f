"""HandNet: depth of the fingers, from the 2D keypoints of a hand and its bone lengths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from signlift.core.bone_lengths import CAUSAL
from signlift.errors import check_fields
from signlift.model.hands.hand_inputs import (
    HAND_BONES,
    HandInputs,
    prepare_frames,
)
from signlift.model.hands.hand_lstm import HandLSTM
from signlift.model.hands.hand_proportions_net import HandProportionsNet
from signlift.model.recurrent_state import RecurrentState
from signlift.utils.array_types import Float, Int


@dataclass(frozen=True)
class HandNetConfig:
    """Sizes of a HandNet.

    Attributes
    ----------
    hidden_size, num_layers
        Sizes of the LSTM.
    width
        Size of the layers before and after the LSTM.
    proportions_width, proportions_values
        Sizes of the HandProportionsNet.

    Raises
    ------
    InputError
        A size below 1.
    """

    hidden_size: int = 192
    num_layers: int = 1
    width: int = 192
    proportions_width: int = 128
    proportions_values: int = 64

    def __post_init__(self) -> None:
        sizes = vars(self).items()
        check_fields(self, *((name, size >= 1, "a number above 0") for name, size in sizes))

    def build(self) -> HandNet:
        """Build a network with new weights, drawn from PyTorch's generator."""
        return HandNet(self)


class HandOutput(NamedTuple):
    """Predictions of a HandNet for a batch of windows; lengths are in hand units.

    Attributes
    ----------
    refined
        [T, B, 21, 2], keypoints with noise removed and missing ones completed.
    depth, uncertainty
        [T, B, 21], depth relative to the root, and the half-width of its central 68 % interval.
    mean, log_scale
        [T, B, 20], the log of each bone's length after each frame, and the log of b of its
        Laplace distribution.
    state
        The state after the last frame.
    """

    refined: Float[Tensor, "T B 21 2"]
    depth: Float[Tensor, "T B 21"]
    uncertainty: Float[Tensor, "T B 21"]
    mean: Float[Tensor, "T B 20"]
    log_scale: Float[Tensor, "T B 20"]
    state: RecurrentState


class HandNet(nn.Module):
    """A HandProportionsNet, and a HandLSTM that takes its estimates.

    Parameters
    ----------
    config
        The sizes of both.
    """

    def __init__(self, config: HandNetConfig) -> None:
        super().__init__()
        self.config = config
        self.proportions: HandProportionsNet = HandProportionsNet(
            config.proportions_width, config.proportions_values
        )
        self.depth: HandLSTM = HandLSTM(config.hidden_size, config.num_layers, config.width)

    def initial_state(self, lanes: int) -> RecurrentState:
        """Return the state of a number of hands before their first frame: zeros."""
        weight = next(self.parameters())
        zeros = weight.new_zeros(self.config.num_layers, lanes, self.config.hidden_size)
        pool = weight.new_zeros(lanes, self.proportions.state_size)
        return RecurrentState(zeros, zeros.clone(), pool)

    def forward(
        self,
        inputs: HandInputs,
        state: RecurrentState,
        source: Int[Tensor, " B"],
        estimate_frame: Int[Tensor, " B"],
    ) -> HandOutput:
        """Predict a batch of windows, as in training.

        The depth has no gradient to the lengths: each part has a loss of its own.

        Parameters
        ----------
        inputs
            The inputs.
        state
            From `initial_state` or an earlier call.
        source
            [B], the source of the lengths of each lane: `OFFLINE` or `CAUSAL`.
        estimate_frame
            [B], for lanes of source `OFFLINE`: the frame whose estimate is used for the whole
            window.
        """
        frames = prepare_frames(inputs)
        assert state.pool is not None
        mean, log_scale, pool = self.proportions(frames, state.pool)
        frame = estimate_frame[None, :, None].expand(1, -1, HAND_BONES)
        causal = source[None, :, None] == CAUSAL
        used_mean, used_log_scale = (
            torch.where(causal, values.detach(), torch.gather(values.detach(), 0, frame))
            for values in (mean, log_scale)
        )
        refined, depth, uncertainty, lstm_state = self.depth(
            frames, used_mean, used_log_scale, (state.hidden, state.cell)
        )
        state = RecurrentState(lstm_state[0], lstm_state[1], pool)
        return HandOutput(refined, depth, uncertainty, mean, log_scale, state)
