"""Interpolation between numbers, directions and rotations."""

from __future__ import annotations

import numpy as np

from signlift.geometry.rotations import (
    rotation_between,
    rotation_from_vector,
    vector_from_rotation,
)
from signlift.utils.array_types import Float


def smoothstep(fraction: Float[np.ndarray, "*batch"]) -> Float[np.ndarray, "*batch"]:
    """Ease from 0 (at 0 and below) to 1 (at 1 and above) by the polynomial 3x² - 2x³.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.interpolation import smoothstep
    >>> smoothstep(np.array([-1.0, 0.25, 0.5, 2.0]))
    array([0.     , 0.15625, 0.5    , 1.     ])
    """
    fraction = np.clip(fraction, 0.0, 1.0)
    return fraction**2 * (3 - 2 * fraction)


def lerp(
    first: Float[np.ndarray, "*#batch n"],
    second: Float[np.ndarray, "*#batch n"],
    fraction: Float[np.ndarray, "*#batch"],
) -> Float[np.ndarray, "*batch n"]:
    """Interpolate linearly: 0 gives `first`, 1 gives `second`."""
    return first + fraction[..., None] * (second - first)


def slerp(
    first: Float[np.ndarray, "*#batch 3 3"],
    second: Float[np.ndarray, "*#batch 3 3"],
    fraction: Float[np.ndarray, "*#batch"],
) -> Float[np.ndarray, "*batch 3 3"]:
    """Interpolate between rotations along the shortest path, at constant angular speed.

    Parameters
    ----------
    first, second
        [..., 3, 3], rotation matrices, without NaN.
    fraction
        [...], of the path: 0 gives `first`, 1 gives `second`.

    Returns
    -------
    [..., 3, 3]. Between rotations that are half a turn apart there are two shortest paths; one of
    them is taken.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.interpolation import slerp
    >>> quarter_turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    >>> slerp(np.eye(3), quarter_turn, np.array(1 / 3)).round(3)
    array([[ 0.866, -0.5  ,  0.   ],
           [ 0.5  ,  0.866,  0.   ],
           [ 0.   ,  0.   ,  1.   ]])
    """
    vector = vector_from_rotation(np.swapaxes(first, -1, -2) @ second)
    return first @ rotation_from_vector(fraction[..., None] * vector)


def slerp_vectors(
    first: Float[np.ndarray, "*#batch 3"],
    second: Float[np.ndarray, "*#batch 3"],
    fraction: Float[np.ndarray, "*#batch"],
) -> Float[np.ndarray, "*batch 3"]:
    """Interpolate between unit vectors along the shortest arc, at constant angular speed.

    Parameters
    ----------
    first, second
        [..., 3], unit vectors, without NaN.
    fraction
        [...], of the arc: 0 gives `first`, 1 gives `second`.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.geometry.interpolation import slerp_vectors
    >>> x, y, _ = np.eye(3)
    >>> slerp_vectors(x, y, np.array(1 / 3)).round(3)
    array([0.866, 0.5  , 0.   ])
    """
    rotation = slerp(np.eye(3), rotation_between(first, second), fraction)
    return np.einsum("...ij,...j->...i", rotation, first)
