"""Unit quaternions (x, y, z, w), as glTF and three.js order them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from signlift.utils.array_types import Float


def quaternion_from_rotation(
    matrices: Float[np.ndarray, "*batch 3 3"],
) -> Float[np.ndarray, "*batch 4"]:
    """Convert rotation matrices to unit quaternions.

    The largest component is computed first, from the diagonal, so that no rotation divides by a
    number near 0 (S. W. Shepperd, Quaternion from rotation matrix, Journal of Guidance and Control
    1, 1978).

    Returns
    -------
    [..., 4], x, y, z, w. A rotation has two quaternions of opposite sign; that with a largest
    component above 0 is returned.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.quaternions import quaternion_from_rotation
    >>> quaternion_from_rotation(np.diag([1.0, -1.0, -1.0]))
    array([1., 0., 0., 0.])
    """
    m = matrices
    xx, yy, zz = m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]
    xy, xz, yz = (
        m[..., 0, 1] + m[..., 1, 0],
        m[..., 0, 2] + m[..., 2, 0],
        m[..., 1, 2] + m[..., 2, 1],
    )
    wx, wy, wz = (
        m[..., 2, 1] - m[..., 1, 2],
        m[..., 0, 2] - m[..., 2, 0],
        m[..., 1, 0] - m[..., 0, 1],
    )
    # 4 q qᵀ: each row is the quaternion, times 4 of its own component.
    rows = np.stack(
        [
            np.stack([1 + xx - yy - zz, xy, xz, wx], -1),
            np.stack([xy, 1 - xx + yy - zz, yz, wy], -1),
            np.stack([xz, yz, 1 - xx - yy + zz, wz], -1),
            np.stack([wx, wy, wz, 1 + xx + yy + zz], -1),
        ],
        -2,
    )
    largest = np.argmax(np.diagonal(rows, axis1=-2, axis2=-1), -1)[..., None, None]
    quaternion = np.take_along_axis(rows, largest, -2)[..., 0, :]
    return quaternion / np.linalg.norm(quaternion, axis=-1, keepdims=True)


def quaternion_from_zxy(angles: Float[np.ndarray, "*batch 3"]) -> Float[np.ndarray, "*batch 4"]:
    """Convert Euler angles about Z, X and Y in degrees to unit quaternions.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.quaternions import quaternion_from_zxy
    >>> quaternion_from_zxy(np.array([0.0, 90.0, 0.0])).round(3)
    array([0.707, 0.   , 0.   , 0.707])
    """
    half = np.radians(angles) / 2
    (c, d, e), (s, t, u) = (np.moveaxis(part, -1, 0) for part in (np.cos(half), np.sin(half)))
    x, y, z, w = c * t, s * t, s * d, c * d  # of the rotations about Z and X
    return np.stack([x * e - z * u, w * u + y * e, x * u + z * e, w * e - y * u], -1)


def rotation_from_quaternion(
    quaternions: Float[np.ndarray, "*batch 4"],
) -> Float[np.ndarray, "*batch 3 3"]:
    """Convert unit quaternions to rotation matrices.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.quaternions import rotation_from_quaternion
    >>> rotation_from_quaternion(np.array([1.0, 0.0, 0.0, 0.0])).diagonal()
    array([ 1., -1., -1.])
    """
    x, y, z, w = np.moveaxis(quaternions, -1, 0)
    matrices = np.empty((*x.shape, 3, 3))
    for i, (a, b, c) in enumerate(((x, y, z), (y, z, x), (z, x, y))):
        j = (i + 1) % 3
        matrices[..., i, i] = 1 - 2 * (b * b + c * c)
        matrices[..., j, i] = 2 * (a * b + c * w)
        matrices[..., i, j] = 2 * (a * b - c * w)
    return matrices


def turn_between(first: Sequence[float], second: Sequence[float]) -> float:
    """Compute the angle between the rotations of two unit quaternions in radians."""
    cosine = abs(sum(a * b for a, b in zip(first, second, strict=True)))
    return 2 * math.acos(min(cosine, 1.0))


def turn_towards(last: Sequence[float], target: Sequence[float], max_turn: float) -> list[float]:
    """Turn a unit quaternion towards another one by an angle in radians at most.

    Returns
    -------
    The quaternion, with the sign that is nearer to `last`.

    Examples
    --------
    >>> import math
    >>> from signlift.geometry.quaternions import turn_towards
    >>> [round(value, 3) for value in turn_towards((0, 0, 0, 1), (1, 0, 0, 0), math.pi / 2)]
    [0.707, 0.0, 0.0, 0.707]
    """
    cosine = sum(a * b for a, b in zip(last, target, strict=True))
    sign = -1.0 if cosine < 0 else 1.0
    angle = math.acos(min(sign * cosine, 1.0))
    if 2 * angle <= max_turn:
        return [sign * value for value in target]
    sine = math.sin(angle)
    kept = math.sin(angle - max_turn / 2) / sine
    taken = sign * math.sin(max_turn / 2) / sine
    return [kept * a + taken * b for a, b in zip(last, target, strict=True)]


def continuous_quaternions(
    quaternions: Float[np.ndarray, "T *rest 4"],
) -> Float[np.ndarray, "T *rest 4"]:
    """Choose the signs of quaternions so that each is nearest to that of the frame before.

    Programs interpolate between the numbers of two frames; between opposite signs they would turn
    the long way round.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.quaternions import continuous_quaternions
    >>> continuous_quaternions(np.array([[0.0, 0.0, 0.0, 1.0], [0.0, 0.0, 0.6, -0.8]]))
    array([[ 0. ,  0. ,  0. ,  1. ],
           [-0. , -0. , -0.6,  0.8]])
    """
    signs = np.ones((*quaternions.shape[:-1], 1))
    steps = (quaternions[1:] * quaternions[:-1]).sum(-1, keepdims=True)
    signs[1:] = np.cumprod(np.where(steps < 0, -1.0, 1.0), 0)
    return quaternions * signs
