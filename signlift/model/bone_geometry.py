"""The depth of a bone's far end from the bone's length: what a camera's geometry tells.

All lengths are in the same unit, that of the keypoints: torso lengths, in the picture at the
distance of the root (2.5D).
"""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

#: Keeps the slope of a square root finite, in torso lengths squared (1 cm of 50).
_SOFT = 4e-4

#: How much nearer or farther than the root a joint is taken to be at most.
_NEAR, _FAR = 0.5, 1.6


def bone_depth(
    start: Float[Tensor, "*rest 2"],
    end: Float[Tensor, "*rest 2"],
    start_depth: Float[Tensor, "*rest"],
    length: Float[Tensor, "*rest"],
    side: Float[Tensor, "*rest"],
    perspective: Float[Tensor, "*rest"],
) -> Float[Tensor, "*rest"]:
    """How much farther away a bone's end is than its start.

    A point at depth z, seen at u (from the line of sight through the Neck), lies at u (1 + k z),
    where k is one over the distance of the root: the nearer, the larger it looks. That its
    distance from the start is the bone's length is a quadratic equation in the step of depth,
    with one solution to either side.

    Parameters
    ----------
    start, end
        [..., 2], where the bone's two ends are seen.
    start_depth
        [...], the depth of its start relative to the root.
    length
        [...], above 0.
    side
        [...] from -1 (the solution towards the camera) to 1 (the one away from it).
    perspective
        [...], k; 0 is an orthographic camera.

    Returns
    -------
    [...]: where the picture shows the bone longer than it is, that of the nearest point.
    """
    seen = (end - start) * (1 + perspective * start_depth).clamp(_NEAR, _FAR)[..., None]
    slope = perspective[..., None] * end
    square = 1 + (slope**2).sum(-1)
    along = (seen * slope).sum(-1)
    rest = along**2 - square * ((seen**2).sum(-1) - length**2)
    return (side * torch.sqrt(rest.clamp(min=0) + _SOFT) - along) / square


def pair_depth(
    left: Float[Tensor, "*rest 2"],
    right: Float[Tensor, "*rest 2"],
    length: Float[Tensor, "*rest"],
    side: Float[Tensor, "*rest"],
) -> Float[Tensor, "*rest"]:
    """How much farther away the left one of two points is, a known length apart.

    Parameters
    ----------
    left, right
        [..., 2], where they are seen.
    length
        [...], their distance.
    side
        [...] from -1 (the left one is nearer) to 1 (it is farther away).
    """
    seen = ((left - right) ** 2).sum(-1)
    return side * torch.sqrt((length**2 - seen).clamp(min=0) + _SOFT)
