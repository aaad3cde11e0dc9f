"""A first guess of the depth of landmarks, from the depth that the detector estimated.

A line of sight may meet a turned face at the nose and at the cheek behind it. MediaPipe's own z of
its mesh, laid on the landmarks whose depth is known, decides between them.
"""

from __future__ import annotations

import numpy as np

from signlift.utils.array_types import Float

#: Number of landmarks, and their correlation with the detector's depth, from which on it is used.
_MIN_LANDMARKS, _MIN_CORRELATION = 20, 0.8


def guess_depth(
    detector: Float[np.ndarray, "T F"],
    detector_placed: Float[np.ndarray, "T K"],
    depth: Float[np.ndarray, "T K"],
) -> Float[np.ndarray, "T F"]:
    """Scale and move a detector's depth so that it fits that of some landmarks.

    Parameters
    ----------
    detector
        [T, F], in any unit and relative to any point; NaN where there is none.
    detector_placed, depth
        [T, K], the same of landmarks whose depth is known, and that depth.

    Returns
    -------
    [T, F], in the unit of `depth`; NaN in frames in which the two do not go together.

    Examples
    --------
    >>> known = np.arange(30.0)[None]
    >>> guess_depth(np.array([[40.0]]), known, 2 * known + 7)
    array([[87.]])
    """
    valid = ~(np.isnan(detector_placed) | np.isnan(depth))
    count = np.maximum(valid.sum(1, keepdims=True), 1)

    def center(values: Float[np.ndarray, "T K"]) -> tuple[np.ndarray, np.ndarray]:
        kept = np.where(valid, values, 0).astype(np.float64)
        mean = kept.sum(1, keepdims=True) / count
        return np.where(valid, kept - mean, 0), mean

    (x, x_mean), (y, y_mean) = center(detector_placed), center(depth)
    xx, yy, xy = ((a * b).sum(1, keepdims=True) for a, b in ((x, x), (y, y), (x, y)))
    together = (xy > _MIN_CORRELATION * np.sqrt(xx * yy)) & (count >= _MIN_LANDMARKS) & (xx > 0)
    slope = np.where(together, xy, np.nan) / np.where(xx > 0, xx, 1)
    return slope * (detector - x_mean) + y_mean
