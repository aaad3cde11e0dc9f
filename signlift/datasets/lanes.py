"""Stateful lanes: which window of which recording stands where in a batch, and when.

Recordings of any lengths run side by side, one to a lane. A lane goes through its recording in
windows of seq_len frames; when the recording ends (its last window may be shorter) the lane takes
the next recording that nobody has taken yet. So every frame of every recording comes up exactly
once, in its order, and whoever carries a lane's state from window to window, and clears it where
`first` says so, has gone through each recording without a break.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Int

from signlift.errors import InputError, problem


@dataclass(frozen=True)
class Windows:
    """What stands in each lane in one step.

    Attributes
    ----------
    recording
        [lanes], the recording, or -1 in a lane that has run out of recordings.
    start
        [lanes], the window's first frame.
    length
        [lanes], its frames: seq_len, fewer at a recording's end, 0 in a lane that has run out.
    first
        [lanes], whether it begins a recording: the state before it is zero.
    last
        [lanes], whether it ends one.
    """

    recording: Int[np.ndarray, " lanes"]
    start: Int[np.ndarray, " lanes"]
    length: Int[np.ndarray, " lanes"]
    first: Bool[np.ndarray, " lanes"]
    last: Bool[np.ndarray, " lanes"]

    def __getitem__(self, lanes: slice | Bool[np.ndarray, " lanes"]) -> Windows:
        """Only some of the lanes."""
        return Windows(
            self.recording[lanes],
            self.start[lanes],
            self.length[lanes],
            self.first[lanes],
            self.last[lanes],
        )


def stateful_windows(
    lengths: Int[np.ndarray, " V"],
    order: Int[np.ndarray, " R"],
    lanes: int,
    seq_len: int,
) -> Iterator[Windows]:
    """Go through recordings side by side, window by window.

    Parameters
    ----------
    lengths
        [V], the frames of every recording, each above zero.
    order
        [R], the recordings to go through, in the order in which lanes take them.
    lanes
        How many recordings stand side by side. In the end, when none is left to take, lanes
        stay empty.
    seq_len
        The frames of a window.

    Yields
    ------
    One `Windows` a step, until every recording has come to its end.

    Raises
    ------
    InputError
        lanes or seq_len below 1, or a recording without a frame.
    """
    for name, value in (("batch size", lanes), ("seq_len", seq_len)):
        if value < 1:
            raise InputError(problem(name, expected="a number above 0", found=str(value)))
    if (lengths[order] < 1).any():
        raise InputError(
            problem("recordings", expected="a frame in each", found="one without a frame")
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
        left = np.where(busy, lengths[recording] - start, 0)
        length = np.minimum(left, seq_len)
        last = busy & (left <= seq_len)
        yield Windows(recording.copy(), start.copy(), length, busy & (start == 0), last)
        start += length
        recording[last] = -1
