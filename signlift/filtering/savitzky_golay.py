"""Savitzky-Golay smoothing: the least-squares polynomial of each point's neighbours in time.

Savitzky & Golay, Smoothing and Differentiation of Data by Simplified Least Squares Procedures,
1964. The filter uses later frames as well as earlier ones, and so does not lag. For live streams
see `one_euro_filter`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from signlift.core.recording import Recording
from signlift.errors import check_fields
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.timestamps import frame_interval, frame_times

#: The number of fits that are solved at once, to limit memory.
_CHUNK = 4096


@dataclass(frozen=True)
class SavitzkyGolay:
    """Settings of the Savitzky-Golay filter. The defaults come from `benchmarks.cleaning`.

    Parameters
    ----------
    window
        The length in seconds of the window that a polynomial is fitted to; the largest odd number
        of frames that fits in it. A longer window smooths more, and flattens quick movements.
    order
        The order of the polynomial, 0 to 9. Movements that are polynomials of this order within a
        window pass unchanged. Windows of no more frames than the order are not smoothed.

    Raises
    ------
    InputError
        Lists every invalid setting.
    """

    window: float = 0.44
    order: int = 4

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("window", 0 < self.window < np.inf, "seconds above 0"),
            ("order", 0 <= self.order <= 9, "0 to 9"),
        )


DEFAULT_SETTINGS = SavitzkyGolay()


def savitzky_golay_filter(
    recording: Recording, settings: SavitzkyGolay = DEFAULT_SETTINGS
) -> Recording:
    """Smooth the keypoints and the depth of a recording.

    Parameters
    ----------
    recording
        A recording with or without depth. An unknown frame rate is taken as 30 per second; uneven
        times are fitted as they are.
    settings
        The settings of the filter.

    Returns
    -------
    The smoothed recording, with a note. NaN stays NaN; other points are fitted to those of their
    neighbours that are not missing. The first and the last frames use the first and the last
    whole window. The depth of the root remains 0; the depth uncertainty is unchanged.

    Raises
    ------
    InputError
        The frame rate is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> noise = np.random.default_rng(0).normal(size=(100, 26, 2))
    >>> smooth = sl.savitzky_golay_filter(sl.Recording(noise, fps=25))
    >>> bool(smooth.keypoints.std() < noise.std())
    True
    """
    # Slightly more, so that rounding does not shorten a window of, say, 0.5 s at 30 fps.
    half = max(0, int((settings.window / frame_interval(recording) + 1e-6 - 1) / 2))
    times = frame_times(recording)
    keypoints = fit_windows(recording.keypoints, times, half, settings.order)
    depth = recording.depth
    if depth is not None:
        depth = fit_windows(depth[..., None], times, half, settings.order)[..., 0]
        depth = restore_root_depth(depth, recording.skeleton)
    return replace(recording, keypoints=keypoints, depth=depth).with_note(
        f"smoothed by a Savitzky-Golay filter (window {settings.window:g} s, {2 * half + 1} "
        f"frames, order {settings.order})"
    )


def fit_windows(
    values: Float[np.ndarray, "T J C"], times: Float[np.ndarray, " T"], half: int, order: int
) -> Float[np.ndarray, "T J C"]:
    """Fit a polynomial in time around every frame, and evaluate it there.

    Parameters
    ----------
    values
        [T, J, C]; a point is missing where any of its C numbers is NaN. Missing points are left
        out of the fits, and stay missing.
    times
        [T], strictly increasing.
    half
        The number of frames to either side; a window at an end has more to the other side.
    order
        The order of the polynomial; with fewer than order + 1 points it passes through them.

    Returns
    -------
    [T, J, C] in the type of `values`, computed in float64.
    """
    T, J, C = values.shape
    if T == 0:
        return values
    width = min(2 * half + 1, T)
    first = np.clip(np.arange(T) - half, 0, T - width)
    frames = first[:, None] + np.arange(width)  # [T, width], the frames of each window
    offsets = times[frames] - times[:, None]
    offsets = offsets / np.maximum(np.abs(offsets).max(1, keepdims=True), 1e-12)
    # Windows of evenly spaced frames are equal, except at the ends.
    examples, window_type = _distinct(np.round(offsets, 6))
    powers = offsets[examples][..., None] ** np.arange(order + 1)
    observed = ~np.isnan(values).any(-1)
    zero_filled = np.where(observed[..., None], values, 0).astype(np.float64)
    weights = _weights(powers)[window_type]
    fitted = np.zeros((T, J, C))
    count = max(T - 2 * half, 0)  # windows that move by a frame; those at the ends do not
    inner = slice(half, half + count) if count else slice(0, 0)
    ends = np.r_[0 : inner.start, inner.stop : T]
    for k in range(width):
        fitted[inner] += weights[inner, k, None, None] * zero_filled[k : k + count]
        fitted[ends] += weights[ends, k, None, None] * zero_filled[frames[ends, k]]
    # Windows with gaps have weights of their own.
    t, j = np.nonzero(observed & ~observed[frames].all(1))
    masks = observed[frames[t], j[:, None]]
    keys = np.concatenate([window_type[t, None], masks], 1).astype(np.int32)
    examples, gap_type = _distinct(keys)
    weights = _weights(powers[window_type[t[examples]]], masks[examples])
    with_gaps = np.zeros((len(t), C))
    for k in range(width):
        with_gaps += weights[gap_type, k, None] * zero_filled[frames[t, k], j]
    fitted[t, j] = with_gaps
    return np.where(observed[..., None], fitted, np.nan).astype(values.dtype)


def _distinct(
    rows: Shaped[np.ndarray, "N W"],
) -> tuple[Int[np.ndarray, " K"], Int[np.ndarray, " N"]]:
    """Return the first occurrence of each distinct row, and the distinct row of each row."""
    _, first, inverse = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return first, inverse.reshape(len(rows))


def _weights(
    powers: Float[np.ndarray, "N W P"], masks: Bool[np.ndarray, "N W"] | None = None
) -> Float[np.ndarray, "N W"]:
    """Compute the weights of a window's points in the fitted value: a row of the pseudoinverse."""
    weights = np.empty(powers.shape[:2])
    for start in range(0, len(powers), _CHUNK):
        chunk = slice(start, start + _CHUNK)
        matrices = powers[chunk] if masks is None else powers[chunk] * masks[chunk, :, None]
        weights[chunk] = np.linalg.pinv(matrices)[:, 0]
    return weights
