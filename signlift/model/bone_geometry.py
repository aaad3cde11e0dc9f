"""Depth of a bone's far end from the bone's length, by the geometry of a pinhole camera.

All lengths are in the unit of the keypoints: torso lengths in the image, at the distance of the
root (2.5D).
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

#: Added under square roots, so that their slope stays finite; torso lengths squared (1 cm of 50).
_SOFTENING = 4e-4

#: Limits of how much nearer or farther than the root a keypoint is taken to be.
_MIN_MAGNIFICATION, _MAX_MAGNIFICATION = 0.5, 1.6


def bone_depth(
    start: Float[Tensor, "*batch 2"],
    end: Float[Tensor, "*batch 2"],
    start_depth: Float[Tensor, "*batch"],
    length: Float[Tensor, "*batch"],
    direction: Float[Tensor, "*batch"],
    perspective: Float[Tensor, "*batch"],
) -> Float[Tensor, "*batch"]:
    """Compute the depth of a bone's end relative to its start.

    A point at depth z that appears at u (measured from the optical axis) lies at u (1 + k z),
    where k is 1 over the distance of the root. That its distance from the start is the bone's
    length gives a quadratic equation for the step in depth, with one solution towards the camera
    and one away from it.

    Parameters
    ----------
    start, end
        [..., 2], positions of the bone's ends in the image, from the optical axis.
    start_depth
        [...], depth of the start relative to the root.
    length
        [...], length of the bone, above 0.
    direction
        [...], from -1 (the solution towards the camera) to 1 (the solution away from it).
    perspective
        [...], k; 0 for an orthographic camera.

    Returns
    -------
    [...]. Where the image shows the bone longer than it is, the depth of the nearest point.

    Examples
    --------
    A bone of length 5 that appears as long as 3:

    >>> import torch
    >>> start, end = torch.tensor([0.0, 0.0]), torch.tensor([3.0, 0.0])
    >>> zero, away = torch.tensor(0.0), torch.tensor(1.0)
    >>> depth = bone_depth(start, end, zero, torch.tensor(5.0), away, perspective=zero)
    >>> round(depth.item(), 2)
    4.0
    """
    magnification = (1 + perspective * start_depth).clamp(_MIN_MAGNIFICATION, _MAX_MAGNIFICATION)
    step = (end - start) * magnification[..., None]
    slope = perspective[..., None] * end
    # a z² + 2 b z + c = 0 for the step z in depth.
    a = 1 + (slope**2).sum(-1)
    b = (step * slope).sum(-1)
    c = (step**2).sum(-1) - length**2
    discriminant = b**2 - a * c
    return (direction * torch.sqrt(discriminant.clamp(min=0) + _SOFTENING) - b) / a
