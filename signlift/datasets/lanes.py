"""Stateful lanes: the order in which windows of recordings enter the rows of a batch.

Each lane (row of a batch) goes through one recording at a time, in windows of seq_len frames; the
last window may be shorter. When the recording ends, the lane takes the next recording that no lane
has taken. Thus every frame of every recording is used exactly once, in temporal order. A recurrent
state is carried from window to window of a lane, and reset where `first` is True.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from signlift.errors import InputError, parameter_problem
from signlift.utils.array_types import Bool, Int


@dataclass(frozen=True)
class Windows:
    """The windows of all lanes in one step.

    Attributes
    ----------
    recording
        [lanes], the number of the recording, or -1 in a lane that has run out of recordings.
    start
        [lanes], the first frame of the window.
    length
        [lanes], the number of frames: seq_len, fewer at the end of a recording, 0 in a lane that
        has run out.
    first
        [lanes], True at the beginning of a recording, where the state before it is zero.
    last
        [lanes], True at the end of a recording.
    """

    recording: Int[np.ndarray, " lanes"]
    start: Int[np.ndarray, " lanes"]
    length: Int[np.ndarray, " lanes"]
    first: Bool[np.ndarray, " lanes"]
    last: Bool[np.ndarray, " lanes"]

    def __getitem__(self, lanes: slice | Bool[np.ndarray, " lanes"]) -> Windows:
        """Select lanes."""
        return Windows(
            self.recording[lanes],
            self.start[lanes],
            self.length[lanes],
            self.first[lanes],
            self.last[lanes],
        )


def iterate_windows(
    lengths: Int[np.ndarray, " V"],
    order: Int[np.ndarray, " R"],
    lanes: int,
    seq_len: int,
) -> Iterator[Windows]:
    """Iterate over recordings side by side, window by window.

    Parameters
    ----------
    lengths
        [V], the number of frames of every recording, each above zero.
    order
        [R], the numbers of the recordings, in the order in which lanes take them.
    lanes
        The number of recordings that run side by side. Lanes stay empty at the end, when no
        recording is left to take.
    seq_len
        Frames of a window.

    Yields
    ------
    Windows
        One step of all lanes, until every recording has ended.

    Raises
    ------
    InputError
        `lanes` or `seq_len` is below 1, or a recording has no frame.

    Examples
    --------
    >>> import numpy as np
    >>> for step in iterate_windows(np.array([5, 2]), np.array([0, 1]), lanes=2, seq_len=3):
    ...     print(step.recording, step.start, step.length)
    [0 1] [0 0] [3 2]
    [ 0 -1] [3 2] [2 0]
    """
    for name, value in (("batch_size", lanes), ("seq_len", seq_len)):
        if value < 1:
            raise InputError(parameter_problem(name, expected="1 or more", found=value))
    empty = order[lengths[order] < 1]
    if len(empty):
        found = f"no frame in recording {empty[0]}"
        raise InputError(
            parameter_problem("recordings", expected="one frame or more in each", found=found)
        )
    recording = np.full(lanes, -1, np.int64)
    start = np.zeros(lanes, np.int64)
    taken = 0
    while True:
        free = np.flatnonzero(recording < 0)[: len(order) - taken]
        recording[free] = order[taken : taken + len(free)]
        start[free] = 0
        taken += len(free)
        busy = recording >= 0
        if not busy.any():
            return
        remaining = np.where(busy, lengths[recording] - start, 0)
        length = np.minimum(remaining, seq_len)
        last = busy & (remaining <= seq_len)
        yield Windows(recording.copy(), start.copy(), length, busy & (start == 0), last)
        start += length
        recording[last] = -1
