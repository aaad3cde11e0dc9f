"""Motion without flips: single frames that differ from those around them, and limits of speed.

Detectors take the back of a hand for its palm, or one finger for another, for some frames.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from signlift.geometry.interpolation import slerp

#: The maximum speed of a palm and of a finger's angle, in radians per second. In captured signs a
#: palm turns by up to 10, and one frame in a thousand has a finger that bends by more than 18.
MAX_PALM_RATE, MAX_FINGER_RATE = 15.0, 25.0

#: The maximum change from frame to frame in radians, for low frame rates.
_MAX_STEP = 1.0

#: The number of frames on either side that a frame is compared with.
_NEIGHBOURS = 2


def steady_rotations(
    rotations: Float[np.ndarray, "T 3 3"], fps: float, rate: float = MAX_PALM_RATE
) -> Float[np.ndarray, "T 3 3"]:
    """Remove flips from rotations over time, and limit their speed.

    Parameters
    ----------
    rotations
        [T, 3, 3]; NaN where missing.
    fps
        Frames per second.
    rate
        The maximum speed in radians per second.

    Returns
    -------
    [T, 3, 3], NaN at the same places. Frames that are farther from the middle one of the five
    frames around them than the speed allows are interpolated. Faster turns are spread over the
    frames that follow. All else is unchanged.
    """
    numbers = np.flatnonzero(~np.isnan(rotations).any((1, 2)))
    if len(numbers) < 2:
        return rotations
    out = rotations.copy()
    observed = _without_flips(rotations[numbers], min(rate / fps, _MAX_STEP))
    elapsed = np.diff(numbers)
    out[numbers] = _limit_rotations(observed, np.minimum(rate / fps, _MAX_STEP) * elapsed)
    return out


def steady_angles(
    angles: Float[np.ndarray, "T n"], fps: float, rate: float = MAX_FINGER_RATE
) -> Float[np.ndarray, "T n"]:
    """Remove single deviating frames from angles in radians, and limit their speed.

    The angles are without NaN. As `steady_rotations`, with the median of five frames.
    """
    step = min(rate / fps, _MAX_STEP)
    if len(angles) < 2 or np.abs(np.diff(angles, axis=0)).max() <= step:
        return angles
    median = np.median(angles[_windows(len(angles))], axis=1)
    out = np.where(np.abs(angles - median) > step, median, angles)
    done = 0
    for start in (np.flatnonzero((np.abs(np.diff(out, axis=0)) > step).any(1)) + 1).tolist():
        for t in range(max(start, done), len(out)):
            change = out[t] - out[t - 1]
            done = t + 1
            if np.abs(change).max() <= step:
                break
            out[t] = out[t - 1] + np.clip(change, -step, step)
    return out


def _windows(length: int) -> Int[np.ndarray, "T W"]:
    """Return the numbers of the five frames around each frame; the first five for the first two."""
    width = min(2 * _NEIGHBOURS + 1, length)
    first = np.clip(np.arange(length) - _NEIGHBOURS, 0, length - width)
    return first[:, None] + np.arange(width)


def _without_flips(
    rotations: Float[np.ndarray, "T 3 3"], step: float
) -> Float[np.ndarray, "T 3 3"]:
    """Interpolate where a rotation is far from the one that is nearest to all around it."""
    if _angles_between(rotations[:-1], rotations[1:]).max() <= step:
        return rotations
    windows = _windows(len(rotations))
    around = rotations[windows]
    angles = np.stack(
        [_angles_between(around, around[:, [number]]) for number in range(windows.shape[1])], 1
    )
    middle = np.take_along_axis(windows, angles.sum(2).argmin(1)[:, None], 1)[:, 0]
    far = _angles_between(rotations, rotations[middle]) > _NEIGHBOURS * step
    near = np.flatnonzero(~far)
    if not far.any() or not len(near):
        return rotations
    after = np.searchsorted(near, np.flatnonzero(far))
    first, second = near[np.maximum(after - 1, 0)], near[np.minimum(after, len(near) - 1)]
    fractions = (np.flatnonzero(far) - first) / np.maximum(second - first, 1)
    out = rotations.copy()
    out[far] = slerp(rotations[first], rotations[second], fractions)
    return out


def _limit_rotations(
    rotations: Float[np.ndarray, "T 3 3"], steps: Float[np.ndarray, " S"]
) -> Float[np.ndarray, "T 3 3"]:
    """Limit the angle from each frame to the next."""
    out = rotations.copy()
    fast = np.flatnonzero(_angles_between(rotations[:-1], rotations[1:]) > steps) + 1
    done = 0
    for start in fast.tolist():
        for t in range(max(start, done), len(out)):
            angle = float(_angles_between(out[t - 1], out[t]))
            done = t + 1
            if angle <= steps[t - 1]:
                break
            out[t] = slerp(out[t - 1], out[t], np.array(steps[t - 1] / angle))
    return out


def _angles_between(
    first: Float[np.ndarray, "*#batch 3 3"], second: Float[np.ndarray, "*#batch 3 3"]
) -> Float[np.ndarray, "*batch"]:
    """Compute the angles between rotations in radians."""
    trace = (first * second).sum((-1, -2))
    return np.asarray(np.arccos(np.clip((trace - 1) / 2, -1, 1)))
