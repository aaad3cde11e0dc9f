"""Check of the person in a live session, as of those in files."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.io.people.person_check import find_fault
from signlift.utils.array_types import Float

#: The time for which frames with keypoints are collected before they are checked, in seconds.
_SECONDS = 2.0


class PersonWatch:
    """Check, once, whether keypoints are those of a person who stands or sits upright.

    Turned or mirrored keypoints, and those in another order, would get a depth that looks right.

    Parameters
    ----------
    skeleton
        The skeleton of the J keypoints.
    frame_rate
        Frames per second.
    name
        The session, for the message.
    """

    def __init__(self, skeleton: Skeleton, frame_rate: float, name: str) -> None:
        self._skeleton, self._name = skeleton, name
        self._wanted = max(1, round(_SECONDS * frame_rate))
        self._frames: list[NDArray[np.floating]] = []
        self._done = False

    def add(self, keypoints: Float[np.ndarray, "J 2"], size: tuple[float, float] | None) -> str:
        """Add a frame, and return the line that describes a fault; "" for none.

        Parameters
        ----------
        keypoints
            [J, 2], NaN where missing.
        size
            Width and height of the image; None if unknown.
        """
        if self._done or np.isnan(keypoints).all():
            return ""
        self._frames.append(keypoints)
        if len(self._frames) < self._wanted:
            return ""
        recording = Recording(np.stack(self._frames), self._skeleton, size=size, name=self._name)
        self._done, self._frames = True, []
        fault = find_fault(recording, sized=size is not None)
        return "" if fault is None else fault.line(self._name)
