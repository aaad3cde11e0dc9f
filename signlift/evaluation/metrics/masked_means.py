"""Means over the values that are not missing."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def masked_mean(values: NDArray[np.floating], axis: int | None = None) -> NDArray[np.float64]:
    """Compute the mean of the values that are not NaN.

    Parameters
    ----------
    values
        Any shape; NaN for values that do not count.
    axis
        The axis to average over; all by default.

    Returns
    -------
    The mean; NaN, without a warning, where no value counts.

    Examples
    --------
    >>> import numpy as np
    >>> masked_mean(np.array([[1.0, np.nan], [3.0, np.nan]]), axis=0)
    array([ 2., nan])
    """
    valid = ~np.isnan(values)
    total = values.sum(axis, where=valid)
    count = valid.sum(axis)
    return np.asarray(total / np.where(count > 0, count, np.nan))


def masked_indicator(
    condition: NDArray[np.bool_], values: NDArray[np.floating]
) -> NDArray[np.float64]:
    """Convert a condition to numbers: 1 where it holds, 0 where not, NaN where values are missing.

    The `masked_mean` of the result is the fraction of values that fulfil the condition.

    Examples
    --------
    >>> import numpy as np
    >>> errors = np.array([1.0, 3.0, np.nan])
    >>> masked_indicator(errors < 2, errors)
    array([ 1.,  0., nan])
    """
    return np.where(np.isnan(values), np.nan, condition)
