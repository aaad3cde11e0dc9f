"""Inputs that the lifting networks compute from normalised keypoints."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from signlift.core.bone_lengths import BONE_LENGTHS
from signlift.core.skeleton import PANOPTIC26

#: The skeleton that the lifting networks work on.
SKELETON = PANOPTIC26

#: Rounded mean of each proportion over people and cameras; networks take differences from it.
MEAN_PROPORTIONS = (0.0, -0.18, -0.45, -0.57, -0.63, -0.85, -0.1, -0.1, -1.5)

#: The frame rate at which the frame-rate input is 0.
_REFERENCE_FPS = 30.0

_BONES = [
    (SKELETON.index(start), SKELETON.index(end), number)
    for number, bones in enumerate(BONE_LENGTHS.values())
    for start, end in bones
    if number < list(BONE_LENGTHS).index("hips")
]
#: Keypoints at which the bones of the upper body start and end, and the length of each bone.
BONE_STARTS = [start for start, _, _ in _BONES]
BONE_ENDS = [end for _, end, _ in _BONES]
LENGTH_OF_BONE = [number for _, _, number in _BONES]
NUM_BONES = len(_BONES)


def mask_missing(
    keypoints: Float[Tensor, "T B J 2"], confidence: Float[Tensor, "T B J"]
) -> tuple[Float[Tensor, "T B J 2"], Float[Tensor, "T B J"], Float[Tensor, "T B J"]]:
    """Replace NaN by 0, and compute the mask of the observed keypoints.

    Parameters
    ----------
    keypoints
        [T, B, J, 2], NaN where missing.
    confidence
        [T, B, J].

    Returns
    -------
    keypoints
        [T, B, J, 2], 0 where missing.
    observed
        [T, B, J], 1 where observed and 0 where missing.
    confidence
        [T, B, J], 0 where missing.
    """
    missing = torch.isnan(keypoints).any(-1)
    observed = 1 - missing.to(keypoints.dtype)
    keypoints = torch.where(missing[..., None], torch.zeros_like(keypoints), keypoints)
    confidence = torch.where(missing, torch.zeros_like(confidence), confidence)
    return keypoints, observed, confidence


def image_bone_lengths(
    keypoints: Float[Tensor, "T B J 2"], observed: Float[Tensor, "T B J"]
) -> tuple[Float[Tensor, "T B bones"], Float[Tensor, "T B bones"]]:
    """Compute the lengths of the upper body's bones in the image.

    Parameters
    ----------
    keypoints, observed
        The results of `mask_missing`.

    Returns
    -------
    lengths
        [T, B, bones], 0 where an end is missing.
    both_observed
        [T, B, bones], 1 where both ends are observed.
    """
    both_observed = observed[..., BONE_STARTS] * observed[..., BONE_ENDS]
    steps = keypoints[:, :, BONE_STARTS] - keypoints[:, :, BONE_ENDS]
    return torch.sqrt((steps**2).sum(-1) + 1e-8) * both_observed, both_observed


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
    return torch.log(fps / _REFERENCE_FPS)[None, :, None] + torch.zeros_like(like[..., :1])
