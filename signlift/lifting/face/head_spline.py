"""A smooth surface through the points of the canonical face, tabulated once.

A thin-plate spline (F. L. Bookstein, Principal Warps, 1989) takes a tenth of a second: its table is
in head_surface.npy, which a test renews.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.core.face import canonical_face as face
from signlift.core.face.face_surface import DOWN, SIDE, STEP, UP
from signlift.utils.array_types import Float

#: Smoothing of the spline: curves that nearly meet differ by their rounding.
_SMOOTHING = 20.0


def tabulate_depth() -> Float[np.ndarray, "rows columns"]:
    """Return the depth of the canonical face on the grid, in millimetres; rows follow y."""
    curves = (
        face.OUTLINE,
        face.UPPER_BROW,
        face.LOWER_BROW,
        face.UPPER_LID,
        face.LOWER_LID,
        face.UPPER_LIP,
        face.LOWER_LIP,
        tuple(face.POINTS.values()),
    )
    left = np.array([point for curve in curves for point in curve], np.float64)
    points = np.concatenate([np.array(face.PROFILE, np.float64), left, left * [-1, 1, 1]])
    points = np.unique(points, axis=0)
    knots = points[:, :2]
    n = len(knots)
    system = np.zeros((n + 3, n + 3))
    system[:n, :n] = _kernel(knots, knots) + _SMOOTHING * np.eye(n)
    system[:n, n:] = np.concatenate([np.ones((n, 1)), knots], 1)
    system[n:, :n] = system[:n, n:].T
    weights = np.linalg.solve(system, np.concatenate([-points[:, 2], np.zeros(3)]))
    x = np.arange(-SIDE, SIDE + STEP, STEP)
    y = np.arange(-UP, DOWN + STEP, STEP)
    grid = np.stack(np.meshgrid(x, y), -1).reshape(-1, 2)
    z = _kernel(grid, knots) @ weights[:n] + weights[n] + grid @ weights[n + 1 :]
    return z.reshape(len(y), len(x))


def _kernel(a: NDArray[np.floating], b: NDArray[np.floating]) -> NDArray[np.floating]:
    squares = ((a[:, None] - b[None]) ** 2).sum(-1)
    return squares * np.log(np.maximum(squares, 1e-9))
