"""Outlines of round shapes in a plane: tapered bones, bands of uncertainty, heads.

The outline of several circles or ellipses is the edge of their convex hull. It is sampled in fixed
directions: in each it is where the shape that reaches furthest touches its tangent.
"""

from __future__ import annotations

import numpy as np

from signlift.utils.array_types import Float

#: Number of points of an outline.
OUTLINE_POINTS = 24

#: Number of points of the outline of a head, which is larger.
_HEAD_POINTS = 60


def _directions(count: int) -> Float[np.ndarray, "2 K"]:
    """Return unit vectors in all directions."""
    angles = np.linspace(0, 2 * np.pi, count, endpoint=False)
    return np.stack([np.cos(angles), np.sin(angles)])


_DIRECTIONS, _HEAD_DIRECTIONS = _directions(OUTLINE_POINTS), _directions(_HEAD_POINTS)


def outline_circles(
    centres: Float[np.ndarray, "N C 2"], radii: Float[np.ndarray, "N C 2"]
) -> Float[np.ndarray, "N K 2"]:
    """Outline the convex hull of circles, or of ellipses along the axes.

    Parameters
    ----------
    centres
        [N, C, 2], the C centres of each of N shapes; NaN gives a NaN outline.
    radii
        [N, C, 2], their horizontal and vertical radii.

    Returns
    -------
    [N, K, 2].

    Examples
    --------
    >>> points = outline_circles(np.array([[[0.0, 0], [9, 0]]]), np.array([[[1.0, 1], [2, 2]]]))
    >>> points[0, [0, 12]].round(3).tolist()
    [[11.0, 0.0], [-1.0, 0.0]]
    """
    stretched = radii[..., None] * _DIRECTIONS
    lengths = np.maximum(np.linalg.norm(stretched, axis=2), 1e-12)
    touching = centres[..., None] + radii[..., None] * stretched / lengths[:, :, None]
    reach = centres @ _DIRECTIONS + lengths
    return _furthest(touching, reach)


def outline_ellipsoids(
    centres: Float[np.ndarray, "N C 2"], axes: Float[np.ndarray, "N C 2 3"]
) -> Float[np.ndarray, "N K 2"]:
    """Outline the convex hull of projected ellipsoids.

    Parameters
    ----------
    centres
        [N, C, 2], the projected centres.
    axes
        [N, C, 2, 3], the projected semi-axes, as columns.

    Returns
    -------
    [N, K, 2].
    """
    along = np.swapaxes(axes, -1, -2) @ _HEAD_DIRECTIONS
    lengths = np.maximum(np.linalg.norm(along, axis=2), 1e-12)
    touching = centres[..., None] + axes @ (along / lengths[:, :, None])
    return _furthest(touching, centres @ _HEAD_DIRECTIONS + lengths)


def _furthest(
    touching: Float[np.ndarray, "N C 2 K"], reach: Float[np.ndarray, "N C K"]
) -> Float[np.ndarray, "N K 2"]:
    """Select, in each direction, the point of the shape that reaches furthest."""
    furthest = reach.argmax(1)[:, None, None]  # of NaN, the NaN
    chosen = np.take_along_axis(touching, furthest, 1)[:, 0]
    return np.swapaxes(chosen, 1, 2)
