"""Depth of the fingers from the lengths of their bones, all five fingers at once."""

from __future__ import annotations

import torch
from torch import Tensor

from signlift.model.hands.hand_inputs import FINGERS, HAND_BONE_STARTS, HAND_BONES, JOINTS
from signlift.model.selections import coordinates, differences, take
from signlift.utils.array_types import Float

#: Added under square roots, so that their slope stays finite; hand units squared (5 mm).
SOFTENING = 2.5e-3

# The bones in groups, from the root to the tips: the same joint of all fingers is one group.
BONES = tuple(finger * JOINTS + joint for joint in range(JOINTS) for finger in range(FINGERS))
STARTS = tuple(HAND_BONE_STARTS[bone] for bone in BONES)
ENDS = tuple(1 + bone for bone in BONES)
_GROUPS = [FINGERS] * JOINTS

#: The place of each keypoint in the order of the groups, after the root.
_ORDER = (0, *(1 + BONES.index(bone) for bone in range(HAND_BONES)))

#: Limits of how much nearer or farther than the wrist a keypoint is taken to be.
MIN_MAGNIFICATION, MAX_MAGNIFICATION = 0.6, 1.5


def finger_depth(
    points: Float[Tensor, "*batch 21 2"],
    sight: Float[Tensor, "*batch 3"],
    length: Float[Tensor, "*batch 20"],
    direction: Float[Tensor, "*batch 20"],
    residual: Float[Tensor, "*batch 20"],
) -> Float[Tensor, "*batch 21"]:
    """Compute the depth of the keypoints of a hand relative to its root.

    The geometry is that of `bone_geometry.bone_depth`, about the line of sight to the wrist: a
    point that appears at p from the wrist and is z farther away than it lies at p + (t + k p) z
    from it, where t are the tangents of the wrist's direction and k is 1 over its distance.

    Parameters
    ----------
    points
        [..., 21, 2], in hand units at the distance of the wrist.
    sight
        [..., 3]: t and k.
    length
        [..., 20], lengths of the bones, above 0.
    direction
        [..., 20], from -1 (the solution towards the camera) to 1 (the one away from it).
    residual
        [..., 20], added to the depth of each bone.
    """
    tangent_x, tangent_y, perspective = torch.split(sight, 1, -1)
    x, y = differences(points, ENDS, STARTS)
    end_x, end_y = coordinates(points, ENDS)
    slope_x, slope_y = tangent_x + perspective * end_x, tangent_y + perspective * end_y
    a = 1 + slope_x * slope_x + slope_y * slope_y
    b = x * slope_x + y * slope_y
    c = x * x + y * y
    length = take(length, BONES)
    terms = (take(direction, BONES) / a, b / a, b * b - a * c, a * (length * length))
    groups = (torch.split(values, _GROUPS, -1) for values in (*terms, take(residual, BONES)))
    (towards, drift, spread, reach, rest), *others = zip(*groups, strict=True)
    z = rest + (towards * _root(spread + reach) - drift)  # of the root, whose depth is 0
    depths = [torch.zeros_like(perspective), z]
    for towards, drift, spread, reach, rest in others:
        magnification = (1 + perspective * z).clamp(MIN_MAGNIFICATION, MAX_MAGNIFICATION)
        root_part = _root(magnification * magnification * spread + reach)
        z = z + rest + (towards * root_part - magnification * drift)
        depths.append(z)
    return take(torch.cat(depths, -1), _ORDER)


def _root(discriminant: Tensor) -> Tensor:
    return torch.sqrt(torch.relu(discriminant) + SOFTENING)
