"""The One-Euro filter: steady when a point rests, quick when it moves; live or on a recording.

Casiez, Roussel & Vogel, 1 € Filter: A Simple Speed-based Low-pass Filter for Noisy Input in
Interactive Systems, 2012. A low-pass filter whose cutoff frequency rises with the speed of the
point. Speeds are in torso lengths per second here, so that one setting serves any resolution and
any frame rate.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.errors import InputError, check_fields, problem
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.timestamps import frame_interval, frame_times
from signlift.normalization.normalize import recording_scale


@dataclass(frozen=True)
class OneEuro:
    """How much the One-Euro filter smooths. The defaults come from `benchmarks.cleaning`.

    Parameters
    ----------
    min_cutoff
        Hz, the cutoff at rest: less is steadier, and slower to start.
    beta
        How much faster the filter is for a moving point: Hz per torso length per second. More
        lags less, and lets more noise through while moving.
    speed_cutoff
        Hz, of the low-pass filter of the speed itself.

    Raises
    ------
    InputError
        Lists all that is wrong.
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


DEFAULT = OneEuro()


@dataclass(frozen=True, eq=False)
class OneEuroState:
    """What is carried from frame to frame.

    Attributes
    ----------
    points
        [J, C], the last filtered points; NaN for those that were not there.
    speeds
        [J, C], their filtered velocities, in the points' unit per second.
    """

    points: Float[np.ndarray, "J C"]
    speeds: Float[np.ndarray, "J C"]


def initial_one_euro_state(shape: tuple[int, int]) -> OneEuroState:
    """The state before the first frame of points [J, C]."""
    return OneEuroState(np.full(shape, np.nan), np.full(shape, np.nan))


def one_euro_step(
    points: Float[np.ndarray, "J C"],
    state: OneEuroState,
    seconds: float,
    scale: float = 1.0,
    settings: OneEuro = DEFAULT,
) -> tuple[Float[np.ndarray, "J C"], OneEuroState]:
    """Filter the points of the next frame.

    Parameters
    ----------
    points
        [J, C], of any number of coordinates; NaN for what is missing. The coordinates of a point
        share a cutoff, that of their common speed.
    state
        After the last frame; `initial_one_euro_state` before the first.
    seconds
        Since the last frame.
    scale
        The length of a torso in the points' unit.
    settings
        How much is filtered.

    Returns
    -------
    filtered
        [J, C]; NaN where a point is missing. A point that comes (back) is taken as it is.
    state
        For the next frame.
    """
    new = np.isnan(state.points)
    velocity = np.where(new, 0.0, (points - state.points) / seconds)
    share = _share(settings.speed_cutoff, seconds)
    speeds = np.where(new, 0.0, state.speeds + share * (velocity - state.speeds))
    fast = np.linalg.norm(speeds, axis=-1, keepdims=True) / scale
    share = _share(settings.min_cutoff + settings.beta * fast, seconds)
    filtered = np.where(new, points, state.points + share * (points - state.points))
    return filtered, OneEuroState(filtered, np.where(np.isnan(points), np.nan, speeds))


def one_euro_filter(
    recording: Recording, settings: OneEuro = DEFAULT, *, scale: float | None = None
) -> Recording:
    """Filter the keypoints and the depth of a recording, each frame by it and those before.

    Parameters
    ----------
    recording
        With or without depth. Frames without a known rate are taken as 30 per second.
    settings
        How much is filtered.
    scale
        The length of the person's torso in the recording's unit; found in the recording when it
        is not given.

    Returns
    -------
    The same recording, smoother, with a note. x and y of a keypoint share a cutoff, its depth has
    its own. What was NaN stays NaN, and a keypoint that comes back is taken as it is: fill short
    gaps first (`fill`). The depth of the root remains 0; the error of the depth is left as it is.

    Raises
    ------
    InputError
        A frame rate or a scale that is none.
    """
    if scale is None:
        scale = recording_scale(recording.keypoints, recording.skeleton)
    elif not 0 < scale < np.inf:
        raise InputError(problem("scale", expected="a length above zero", found=str(scale)))
    first = [frame_interval(recording)]
    steps = np.concatenate([first, np.diff(frame_times(recording))])[: len(recording)]
    keypoints = _filtered(recording.keypoints, steps, scale, settings)
    depth = recording.depth
    if depth is not None:
        depth = _filtered(depth[..., None], steps, scale, settings)[..., 0]
        depth = restore_root_depth(depth, recording.skeleton)
    return replace(recording, keypoints=keypoints, depth=depth).with_note(
        f"smoothed by a One-Euro filter (min_cutoff {settings.min_cutoff:g} Hz, beta "
        f"{settings.beta:g}, speed_cutoff {settings.speed_cutoff:g} Hz, torso {scale:.4g} "
        f"{recording.unit})"
    )


def _filtered(
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


def _share(cutoff: NDArray[np.float64] | float, seconds: float) -> NDArray[np.float64] | np.float64:
    """How much of a new value a low-pass filter of this cutoff frequency takes."""
    turned = 2 * math.pi * seconds * np.asarray(cutoff, np.float64)
    return turned / (turned + 1)
