"""Gaps in motion: hold the last value, then blend to the next one."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from signlift.geometry.interpolation import lerp, smoothstep

#: The time before the end of a gap in which a held value blends to the next one, in seconds.
BLEND_SECONDS = 0.3

#: Interpolation between two values, each [n] or [3, 3], at fractions [S].
Interpolate = Callable[..., NDArray[np.floating]]


def blend_frames(fps: float) -> int:
    """Convert `BLEND_SECONDS` to frames, at least one.

    Examples
    --------
    >>> blend_frames(30)
    9
    """
    return max(1, round(BLEND_SECONDS * fps))


def hold_last_value(
    values: NDArray[np.floating],
    start: NDArray[np.floating] | None,
    frames: int = 0,
    interpolate: Interpolate = lerp,
) -> NDArray[np.floating]:
    """Fill gaps with the last value before them.

    Parameters
    ----------
    values
        [T, ...]; a frame with any NaN counts as missing.
    start
        The value before the first one; None to use the first value there.
    frames, interpolate
        The blend from the held value to the next one, as in `blend_to_next`; 0 frames for none.

    Returns
    -------
    [T, ...]; NaN only where no frame has a value and `start` is None.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.animation.motion_gaps import hold_last_value
    >>> hold_last_value(np.array([[np.nan], [1.0], [np.nan], [3.0]]), None)[:, 0]
    array([1., 1., 1., 3.])
    """
    observed = ~np.isnan(values).any(tuple(range(1, values.ndim)))
    last = np.maximum.accumulate(np.where(observed, np.arange(len(values)), -1))
    out = values[np.maximum(last, 0)]
    if start is not None:
        out[last < 0] = start
    elif observed.any():
        out[last < 0] = values[int(np.argmax(observed))]
    return blend_to_next(out, observed, frames, interpolate) if frames else out


def blend_to_next(
    values: NDArray[np.floating],
    observed: Bool[np.ndarray, " T"],
    frames: int,
    interpolate: Interpolate,
) -> NDArray[np.floating]:
    """Blend from the held value to the next one, in the last frames of each gap.

    Without it a limb that is observed again would jump from one frame to the next.

    Parameters
    ----------
    values
        [T, ...], with the last value before each gap in the frames of the gap.
    observed
        [T], False in the frames of gaps.
    frames
        The number of frames before the end of a gap in which values blend; shorter gaps blend
        from their first frame.
    interpolate
        `slerp` for rotations, `slerp_vectors` for directions, `lerp` for positions.

    Returns
    -------
    [T, ...], unchanged in observed frames, and in a gap at the end.
    """
    out = values.copy()
    for held, first, end, fractions in gap_blends(observed, frames):
        out[first:end] = interpolate(values[held], values[end], fractions)
    return out


def gap_blends(
    observed: Bool[np.ndarray, " T"], frames: int
) -> Iterator[tuple[int, int, int, Float[np.ndarray, " S"]]]:
    """Iterate over the gaps that end, with the frames in which they blend.

    Yields
    ------
    The frame with the held value, the first frame of the blend, the next observed frame, and the
    fractions of the blend in the S frames between.
    """
    edges = np.flatnonzero(np.diff(np.concatenate([[True], observed, [True]])))
    for start, end in edges.reshape(-1, 2).tolist():
        if end < len(observed):
            first = max(start, end - frames)
            fractions = smoothstep(np.arange(1, end - first + 1) / (end - first + 1))
            yield max(start - 1, 0), first, end, fractions


def moving_mean(values: Float[np.ndarray, "T 3"], frames: int) -> Float[np.ndarray, "T 3"]:
    """Compute the mean of the observed values within some frames on either side.

    Parameters
    ----------
    values
        [T, 3]; a frame with any NaN counts as missing.
    frames
        The number of frames on either side; there are fewer at both ends.

    Returns
    -------
    [T, 3]; NaN where no frame within the window is observed.
    """
    observed = ~np.isnan(values).any(-1, keepdims=True)
    columns = np.concatenate([np.where(observed, values, 0.0), observed], -1)
    sums = np.concatenate([np.zeros((1, 4)), np.cumsum(columns, 0)])
    numbers = np.arange(len(values))
    after = np.minimum(numbers + frames + 1, len(values))
    window = sums[after] - sums[np.maximum(numbers - frames, 0)]
    return window[:, :3] / np.where(window[:, 3:] > 0, window[:, 3:], np.nan)
