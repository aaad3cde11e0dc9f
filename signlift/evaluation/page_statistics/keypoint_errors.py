"""Errors of each keypoint relative to the Neck, of a model and of the constant depth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float, Int


class KeypointErrors:
    """Sums and counts of the errors of each keypoint, and their means.

    Parameters
    ----------
    J
        Number of keypoints.

    Examples
    --------
    >>> import numpy as np
    >>> errors = KeypointErrors(1)
    >>> errors.add(np.array([[2.0], [-4.0], [np.nan]]), np.array([[1.0], [1.0], [1.0]]))
    >>> errors.model().tolist(), errors.bias().tolist(), errors.counts.tolist()
    ([3.0], [-1.0], [2])
    """

    def __init__(self, J: int) -> None:
        self.counts: Int[np.ndarray, " J"] = np.zeros(J, np.int64)
        self._absolute = np.zeros(J)
        self._signed = np.zeros(J)
        self._constant = np.zeros(J)

    def add(self, model: NDArray[np.floating], constant: NDArray[np.floating]) -> None:
        """Add errors, predicted minus true depth.

        Parameters
        ----------
        model, constant
            [T, J]. Where one is NaN, neither counts.
        """
        valid = ~(np.isnan(model) | np.isnan(constant))
        self.counts += valid.sum(0)
        self._absolute += np.abs(model).sum(0, where=valid)
        self._signed += model.sum(0, where=valid)
        self._constant += np.abs(constant).sum(0, where=valid)

    def model(self) -> Float[np.ndarray, " J"]:
        """Return the mean absolute error of each keypoint; NaN without any depth."""
        return self._mean(self._absolute)

    def bias(self) -> Float[np.ndarray, " J"]:
        """Return the mean error of each keypoint; positive is predicted too far away."""
        return self._mean(self._signed)

    def constant(self) -> Float[np.ndarray, " J"]:
        """Return the mean absolute error of the constant depth of each keypoint."""
        return self._mean(self._constant)

    def _mean(self, sums: Float[np.ndarray, " J"]) -> Float[np.ndarray, " J"]:
        return np.divide(sums, self.counts, out=np.full(len(sums), np.nan), where=self.counts > 0)
