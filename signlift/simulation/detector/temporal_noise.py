"""What is done over the frames of many recordings at once: medians and slow noise."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

_NORMAL = NormalDist()


def median_over_frames(values: Float[np.ndarray, "B T ..."]) -> Float[np.ndarray, "B ..."]:
    """The median of what is known of each recording.

    Parameters
    ----------
    values
        [B, T, ...], NaN for what is missing.

    Returns
    -------
    [B, ...], of an even number of values the lower one of the middle two; NaN where all are
    missing, or there is no frame.
    """
    if values.shape[1] == 0:
        return np.full((len(values), *values.shape[2:]), np.nan, values.dtype)
    # Sorting puts NaN last, and is much faster along an axis that lies together in memory.
    ordered = np.sort(np.moveaxis(values, 1, -1).copy(), axis=-1)
    known = np.count_nonzero(~np.isnan(ordered), axis=-1, keepdims=True)
    return np.take_along_axis(ordered, np.maximum(known - 1, 0) // 2, -1)[..., 0]


def keep_factor(
    fps: Float[np.ndarray, "*#rest"], seconds: NDArray[np.floating] | float
) -> NDArray[np.float32]:
    """What is left of slow noise after one frame, for a correlation time in seconds."""
    return np.exp(-1.0 / (fps * seconds)).astype(np.float32)


def drift(
    noise: Float[np.ndarray, "B T *rest"], keep: Float[np.ndarray, "B *#rest"]
) -> Float[np.ndarray, "B T *rest"]:
    """Slow noise out of white noise: an autoregressive process of the first order, AR(1).

    Parameters
    ----------
    noise
        [B, T, ...], white, of variance 1.
    keep
        [B, ...], broadcast to a frame of the noise: the correlation of a frame with the next,
        from 0 up to below 1.

    Returns
    -------
    [B, T, ...], of variance 1 in every frame.
    """
    keep = keep.astype(np.float32)
    out = noise * np.sqrt(1 - keep**2)[:, None]
    out[:, :1] = noise[:, :1]
    # Each frame needs the last one; a round is one fast operation over all recordings.
    for frame in range(1, out.shape[1]):
        out[:, frame] += keep * out[:, frame - 1]
    return out


def upper_quantile(part: Float[np.ndarray, "*rest"]) -> Float[np.ndarray, "*rest"]:
    """What a standard normal value is above for a part of the time; inf for a part of 0."""
    quantiles = [_NORMAL.inv_cdf(1 - min(p, 0.999)) if p > 0 else np.inf for p in part.ravel()]
    return np.array(quantiles, np.float32).reshape(part.shape)
