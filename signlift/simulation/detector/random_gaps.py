"""What a keypoint detector misses: gaps of several frames, now of a keypoint, now of a person."""

from __future__ import annotations

from statistics import NormalDist

import numpy as np
from jaxtyping import Bool, Float

#: Frames over which the chance of a gap is alike: gaps last for some frames, not for one.
RUN = 5

#: The part of what is missing that goes missing as a whole frame.
WHOLE = 0.1


def random_gaps(
    rng: np.random.Generator, frames: int, keypoints: int, missing: float
) -> Bool[np.ndarray, "T J"]:
    """Draw which keypoints of which frames are missing.

    Parameters
    ----------
    rng
        The source of chance.
    frames, keypoints
        T and J.
    missing
        The part that is missing on average, from 0 up to below 1. A tenth of it are whole
        frames, the rest are single keypoints.

    Returns
    -------
    [T, J], True where missing.
    """
    if missing <= 0:
        return np.zeros((frames, keypoints), dtype=bool)
    whole = WHOLE * missing
    single = 1 - (1 - missing) / (1 - whole)
    return _runs(rng, frames, 1, whole) | _runs(rng, frames, keypoints, single)


def _runs(
    rng: np.random.Generator, frames: int, columns: int, part: float
) -> Bool[np.ndarray, "T C"]:
    """Where noise that is smooth over `RUN` frames is among its highest `part`."""
    noise: Float[np.ndarray, "N C"] = rng.standard_normal((frames + RUN, columns))
    level = np.cumsum(noise, axis=0)
    smooth = (level[RUN:] - level[:-RUN]) / np.sqrt(RUN)
    return smooth > NormalDist().inv_cdf(1 - part)
