"""Surfaces of solids that are given by distances: naive surface nets.

S. F. F. Gibson, Constrained elastic surface nets, MICCAI 1998: one vertex in each cell of a grid
that the surface passes through, and one quad around each edge that it crosses. Its triangles are
more even than those of marching cubes, and it needs no tables.
"""

from __future__ import annotations

import numpy as np

from signlift.utils.array_types import Float, Int


def extract_surface(
    values: Float[np.ndarray, "X Y Z"],
) -> tuple[Float[np.ndarray, "V 3"], Int[np.ndarray, "F 3"]]:
    """Extract the surface between grid points with values below 0 and the others.

    Parameters
    ----------
    values
        [X, Y, Z], signed distances at the points of a grid: below 0 inside. None on the border of
        the grid is below 0.

    Returns
    -------
    vertices
        [V, 3] in steps of the grid from its first point.
    triangles
        [F, 3], numbers of vertices, counterclockwise when seen from outside. The surface is closed:
        as often as a triangle has an edge, another one has it in the other direction.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.animation.mannequin.surface_nets import extract_surface
    >>> grid = np.stack(np.meshgrid(*[np.arange(5.0)] * 3, indexing="ij"), -1)
    >>> vertices, triangles = extract_surface(np.linalg.norm(grid - 2, axis=-1) - 1.5)
    >>> len(vertices), len(triangles)
    (56, 108)
    """
    inside = values < 0
    cells = np.array(values.shape) - 1
    sums, counts = np.zeros((int(cells.prod()), 3)), np.zeros(int(cells.prod()))
    quads = []
    for axis in range(3):
        low, high = _pairs(values, axis)
        below, above = _pairs(inside, axis)
        edges = np.argwhere(below != above)
        starts, ends = low[tuple(edges.T)], high[tuple(edges.T)]
        points = edges.astype(float)
        points[:, axis] += starts / (starts - ends)
        # The four cells around an edge, counterclockwise when seen from its upper end.
        second, third = np.eye(3, dtype=int)[[(axis + 1) % 3, (axis + 2) % 3]]
        around = edges[:, None] - np.array([0 * second, second, second + third, third])
        numbers = np.ravel_multi_index(tuple(np.moveaxis(around, -1, 0)), tuple(cells))
        np.add.at(sums, numbers, points[:, None])
        np.add.at(counts, numbers, 1)
        quads.append(np.where((starts < 0)[:, None], numbers, numbers[:, ::-1]))
    used = counts > 0
    vertices = sums[used] / counts[used, None]
    order = np.cumsum(used) - 1
    return vertices, _split(vertices, order[np.concatenate(quads)])


def _pairs(values: np.ndarray, axis: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the values at the lower and the upper ends of all edges along an axis."""
    values = np.moveaxis(values, axis, 0)
    return np.moveaxis(values[:-1], 0, axis), np.moveaxis(values[1:], 0, axis)


def _split(
    vertices: Float[np.ndarray, "V 3"], quads: Int[np.ndarray, "Q 4"]
) -> Int[np.ndarray, "F 3"]:
    """Split quads into triangles along their shorter diagonals."""
    corners = vertices[quads]
    first = np.linalg.norm(corners[:, 0] - corners[:, 2], axis=-1)
    second = np.linalg.norm(corners[:, 1] - corners[:, 3], axis=-1)
    turned = np.where((first <= second)[:, None], quads, np.roll(quads, -1, 1))
    return np.concatenate([turned[:, [0, 1, 2]], turned[:, [0, 2, 3]]])
