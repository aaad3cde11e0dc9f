"""Gaussian smoothing over time: the mean of neighbouring frames, weighted by their distance.

Arrays with gaps are smoothed by normalised convolution (Knutsson & Westin, Normalized and
Differential Convolution, CVPR 1993): missing values have no weight.
"""

from __future__ import annotations

import numpy as np

from signlift.utils.array_types import Float

#: Standard deviations after which the weights end.
_TRUNCATE = 3.0

#: Standard deviation in frames below which neighbours would have next to no weight.
_MIN_FRAMES = 0.3


def smooth_over_time(values: Float[np.ndarray, "T J"], frames: float) -> Float[np.ndarray, "T J"]:
    """Smooth values over time with a Gaussian, without a lag.

    Parameters
    ----------
    values
        [T, J]; NaN where missing.
    frames
        Standard deviation of the Gaussian in frames; below 0.3 nothing is smoothed.

    Returns
    -------
    [T, J] of the same type. NaN stays NaN. Before the first frame and after the last there are
    no values, and the weights of the others are scaled up.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.filtering.gaussian import smooth_over_time
    >>> impulse = np.array([[0.0], [0.0], [1.0], [0.0], [0.0]])
    >>> smooth_over_time(impulse, 0.5)[:, 0].round(2)
    array([0.  , 0.11, 0.79, 0.11, 0.  ])
    """
    if frames < _MIN_FRAMES or len(values) < 2:
        return values
    missing = np.isnan(values)
    gaps = bool(missing.any())
    filled = np.where(missing, 0, values) if gaps else values
    # One weight for each frame, or for each keypoint of it where some are missing.
    present = (~missing).astype(values.dtype) if gaps else np.ones((len(values), 1), values.dtype)
    total, weight = filled.copy(), present.copy()
    for lag in range(1, min(int(_TRUNCATE * frames + 0.5), len(values) - 1) + 1):
        factor = values.dtype.type(np.exp(-0.5 * (lag / frames) ** 2))
        for sums, terms in ((total, filled), (weight, present)):
            sums[lag:] += factor * terms[:-lag]
            sums[:-lag] += factor * terms[lag:]
    with np.errstate(invalid="ignore", divide="ignore"):
        smoothed = total / weight
    return np.where(missing, np.nan, smoothed).astype(values.dtype) if gaps else smoothed
