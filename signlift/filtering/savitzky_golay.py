"""Savitzky-Golay smoothing: the least-squares polynomial of each point's neighbours in time.

Savitzky & Golay, Smoothing and Differentiation of Data by Simplified Least Squares Procedures,
1964. The filter uses later frames as well as earlier ones, and so does not lag. For live streams
see `one_euro_filter`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import check_fields
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.timestamps import frame_interval, frame_times
from signlift.utils.array_types import Bool, Float, Int

#: The number of fits that are solved at once, and of frames that are fitted at once. They affect
#: the time and the memory, not the result.
_CHUNK, _BLOCK = 4096, 64

#: The number of frames of a window whose gaps are distinguished at once.
_BITS = 32


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
    powers, window_type = _window_types(times, first, width, order)
    weights = _weights(powers)
    observed = ~np.isnan(values).any(-1)
    # Windows with gaps have weights of their own.
    t, j = np.nonzero(observed & (_count_observed(observed, first, width) < width))
    examples, gap_type = _gap_types(observed, window_type[t], first[t], j, width)
    masks = observed[first[t[examples], None] + np.arange(width), j[examples, None]]
    gap_weights = _weights(powers[window_type[t[examples]]], masks)
    out = np.empty_like(values)
    for start in range(0, T, _BLOCK):
        block = slice(start, min(start + _BLOCK, T))
        source = slice(first[start], first[block.stop - 1] + width)
        known = observed[source, :, None]
        filled = np.where(known, values[source], 0).astype(np.float64)
        # All weights of a block are a matrix with a band.
        matrix = np.zeros((block.stop - start, len(filled)))
        columns = first[block, None] - source.start + np.arange(width)
        matrix[np.arange(len(matrix))[:, None], columns] = weights[window_type[block]]
        fitted = (matrix @ filled.reshape(-1, J * C)).reshape(-1, J, C)
        gaps = slice(*np.searchsorted(t, (block.start, block.stop)))
        around = filled[first[t[gaps], None] - source.start + np.arange(width), j[gaps, None]]
        fitted[t[gaps] - start, j[gaps]] = np.einsum(
            "nk,nkc->nc", gap_weights[gap_type[gaps]], around
        )
        out[block] = np.where(observed[block, :, None], fitted, np.nan)
    return out


def _window_types(
    times: Float[np.ndarray, " T"], first: Int[np.ndarray, " T"], width: int, order: int
) -> tuple[Float[np.ndarray, "K W P"], Int[np.ndarray, " T"]]:
    """Return the powers of the times in each type of window, and the type of each window."""
    frames = first[:, None] + np.arange(width)
    offsets = times[frames] - times[:, None]
    offsets = offsets / np.maximum(np.abs(offsets).max(1, keepdims=True), 1e-12)
    rounded = np.round(offsets, 6)
    # Windows of evenly spaced frames are equal, except at the ends.
    middle = len(times) // 2
    equal = (rounded == rounded[middle]).all(1)
    equal[middle] = False
    others = np.flatnonzero(~equal)
    _, places, types = np.unique(rounded[others], axis=0, return_index=True, return_inverse=True)
    examples = others[places]
    window_type = np.empty(len(times), np.intp)
    window_type[others] = types.reshape(-1)
    window_type[equal] = window_type[middle]
    return offsets[examples][..., None] ** np.arange(order + 1), window_type


def _count_observed(
    observed: Bool[np.ndarray, "T J"], first: Int[np.ndarray, " T"], width: int
) -> Int[np.ndarray, "T J"]:
    """Count the observed points in each window."""
    counts = np.zeros((len(observed) + 1, observed.shape[1]), np.int32)
    np.cumsum(observed, 0, out=counts[1:])
    return counts[first + width] - counts[first]


def _gap_types(
    observed: Bool[np.ndarray, "T J"],
    window_type: Int[np.ndarray, " N"],
    first: Int[np.ndarray, " N"],
    j: Int[np.ndarray, " N"],
    width: int,
) -> tuple[Int[np.ndarray, " K"], Int[np.ndarray, " N"]]:
    """Find the distinct windows with gaps: an example of each, and the number of each window.

    Parameters
    ----------
    observed
        [T, J], where points are observed.
    window_type, first, j
        [N], the types of the windows without gaps, their first frames and their points.
    width
        The number of frames of a window.
    """
    codes = window_type.astype(np.int64)
    for k in range(width):
        codes = 2 * codes + observed[first + k, j]
        if k % _BITS == _BITS - 1:
            codes = np.unique(codes, return_inverse=True)[1].reshape(-1)
    _, examples, types = np.unique(codes, return_index=True, return_inverse=True)
    return examples, types.reshape(-1)


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
