"""BoneLSTM: an LSTM that predicts the depth of the body bone by bone, from bone lengths."""

from __future__ import annotations

import math

import torch
from torch import Tensor, nn

from signlift.core.bone_lengths import BONE_LENGTHS, INVERSE_DISTANCE, NUM_PROPORTIONS
from signlift.model.bone_geometry import Bones
from signlift.model.network_inputs import (
    LENGTH_OF_BONE,
    MEAN_PROPORTIONS,
    NUM_BONES,
    NUM_INPUTS,
    SKELETON,
    FrameInputs,
    image_bone_lengths,
)
from signlift.model.selections import (
    apply_to_parts,
    coordinates,
    differences,
    on_both_axes,
    take,
)
from signlift.utils.array_types import Float

#: Hidden and cell state of an LSTM, [num_layers, B, hidden_size] each.
LSTMState = tuple[Float[Tensor, "layers B hidden"], Float[Tensor, "layers B hidden"]]

_LENGTH = {name: number for number, name in enumerate(BONE_LENGTHS)}


def _indices(*names: str) -> tuple[int, ...]:
    return tuple(SKELETON.index(name) for name in names)


_NECK, _ROOT = _indices("Neck", "MidHip")
HEAD = _indices("Nose", "LEye", "REye", "LEar", "REar", "Keypoint26")

# Bones of the limbs, one column each: left arm, left leg, right arm, right leg. Each row continues
# the one before.
_STARTS = _indices("LShoulder", "LHip", "RShoulder", "RHip")
_JOINTS = _indices("LElbow", "LKnee", "RElbow", "RKnee")
_ENDS = _indices("LHand", "LAnkle", "RHand", "RAnkle")
_FEET = _indices(*(side + part for side in "LR" for part in ("BigToe", "SmallToe", "Heel")))

# All bones, in groups that each continue the one before: the torso; shoulders and hips, from right
# to left; upper and lower limbs.
GROUPS = [1, 2, 4, 4]
BONE_STARTS = (_NECK, *_STARTS[2:], *_STARTS, *_JOINTS)
BONE_ENDS = (_ROOT, *_STARTS[:2], *_JOINTS, *_ENDS)
LENGTH_NUMBERS = tuple(
    _LENGTH[name]
    for name in (
        *("torso", "shoulders", "hips"),
        *("upper_arm", "thigh", "upper_arm", "thigh"),
        *("forearm", "shank", "forearm", "shank"),
    )
)

# The order in which `_depth` computes keypoints, and the place of each keypoint in it.
COMPUTED = (_NECK, _ROOT, *_STARTS, *_JOINTS, *_ENDS, *_FEET, *HEAD)
_ORDER = tuple(COMPUTED.index(number) for number in range(len(SKELETON)))
FEET_ANKLES = (1, 1, 1, 3, 3, 3)
_PARTS = [1, 1, len(_STARTS), len(_JOINTS), len(_ENDS), len(_FEET) + len(HEAD)]

#: The number of predicted directions: one for each bone.
NUM_DIRECTIONS = len(BONE_ENDS)

#: Largest correction of an observed keypoint, and largest distance from the frame's centre at
#: which a missing one is placed, in torso lengths.
MAX_CORRECTION, MAX_PLACEMENT = 0.4, 3.0

#: Largest absolute value of the residual depth, in torso lengths.
MAX_RESIDUAL = 1.5

#: The log of b of the proportions' Laplace distribution at which its input is 0.
REFERENCE_LOG_SCALE = math.log(0.2)


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
        inputs = NUM_INPUTS + 2 * NUM_PROPORTIONS + 3 * NUM_BONES
        self.encode = Residual(inputs, width)
        self.lstm = nn.LSTM(inputs, hidden_size, num_layers)
        self.head = nn.Sequential(
            nn.Linear(hidden_size + inputs, width),
            nn.SiLU(),
            Residual(width, width),
            nn.Linear(width, 4 * J + NUM_DIRECTIONS),
        )
        self.register_buffer("mean", torch.tensor(MEAN_PROPORTIONS), persistent=False)
        #: [J], factors of the uncertainty, set by calibration after training.
        self.register_buffer("uncertainty_scale", torch.ones(J))

    @property
    def root(self) -> int:
        """The number of MidHip, which depth is relative to."""
        return _ROOT

    def forward(
        self,
        inputs: FrameInputs,
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
            [T, B, P], the estimates of a `ProportionsNet`.
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
        lengths = image_bone_lengths(inputs.keypoints, inputs.observed)
        frame = self.encode_frames(inputs.concatenate(), *lengths, mean, log_scale)
        hidden, state = self.lstm(frame, state)
        keypoints, observed, offset = inputs.keypoints, inputs.observed, inputs.offset
        return *self.predict(frame, hidden, keypoints, observed, offset, mean), state

    def encode_frames(
        self,
        values: Float[Tensor, "*batch inputs"],
        image_lengths: Float[Tensor, "*batch bones"],
        both_observed: Float[Tensor, "*batch bones"],
        mean: Float[Tensor, "*batch P"],
        log_scale: Float[Tensor, "*batch P"],
    ) -> Float[Tensor, "*batch encoded"]:
        """Compute the inputs of the LSTM.

        Parameters
        ----------
        values
            [..., inputs], from `FrameInputs`.
        image_lengths, both_observed
            [..., bones], from `image_bone_lengths`.
        mean, log_scale
            [..., P], the proportions.
        """
        length = torch.exp(take(mean, LENGTH_OF_BONE))
        # The bone's length in the image and across it, over and in its length.
        fraction = (image_lengths / length).clamp(max=2) * both_observed
        across = torch.sqrt(torch.relu(1 - fraction * fraction) + 1e-6) * length * both_observed
        frame = torch.cat(
            [
                values,
                mean - self.mean,
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
        frame: Float[Tensor, "*batch encoded"],
        hidden: Float[Tensor, "*batch hidden"],
        keypoints: Float[Tensor, "*batch J 2"],
        observed: Float[Tensor, "*batch J"],
        offset: Float[Tensor, "*batch 2"],
        mean: Float[Tensor, "*batch P"],
    ) -> tuple[Float[Tensor, "*batch J 2"], Float[Tensor, "*batch J"], Float[Tensor, "*batch J"]]:
        """Compute the predictions of frames.

        Parameters
        ----------
        frame, hidden
            Inputs and outputs of the LSTM.
        keypoints, observed, offset
            Of `FrameInputs`.
        mean
            [..., P], the proportions.

        Returns
        -------
        refined, depth, uncertainty
            See `forward`.
        """
        J = len(SKELETON)
        outputs = apply_to_parts(self.head, hidden, frame.to(hidden.dtype)).float()
        sizes = [2 * J, J, J, NUM_DIRECTIONS]
        correction, residual, log_uncertainty, direction = torch.split(outputs, sizes, -1)
        max_correction = MAX_CORRECTION * observed + MAX_PLACEMENT * (1 - observed)
        correction = torch.tanh(correction.reshape(keypoints.shape) / MAX_PLACEMENT)
        refined = keypoints + on_both_axes(max_correction) * correction
        residual = MAX_RESIDUAL * torch.tanh(residual / MAX_RESIDUAL)
        depth = self._depth(refined, offset, mean, torch.tanh(direction), residual)
        uncertainty = torch.exp(log_uncertainty.clamp(-4, 3) - 3) * self.uncertainty_scale
        return refined, depth, uncertainty

    def _depth(
        self,
        points: Float[Tensor, "*batch J 2"],
        offset: Float[Tensor, "*batch 2"],
        mean: Float[Tensor, "*batch P"],
        direction: Float[Tensor, "*batch D"],
        residual: Float[Tensor, "*batch J"],
    ) -> Float[Tensor, "*batch J"]:
        """Compute depths relative to MidHip, the same bones of all limbs at once."""
        length = torch.exp(take(mean, LENGTH_NUMBERS))
        perspective = torch.exp(mean[..., INVERSE_DISTANCE : INVERSE_DISTANCE + 1])
        x, y = coordinates(points, BONE_ENDS)
        # Perspective is that of the optical axis: the image's centre, or else the Neck.
        from_axis = (x + offset[..., :1], y + offset[..., 1:])
        steps = differences(points, BONE_ENDS, BONE_STARTS)
        bones = Bones.from_steps(steps, from_axis, length, perspective).split(GROUPS)
        torso, pairs, upper, lower = torch.split(direction, GROUPS, -1)
        neck, hip, *limbs, rest = torch.split(take(residual, COMPUTED), _PARTS, -1)
        # From the Neck, whose depth is 0, outwards.
        hip = hip + bones[0].step_from_root(torso)
        zero = torch.zeros_like(hip)
        middles = torch.cat([zero, hip], -1)
        tilt = torch.cat([neck, zero], -1)
        half = (tilt + bones[1].step(middles, pairs)) / 2
        roots = torch.cat([middles + half, middles - half], -1) + limbs[0]
        joints = roots + bones[2].step(roots, upper) + limbs[1]
        ends = joints + bones[3].step(joints, lower) + limbs[2]
        # The feet are at the ankles, the head at the Neck.
        feet = take(ends, FEET_ANKLES)
        rest = rest + torch.nn.functional.pad(feet, (0, len(HEAD)))
        computed = torch.cat([zero, hip, roots, joints, ends, rest], -1)
        return take(computed - hip, _ORDER)
