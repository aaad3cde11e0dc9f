"""The One-Euro filter: it smooths points at rest, and follows moving points with little lag.

Casiez, Roussel & Vogel, 1 € Filter: A Simple Speed-based Low-pass Filter for Noisy Input in
Interactive Systems, 2012. The filter is a low-pass filter whose cutoff frequency increases with the
speed of the point. Speeds are in torso lengths per second here, so that the same settings serve
any resolution and any frame rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.errors import InputError, check_fields, parameter_problem
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.timestamps import frame_interval, frame_times
from signlift.normalization.scale import recording_scale
from signlift.utils.array_types import Float


@dataclass(frozen=True)
class OneEuro:
    """Settings of the One-Euro filter. The defaults come from `benchmarks.cleaning`.

    Parameters
    ----------
    min_cutoff
        The cutoff frequency at rest, in Hz. A lower one smooths more, and lags more at the start
        of a movement.
    beta
        The increase of the cutoff frequency with speed, in Hz per torso length per second. A
        higher one lags less, and passes more noise during movements.
    speed_cutoff
        The cutoff frequency of the low-pass filter of the speed, in Hz.

    Raises
    ------
    InputError
        Lists every invalid setting.
    """

    min_cutoff: float = 0.5
    beta: float = 6.0
    speed_cutoff: float = 1.0

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("min_cutoff", 0 < self.min_cutoff < np.inf, "Hz above 0"),
            ("beta", 0 <= self.beta < np.inf, "0 or more"),
            ("speed_cutoff", 0 < self.speed_cutoff < np.inf, "Hz above 0"),
        )


DEFAULT_SETTINGS = OneEuro()


@dataclass(frozen=True, eq=False)
class OneEuroState:
    """State of the filter between two frames.

    Attributes
    ----------
    points
        [J, C], the last filtered points; NaN for missing ones.
    speeds
        [J, C], their filtered velocities, in the unit of the points per second.
    """

    points: Float[np.ndarray, "J C"]
    speeds: Float[np.ndarray, "J C"]


def initial_one_euro_state(shape: tuple[int, int]) -> OneEuroState:
    """Return the state before the first frame, for points of a shape [J, C]."""
    return OneEuroState(np.full(shape, np.nan), np.full(shape, np.nan))


def one_euro_step(
    points: Float[np.ndarray, "J C"],
    state: OneEuroState,
    seconds: float,
    scale: float = 1.0,
    settings: OneEuro = DEFAULT_SETTINGS,
) -> tuple[Float[np.ndarray, "J C"], OneEuroState]:
    """Filter the points of the next frame.

    Parameters
    ----------
    points
        [J, C], J points of C coordinates; NaN where missing. The coordinates of a point share one
        cutoff frequency, that of their common speed.
    state
        The state after the last frame; `initial_one_euro_state` before the first.
    seconds
        The time since the last frame.
    scale
        The torso length in the unit of the points.
    settings
        The settings of the filter.

    Returns
    -------
    filtered
        [J, C]; NaN where a point is missing. The first point, and the first one after a gap, is
        unchanged.
    state
        The state for the next frame.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.filtering.one_euro import initial_one_euro_state, one_euro_step
    >>> state = initial_one_euro_state((1, 2))
    >>> _, state = one_euro_step(np.zeros((1, 2)), state, seconds=0.04)
    >>> filtered, state = one_euro_step(np.array([[0.1, 0.0]]), state, seconds=0.04)
    >>> filtered.round(3)
    array([[0.047, 0.   ]])
    """
    is_new = np.isnan(state.points)
    velocity = np.where(is_new, 0.0, (points - state.points) / seconds)
    weight = _new_value_weight(settings.speed_cutoff, seconds)
    speeds = np.where(is_new, 0.0, state.speeds + weight * (velocity - state.speeds))
    speed = np.linalg.norm(speeds, axis=-1, keepdims=True) / scale
    weight = _new_value_weight(settings.min_cutoff + settings.beta * speed, seconds)
    filtered = np.where(is_new, points, state.points + weight * (points - state.points))
    return filtered, OneEuroState(filtered, np.where(np.isnan(points), np.nan, speeds))


def one_euro_filter(
    recording: Recording, settings: OneEuro = DEFAULT_SETTINGS, *, scale: float | None = None
) -> Recording:
    """Smooth the keypoints and the depth of a recording, causally.

    Parameters
    ----------
    recording
        A recording with or without depth. An unknown frame rate is taken as 30 per second.
    settings
        The settings of the filter.
    scale
        The person's torso length in the unit of the recording. By default it is estimated from
        the recording.

    Returns
    -------
    The smoothed recording, with a note. x and y of a keypoint share a cutoff frequency; its depth
    has its own. NaN stays NaN, and the first frame after a gap is unchanged: interpolate short
    gaps before (`interpolate_gaps`). The depth of the root remains 0; the depth uncertainty is
    unchanged.

    Raises
    ------
    InputError
        The frame rate or the scale is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> noise = np.random.default_rng(0).normal(size=(100, 26, 2))
    >>> smooth = sl.one_euro_filter(sl.Recording(noise, fps=25), scale=200)
    >>> bool(smooth.keypoints[50:].std() < noise[50:].std() / 3)
    True
    """
    if scale is None:
        scale = recording_scale(recording.keypoints, recording.skeleton)
    check_scale(scale)
    first = [frame_interval(recording)]
    steps = np.concatenate([first, np.diff(frame_times(recording))])[: len(recording)]
    keypoints = _filter_frames(recording.keypoints, steps, scale, settings)
    depth = recording.depth
    if depth is not None:
        depth = _filter_frames(depth[..., None], steps, scale, settings)[..., 0]
        depth = restore_root_depth(depth, recording.skeleton)
    return replace(recording, keypoints=keypoints, depth=depth).with_note(
        f"smoothed by a One-Euro filter (min_cutoff {settings.min_cutoff:g} Hz, beta "
        f"{settings.beta:g}, speed_cutoff {settings.speed_cutoff:g} Hz, torso {scale:.4g} "
        f"{recording.unit})"
    )


def check_scale(scale: float) -> None:
    """Raise InputError if a scale is not a finite length above 0."""
    if not 0 < scale < np.inf:
        raise InputError(parameter_problem("scale", expected="a length above 0", found=scale))


def _filter_frames(
    points: Float[np.ndarray, "T J C"],
    steps: Float[np.ndarray, " T"],
    scale: float,
    settings: OneEuro,
) -> Float[np.ndarray, "T J C"]:
    state = initial_one_euro_state(points.shape[1:])
    filtered = np.empty_like(points)
    for frame, seconds in enumerate(steps.tolist()):
        filtered[frame], state = one_euro_step(points[frame], state, seconds, scale, settings)
    return filtered


def _new_value_weight(
    cutoff: NDArray[np.float64] | float, seconds: float
) -> NDArray[np.float64] | np.float64:
    """Compute the weight of a new value in a low-pass filter with a cutoff frequency in Hz."""
    phase = 2 * math.pi * seconds * np.asarray(cutoff, np.float64)
    return phase / (phase + 1)
