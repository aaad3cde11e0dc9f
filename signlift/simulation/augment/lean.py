"""Lean of the trunk: people stand and sit more or less upright."""

from __future__ import annotations

import numpy as np

from signlift.core.skeleton import ROOT, Skeleton, get_skeleton
from signlift.simulation.views.framing import estimate_fronts
from signlift.utils.array_types import Float

#: Parts of the body that stay where they are.
_LEGS = ("Hip", "Knee", "Ankle", "Toe", "Heel")

_UP = np.array([0.0, 1.0, 0.0])


def lean(
    points: Float[np.ndarray, "B T J 3"],
    skeleton: str | Skeleton,
    forward: Float[np.ndarray, " B"],
    sideways: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B T J 3"]:
    """Rotate the upper body of B people about MidHip.

    Parameters
    ----------
    points
        [B, T, J, 3] in any unit, y up; NaN where missing.
    skeleton
        The skeleton of the J keypoints, or its name.
    forward, sideways
        [B], angles in radians: positive leans to the person's front, and to their left.

    Returns
    -------
    [B, T, J, 3] float32. Hips, legs and feet are unchanged.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.skeleton import PANOPTIC26
    >>> points = np.zeros((1, 1, 26, 3), np.float32)
    >>> points[..., PANOPTIC26.index("Neck"), 1] = 0.5
    >>> points[..., PANOPTIC26.index("LShoulder"), 0] = 0.2
    >>> leaned = lean(points, PANOPTIC26, np.full(1, np.pi / 2), np.zeros(1))
    >>> leaned[0, 0, PANOPTIC26.index("Neck")].round(2) + 0.0
    array([0. , 0. , 0.5], dtype=float32)
    """
    skeleton = get_skeleton(skeleton)
    front, _ = estimate_fronts(points, skeleton)
    left = np.cross(_UP, front)
    to_world = np.stack([left, np.broadcast_to(_UP, left.shape), front], -1)  # columns: axes
    cos, sin, zero, one = np.cos, np.sin, np.zeros(len(points)), np.ones(len(points))
    nod = np.stack(
        [
            *(one, zero, zero),
            *(zero, cos(forward), -sin(forward)),
            *(zero, sin(forward), cos(forward)),
        ],
        -1,
    ).reshape(-1, 3, 3)
    roll = np.stack(
        [
            *(cos(sideways), sin(sideways), zero),
            *(-sin(sideways), cos(sideways), zero),
            *(zero, zero, one),
        ],
        -1,
    ).reshape(-1, 3, 3)
    rotation = (to_world @ nod @ roll @ np.swapaxes(to_world, 1, 2)).astype(np.float32)
    moved = np.array([not name.endswith(_LEGS) for name in skeleton.keypoints])
    moved[skeleton.index(ROOT)] = False
    root = skeleton.point(points, ROOT)[:, :, None]
    out = points.astype(np.float32, copy=True)
    relative = out[:, :, moved] - root
    flat = relative.reshape(len(points), -1, 3) @ np.swapaxes(rotation, 1, 2)
    out[:, :, moved] = flat.reshape(relative.shape) + root
    return out
