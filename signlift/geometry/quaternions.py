"""Unit quaternions (x, y, z, w), as glTF and three.js order them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float


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
