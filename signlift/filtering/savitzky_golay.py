"""Savitzky-Golay smoothing of recordings: a polynomial through each point's neighbours in time.

Savitzky & Golay, Smoothing and Differentiation of Data by Simplified Least Squares Procedures,
1964. It looks ahead as well as back, and so does not lag; for live streams see `one_euro_filter`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int, Shaped

from signlift.core.recording import Recording
from signlift.errors import check_fields
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.timestamps import frame_interval, frame_times

#: Fits that are solved at once, to bound memory.
_CHUNK = 4096


@dataclass(frozen=True)
class SavitzkyGolay:
    """How much is smoothed. The defaults come from `benchmarks.cleaning`.

    Parameters
    ----------
    window
        Seconds, how long the piece is that a polynomial is fitted to: as many frames as fit in,
        an odd number. More is smoother, and flattens quick movements.
    order
        Of the polynomial, 0 or more. Movements that are polynomials of this order within a window
        pass unchanged. A window of no more frames than this is not smoothed at all.

    Raises
    ------
    InputError
        Lists all that is wrong.
    """

    window: float = 0.44
    order: int = 4

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("window", 0 < self.window < np.inf, "seconds above 0"),
            ("order", 0 <= self.order <= 9, "0 to 9"),
        )


DEFAULT = SavitzkyGolay()


def savitzky_golay_filter(recording: Recording, settings: SavitzkyGolay = DEFAULT) -> Recording:
    """Smooth the keypoints and the depth of a recording.

    Parameters
    ----------
    recording
        With or without depth. Frames without a known rate are taken as 30 per second; uneven
        times are fitted as they are.
    settings
        How much is smoothed.

    Returns
    -------
    The same recording, smoother, with a note. What was NaN stays NaN, and the others are fitted
    to those of their neighbours that are known. Windows at the beginning and at the end are those
    of the first and the last whole one. The depth of the root remains 0; the error of the depth
    is left as it is.

    Raises
    ------
    InputError
        A frame rate that is none.
    """
    # A hair more, so that half a second at 30 frames per second is 15 frames whatever the rounding.
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
    """Fit a polynomial in time round every frame, and take its value there.

    Parameters
    ----------
    values
        [T, J, C]; a point is missing where any of its C numbers is NaN. Missing points take no
        part in a fit, and stay missing.
    times
        [T], rising.
    half
        The frames to either side; a window at an end reaches further to the other side.
    order
        Of the polynomial; where fewer than order + 1 points are known, it goes through them.

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
    reach = times[frames] - times[:, None]
    reach = reach / np.maximum(np.abs(reach).max(1, keepdims=True), 1e-12)
    # Windows of evenly spaced frames are alike, but for those at the ends.
    like, shape_of = _distinct(np.round(reach, 6))
    powers = reach[like][..., None] ** np.arange(order + 1)
    there = ~np.isnan(values).any(-1)
    known = np.where(there[..., None], values, 0).astype(np.float64)
    whole = _weights(powers)[shape_of]
    fitted = np.zeros((T, J, C))
    for k in range(width):
        fitted += whole[:, k, None, None] * known[frames[:, k]]
    t, j = np.nonzero(there & ~there[frames].all(1))  # windows with gaps
    masks = there[frames[t], j[:, None]]
    like, kind = _distinct(np.concatenate([shape_of[t, None], masks], 1).astype(np.int32))
    weights = _weights(powers[shape_of[t[like]]], masks[like])
    partly = np.zeros((len(t), C))
    for k in range(width):
        partly += weights[kind, k, None] * known[frames[t, k], j]
    fitted[t, j] = partly
    return np.where(there[..., None], fitted, np.nan).astype(values.dtype)


def _distinct(
    rows: Shaped[np.ndarray, "N W"],
) -> tuple[Int[np.ndarray, " K"], Int[np.ndarray, " N"]]:
    """Where each of the different rows first stands, and which of them each row is."""
    _, first, kind = np.unique(rows, axis=0, return_index=True, return_inverse=True)
    return first, kind.reshape(len(rows))


def _weights(
    powers: Float[np.ndarray, "N W P"], masks: Bool[np.ndarray, "N W"] | None = None
) -> Float[np.ndarray, "N W"]:
    """How much each point of a window has in the fitted value: least squares' first row."""
    weights = np.empty(powers.shape[:2])
    for start in range(0, len(powers), _CHUNK):
        some = slice(start, start + _CHUNK)
        matrices = powers[some] if masks is None else powers[some] * masks[some, :, None]
        weights[some] = np.linalg.pinv(matrices)[:, 0]
    return weights
