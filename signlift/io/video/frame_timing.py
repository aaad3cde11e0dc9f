"""Times of video frames, and the frame rate where they are evenly spaced."""

from __future__ import annotations

import numpy as np

from signlift.utils.array_types import Float

#: Largest distance of a frame from its even position, as a fraction of the interval.
_MAX_DEVIATION = 0.1


def next_time(seconds: float | None, previous: float | None, interval: float) -> float:
    """Compute the time of a frame, which is always later than that of the previous one.

    Parameters
    ----------
    seconds
        Time in the container, or None.
    previous
        Time of the previous frame, or None.
    interval
        Average time between frames, in seconds.

    Returns
    -------
    `seconds` where it is later than `previous`, else one interval after `previous`.

    Examples
    --------
    >>> next_time(1.6, 1.5, 0.25), next_time(None, 1.5, 0.25)
    (1.6, 1.75)
    """
    if previous is None:
        return 0.0 if seconds is None else seconds
    return previous + interval if seconds is None or seconds <= previous else seconds


def compute_even_fps(times: Float[np.ndarray, " T"], tick: float = 0.0) -> float | None:
    """Compute the frame rate of evenly spaced frames.

    Parameters
    ----------
    times
        [T] in seconds, increasing.
    tick
        Unit to which the container rounds times, in seconds.

    Returns
    -------
    Frames per second; None where frames are not evenly spaced, or there are fewer than two.

    Examples
    --------
    >>> import numpy as np
    >>> compute_even_fps(np.array([0.0, 0.5, 1.0])), compute_even_fps(np.array([0.0, 0.5, 2.0]))
    (2.0, None)
    """
    if len(times) < 2:
        return None
    interval = float(times[-1] - times[0]) / (len(times) - 1)
    deviation = np.abs(times - times[0] - np.arange(len(times)) * interval).max()
    return 1 / interval if deviation <= max(_MAX_DEVIATION * interval, tick) else None
