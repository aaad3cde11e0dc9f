"""Conversion between Euler angles and rotation matrices.

All functions take any number of frames at once. Matrices are applied to columns:
`rotated = matrix @ vector`. The tests compare the conversions with scipy.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import reduce

import numpy as np

from signlift.utils.array_types import Float

#: Below this cosine of the middle angle, the first and the last angle are not distinguishable.
_GIMBAL_LOCK = 1e-6


def euler_matrices(
    angles: Float[np.ndarray, "*batch n"], order: Sequence[str], *, degrees: bool = False
) -> Float[np.ndarray, "*batch 3 3"]:
    """Convert Euler angles to matrices.

    Parameters
    ----------
    angles
        [..., n], in the order of `order`; NaN gives NaN.
    order
        n axes out of X, Y and Z. The matrix is the product of the elementary rotations in this
        order, so that the last rotation is applied first (as in BVH files).
    degrees
        The unit of the angles: degrees if True, else radians.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.euler_angles import euler_matrices
    >>> (euler_matrices(np.array([90.0, 0.0]), "ZX", degrees=True) @ [1, 0, 0]).round(9) + 0.0
    array([0., 1., 0.])
    """
    radians = np.radians(angles) if degrees else angles
    identity = np.broadcast_to(np.eye(3), (*angles.shape[:-1], 3, 3))
    elementary = (_rotate_about(axis, radians[..., n]) for n, axis in enumerate(order))
    return reduce(np.matmul, elementary, identity)


def rotation_from_turn_nod_tilt(
    angles: Float[np.ndarray, "*batch 3"],
) -> Float[np.ndarray, "*batch 3 3"]:
    """Convert the turn, nod and tilt of a body part to matrices.

    The body part faces +z, with y up and its left at +x.

    Parameters
    ----------
    angles
        [..., 3] in radians: turn (to the person's left), nod (forward) and tilt (to the person's
        right). The tilt is applied first, then the nod, then the turn.
    """
    return euler_matrices(angles, "YXZ")


def continuous_euler_zxy(
    matrices: Float[np.ndarray, "T *batch 3 3"],
    previous: Float[np.ndarray, "*batch 3"] | None = None,
) -> Float[np.ndarray, "T *batch 3"]:
    """Convert rotations over time to Euler angles without jumps.

    Parameters
    ----------
    matrices
        [T, ..., 3, 3], without NaN.
    previous
        [..., 3], the angles in degrees of the frame before the first one, if there is one.

    Returns
    -------
    [T, ..., 3] in degrees, about Z, X and Y: `euler_matrices(angles, "ZXY", degrees=True)` gives
    the matrices. A rotation has two sets of angles, and full turns can be added to each angle:
    the set nearest to the frame before is chosen. In the first frame the angles are between -180
    and 180 degrees, the middle one between -90 and 90. Where the middle one is 90 degrees (gimbal
    lock) the last one keeps its value.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.euler_angles import continuous_euler_zxy, euler_matrices
    >>> matrices = euler_matrices(np.array([[10.0], [170.0], [330.0], [490.0]]), "Z", degrees=True)
    >>> continuous_euler_zxy(matrices)[:, 0].round(6)
    array([ 10., 170., 330., 490.])
    """
    T, shape = len(matrices), matrices.shape[:-1]
    matrices = matrices.reshape(T, -1, 3, 3)
    sin = np.clip(matrices[..., 2, 1], -1, 1)
    cos = np.hypot(matrices[..., 0, 1], matrices[..., 1, 1])
    angles = np.empty(matrices.shape[:-1])
    angles[..., 0] = np.arctan2(-matrices[..., 0, 1], matrices[..., 1, 1])
    angles[..., 1] = np.arctan2(sin, cos)
    angles[..., 2] = np.arctan2(-matrices[..., 2, 0], matrices[..., 2, 2])
    before = None if previous is None else np.radians(previous.reshape(-1, 3))
    locked = cos < _GIMBAL_LOCK
    if not locked.any():
        return np.degrees(_join_angles(angles, before)).reshape(shape)
    # At gimbal lock only the sum (or the difference) of the angles about Z and Y is defined.
    combined = np.arctan2(matrices[..., 1, 0], matrices[..., 0, 0])
    for n in range(angles.shape[1]):
        # Runs of frames are joined at the locked ones, which depend on the frame before them.
        kept = np.flatnonzero(locked[:, n])
        bounds = np.unique(np.concatenate([[0, T], kept, kept + 1])).tolist()
        last = None if before is None else before[n : n + 1]
        for start, end in itertools.pairwise(bounds):
            run = angles[start:end, n : n + 1]
            if locked[start, n]:
                y = 0.0 if last is None else last[0, 2]
                z = combined[start, n] - np.sign(sin[start, n]) * y
                run = np.array([[[z, run[0, 0, 1], y]]])
            angles[start:end, n : n + 1] = _join_angles(run, last)
            last = angles[end - 1, n : n + 1]
    return np.degrees(angles).reshape(shape)


def _rotate_about(
    axis: str, angles: Float[np.ndarray, "*batch"]
) -> Float[np.ndarray, "*batch 3 3"]:
    """Build the rotations about one of the axes X, Y and Z, of angles in radians."""
    first = "XYZ".index(axis)
    second, third = (first + 1) % 3, (first + 2) % 3
    matrices = np.zeros((*angles.shape, 3, 3))
    matrices[..., first, first] = 1
    matrices[..., second, second] = matrices[..., third, third] = np.cos(angles)
    matrices[..., third, second] = np.sin(angles)
    matrices[..., second, third] = -matrices[..., third, second]
    return matrices


def _join_angles(
    angles: Float[np.ndarray, "T N 3"], previous: Float[np.ndarray, "N 3"] | None
) -> Float[np.ndarray, "T N 3"]:
    """Choose, of all ZXY angles of the same rotations, those nearest to the frame before.

    The angles are in radians. `previous` are those before the first frame, if there are any.
    """
    full_turn = 2 * np.pi
    if previous is not None:
        angles = np.concatenate([previous[None], angles])
    if len(angles) > 1:
        others = angles[1:] * [1, -1, 1] + np.pi
        # From either set, the same set of the next frame is equally far away, and so is the other.
        same, other = (np.abs(_wrap(each - angles[:-1])).sum(-1) for each in (angles[1:], others))
        swapped = np.cumsum(other < same - 1e-9, 0) % 2 == 1
        angles = np.concatenate([angles[:1], np.where(swapped[..., None], others, angles[1:])])
        turns = np.cumsum(np.round(np.diff(angles, axis=0) / full_turn), 0)
        angles[1:] -= full_turn * turns
    return angles if previous is None else angles[1:]


def _wrap(angles: Float[np.ndarray, "T N 3"]) -> Float[np.ndarray, "T N 3"]:
    """Return the angles between -pi and pi that differ by full turns."""
    return angles - 2 * np.pi * np.round(angles / (2 * np.pi))
