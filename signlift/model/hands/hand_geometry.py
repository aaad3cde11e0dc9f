"""Depth of the fingers from the lengths of their bones, all five fingers at once."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor

from signlift.model.hands.hand_inputs import FINGERS, JOINTS, bone_starts

#: Added under square roots, so that their slope stays finite; hand units squared (5 mm).
_SOFTENING = 2.5e-3

#: Limits of how much nearer or farther than the wrist a keypoint is taken to be.
_MIN_MAGNIFICATION, _MAX_MAGNIFICATION = 0.6, 1.5


def finger_depth(
    points: Float[Tensor, "T B 21 2"],
    sight: Float[Tensor, "T B 3"],
    length: Float[Tensor, "T B 20"],
    direction: Float[Tensor, "T B 20"],
    residual: Float[Tensor, "T B 20"],
) -> Float[Tensor, "T B 21"]:
    """Compute the depth of the keypoints of a hand relative to its root.

    The geometry is that of `bone_geometry.bone_depth`, about the line of sight to the wrist: a
    point that appears at p from the wrist and is z farther away than it lies at p + (t + k p) z
    from it, where t are the tangents of the wrist's direction and k is 1 over its distance.

    Parameters
    ----------
    points
        [T, B, 21, 2], in hand units at the distance of the wrist.
    sight
        [T, B, 3]: t and k.
    length
        [T, B, 20], lengths of the bones, above 0.
    direction
        [T, B, 20], from -1 (the solution towards the camera) to 1 (the one away from it).
    residual
        [T, B, 20], added to the depth of each bone.
    """
    T, B = points.shape[:2]
    fingers = points[:, :, 1:].reshape(T, B, FINGERS, JOINTS, 2)
    starts = bone_starts(points).reshape(T, B, FINGERS, JOINTS, 2)
    shape = (T, B, FINGERS, JOINTS)
    length, direction, residual = (
        values.reshape(shape) for values in (length, direction, residual)
    )
    tangent, perspective = sight[:, :, None, None, :2], sight[:, :, 2:]
    steps = fingers - starts
    slope = tangent + perspective[..., None, None] * fingers
    a = 1 + (slope**2).sum(-1)
    along = (steps * slope).sum(-1)
    squared = (steps**2).sum(-1)
    z = torch.zeros_like(along[..., 0])
    depths = []
    for joint in range(JOINTS):
        magnification = (1 + perspective * z).clamp(_MIN_MAGNIFICATION, _MAX_MAGNIFICATION)
        b = along[..., joint] * magnification
        c = squared[..., joint] * magnification**2 - length[..., joint] ** 2
        root_part = torch.sqrt((b**2 - a[..., joint] * c).clamp(min=0) + _SOFTENING)
        z = z + residual[..., joint] + (direction[..., joint] * root_part - b) / a[..., joint]
        depths.append(z)
    depth = torch.stack(depths, -1).reshape(T, B, FINGERS * JOINTS)
    return torch.cat([torch.zeros_like(depth[..., :1]), depth], -1)
