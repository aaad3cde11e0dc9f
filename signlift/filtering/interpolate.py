"""Short gaps filled; long ones are left, as nobody knows what happened there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.timestamps import frame_times


def interpolate_gaps(recording: Recording, max_frames: int = 5) -> Recording:
    """Fill gaps of a few frames by straight lines in time.

    Parameters
    ----------
    recording
        With or without depth.
    max_frames
        The longest gap that is filled. What is missing before a keypoint is first seen, or after
        it is last seen, is no gap.

    Returns
    -------
    The same recording with a note of how many points were filled: x and y where a keypoint was
    not observed, depth where it was not known. Longer gaps stay NaN. Confidence and the error of
    the depth are left as they are: they tell what was measured.

    Raises
    ------
    InputError
        `max_frames` is negative, or the frame rate is none.
    """
    if max_frames < 0:
        raise InputError(problem("max_frames", expected="0 or more", found=str(max_frames)))
    times = frame_times(recording)
    keypoints, filled = interpolate_over_time(recording.keypoints, times, max_frames)
    counts = [f"{int(filled.sum()):,} keypoints"]
    depth = recording.depth
    if depth is not None:
        depths, filled = interpolate_over_time(depth[..., None], times, max_frames)
        depth = restore_root_depth(depths[..., 0], recording.skeleton)
        counts.append(f"{int(filled.sum()):,} depths")
    return replace(recording, keypoints=keypoints, depth=depth).with_note(
        f"gaps of up to {max_frames} frames filled by straight lines ({' and '.join(counts)})"
    )


def interpolate_over_time(
    values: Float[np.ndarray, "T J C"], times: Float[np.ndarray, " T"], max_frames: int
) -> tuple[Float[np.ndarray, "T J C"], Bool[np.ndarray, "T J"]]:
    """Interpolate in gaps of at most `max_frames` frames.

    Parameters
    ----------
    values
        [T, J, C]; a point is missing where any of its C numbers is NaN.
    times
        [T], rising.
    max_frames
        The longest gap that is filled.

    Returns
    -------
    The values, and [T, J], which of them were filled.
    """
    T = len(values)
    if T == 0:
        return values, np.zeros(values.shape[:2], bool)
    there = ~np.isnan(values).any(-1)
    frames = np.arange(T)[:, None]
    before = np.maximum.accumulate(np.where(there, frames, -1), axis=0)
    after = np.minimum.accumulate(np.where(there, frames, T)[::-1], axis=0)[::-1]
    inside = ~there & (before >= 0) & (after < T) & (after - before - 1 <= max_frames)
    t, j = np.nonzero(inside)
    b, a = before[t, j], after[t, j]
    part = ((times[t] - times[b]) / (times[a] - times[b]))[:, None]
    filled = values.copy()
    filled[t, j] = values[b, j] * (1 - part) + values[a, j] * part
    return filled, inside
