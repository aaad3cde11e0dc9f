"""Settling of the estimate of a signer's body proportions."""

from __future__ import annotations

import math
from collections import deque

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import UPPER_BODY_LENGTHS
from signlift.utils.array_types import Float

#: The time over which a change of the proportions is measured, in seconds.
WINDOW_SECONDS = 2.0

#: The largest change of a length within that time, relative to the others, of settled proportions;
#: and that above which settled ones count as unsettled again.
SETTLED_CHANGE, _UNSETTLED_CHANGE = 0.02, 0.05

#: The change at which proportions have not begun to settle.
_LARGEST_CHANGE = 0.2


class Settling:
    """Measure of how far body proportions have settled.

    The lengths of the upper body are compared with those of the last two seconds, up to one common
    scale. The measure is 1 once none of them has changed by more than 2 %, and 0 where one has
    changed by 20 % or more, or at the beginning.

    Parameters
    ----------
    frame_rate
        Frames per second.
    given
        Given proportions of the signer. They are settled from the beginning if they have all
        lengths of the upper body, and are not averages of people.

    Attributes
    ----------
    fraction
        From 0, at the beginning, to 1: settled.
    settled
        Whether the proportions have settled. Once they have, they are unsettled again by a change
        of more than 5 % only.

    Examples
    --------
    >>> from signlift import BodyProportions
    >>> settling = Settling(frame_rate=10)
    >>> for frame in range(21):
    ...     settling.update(BodyProportions(torso=50.0, forearm=25.0))
    >>> settling.fraction, settling.settled
    (1.0, True)
    """

    def __init__(self, frame_rate: float, given: BodyProportions | None = None) -> None:
        self._frames = max(1, round(WINDOW_SECONDS * frame_rate))
        self._ratios: deque[Float[np.ndarray, " n"]] = deque(maxlen=self._frames + 1)
        self._fixed = given is not None and _is_complete(given)
        self.fraction = float(self._fixed)
        self.settled = self._fixed

    def update(self, proportions: BodyProportions | None) -> None:
        """Add the proportions after a frame; None for a frame without any estimate so far."""
        if proportions is None or self._fixed:
            return
        lengths = proportions.lengths
        names = [name for name in UPPER_BODY_LENGTHS if name in lengths]
        logs = np.log([lengths[name] for name in names or lengths])
        ratios = logs - logs.mean()
        if self._ratios and len(self._ratios[0]) != len(ratios):
            self._ratios.clear()
        self._ratios.append(ratios)
        change = float(np.ptp(np.stack(self._ratios), axis=0).max())
        begun = (len(self._ratios) - 1) / self._frames
        self.fraction = min(begun, _steadiness(change))
        limit = _UNSETTLED_CHANGE if self.settled else SETTLED_CHANGE
        self.settled = begun == 1 and change <= limit
        if self.settled:
            self.fraction = 1.0


def _is_complete(given: BodyProportions) -> bool:
    return not given.average and set(UPPER_BODY_LENGTHS) <= set(given.lengths)


def _steadiness(change: float) -> float:
    """Map the changes from `_LARGEST_CHANGE` to `SETTLED_CHANGE` to 0 ... 1, by their logarithm."""
    if change <= SETTLED_CHANGE:
        return 1.0
    return max(0.0, math.log(_LARGEST_CHANGE / change) / math.log(_LARGEST_CHANGE / SETTLED_CHANGE))
