"""Schedule of a film: the frames that it shows, and for how long, at the true speed."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from signlift.utils.array_types import Float

#: Maximum frames per second of a GIF: viewers slow faster ones down.
MAX_GIF_FPS = 50.0


def frame_ends(
    frames: int, fps: float, times: Float[np.ndarray, " T"] | None = None
) -> Float[np.ndarray, " T"]:
    """Return the seconds at which the frames of a recording end.

    Parameters
    ----------
    frames
        T, the number of frames.
    fps
        Frames per second.
    times
        [T], seconds of frames that are not evenly spaced. The last one lasts as long as the median.

    Examples
    --------
    >>> frame_ends(3, 4).tolist()
    [0.25, 0.5, 0.75]
    >>> frame_ends(3, 4, np.array([0.0, 0.1, 0.4])).round(2).tolist()
    [0.1, 0.4, 0.6]
    """
    if times is None or frames < 2:
        return np.arange(1, frames + 1) / fps
    starts = times.astype(np.float64) - times[0]
    steps = np.diff(starts)
    return np.append(starts[1:], starts[-1] + np.median(steps))


def choose_frames(ends: Float[np.ndarray, " T"], rate: float) -> list[int]:
    """Choose the frames of a film with evenly spaced frames: those that are shown at its times.

    Parameters
    ----------
    ends
        [T], seconds at which the frames of the recording end.
    rate
        Frames per second of the film, at least.

    Returns
    -------
    The number of the frame to show in each frame of the film, which is as long as the recording.

    Examples
    --------
    >>> choose_frames(frame_ends(3, 4, np.array([0.0, 0.1, 0.4])), 10)
    [0, 1, 1, 1, 2, 2]
    """
    count = max(1, int(np.ceil(float(ends[-1]) * rate - 1e-6)))
    starts = np.arange(count) * float(ends[-1]) / count
    return [int(number) for number in np.searchsorted(ends, starts + 1e-9, side="right")]


def gif_delays(numbers: Sequence[int], ends: Float[np.ndarray, " T"]) -> list[int]:
    """Return the milliseconds for which a GIF shows each of the chosen frames.

    A GIF counts in hundredths of a second: at 30 frames per second, frames are shown for 30 or
    40 ms. The error of their sum is at most 5 ms.

    Parameters
    ----------
    numbers
        Numbers of the frames, increasing from 0.
    ends
        [T], seconds at which the frames of the recording end.

    Examples
    --------
    >>> gif_delays([0, 1, 2, 3], frame_ends(4, 30))
    [30, 40, 30, 30]
    """
    starts = [0.0, *(float(ends[number - 1]) for number in numbers[1:]), float(ends[-1])]
    hundredths = [round(100 * start) for start in starts]
    return [10 * max(1, end - start) for start, end in pairwise(hundredths)]


def choose_gif_frames(ends: Float[np.ndarray, " T"], every: int = 1) -> list[int]:
    """Choose each `every`-th frame, but none that begins less than 1/50 s after the one before.

    Examples
    --------
    >>> choose_gif_frames(frame_ends(6, 100))
    [0, 2, 4]
    """
    starts = np.append(0.0, ends[:-1])
    numbers = [0]
    for number in range(every, len(ends), every):
        if starts[number] - starts[numbers[-1]] >= 1 / MAX_GIF_FPS - 1e-9:
            numbers.append(number)
    return numbers
