"""Times of the frames of a recording, for filters."""

from __future__ import annotations

import numpy as np

from signlift.core.frame_rate import check_fps
from signlift.core.recording import Recording
from signlift.utils.array_types import Float


def frame_times(recording: Recording) -> Float[np.ndarray, " T"]:
    """Return the times of all frames [T] in seconds, as float64.

    They are the recording's times, or follow from its frame rate (30 per second if unknown).

    Raises
    ------
    InputError
        The frame rate is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.recording import Recording
    >>> from signlift.filtering.timestamps import frame_times
    >>> frame_times(Recording(np.zeros((3, 26, 2)), fps=10))
    array([0. , 0.1, 0.2])
    """
    if recording.times is not None:
        return recording.times.astype(np.float64)
    return np.arange(len(recording)) / check_fps(recording.fps, f"{recording.name}: fps")


def frame_interval(recording: Recording) -> float:
    """Return the interval between frames in seconds: the median one, or one over the frame rate.

    Raises
    ------
    InputError
        The frame rate is out of range.
    """
    if recording.times is not None and len(recording) > 1:
        return float(np.median(np.diff(recording.times.astype(np.float64))))
    return 1 / check_fps(recording.fps, f"{recording.name}: fps")
