"""Solids with round ends, and the smooth union of several: the shape of a mannequin's part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from signlift.utils.array_types import Float

#: An edge of a grid is at least this many of its steps away from the solids.
_MARGIN = 3

#: A grid has about this many points at most, also around solids of odd proportions.
_MAX_POINTS = 300_000

_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Solid:
    """A cone with round ends, which moves with one joint.

    Parameters
    ----------
    joint
        The name of the joint.
    start, end
        [3], the centres of the two ends; equal for an ellipsoid.
    radii
        The radii of the two ends.
    squeeze
        [3], the factors by which the solid is thinner along x, y and z.
    """

    joint: str
    start: Float[np.ndarray, "3"]
    end: Float[np.ndarray, "3"]
    radii: tuple[float, float]
    squeeze: tuple[float, float, float] = (1.0, 1.0, 1.0)


class SmoothUnion:
    """The union of solids, with rounded edges where they meet.

    Its distances are smallest of all over solids, smoothly (a negative logarithm of a sum of
    exponentials). They are those of round cones, apart from the slope of the cones and from what
    is squeezed: about right near the surface, and 0 on it.

    Parameters
    ----------
    solids
        S solids.
    blend
        The size of what is rounded off, in their unit.
    """

    def __init__(self, solids: Sequence[Solid], blend: float) -> None:
        self._blend = blend
        squeeze = np.array([solid.squeeze for solid in solids])
        self._starts = np.array([solid.start for solid in solids], float)
        self._axes = np.array([solid.end for solid in solids], float) - self._starts
        self._radii = np.array([solid.radii for solid in solids], float)
        self._squared = squeeze**2
        # In squeezed space: squared lengths of axes, and matrices that need no [N, S, 3].
        self._lengths = np.maximum((self._squared * self._axes**2).sum(-1), _TINY)
        self._start_rows = self._squared * self._starts
        self._axis_rows = self._squared * self._axes
        outer = self._radii.max(-1)[:, None] / squeeze
        ends = self._starts + self._axes
        self._low = (np.minimum(self._starts, ends) - outer).min(0)
        self._high = (np.maximum(self._starts, ends) + outer).max(0)

    def distances(self, points: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, "N S"]:
        """Compute the distances [N, S] from points to the surfaces of the solids, < 0 inside."""
        along, length = self._nearest(points)
        return length - self._radii[:, 0] - along * np.diff(self._radii)[:, 0]

    def shares(self, distances: Float[np.ndarray, "N S"]) -> Float[np.ndarray, "N S"]:
        """Compute how much each solid makes of the union at points; they sum to 1."""
        shares = np.exp((distances.min(-1, keepdims=True) - distances) / self._blend)
        return shares / shares.sum(-1, keepdims=True)

    def distance(self, points: Float[np.ndarray, "N 3"]) -> Float[np.ndarray, " N"]:
        """Compute the distance [N] from points to the surface of the union, < 0 inside."""
        return self._combine(self.distances(points))

    def gradient(
        self, points: Float[np.ndarray, "N 3"]
    ) -> tuple[Float[np.ndarray, " N"], Float[np.ndarray, "N 3"]]:
        """Compute the distance [N] to the surface of the union, and its gradient [N, 3]."""
        along, length = self._nearest(points)
        slopes = np.diff(self._radii)[:, 0]
        distances = length - self._radii[:, 0] - along * slopes
        shares = self.shares(distances)
        outwards = shares / np.maximum(length, _TINY)
        between = (along > 0) & (along < 1)
        gradient = points * (outwards @ self._squared) - outwards @ self._start_rows
        gradient -= (outwards * along + shares * between * slopes / self._lengths) @ self._axis_rows
        return self._combine(distances), gradient

    def grid(self, step: float) -> tuple[Float[np.ndarray, "3"], float, Float[np.ndarray, "X Y Z"]]:
        """Compute distances on a grid around the union.

        Parameters
        ----------
        step
            The distance of its points; more where the grid would be very large.

        Returns
        -------
        The first point, the step, and the distances.
        """
        size = self._high - self._low
        step = max(step, float((size.prod() / _MAX_POINTS) ** (1 / 3)))
        first = self._low - _MARGIN * step
        counts = np.ceil(size / step).astype(int) + 2 * _MARGIN + 1
        lines = [first[i] + step * np.arange(counts[i]) for i in range(3)]
        points = np.stack(np.meshgrid(*lines, indexing="ij"), -1)
        distances = [self.distance(slab.reshape(-1, 3)) for slab in points]  # small arrays are fast
        return first, step, np.stack(distances).reshape(counts)

    def _combine(self, distances: Float[np.ndarray, "N S"]) -> Float[np.ndarray, " N"]:
        nearest = distances.min(-1)
        shares = np.exp((nearest[:, None] - distances) / self._blend)
        return nearest - self._blend * np.log(shares.sum(-1))

    def _nearest(
        self, points: Float[np.ndarray, "N 3"]
    ) -> tuple[Float[np.ndarray, "N S"], Float[np.ndarray, "N S"]]:
        """Find the nearest points of the axes, as fractions, and how far they are (squeezed)."""
        dots = points @ self._axis_rows.T - (self._starts * self._axis_rows).sum(-1)
        along = np.clip(dots / self._lengths, 0, 1)
        squared = points**2 @ self._squared.T - 2 * points @ self._start_rows.T
        squared += (self._starts * self._start_rows).sum(-1)
        squared += along * (along * self._lengths - 2 * dots)
        return along, np.sqrt(np.maximum(squared, 0))
