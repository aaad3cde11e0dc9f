"""Inverse kinematics of limbs with two bones, for any number of frames at once."""

from __future__ import annotations

import numpy as np

from signlift.geometry.rotations import unit_vectors
from signlift.utils.array_types import Float

#: The maximum reach of a limb as a fraction of its length. Fully straight joints would jerk.
MAX_REACH = 0.995

#: The distance beyond which `ease_reach` moves targets inwards, as a fraction of the length.
_EASE_START = 0.9

_TINY = 1e-9


def two_bone_ik(
    start: Float[np.ndarray, "*batch 3"],
    target: Float[np.ndarray, "*batch 3"],
    lengths: tuple[float, float],
    bend_direction: Float[np.ndarray, "*#batch 3"],
    swivel: Float[np.ndarray, "*#batch"],
) -> tuple[Float[np.ndarray, "*batch 3"], Float[np.ndarray, "*batch 3"]]:
    """Compute the middle joint and the end of a limb of two bones.

    Parameters
    ----------
    start, target
        [..., 3], the first joint of the limb and the target of its end, in metres.
    lengths
        The lengths of the bones in metres, from the first joint outwards.
    bend_direction
        [..., 3], the direction to which the middle joint bends at a swivel of 0 (elbows down,
        knees forward).
    swivel
        [...] in radians: the rotation of the middle joint about the line from the start to the
        end, right-handed. For an arm that reaches along +z with the bend direction down, it
        lifts the elbow to +x.

    Returns
    -------
    middle, end
        [..., 3] each. The end is at the target, or at the nearest reachable point on the line to
        it. The bones always have their lengths.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.two_bone_ik import two_bone_ik
    >>> shoulder, wrist, down = np.zeros(3), np.array([0.0, 0.0, 0.4]), np.array([0.0, -1.0, 0.0])
    >>> elbow, end = two_bone_ik(shoulder, wrist, (0.25, 0.25), down, np.array(0.0))
    >>> elbow.round(6)
    array([ 0.  , -0.15,  0.2 ])
    """
    first, second = lengths
    line = target - start
    distance = np.sqrt(np.einsum("...i,...i->...", line, line))[..., None]
    direction = unit_vectors(bend_direction)
    # A target at the start has no direction: the limb then folds along the bend direction.
    axis = np.where(distance > _TINY, line / np.where(distance > _TINY, distance, 1.0), direction)
    reach = np.clip(distance, abs(first - second) + 1e-3 * first, MAX_REACH * (first + second))
    bend = _perpendicular(axis, np.broadcast_to(direction, axis.shape))
    # The cross product written out: np.cross is slow on small arrays.
    (a, b, c), (d, e, f) = ((v[..., 0], v[..., 1], v[..., 2]) for v in (axis, bend))
    sideways = np.stack([b * f - c * e, c * d - a * f, a * e - b * d], -1)
    angle = np.asarray(swivel)[..., None]
    along = (reach**2 + first**2 - second**2) / (2 * reach)
    height = np.sqrt(np.maximum(first**2 - along**2, 0.0))
    middle = start + along * axis + height * (np.cos(angle) * bend + np.sin(angle) * sideways)
    return middle, start + reach * axis


def ease_reach(
    start: Float[np.ndarray, "*batch 3"], target: Float[np.ndarray, "*batch 3"], length: float
) -> Float[np.ndarray, "*batch 3"]:
    """Move distant targets inwards, so that a limb approaches its full reach smoothly.

    Otherwise the middle joint would jerk where the limb reaches its limit.

    Parameters
    ----------
    start, target
        [..., 3], the first joint of the limb and the target of its end, in metres.
    length
        The length of the stretched limb, in metres.

    Returns
    -------
    [..., 3], the target itself within nine tenths of the length. Beyond, a point on the line to
    the target, at a distance that approaches `MAX_REACH` times the length without exceeding it.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.two_bone_ik import ease_reach
    >>> targets = np.array([[0.0, 0.0, 0.5], [0.0, 0.0, 2.0]])
    >>> ease_reach(np.zeros((2, 3)), targets, 1.0).round(3)
    array([[0.   , 0.   , 0.5  ],
           [0.   , 0.   , 0.995]])
    """
    line = target - start
    distance = np.sqrt(np.einsum("...i,...i->...", line, line))[..., None]
    near, margin = _EASE_START * length, (MAX_REACH - _EASE_START) * length
    eased = near + margin * -np.expm1(-np.maximum(distance - near, 0.0) / margin)
    return np.where(distance > near, start + line * (eased / np.maximum(distance, _TINY)), target)


def _perpendicular(
    axis: Float[np.ndarray, "*batch 3"], direction: Float[np.ndarray, "*batch 3"]
) -> Float[np.ndarray, "*batch 3"]:
    """Compute unit vectors orthogonal to unit axes and as near as possible to `direction`.

    Where the two are parallel, an arbitrary orthogonal direction is taken.
    """
    across = direction - np.einsum("...i,...i->...", axis, direction)[..., None] * axis
    parallel = np.einsum("...i,...i->...", across, across) < 1e-12
    if parallel.any():
        farthest_axis = np.eye(3)[np.argmin(np.abs(axis[parallel]), -1)]
        across[parallel] = np.cross(axis[parallel], farthest_axis)
    return unit_vectors(across)
