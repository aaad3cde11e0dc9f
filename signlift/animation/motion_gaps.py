"""What stands for what is missing in a motion."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from signlift.geometry.interpolation import lerp, smoothstep

#: How long before it is seen again what was held sets out to where it will be, in seconds.
RETURN = 0.3

#: What lies between two values, each [n] or [3, 3], at parts [S] of the way.
Way = Callable[..., NDArray[np.floating]]


def frames_back(fps: float) -> int:
    """The frames of `RETURN`: one at least."""
    return max(1, round(RETURN * fps))


def held(
    values: NDArray[np.floating],
    start: NDArray[np.floating] | None,
    frames: int = 0,
    way: Way = lerp,
) -> NDArray[np.floating]:
    """What is missing as it last was; before it ever was, `start`, or else as it will be.

    Parameters
    ----------
    values
        [T, ...]; a frame with any NaN counts as missing.
    start
        What stands for it in the beginning; None for what is first seen.
    frames, way
        How it comes back, as in `returning`; 0 frames: from one to the next.

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
    return returning(out, known, frames, way) if frames else out


def returning(
    values: NDArray[np.floating], known: Bool[np.ndarray, " T"], frames: int, way: Way
) -> NDArray[np.floating]:
    """What was held while nothing was known, on its way to where it goes on.

    Without this what comes back into the picture would be there from one frame to the next.

    Parameters
    ----------
    values
        [T, ...], in unknown frames as in the last known one.
    known
        [T], whether each frame is known.
    frames
        How many frames before the known one they set out; from the gap's first, if it is shorter.
    way
        What lies between: `part_way` of rotations, `part_way_turned` of directions,
        `lerp` of places.

    Returns
    -------
    [T, ...], the same in known frames and where none follows.
    """
    out = values.copy()
    for still, first, end, part in ways_back(known, frames):
        out[first:end] = way(values[still], values[end], part)
    return out


def ways_back(
    known: Bool[np.ndarray, " T"], frames: int
) -> Iterator[tuple[int, int, int, Float[np.ndarray, " S"]]]:
    """Of each gap that ends: how it is left.

    Yields
    ------
    A frame that tells what was held, the first frame to set out, the one that is known again, and
    how far those between have come.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[True], known, [True]])))
    for start, end in edges.reshape(-1, 2).tolist():
        if end < len(known):
            first = max(start, end - frames)
            part = smoothstep(np.arange(1, end - first + 1) / (end - first + 1))
            yield max(start - 1, 0), first, end, part


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
