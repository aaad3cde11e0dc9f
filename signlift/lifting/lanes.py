"""Lanes of different lengths side by side, so that one run of a network lifts several recordings.

The longest lane comes first. Frames are run part by part; a lane that has ended is left out of the
parts after its end, so that lanes of very different lengths cost little more than their frames.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.lifting.network import State
from signlift.lifting.network_data import FrameWindow

#: Frames of a lane that a network processes at a time. It affects the memory, not the result.
WINDOW = 512

#: Frames of all lanes together that a network processes at a time, as far as those of each are not
#: fewer than the second number.
_PART, _MIN_FRAMES = 1024, 16


class Part(NamedTuple):
    """A number of frames from frame `start` on, of the first lanes; arguments of `select`."""

    start: int
    length: int
    lanes: int


def longest_first(lengths: Sequence[int]) -> list[int]:
    """Return the places of lengths in the order of lanes.

    Examples
    --------
    >>> longest_first([3, 9, 5])
    [1, 2, 0]
    """
    return sorted(range(len(lengths)), key=lambda place: -lengths[place])


def split_lanes(lengths: Sequence[int], *, at_ends: bool = False) -> Iterator[Part]:
    """Split lanes into the parts that a network processes at a time.

    Parameters
    ----------
    lengths
        The number of frames of each lane, the longest first.
    at_ends
        Also split where a lane ends, so that no part goes beyond it.

    Examples
    --------
    >>> [tuple(part) for part in split_lanes([600, 100])]
    [(0, 512, 2), (512, 88, 1)]
    """
    start, lanes = 0, len(lengths)
    while True:
        while lanes and lengths[lanes - 1] <= start:
            lanes -= 1
        if not lanes:
            return
        end = lengths[lanes - 1] if at_ends else lengths[0]
        length = min(max(_PART // lanes, _MIN_FRAMES), WINDOW, end - start)
        yield Part(start, length, lanes)
        start += length


def run_lanes(
    lengths: Sequence[int],
    run: Callable[[Part, State], tuple[Sequence[NDArray[np.float32] | None], State]],
    state: State,
) -> list[NDArray[np.float32] | None]:
    """Run a network over lanes, part by part, with its recurrent state.

    Parameters
    ----------
    lengths
        The number of frames of each of B lanes, the longest first.
    run
        A function of a part and the state of its lanes before it. It returns arrays [b, t, ...] of
        these lanes and frames, or None, and the state after it.
    state
        The state before the first frame, [..., B, S].

    Returns
    -------
    The arrays of all parts together, [B, T, ...]. Values after the end of a lane are arbitrary.
    """
    outputs: list[NDArray[np.float32] | None] = []
    for part in split_lanes(lengths):
        state = tuple(values[..., : part.lanes, :] for values in state)
        arrays, state = run(part, state)
        if not outputs:
            shape = (len(lengths), lengths[0])
            outputs = [
                None if array is None else np.empty((*shape, *array.shape[2:]), array.dtype)
                for array in arrays
            ]
        for output, array in zip(outputs, arrays, strict=True):
            if output is not None:
                output[: part.lanes, part.start : part.start + part.length] = array
    return outputs


def run_to_ends(lengths: Sequence[int], run: Callable[[Part, State], State], state: State) -> State:
    """Return the state after the last frame of each lane.

    Parameters
    ----------
    lengths
        The number of frames of each of B lanes, the longest first; 0 or more.
    run
        A function of a part and the state of its lanes before it, which returns that after it.
    state
        The state before the first frame, [..., B, S].
    """
    ends = tuple(values.copy() for values in state)
    for part in split_lanes(lengths, at_ends=True):
        before = tuple(values[..., : part.lanes, :] for values in ends)
        for end, values in zip(ends, run(part, before), strict=True):
            end[..., : part.lanes, :] = values
    return ends


def join_windows(windows: Sequence[FrameWindow]) -> FrameWindow:
    """Return the windows of recordings as one; shorter ones are filled with missing keypoints.

    Parameters
    ----------
    windows
        At least one, the longest first.
    """
    if len(windows) == 1:
        return windows[0]
    depths = [window.detector_depth for window in windows]
    offsets = [window.offset for window in windows]
    return FrameWindow(
        join_lanes([window.keypoints for window in windows]),
        join_lanes([window.confidence for window in windows], 0),
        np.concatenate([window.fps for window in windows]),
        _join_known(depths, [window.confidence.shape for window in windows]),
        _join_known(offsets, [(window.lanes, len(window), 2) for window in windows]),
    )


def _join_known(
    arrays: Sequence[NDArray[np.float32] | None], shapes: Sequence[tuple[int, ...]]
) -> NDArray[np.float32] | None:
    """Join arrays of which some are missing; None if all are."""
    if all(array is None for array in arrays):
        return None
    return join_lanes(
        [
            np.full(shape, np.nan, np.float32) if array is None else array
            for array, shape in zip(arrays, shapes, strict=True)
        ]
    )


def join_lanes(arrays: Sequence[NDArray[np.float32]], fill: float = np.nan) -> NDArray[np.float32]:
    """Join arrays [b, t, ...] of different t, the longest first, to [B, T, ...]."""
    first = arrays[0]
    lanes = sum(map(len, arrays))
    joined = np.empty((lanes, *first.shape[1:]), first.dtype)
    start = 0
    for array in arrays:
        rows = joined[start : start + len(array)]
        rows[:, : array.shape[1]] = array
        rows[:, array.shape[1] :] = fill
        start += len(array)
    return joined
