"""When the frames of a recording were taken, for filters."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.core.frame_rate import check_fps
from signlift.core.recording import Recording


def frame_times(recording: Recording) -> Float[np.ndarray, " T"]:
    """[T] float64, from its times or else its frame rate (30 per second when it has none).

    Raises
    ------
    InputError
        A frame rate that is none.
    """
    if recording.times is not None:
        return recording.times.astype(np.float64)
    return np.arange(len(recording)) / check_fps(recording.fps, f"{recording.name}: fps")


def frame_interval(recording: Recording) -> float:
    """How long a frame usually takes: the median of the times, or from the frame rate.

    Raises
    ------
    InputError
        A frame rate that is none.
    """
    if recording.times is not None and len(recording) > 1:
        return float(np.median(np.diff(recording.times.astype(np.float64))))
    return 1 / check_fps(recording.fps, f"{recording.name}: fps")
