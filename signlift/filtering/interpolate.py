"""Linear interpolation of short gaps; long gaps are left, as the movement in them is unknown."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, parameter_problem
from signlift.filtering.depth_root import restore_root_depth
from signlift.filtering.timestamps import frame_times
from signlift.utils.array_types import Bool, Float


def interpolate_gaps(recording: Recording, max_frames: int = 5) -> Recording:
    """Interpolate gaps of a few frames linearly in time.

    Parameters
    ----------
    recording
        A recording with or without depth.
    max_frames
        The maximum length of a gap in frames. Frames before a keypoint is first observed, or
        after it is last observed, are not a gap.

    Returns
    -------
    The recording with x and y where a keypoint was missing, and depth where it was missing, and a
    note with the number of interpolated values. Longer gaps stay NaN. Confidence and depth
    uncertainty are unchanged, as they belong to what was observed.

    Raises
    ------
    InputError
        `max_frames` is negative, or the frame rate is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> keypoints = np.zeros((4, 26, 2))
    >>> keypoints[:, 0, 0] = [0, np.nan, np.nan, 3]
    >>> sl.interpolate_gaps(sl.Recording(keypoints)).keypoints[:, 0, 0]
    array([0., 1., 2., 3.], dtype=float32)
    """
    if max_frames < 0:
        raise InputError(parameter_problem("max_frames", expected="0 or more", found=max_frames))
    times = frame_times(recording)
    keypoints, interpolated = interpolate_over_time(recording.keypoints, times, max_frames)
    counts = [f"{int(interpolated.sum()):,} keypoints"]
    depth = recording.depth
    if depth is not None:
        depths, interpolated = interpolate_over_time(depth[..., None], times, max_frames)
        depth = restore_root_depth(depths[..., 0], recording.skeleton)
        counts.append(f"{int(interpolated.sum()):,} depths")
    return replace(recording, keypoints=keypoints, depth=depth).with_note(
        f"gaps of up to {max_frames} frames interpolated linearly ({' and '.join(counts)})"
    )


def interpolate_over_time(
    values: Float[np.ndarray, "T J C"], times: Float[np.ndarray, " T"], max_frames: int
) -> tuple[Float[np.ndarray, "T J C"], Bool[np.ndarray, "T J"]]:
    """Interpolate arrays linearly in gaps of at most `max_frames` frames.

    Parameters
    ----------
    values
        [T, J, C]; a point is missing where any of its C numbers is NaN.
    times
        [T], strictly increasing.
    max_frames
        The maximum length of a gap in frames.

    Returns
    -------
    values
        [T, J, C], with the interpolated points.
    interpolated
        [T, J], True for interpolated points.
    """
    T, J = values.shape[:2]
    # One keypoint after the other, each with a frame that is not missing at its end.
    missing = np.zeros((J, T + 1), bool)
    missing[:, :T] = np.isnan(values).any(-1).T
    edges = np.flatnonzero(np.diff(missing.ravel(), prepend=False))
    point, start = np.divmod(edges[::2], T + 1)
    end = edges[1::2] % (T + 1)
    is_short = (start > 0) & (end < T) & (end - start <= max_frames)
    point, start, end = point[is_short], start[is_short], end[is_short]
    lengths = end - start
    gap = np.repeat(np.arange(len(lengths)), lengths)
    t = np.arange(len(gap)) - (np.cumsum(lengths) - lengths - start)[gap]
    b, a, j = (start - 1)[gap], end[gap], point[gap]
    fraction = ((times[t] - times[b]) / (times[a] - times[b]))[:, None]
    out = values.copy()
    out[t, j] = values[b, j] * (1 - fraction) + values[a, j] * fraction
    interpolated = np.zeros((T, J), bool)
    interpolated[t, j] = True
    return out, interpolated
