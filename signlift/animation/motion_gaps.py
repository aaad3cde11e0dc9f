"""Gaps in motion: hold the last value, then blend to the next one."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.geometry.interpolation import lerp, smoothstep
from signlift.utils.array_types import Bool, Float, Int

#: The time before the end of a gap in which a held value blends to the next one, in seconds.
BLEND_SECONDS = 0.3

#: Interpolation between two values, each [S, n] or [S, 3, 3], at fractions [S].
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
    *,
    parts: bool = False,
) -> NDArray[np.floating]:
    """Fill gaps with the last value before them.

    Parameters
    ----------
    values
        [T, ...]; a frame with any NaN counts as missing. With parts [T, N, ...], each of the N
        for itself.
    start
        The value before the first one; None to use the first value there.
    frames, interpolate
        The blend from the held value to the next one, as in `blend_to_next`; 0 frames for none.
    parts
        True if there are several parts, each with gaps of its own.

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
    missing = np.isnan(values)
    if not missing.any():
        return values
    observed = ~missing.any(tuple(range(1 + parts, values.ndim)))
    numbers = np.arange(len(values)).reshape(-1, *[1] * parts)
    last = np.maximum.accumulate(np.where(observed, numbers, -1))
    early = last < 0
    if parts:
        places = np.where(early, observed.argmax(0), last)
        out = values[places, np.arange(values.shape[1])]
    else:
        out = values[np.where(early, observed.argmax(), last)]
    if start is not None and early.any():
        out[early] = np.broadcast_to(start, out.shape)[early]
    return blend_to_next(out, observed, frames, interpolate) if frames else out


def blend_to_next(
    values: NDArray[np.floating],
    observed: Bool[np.ndarray, " T"] | Bool[np.ndarray, "T N"],
    frames: int,
    interpolate: Interpolate,
) -> NDArray[np.floating]:
    """Blend from the held value to the next one, in the last frames of each gap.

    Without it a limb that is observed again would jump from one frame to the next.

    Parameters
    ----------
    values
        [T, ...], with the last value before each gap in the frames of the gap; [T, N, ...] for
        parts with gaps of their own.
    observed
        [T] or [T, N], False in the frames of gaps.
    frames
        The number of frames before the end of a gap in which values blend; shorter gaps blend
        from their first frame.
    interpolate
        `slerp` for rotations, `slerp_vectors` for directions, `lerp` for positions.

    Returns
    -------
    [T, ...], unchanged in observed frames, and in a gap at the end.
    """
    blends = find_blends(observed, frames)
    if blends is None:
        return values
    flat = values.reshape(observed.size, *values.shape[observed.ndim :]).copy()
    flat[blends.frames] = interpolate(flat[blends.held], flat[blends.next], blends.fractions)
    return flat.reshape(values.shape)


class Blends(NamedTuple):
    """The frames in which held values blend, of all gaps that end.

    Attributes
    ----------
    frames, held, next
        [S], the numbers of these frames, of those with the held values, and of the next ones that
        are observed. For N parts the number of part n in frame t is N t + n.
    fractions
        [S], the fraction of the next value.
    """

    frames: Int[np.ndarray, " S"]
    held: Int[np.ndarray, " S"]
    next: Int[np.ndarray, " S"]
    fractions: Float[np.ndarray, " S"]


def find_blends(
    observed: Bool[np.ndarray, " T"] | Bool[np.ndarray, "T N"], frames: int
) -> Blends | None:
    """Find the frames in which gaps blend, at most `frames` at the end of each; None without any.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.animation.motion_gaps import find_blends
    >>> find_blends(np.array([True, False, False, True, False]), 1)
    Blends(frames=array([2]), held=array([0]), next=array([3]), fractions=array([0.5]))
    """
    if not frames or observed.all():
        return None
    T = len(observed)
    N = observed.size // T
    # One part after the other, each with an observed frame at its end.
    missing = np.zeros((N, T + 1), bool)
    missing[:, :T] = ~observed.reshape(T, N).T
    edges = np.flatnonzero(np.diff(missing.ravel(), prepend=False)).reshape(-1, 2)
    part = edges[:, 0] // (T + 1)
    start, end = (edges - part[:, None] * (T + 1)).T
    ended = end < T
    if not ended.any():
        return None
    part, start, end = part[ended], start[ended], end[ended]
    lengths = np.minimum(end - start, frames)
    gap = np.repeat(np.arange(len(lengths)), lengths)
    step = np.arange(1, len(gap) + 1) - (np.cumsum(lengths) - lengths)[gap]
    return Blends(
        ((end - lengths)[gap] + step - 1) * N + part[gap],
        (np.maximum(start - 1, 0) * N + part)[gap],
        (end * N + part)[gap],
        smoothstep(step / (lengths + 1)[gap]),
    )


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
