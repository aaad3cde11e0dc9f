"""The past frames that the body of a live avatar is measured in."""

from __future__ import annotations

from collections import deque
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import PANOPTIC67, Skeleton

#: Number of earlier frames that the body is measured in, evenly spread over the past.
MAX_EARLIER = 60

#: Keypoints [J, 2], depth [J] and confidence [J] of a frame.
FrameArrays: TypeAlias = "tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]"


class FrameMemory:
    """Some of the frames so far: all recent ones, and a few of the others.

    The others are evenly spread over the past; and of each keypoint of body and hands the last
    frame with it, so that a part that is missing for long keeps the pose that it had.

    Parameters
    ----------
    skeleton
        The skeleton of the J keypoints.
    max_recent
        Number of recent frames.
    """

    def __init__(self, skeleton: Skeleton, max_recent: int) -> None:
        columns = (skeleton.find(name) for name in PANOPTIC67.keypoints)
        self._columns = np.array([column for column in columns if column is not None], int)
        self._last = np.full(len(self._columns), -1)
        self._recent: deque[tuple[int, FrameArrays]] = deque()
        self._max_recent = max_recent
        self._spread: list[tuple[int, FrameArrays]] = []
        self._anchors: dict[int, FrameArrays] = {}
        self._count, self._stride, self._skipped = 0, 1, 0

    def add(self, arrays: FrameArrays) -> None:
        """Add the next frame."""
        self._recent.append((self._count, arrays))
        self._count += 1
        if len(self._recent) > self._max_recent:
            self._keep(*self._recent.popleft())

    def frames(self) -> list[FrameArrays]:
        """List frames in the order of time."""
        earlier = dict(self._spread) | self._anchors
        return [earlier[number] for number in sorted(earlier)] + [each for _, each in self._recent]

    def _keep(self, number: int, arrays: FrameArrays) -> None:
        """Keep a frame that is not recent any more: every nth, and the last of a keypoint."""
        observed = ~np.isnan(arrays[0][self._columns, 0])
        if not observed.any():
            return
        self._last[observed] = number
        self._anchors[number] = arrays
        needed = set(self._last.tolist())
        self._anchors = {key: each for key, each in self._anchors.items() if key in needed}
        self._skipped += 1
        if self._skipped < self._stride:
            return
        self._skipped = 0
        self._spread.append((number, arrays))
        if len(self._spread) > MAX_EARLIER:
            self._spread = self._spread[::2]
            self._stride *= 2
