"""Inputs that the lifting networks compute from normalised keypoints."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from signlift.core.bone_lengths import BONE_LENGTHS
from signlift.core.skeleton import PANOPTIC26
from signlift.model.graph_metadata import REFERENCE_FPS
from signlift.model.selections import differences, take, zero_missing
from signlift.utils.array_types import Float

#: The skeleton that the lifting networks work on.
SKELETON = PANOPTIC26

#: Rounded mean of each of `ESTIMATES` over people and cameras; networks take differences from it.
MEAN_PROPORTIONS = (0.0, -0.18, -0.45, -0.57, -0.63, -0.85, -0.1, -0.1, -1.5, 0.0, 0.0)

_BONES = [
    (SKELETON.index(start), SKELETON.index(end), number)
    for number, bones in enumerate(BONE_LENGTHS.values())
    for start, end in bones
    if number < list(BONE_LENGTHS).index("hips")
]
#: Keypoints at which the bones of the upper body start and end, and the length of each bone.
BONE_STARTS = tuple(start for start, _, _ in _BONES)
BONE_ENDS = tuple(end for _, end, _ in _BONES)
LENGTH_OF_BONE = tuple(number for _, _, number in _BONES)
NUM_BONES = len(_BONES)


def mask_missing(
    keypoints: Float[Tensor, "*batch J 2"], confidence: Float[Tensor, "*batch J"]
) -> tuple[Float[Tensor, "*batch J 2"], Float[Tensor, "*batch J"], Float[Tensor, "*batch J"]]:
    """Replace NaN by 0, and compute the mask of the observed keypoints.

    Parameters
    ----------
    keypoints
        [..., J, 2], NaN where missing.
    confidence
        [..., J].

    Returns
    -------
    keypoints
        [..., J, 2], 0 where missing.
    observed
        [..., J], 1 where observed and 0 where missing.
    confidence
        [..., J], 0 where missing.
    """
    keypoints, observed = zero_missing(keypoints)
    confidence = torch.where(observed == 0, torch.zeros_like(confidence), confidence)
    return keypoints, observed, confidence


def frame_rate_input(
    fps: Float[Tensor, " B"], like: Float[Tensor, "T B J"]
) -> Float[Tensor, "T B 1"]:
    """Compute the input of every frame that encodes the frame rate: its log, 0 at 30 fps.

    Parameters
    ----------
    fps
        [B], frames per second.
    like
        [T, B, J], any input of the frames.
    """
    return torch.log(fps / REFERENCE_FPS)[None, :, None] + torch.zeros_like(like[..., :1])


class FrameInputs(NamedTuple):
    """Frames of B recordings as the lifting networks take them: without NaN, and with masks.

    Attributes
    ----------
    keypoints
        [T, B, J, 2], 0 where missing.
    observed
        [T, B, J], 1 where observed and 0 where missing.
    confidence
        [T, B, J], 0 where missing.
    detector_depth, has_depth
        [T, B, J], the depth that the detector estimated, 0 where there is none, and 1 where there
        is one.
    offset, has_offset
        [T, B, 2] and [T, B, 1], the Neck's position relative to the image's centre, 0 where it is
        unknown, and 1 where it is known.
    frame_rate
        [T, B, 1], the log of the frame rate, 0 at 30 fps.
    """

    keypoints: Float[Tensor, "T B J 2"]
    observed: Float[Tensor, "T B J"]
    confidence: Float[Tensor, "T B J"]
    detector_depth: Float[Tensor, "T B J"]
    has_depth: Float[Tensor, "T B J"]
    offset: Float[Tensor, "T B 2"]
    has_offset: Float[Tensor, "T B 1"]
    frame_rate: Float[Tensor, "T B 1"]

    @classmethod
    def from_batch(
        cls,
        keypoints: Float[Tensor, "B T J 2"],
        confidence: Float[Tensor, "B T J"],
        detector_depth: Float[Tensor, "B T J"],
        offset: Float[Tensor, "B T 2"],
        fps: Float[Tensor, " B"],
    ) -> FrameInputs:
        """Build the inputs from arrays with NaN.

        Parameters
        ----------
        keypoints
            [B, T, J, 2], normalised (see `signlift.normalization.normalize`), NaN where missing.
        confidence
            [B, T, J] from 0 to 1; 1 where there is none.
        detector_depth
            [B, T, J], relative to the Neck, in torso lengths; NaN where there is none.
        offset
            [B, T, 2], the Neck relative to the image's centre, in torso lengths; NaN where it is
            unknown.
        fps
            [B], frames per second.
        """
        frame_rate = frame_rate_input(fps, confidence.transpose(0, 1))
        keypoints, confidence = keypoints.transpose(0, 1), confidence.transpose(0, 1)
        detector_depth, offset = detector_depth.transpose(0, 1), offset.transpose(0, 1)
        return cls.from_frames(keypoints, confidence, detector_depth, offset, frame_rate)

    @classmethod
    def from_frames(
        cls,
        keypoints: Float[Tensor, "*batch J 2"],
        confidence: Float[Tensor, "*batch J"],
        detector_depth: Float[Tensor, "*batch J"],
        offset: Float[Tensor, "*batch 2"],
        frame_rate: Float[Tensor, "*batch 1"],
    ) -> FrameInputs:
        """Build the inputs from arrays with NaN, and the results of `frame_rate_input`."""
        keypoints, observed, confidence = mask_missing(keypoints, confidence)
        missing = observed == 0
        no_depth = torch.isnan(detector_depth) | missing
        no_offset = torch.isnan(offset).any(-1, keepdim=True)
        return cls(
            keypoints,
            observed,
            confidence,
            torch.where(no_depth, torch.zeros_like(detector_depth), detector_depth),
            1 - no_depth.to(keypoints.dtype),
            torch.where(no_offset, torch.zeros_like(offset), offset),
            1 - no_offset.to(keypoints.dtype),
            frame_rate,
        )

    def concatenate(self) -> Float[Tensor, "*batch inputs"]:
        """Return all inputs of a frame as one vector of `NUM_INPUTS` values."""
        return torch.cat([self.keypoints.flatten(-2), *self[1:]], -1)


#: The number of values of `FrameInputs.concatenate`.
NUM_INPUTS = 6 * len(SKELETON) + 4


def image_bone_lengths(
    keypoints: Float[Tensor, "*batch J 2"], observed: Float[Tensor, "*batch J"]
) -> tuple[Float[Tensor, "*batch bones"], Float[Tensor, "*batch bones"]]:
    """Compute the lengths of the upper body's bones in the image.

    Parameters
    ----------
    keypoints, observed
        Of `FrameInputs`.

    Returns
    -------
    lengths
        [..., bones], 0 where an end is missing.
    both_observed
        [..., bones], 1 where both ends are observed.
    """
    both_observed = take(observed, BONE_STARTS) * take(observed, BONE_ENDS)
    x, y = differences(keypoints, BONE_STARTS, BONE_ENDS)
    return torch.sqrt(x * x + y * y + 1e-8) * both_observed, both_observed
