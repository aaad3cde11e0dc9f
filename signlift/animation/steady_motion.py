"""Motion without flips: single frames that differ from those around them, and limits of speed.

Detectors take the back of a hand for its palm, or one finger for another, for some frames.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.geometry.interpolation import slerp
from signlift.geometry.quaternions import (
    quaternion_from_rotation,
    rotation_from_quaternion,
    turn_between,
    turn_towards,
)
from signlift.utils.array_types import Float, Int

#: The maximum speed of a palm and of a finger's angle, in radians per second. In captured signs a
#: palm turns by up to 10, and one frame in a thousand has a finger that bends by more than 18.
MAX_PALM_RATE, MAX_FINGER_RATE = 15.0, 25.0

#: The maximum change from frame to frame in radians, for low frame rates.
_MAX_STEP = 1.0

#: The number of frames on either side that a frame is compared with.
_NEIGHBOURS = 2


class Steady(NamedTuple):
    """State of the frames before.

    Attributes
    ----------
    recent
        Up to four last values as they were observed.
    last
        The last value that was found; None if there was none.
    elapsed
        Number of frames from that one to the last frame.
    """

    recent: NDArray[np.float64]
    last: NDArray[np.float64] | None
    elapsed: int


#: No frame before.
NOTHING = Steady(np.empty(0), None, 0)


def steady_rotations(
    rotations: Float[np.ndarray, "T 3 3"],
    fps: float,
    before: Steady = NOTHING,
    rate: float = MAX_PALM_RATE,
) -> tuple[Float[np.ndarray, "T 3 3"], Steady]:
    """Remove flips from rotations over time, and limit their speed.

    Parameters
    ----------
    rotations
        [T, 3, 3]; NaN where missing.
    fps
        Frames per second.
    before
        State of the frames before.
    rate
        The maximum speed in radians per second.

    Returns
    -------
    rotations
        [T, 3, 3], NaN at the same places. Frames that are farther from the middle one of the five
        frames around them than the speed allows are interpolated. Faster turns are spread over the
        frames that follow. All else is unchanged. After others, a frame that is far from those
        before it takes the last rotation that is not.
    after
        What is known after the last frame.
    """
    numbers = np.flatnonzero(~np.isnan(rotations).any((1, 2)))
    if not len(numbers):
        return rotations, before._replace(elapsed=before.elapsed + len(rotations))
    step, observed = min(rate / fps, _MAX_STEP), rotations[numbers]
    if before.last is None:
        times, steady = numbers, _without_flips(observed, step)
    else:
        recent = [*before.recent]
        times = np.concatenate([[-1 - before.elapsed], numbers])
        values = [before.last]
        for rotation in observed:
            values.append(_nearest_to_recent([*recent[-2 * _NEIGHBOURS :], rotation], step))
            recent.append(rotation)
        steady, observed = np.stack(values), np.stack(recent)
    limits = np.minimum(rate / fps, _MAX_STEP) * np.diff(times)
    steady = _limit_rotations(steady, limits)
    after = Steady(
        observed[-2 * _NEIGHBOURS :].copy(),
        steady[-1].copy(),
        len(rotations) - 1 - int(numbers[-1]),
    )
    out = rotations.copy()
    out[numbers] = steady[-len(numbers) :]
    return out, after


def _nearest_to_recent(
    recent: list[Float[np.ndarray, "3 3"]], step: float
) -> Float[np.ndarray, "3 3"]:
    """Return the last of some rotations that is not far from the one nearest to all of them."""
    around = np.reshape(recent, (len(recent), 9))
    angles = _angles_of_traces(around @ around.T)
    near = np.flatnonzero(angles[angles.sum(1).argmin()] <= _NEIGHBOURS * step)
    return recent[int(near[-1])]


def steady_angles(
    angles: Float[np.ndarray, "T N n"],
    fps: float,
    before: Steady = NOTHING,
    rate: float = MAX_FINGER_RATE,
) -> tuple[Float[np.ndarray, "T N n"], Steady]:
    """Remove single deviating frames from angles in radians, and limit their speed.

    The n angles of each of N fingers are without NaN. As `steady_rotations`, with the median of
    five frames.
    """
    step = min(rate / fps, _MAX_STEP)
    if not len(angles):
        return angles, before
    if before.last is None:
        out, recent = _steady_together(angles, step), angles
    else:
        recent, last, values = before.recent, before.last, []
        for frame in angles:
            recent = np.concatenate([recent[-2 * _NEIGHBOURS :], frame[None]])
            median = np.median(recent, axis=0)
            target = np.where(np.abs(frame - median) > step, median, frame)
            last = last + np.minimum(np.maximum(target - last, -step), step)
            values.append(last)
        out = np.stack(values)
    return out, Steady(recent[-2 * _NEIGHBOURS :].copy(), out[-1].copy(), 0)


def _steady_together(angles: Float[np.ndarray, "T N n"], step: float) -> Float[np.ndarray, "T N n"]:
    """Steady the angles of frames without any before them."""
    if len(angles) < 2:
        return angles
    fast = (np.abs(angles[1:] - angles[:-1]) > step).any(-1)
    moving = fast.any(0)
    if not moving.any():
        return angles
    # Between two slow changes no frame is farther than a step from the median, but at the ends.
    near = np.zeros((len(angles), angles.shape[1]), bool)
    near[1:] = fast
    near[:-1] |= fast
    near[:_NEIGHBOURS] = near[-_NEIGHBOURS:] = moving
    frames, fingers = np.nonzero(near)
    around = np.sort(angles[_windows(len(angles))[frames], fingers[:, None]], axis=1)
    middle = around.shape[1] // 2
    median = (around[:, middle] + around[:, -1 - middle]) / 2
    out = angles.copy()
    values = angles[frames, fingers]
    out[frames, fingers] = np.where(np.abs(values - median) > step, median, values)
    fast = (np.abs(out[1:] - out[:-1]) > step).any(-1)
    for finger in np.flatnonzero(fast.any(0)).tolist():
        _limit_angles(out[:, finger], np.flatnonzero(fast[:, finger]) + 1, step)
    return out


def _limit_angles(
    angles: Float[np.ndarray, "T n"], fast: Int[np.ndarray, " S"], step: float
) -> None:
    """Limit the change from each frame to the next in place, beginning at each fast change."""
    done = 0
    for start in fast.tolist():
        if start < done:
            continue
        last = angles[start - 1].tolist()
        for t in range(start, len(angles)):
            done = t + 1
            values = angles[t].tolist()
            changes = [value - old for value, old in zip(values, last, strict=True)]
            if max(map(abs, changes)) <= step:
                break
            pairs = zip(last, changes, strict=True)
            last = [old + min(max(change, -step), step) for old, change in pairs]
            angles[t] = last


def _windows(length: int) -> Int[np.ndarray, "T W"]:
    """Return the numbers of the five frames around each frame; the first five for the first two."""
    width = min(2 * _NEIGHBOURS + 1, length)
    first = np.clip(np.arange(length) - _NEIGHBOURS, 0, length - width)
    return first[:, None] + np.arange(width)


def _without_flips(
    rotations: Float[np.ndarray, "T 3 3"], step: float
) -> Float[np.ndarray, "T 3 3"]:
    """Interpolate where a rotation is far from the one that is nearest to all around it."""
    if _angles_between(rotations[:-1], rotations[1:]).max(initial=0) <= step:
        return rotations
    windows = _windows(len(rotations))
    around = rotations.reshape(-1, 9)[windows]
    angles = _angles_of_traces(around @ np.swapaxes(around, 1, 2))
    middle = windows[np.arange(len(windows)), angles.sum(1).argmin(1)]
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
    fast = np.flatnonzero(_angles_between(rotations[:-1], rotations[1:]) > steps) + 1
    if not len(fast):
        return rotations
    quaternions, limits = quaternion_from_rotation(rotations), steps.tolist()
    limited: dict[int, list[float]] = {}
    done = 0
    for start in fast.tolist():
        if start < done:
            continue
        last = quaternions[start - 1].tolist()
        for t in range(start, len(rotations)):
            done, step = t + 1, limits[t - 1]
            target = quaternions[t].tolist()
            if turn_between(last, target) <= step:
                break
            last = turn_towards(last, target, step)
            limited[t] = last
    if not limited:
        return rotations
    out = rotations.copy()
    out[list(limited)] = rotation_from_quaternion(np.array(list(limited.values())))
    return out


def _angles_between(
    first: Float[np.ndarray, "*#batch 3 3"], second: Float[np.ndarray, "*#batch 3 3"]
) -> Float[np.ndarray, "*batch"]:
    """Compute the angles between rotations in radians."""
    return _angles_of_traces(np.einsum("...ij,...ij->...", first, second))


def _angles_of_traces(traces: Float[np.ndarray, "*batch"]) -> Float[np.ndarray, "*batch"]:
    return np.asarray(np.arccos(np.minimum(np.maximum((traces - 1) / 2, -1), 1)))
