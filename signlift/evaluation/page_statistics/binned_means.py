"""Means of values in bins of another quantity, in constant memory."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float, Int


class BinnedMeans:
    """Sums and counts of values in each of B bins, and their means.

    The first and the last bin are open: what lies beyond the edges counts in them.

    Parameters
    ----------
    edges
        [B + 1], the edges of the bins, ascending.
    series
        Number of values that belong to each position, such as the error of a model and that of a
        baseline.

    Examples
    --------
    >>> import numpy as np
    >>> errors = BinnedMeans(np.array([0.0, 10.0, 20.0]))
    >>> errors.add(np.array([2.0, 8.0, 99.0]), np.array([[1.0], [3.0], [7.0]]))
    >>> errors.means()[:, 0].tolist(), errors.counts.tolist()
    ([2.0, 7.0], [2, 1])
    >>> errors.centres().tolist()
    [5.0, 99.0]
    """

    def __init__(self, edges: Float[np.ndarray, " edges"], series: int = 1) -> None:
        self.edges = np.asarray(edges, np.float64)
        bins = len(self.edges) - 1
        self.sums = np.zeros((bins, series))
        self._positions = np.zeros(bins)
        self.counts: Int[np.ndarray, " B"] = np.zeros(bins, np.int64)

    def add(self, positions: NDArray[np.floating], values: NDArray[np.floating]) -> None:
        """Add values at positions.

        Parameters
        ----------
        positions
            [...], in the unit of the edges.
        values
            [..., series]. Where the position or one of the values is NaN, none of them counts.
        """
        positions = np.asarray(positions, np.float64).reshape(-1)
        values = np.asarray(values, np.float64).reshape(len(positions), self.sums.shape[1])
        valid = ~(np.isnan(positions) | np.isnan(values).any(-1))
        bins = len(self.counts)
        index = np.digitize(positions[valid], self.edges[1:-1])
        self.counts += np.bincount(index, minlength=bins)
        self._positions += np.bincount(index, weights=positions[valid], minlength=bins)
        for series, column in enumerate(values[valid].T):
            self.sums[:, series] += np.bincount(index, weights=column, minlength=bins)

    def centres(self) -> Float[np.ndarray, " B"]:
        """Compute the mean position of the values of each bin; its middle for a bin without any."""
        middles = (self.edges[1:] + self.edges[:-1]) / 2
        return np.divide(self._positions, self.counts, out=middles, where=self.counts > 0)

    def means(self) -> Float[np.ndarray, "B series"]:
        """Compute the mean of each bin; NaN for a bin without values."""
        counts = self.counts[:, None]
        empty = np.full(self.sums.shape, np.nan)
        return np.divide(self.sums, counts, out=empty, where=counts > 0)
