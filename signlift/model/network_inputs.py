"""What the lifting networks read from normalised keypoints."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from signlift.core.bone_lengths import BONE_LENGTHS
from signlift.core.skeleton import PANOPTIC26

#: The skeleton that the lifting networks work on.
SKELETON = PANOPTIC26

#: About the mean of each over people and cameras: the networks see what lies off it.
MEAN_PROPORTIONS = (0.0, -0.18, -0.45, -0.57, -0.63, -0.85, -0.1, -0.1, -1.5)

_BONES = [
    (SKELETON.index(one), SKELETON.index(other), number)
    for number, bones in enumerate(BONE_LENGTHS.values())
    for one, other in bones
    if number < list(BONE_LENGTHS).index("hips")
]
STARTS = [start for start, _, _ in _BONES]
ENDS = [end for _, end, _ in _BONES]
LENGTH_OF_BONE = [number for _, _, number in _BONES]
NUM_BONES = len(_BONES)


def clean(
    keypoints: Float[Tensor, "T B J 2"], confidence: Float[Tensor, "T B J"]
) -> tuple[Float[Tensor, "T B J 2"], Float[Tensor, "T B J"], Float[Tensor, "T B J"]]:
    """Keypoints without NaN, and what is known of them.

    Returns
    -------
    keypoints
        [T, B, J, 2], 0 where not observed.
    observed
        [T, B, J], 1 where observed and 0 where not.
    confidence
        [T, B, J], 0 where not observed.
    """
    missing = torch.isnan(keypoints).any(-1)
    observed = 1 - missing.to(keypoints.dtype)
    keypoints = torch.where(missing[..., None], torch.zeros_like(keypoints), keypoints)
    confidence = torch.where(missing, torch.zeros_like(confidence), confidence)
    return keypoints, observed, confidence


def seen_lengths(
    keypoints: Float[Tensor, "T B J 2"], observed: Float[Tensor, "T B J"]
) -> tuple[Float[Tensor, "T B bones"], Float[Tensor, "T B bones"]]:
    """How long the bones of the upper body look, 0 where an end is missing.

    Returns
    -------
    lengths
        [T, B, bones].
    both
        [T, B, bones], 1 where both ends are observed.
    """
    both = observed[..., STARTS] * observed[..., ENDS]
    steps = keypoints[:, :, STARTS] - keypoints[:, :, ENDS]
    return torch.sqrt((steps**2).sum(-1) + 1e-8) * both, both


def rate(fps: Float[Tensor, " B"], like: Float[Tensor, "T B J"]) -> Float[Tensor, "T B 1"]:
    """The frame rate as an input to every frame: 0 at 30 frames per second."""
    return torch.log(fps / 30)[None, :, None] + torch.zeros_like(like[..., :1])
