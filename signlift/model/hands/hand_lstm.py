"""HandLSTM: an LSTM that predicts the depth of the fingers bone by bone, from bone lengths."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from signlift.model.bone_lstm import LSTMState, Residual
from signlift.model.hands.hand_geometry import finger_depth
from signlift.model.hands.hand_inputs import (
    HAND_BONES,
    HAND_KEYPOINTS,
    MEAN_HAND_LENGTHS,
    NUM_VALUES,
    HandFrames,
)
from signlift.model.hands.hand_proportions_net import REFERENCE_LOG_SCALE
from signlift.model.selections import apply_to_parts, on_both_axes
from signlift.utils.array_types import Float

#: Largest correction of an observed keypoint, and largest distance from the origin at which a
#: missing one is placed, in hand units.
MAX_CORRECTION, MAX_PLACEMENT = 0.8, 3.0

#: Largest absolute value of the residual depth of a bone, in hand units.
MAX_RESIDUAL = 1.0


class HandLSTM(nn.Module):
    """Prediction of the depth of the fingers bone by bone (see `BoneLSTM`).

    Parameters
    ----------
    hidden_size, num_layers
        Sizes of the LSTM.
    width
        Size of the layers before and after it.
    """

    reference: Tensor
    uncertainty_scale: Tensor

    def __init__(self, hidden_size: int = 192, num_layers: int = 1, width: int = 192) -> None:
        super().__init__()
        inputs = NUM_VALUES + 5 * HAND_BONES
        self.encode = Residual(inputs, width)
        self.lstm = nn.LSTM(inputs, hidden_size, num_layers)
        self.head = nn.Sequential(
            nn.Linear(hidden_size + inputs, width),
            nn.SiLU(),
            Residual(width, width),
            nn.Linear(width, 2 * HAND_KEYPOINTS + 3 * HAND_BONES),
        )
        reference = torch.log(torch.tensor(MEAN_HAND_LENGTHS))
        self.register_buffer("reference", reference, persistent=False)
        #: [21], factors of the uncertainty, set by calibration after training.
        self.register_buffer("uncertainty_scale", torch.ones(HAND_KEYPOINTS))

    def forward(
        self,
        frames: HandFrames,
        mean: Float[Tensor, "T B 20"],
        log_scale: Float[Tensor, "T B 20"],
        state: LSTMState,
    ) -> tuple[
        Float[Tensor, "T B 21 2"], Float[Tensor, "T B 21"], Float[Tensor, "T B 21"], LSTMState
    ]:
        """Predict a batch of windows.

        Parameters
        ----------
        frames
            The frames.
        mean, log_scale
            [T, B, 20], the lengths (see `HandProportionsNet`).
        state
            The state that an earlier call returned, or zeros before the first frame.

        Returns
        -------
        refined, depth, uncertainty
            See `HandOutput`.
        state
            The state after the last frame.
        """
        frame = self.encode_frames(frames, mean, log_scale)
        hidden, state = self.lstm(frame, state)
        return *self.predict(frames, frame, hidden, mean), state

    def encode_frames(
        self,
        frames: HandFrames,
        mean: Float[Tensor, "*batch 20"],
        log_scale: Float[Tensor, "*batch 20"],
    ) -> Float[Tensor, "*batch encoded"]:
        """Compute the inputs of the LSTM from frames and the lengths [..., 20]."""
        length = torch.exp(mean)
        # The bone's length in the image and across it, over and in its length.
        fraction = (frames.lengths / length).clamp(max=2) * frames.both_observed
        across = (
            torch.sqrt(torch.relu(1 - fraction * fraction) + 1e-6) * length * frames.both_observed
        )
        frame = torch.cat(
            [
                frames.values,
                mean - self.reference,
                0.3 * (log_scale - REFERENCE_LOG_SCALE),
                fraction,
                across,
                torch.relu(fraction - 1),
            ],
            -1,
        )
        encoded: Tensor = self.encode(frame)
        return encoded

    def predict(
        self,
        frames: HandFrames,
        frame: Float[Tensor, "*batch encoded"],
        hidden: Float[Tensor, "*batch hidden"],
        mean: Float[Tensor, "*batch 20"],
    ) -> tuple[
        Float[Tensor, "*batch 21 2"], Float[Tensor, "*batch 21"], Float[Tensor, "*batch 21"]
    ]:
        """Compute refined keypoints, depth and uncertainty (see `forward`).

        Parameters
        ----------
        frames
            The frames.
        frame, hidden
            Inputs and outputs of the LSTM.
        mean
            [..., 20], the lengths.
        """
        length = torch.exp(mean)
        outputs = apply_to_parts(self.head, hidden, frame.to(hidden.dtype)).float()
        correction, residual, direction, log_uncertainty = torch.split(
            outputs, [2 * HAND_KEYPOINTS, HAND_BONES, HAND_BONES, HAND_BONES], -1
        )
        limit = MAX_CORRECTION * frames.observed + MAX_PLACEMENT * (1 - frames.observed)
        correction = torch.tanh(correction.reshape(frames.keypoints.shape) / MAX_PLACEMENT)
        refined = frames.keypoints + on_both_axes(limit) * correction
        residual = MAX_RESIDUAL * torch.tanh(residual / MAX_RESIDUAL)
        depth = finger_depth(refined, frames.sight, length, torch.tanh(direction), residual)
        uncertainty = torch.exp(log_uncertainty.clamp(-4, 3) - 2)
        uncertainty = torch.cat([torch.zeros_like(uncertainty[..., :1]), uncertainty], -1)
        return refined, depth, uncertainty * self.uncertainty_scale
