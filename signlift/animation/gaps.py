"""What stands for what is missing in a motion."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray


def held(values: NDArray[np.floating], start: NDArray[np.floating] | None) -> NDArray[np.floating]:
    """What is missing as it last was; before it ever was, `start`, or else as it will be.

    Parameters
    ----------
    values
        [T, ...]; a frame with any NaN counts as missing.
    start
        What stands for it in the beginning; None for what is first seen.

    Returns
    -------
    [T, ...]; NaN only where nothing is ever known and `start` is None.
    """
    known = ~np.isnan(values).any(tuple(range(1, values.ndim)))
    last = np.maximum.accumulate(np.where(known, np.arange(len(values)), -1))
    out = values[np.maximum(last, 0)]
    if start is not None:
        out[last < 0] = start
    elif known.any():
        out[last < 0] = values[int(np.argmax(known))]
    return out


def smoothed(values: Float[np.ndarray, "T 3"], frames: int) -> Float[np.ndarray, "T 3"]:
    """The mean of what is known within so many frames on either side; NaN where nothing is.

    Parameters
    ----------
    values
        [T, 3]; a frame with any NaN counts as missing.
    frames
        The frames on either side that count; there are fewer at both ends.
    """
    known = ~np.isnan(values).any(-1, keepdims=True)
    columns = np.concatenate([np.where(known, values, 0.0), known], -1)
    sums = np.concatenate([np.zeros((1, 4)), np.cumsum(columns, 0)])
    places = np.arange(len(values))
    after = np.minimum(places + frames + 1, len(values))
    window = sums[after] - sums[np.maximum(places - frames, 0)]
    return window[:, :3] / np.where(window[:, 3:] > 0, window[:, 3:], np.nan)
