"""BoneLSTM: an LSTM that predicts the depth of the body bone by bone, from bone lengths."""

from __future__ import annotations

import math

import torch
from jaxtyping import Float
from torch import Tensor, nn

from signlift.core.bone_lengths import BONE_LENGTHS, NUM_PROPORTIONS
from signlift.model.bone_geometry import bone_depth, pair_depth
from signlift.model.network_inputs import (
    LENGTH_OF_BONE,
    MEAN_PROPORTIONS,
    NUM_BONES,
    SKELETON,
    frame_rate_input,
    image_bone_lengths,
)

#: Hidden and cell state of an LSTM, [num_layers, B, hidden_size] each.
LSTMState = tuple[Float[Tensor, "layers B hidden"], Float[Tensor, "layers B hidden"]]

_INDEX = {name: number for number, name in enumerate(SKELETON.keypoints)}
_LENGTH = {name: number for number, name in enumerate(BONE_LENGTHS)}
_HEAD = ("Nose", "LEye", "REye", "LEar", "REar", "Keypoint26")
_FOOT = ("BigToe", "SmallToe", "Heel")

#: Bones whose depth is computed from their length; the order of the predicted directions.
_DIRECTIONS = (
    *("torso", "shoulders", "hips"),
    *(side + bone for side in "LR" for bone in ("upper_arm", "forearm", "thigh", "shank")),
)

#: Largest correction of an observed keypoint, and largest distance from the frame's centre at
#: which a missing one is placed, in torso lengths.
_MAX_CORRECTION, _MAX_PLACEMENT = 0.4, 3.0

#: Largest absolute value of the residual depth, in torso lengths.
_MAX_RESIDUAL = 1.5

#: The log of b of the proportions' Laplace distribution at which its input is 0.
_REFERENCE_LOG_SCALE = math.log(0.2)


class Residual(nn.Module):
    """A residual block of two layers; the identity before training.

    Parameters
    ----------
    size
        Size of the input and the output.
    width
        Size of the layer between.
    """

    def __init__(self, size: int, width: int) -> None:
        super().__init__()
        self.first = nn.Linear(size, width)
        self.second = nn.Linear(width, size)
        nn.init.zeros_(self.second.weight)
        nn.init.zeros_(self.second.bias)

    def forward(self, values: Float[Tensor, "*batch S"]) -> Float[Tensor, "*batch S"]:
        """Map [..., size] to [..., size]."""
        residual: Tensor = self.second(nn.functional.silu(self.first(values)))
        return values + residual


class BoneLSTM(nn.Module):
    """Prediction of the depth of every keypoint from 2D keypoints and body proportions.

    The LSTM does not predict depths. For each bone it predicts its direction (from -1, towards
    the camera, to 1) and a residual; the bone's length and its length in the image give the depth
    (see `bone_geometry.bone_depth`). Depths add up from the Neck outwards. The network also
    refines the 2D keypoints, completes those that are missing, and predicts the uncertainty of
    each depth.

    Parameters
    ----------
    hidden_size, num_layers
        Sizes of the LSTM (Hochreiter and Schmidhuber, 1997).
    width
        Size of the layers before the LSTM, and of those between it and the predictions.
    """

    mean: Tensor
    uncertainty_scale: Tensor

    def __init__(self, hidden_size: int = 256, num_layers: int = 1, width: int = 256) -> None:
        super().__init__()
        J = len(SKELETON)
        inputs = J * 4 + 2 * NUM_PROPORTIONS + 3 * NUM_BONES + 1
        self.encode = Residual(inputs, width)
        self.lstm = nn.LSTM(inputs, hidden_size, num_layers)
        self.head = nn.Sequential(
            nn.Linear(hidden_size + inputs, width),
            nn.SiLU(),
            Residual(width, width),
            nn.Linear(width, 4 * J + len(_DIRECTIONS)),
        )
        self.register_buffer("mean", torch.tensor(MEAN_PROPORTIONS), persistent=False)
        #: [J], factors of the uncertainty, set by calibration after training.
        self.register_buffer("uncertainty_scale", torch.ones(J))

    @property
    def root(self) -> int:
        """The number of MidHip, which depth is relative to."""
        return _INDEX["MidHip"]

    def forward(
        self,
        keypoints: Float[Tensor, "T B J 2"],
        observed: Float[Tensor, "T B J"],
        confidence: Float[Tensor, "T B J"],
        fps: Float[Tensor, " B"],
        mean: Float[Tensor, "T B P"],
        log_scale: Float[Tensor, "T B P"],
        state: LSTMState,
    ) -> tuple[Float[Tensor, "T B J 2"], Float[Tensor, "T B J"], Float[Tensor, "T B J"], LSTMState]:
        """Predict a batch of windows.

        Parameters
        ----------
        keypoints, observed, confidence
            The results of `network_inputs.mask_missing`.
        fps
            [B], frames per second.
        mean, log_scale
            [T, B, P], the proportions (see `ProportionsNet`).
        state
            The state that an earlier call returned, or zeros before the first frame.

        Returns
        -------
        refined
            [T, B, J, 2], keypoints with noise removed and missing ones completed.
        depth
            [T, B, J], relative to MidHip, positive away from the camera, in torso lengths.
        uncertainty
            [T, B, J], above 0: the half-width of the central 68 % interval.
        state
            The state after the last frame.
        """
        T, B, J = observed.shape
        image_lengths, both_observed = image_bone_lengths(keypoints, observed)
        length = torch.exp(mean[..., LENGTH_OF_BONE])
        # The bone's length in the image and across it, over and in its length.
        fraction = (image_lengths / length).clamp(max=2) * both_observed
        across = torch.sqrt((1 - fraction**2).clamp(min=0) + 1e-6) * length * both_observed
        frame = torch.cat(
            [
                keypoints.flatten(2),
                observed,
                confidence,
                mean - self.mean,
                0.3 * (log_scale - _REFERENCE_LOG_SCALE),
                fraction,
                across,
                (fraction - 1).clamp(min=0),
                frame_rate_input(fps, observed),
            ],
            -1,
        )
        frame = self.encode(frame)
        hidden, state = self.lstm(frame, state)
        outputs = self.head(torch.cat([hidden, frame.to(hidden.dtype)], -1)).float()
        sizes = [2 * J, J, J, len(_DIRECTIONS)]
        correction, residual, log_uncertainty, direction = torch.split(outputs, sizes, -1)
        max_correction = _MAX_CORRECTION * observed + _MAX_PLACEMENT * (1 - observed)
        correction = torch.tanh(correction.reshape(T, B, J, 2) / _MAX_PLACEMENT)
        refined = keypoints + max_correction[..., None] * correction
        residual = _MAX_RESIDUAL * torch.tanh(residual / _MAX_RESIDUAL)
        depth = self._depth(refined, mean, torch.tanh(direction), residual)
        uncertainty = torch.exp(log_uncertainty.clamp(-4, 3) - 3) * self.uncertainty_scale
        return refined, depth - depth[..., [self.root]], uncertainty, state

    def _depth(
        self,
        points: Float[Tensor, "T B J 2"],
        mean: Float[Tensor, "T B P"],
        direction: Float[Tensor, "T B D"],
        residual: Float[Tensor, "T B J"],
    ) -> Float[Tensor, "T B J"]:
        """Compute depths relative to the Neck, bone by bone."""
        length, perspective = torch.exp(mean[..., :-1]), torch.exp(mean[..., -1])
        position = {name: points[:, :, number] for name, number in _INDEX.items()}
        residuals = {name: residual[..., number] for name, number in _INDEX.items()}
        directions = {name: direction[..., number] for number, name in enumerate(_DIRECTIONS)}
        depth = {"Neck": torch.zeros_like(perspective)}

        def add_bone(start: str, end: str, bone: str) -> None:
            side = end[0] if end != "MidHip" else ""
            depth[end] = (
                depth[start]
                + residuals[end]
                + bone_depth(
                    position[start],
                    position[end],
                    depth[start],
                    length[..., _LENGTH[bone]],
                    directions[side + bone],
                    perspective,
                )
            )

        def add_pair(middle: str, part: str, bone: str, tilt: Tensor) -> None:
            left, right = f"L{part}", f"R{part}"
            difference = tilt + pair_depth(
                position[left], position[right], length[..., _LENGTH[bone]], directions[bone]
            )
            depth[left] = depth[middle] + difference / 2 + residuals[left]
            depth[right] = depth[middle] - difference / 2 + residuals[right]

        add_bone("Neck", "MidHip", "torso")
        add_pair("Neck", "Shoulder", "shoulders", residuals["Neck"])
        add_pair("MidHip", "Hip", "hips", torch.zeros_like(perspective))
        for side in "LR":
            add_bone(f"{side}Shoulder", f"{side}Elbow", "upper_arm")
            add_bone(f"{side}Elbow", f"{side}Hand", "forearm")
            add_bone(f"{side}Hip", f"{side}Knee", "thigh")
            add_bone(f"{side}Knee", f"{side}Ankle", "shank")
            for name in _FOOT:
                depth[side + name] = depth[f"{side}Ankle"] + residuals[side + name]
        for name in _HEAD:
            depth[name] = residuals[name]
        return torch.stack([depth[name] for name in SKELETON.keypoints], -1)
