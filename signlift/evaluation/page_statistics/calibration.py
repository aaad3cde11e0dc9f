"""Calibration of the uncertainty: coverage of intervals of several widths."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float, Int

#: Probability that the true depth lies within one uncertainty, by its definition. It is that of one
#: standard deviation of a normal distribution.
COVERAGE = 2 * NormalDist().cdf(1) - 1

#: Expected coverage of the intervals that are measured.
LEVELS = (0.05, *(round(0.1 * tenth, 1) for tenth in range(1, 7)), COVERAGE, 0.8, 0.9, 0.95, 0.99)

#: Edges of bins of the uncertainty in torso lengths.
UNCERTAINTY_EDGES = np.array([0, 0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.14, 0.18, 0.24, 0.3])


def interval_widths() -> Float[np.ndarray, " L"]:
    """Return the half-width of the interval of each of `LEVELS`, in uncertainties.

    The model estimates one half-width, that of 68 %. Those of other levels follow from it if the
    errors have a normal distribution.

    Returns
    -------
    [L], ascending; 1 for the level of the uncertainty itself.

    Examples
    --------
    >>> interval_widths().round(2).tolist()
    [0.06, 0.13, 0.25, 0.39, 0.52, 0.67, 0.84, 1.0, 1.28, 1.64, 1.96, 2.58]
    """
    return np.array([NormalDist().inv_cdf((1 + level) / 2) for level in LEVELS])


class Calibration:
    """Counts of depths by the ratio of their error to the uncertainty, for several groups.

    Parameters
    ----------
    groups
        The numbers of the keypoints of each group.

    Examples
    --------
    >>> import numpy as np
    >>> calibration = Calibration({"wrists": [0]})
    >>> calibration.add(np.array([[0.5], [3.0]]), np.array([[1.0], [1.0]]))
    >>> curve = dict(zip(LEVELS, calibration.coverage("wrists"), strict=True))
    >>> float(curve[0.3]), float(curve[COVERAGE])
    (0.0, 0.5)
    """

    def __init__(self, groups: dict[str, list[int]]) -> None:
        self._groups = groups
        self._widths = interval_widths()
        self._within = {group: np.zeros(len(LEVELS), np.int64) for group in groups}
        self.counts: dict[str, int] = dict.fromkeys(groups, 0)

    def add(self, errors: NDArray[np.floating], uncertainty: NDArray[np.floating]) -> None:
        """Add frames.

        Parameters
        ----------
        errors
            [T, J], absolute error of depth; NaN where unknown.
        uncertainty
            [T, J], in the same unit; NaN where unknown.
        """
        for group, columns in self._groups.items():
            error, width = errors[:, columns], uncertainty[:, columns]
            valid = ~(np.isnan(error) | np.isnan(width))
            error, width = error[valid], width[valid]
            self.counts[group] += len(error)
            self._within[group] += self._count_within(error, width)

    def coverage(self, group: str) -> Float[np.ndarray, " L"]:
        """Return the fraction of true depths within the interval of each of `LEVELS`.

        Returns
        -------
        [L]; NaN without any depth.
        """
        count = self.counts[group]
        return self._within[group] / count if count else np.full(len(LEVELS), np.nan)

    def _count_within(
        self, error: NDArray[np.floating], width: NDArray[np.floating]
    ) -> Int[np.ndarray, " L"]:
        return np.array([(error <= factor * width).sum() for factor in self._widths], np.int64)
