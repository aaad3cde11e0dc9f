"""Inputs of the networks of hands, and what they compute from them."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from signlift.model.network_inputs import frame_rate_input, mask_missing
from signlift.model.selections import differences, take
from signlift.utils.array_types import Float

#: Fingers, and keypoints of each; keypoints of a hand, the first is the root at the wrist.
FINGERS, JOINTS = 5, 4
HAND_KEYPOINTS = 1 + FINGERS * JOINTS

#: Bones of a hand: for each finger from the root to its first keypoint, and on to its tip.
HAND_BONES = FINGERS * JOINTS

#: Keypoints at which the bones start; bone i ends at keypoint i + 1.
HAND_BONE_STARTS = [0 if bone % JOINTS == 0 else bone for bone in range(HAND_BONES)]
_STARTS, _ENDS = tuple(HAND_BONE_STARTS), tuple(range(1, HAND_KEYPOINTS))

#: Rounded lengths of the average hand's bones in hand units; networks take differences from them.
MEAN_HAND_LENGTHS = (
    *(0.31, 0.45, 0.32, 0.27),
    *(0.92, 0.40, 0.24, 0.21),
    *(0.91, 0.44, 0.26, 0.22),
    *(0.90, 0.39, 0.25, 0.21),
    *(0.87, 0.32, 0.19, 0.19),
)

#: Values beside the keypoints: whether there is a detector's depth, forearm, sight, wrist, rate.
_CONTEXT = 1 + 4 + 3 + 3 + 1

#: Number of values of `HandFrames.values`.
NUM_VALUES = HAND_KEYPOINTS * 5 + _CONTEXT


class HandInputs(NamedTuple):
    """Windows of B hands, each in a lane of its own; right hands are mirrored to left ones.

    Lengths are in hand units (`signlift.core.hands.HAND_UNIT`).

    Attributes
    ----------
    keypoints
        [B, T, 21, 2], relative to the detected root (the wrist of the body where it is missing)
        at the distance of the wrist; NaN where missing.
    confidence
        [B, T, 21] from 0 to 1.
    detector_depth
        [B, T, 21], the detector's own depth relative to the root; NaN where there is none.
    forearm
        [B, T, 3], the direction from elbow to wrist (right, down, away); NaN where unknown.
    sight
        [B, T, 3], tangents of the angles at which the camera sees the wrist (right, down), and
        1 over the wrist's distance; 0 where unknown.
    wrist
        [B, T, 2], the body's wrist relative to the origin of the keypoints; NaN where missing.
    fps
        [B], frames per second.
    """

    keypoints: Float[Tensor, "B T 21 2"]
    confidence: Float[Tensor, "B T 21"]
    detector_depth: Float[Tensor, "B T 21"]
    forearm: Float[Tensor, "B T 3"]
    sight: Float[Tensor, "B T 3"]
    wrist: Float[Tensor, "B T 2"]
    fps: Float[Tensor, " B"]


class HandFrames(NamedTuple):
    """Frames of hands with masks and measures, computed from `HandInputs`, time first.

    Attributes
    ----------
    keypoints, observed
        [T, B, 21, 2] and [T, B, 21], 0 where missing.
    lengths, both_observed
        [T, B, 20], lengths of the bones in the image, and whether both ends are observed.
    sight
        [T, B, 3], see `HandInputs`.
    values
        [T, B, V], all inputs of a frame.
    """

    keypoints: Float[Tensor, "T B 21 2"]
    observed: Float[Tensor, "T B 21"]
    lengths: Float[Tensor, "T B 20"]
    both_observed: Float[Tensor, "T B 20"]
    sight: Float[Tensor, "T B 3"]
    values: Float[Tensor, "T B V"]


def prepare_frames(inputs: HandInputs) -> HandFrames:
    """Replace NaN by zeros and masks, and measure bones in the image."""
    transposed = (value.transpose(0, 1) for value in inputs[:-1])
    keypoints, confidence, depth, forearm, sight, wrist = transposed
    keypoints, observed, confidence = mask_missing(keypoints, confidence)
    rate = frame_rate_input(inputs.fps, observed)
    return measure_frames(keypoints, observed, confidence, depth, forearm, sight, wrist, rate)


def measure_frames(
    keypoints: Float[Tensor, "*batch 21 2"],
    observed: Float[Tensor, "*batch 21"],
    confidence: Float[Tensor, "*batch 21"],
    depth: Float[Tensor, "*batch 21"],
    forearm: Float[Tensor, "*batch 3"],
    sight: Float[Tensor, "*batch 3"],
    wrist: Float[Tensor, "*batch 2"],
    frame_rate: Float[Tensor, "*batch 1"],
) -> HandFrames:
    """Measure bones in the image, and join all inputs.

    Parameters
    ----------
    keypoints, observed, confidence
        The results of `mask_missing`.
    depth, forearm, sight, wrist
        See `HandInputs`; NaN where missing.
    frame_rate
        The result of `frame_rate_input`.
    """
    x, y = differences(keypoints, _ENDS, _STARTS)
    both_observed = observed[..., 1:] * take(observed, _STARTS)
    lengths = torch.sqrt(x * x + y * y + 1e-8) * both_observed
    depth, has_depth = _zero_missing(depth)
    forearm, has_forearm = _zero_missing(forearm)
    wrist, has_wrist = _zero_missing(wrist)
    values = torch.cat(
        [
            keypoints.flatten(-2),
            observed,
            confidence,
            depth,
            has_depth.amax(-1, keepdim=True),
            forearm,
            has_forearm[..., :1],
            sight,
            wrist,
            has_wrist[..., :1],
            frame_rate,
        ],
        -1,
    )
    return HandFrames(keypoints, observed, lengths, both_observed, sight, values)


def _zero_missing(values: Tensor) -> tuple[Tensor, Tensor]:
    """Return values with 0 for NaN, and 1 where they are not NaN."""
    missing = torch.isnan(values)
    return torch.where(missing, torch.zeros_like(values), values), 1 - missing.to(values.dtype)
