"""Frames and times of the rows of a table."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from signlift.errors import InputError
from signlift.io.detectors.frame_names import gap_problem
from signlift.io.frame_limit import check_frame_count
from signlift.io.people.assemble import FileMetadata
from signlift.utils.array_types import Float, Int

#: Largest deviation of evenly spaced times, in frames.
_MAX_DEVIATION = 0.1

#: From this step on times are milliseconds, microseconds or nanoseconds, and the seconds in each.
_TIME_UNITS = ((5e6, 1e-9), (5e3, 1e-6), (2.0, 1e-3))


@dataclass(frozen=True, eq=False)
class Timeline:
    """Frames of a recording.

    Attributes
    ----------
    frames
        [D], number of each row's frame, from 0.
    length
        T, the number of frames.
    fps
        Frames per second where the times are evenly spaced, or None.
    times
        [T], seconds, where they are not, or None.
    """

    frames: Int[np.ndarray, " D"]
    length: int
    fps: float | None
    times: Float[np.ndarray, " T"] | None

    def describe(self, metadata: FileMetadata) -> FileMetadata:
        """Add the frame rate and the times to the metadata of a file, which take precedence."""
        if metadata.fps is not None or (self.fps is None and self.times is None):
            return metadata
        return replace(metadata, fps=self.fps, times=self.times)


def number_frames(
    frames: Int[np.ndarray, " D"], times: Float[np.ndarray, " D"] | None, where: str
) -> Timeline:
    """Count the frames of a recording from 0, and find its frame rate.

    Parameters
    ----------
    frames
        [D], frame numbers of the rows, in any order. Numbers that are left out become frames
        without a person.
    times
        [D], in seconds, milliseconds, microseconds or nanoseconds; NaN where unknown; None if the
        table has none.
    where
        The recording, for messages.

    Raises
    ------
    InputError
        The frame numbers are too far apart.
    """
    numbers, first, inverse = np.unique(frames, return_index=True, return_inverse=True)
    length = int(numbers[-1] - numbers[0]) + 1
    excess = gap_problem(where, numbers.tolist())
    if excess is not None:
        raise InputError(excess)
    check_frame_count(where, length)
    offsets = numbers - numbers[0]
    placed = offsets[inverse.reshape(-1)]
    if times is None or len(numbers) < 2:
        return Timeline(placed, length, None, None)
    seconds = times[first]
    steps = np.diff(seconds) / np.diff(offsets)
    if np.isnan(seconds).any() or not (steps > 0).all():
        return Timeline(placed, length, None, None)
    step = float(np.median(steps))
    seconds = seconds * next((unit for limit, unit in _TIME_UNITS if step >= limit), 1.0)
    rate = (offsets[-1] - offsets[0]) / (seconds[-1] - seconds[0])
    even = seconds[0] + offsets / rate
    if np.abs(seconds - even).max() * rate <= _MAX_DEVIATION:
        return Timeline(placed, length, float(f"{rate:.6g}"), None)
    times = np.interp(np.arange(length), offsets, seconds - seconds[0])
    return Timeline(placed, length, None, times)
