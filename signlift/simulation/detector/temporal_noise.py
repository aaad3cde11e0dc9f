"""Statistics and correlated noise over the frames of many recordings at once."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float

_NORMAL = NormalDist()


def median_over_frames(values: Float[np.ndarray, "B T ..."]) -> Float[np.ndarray, "B ..."]:
    """Compute the median of each recording, without missing values.

    Parameters
    ----------
    values
        [B, T, ...], NaN where missing.

    Returns
    -------
    median
        [B, ...]; of an even number of values the lower one of the middle two. NaN where all values
        are missing, or there is no frame.

    Examples
    --------
    >>> median_over_frames(np.array([[3.0, np.nan, 1.0, 2.0], [5.0, 7.0, np.nan, np.nan]]))
    array([2., 5.])
    """
    if values.shape[1] == 0:
        return np.full((len(values), *values.shape[2:]), np.nan, values.dtype)
    # Sorting puts NaN last, and is much faster along an axis that is contiguous in memory.
    ordered = np.sort(np.moveaxis(values, 1, -1).copy(), axis=-1)
    count = np.count_nonzero(~np.isnan(ordered), axis=-1, keepdims=True)
    return np.take_along_axis(ordered, np.maximum(count - 1, 0) // 2, -1)[..., 0]


def ar1_coefficient(
    fps: Float[np.ndarray, "*#rest"], seconds: NDArray[np.floating] | float
) -> NDArray[np.float32]:
    """Compute the correlation of consecutive frames for a correlation time in seconds.

    Examples
    --------
    >>> ar1_coefficient(np.array([10.0]), 0.1)  # exp(-1)
    array([0.36787945], dtype=float32)
    """
    return np.exp(-1.0 / (fps * seconds)).astype(np.float32)


def ar1_noise(
    noise: Float[np.ndarray, "B T *rest"], coefficient: Float[np.ndarray, "B *#rest"]
) -> Float[np.ndarray, "B T *rest"]:
    """Turn white noise into noise of a first-order autoregressive process, AR(1).

    Parameters
    ----------
    noise
        [B, T, ...], white, with variance 1.
    coefficient
        [B, ...], broadcast to a frame of the noise: the correlation of consecutive frames, from 0
        to below 1.

    Returns
    -------
    noise
        [B, T, ...], with variance 1 in every frame.
    """
    coefficient = coefficient.astype(np.float32)
    out = noise * np.sqrt(1 - coefficient**2)[:, None]
    out[:, :1] = noise[:, :1]
    # A frame depends on the previous one; each step is one fast operation on all recordings.
    for frame in range(1, out.shape[1]):
        out[:, frame] += coefficient * out[:, frame - 1]
    return out


def upper_quantile(fraction: Float[np.ndarray, "*rest"]) -> Float[np.ndarray, "*rest"]:
    """Compute the threshold that a standard normal value exceeds with a given probability.

    The threshold for a probability of 0 is inf.

    Examples
    --------
    >>> upper_quantile(np.array([0.5, 0.0]))
    array([ 0., inf], dtype=float32)
    """
    quantiles = [_NORMAL.inv_cdf(1 - min(f, 0.999)) if f > 0 else np.inf for f in fraction.ravel()]
    return np.array(quantiles, np.float32).reshape(fraction.shape)
