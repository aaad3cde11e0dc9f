"""Pacing of recorded frames, as if they came from a camera."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

FrameT = TypeVar("FrameT")

#: Frames are late, and are dropped, once the next one is due.
_NEXT = 1.0


class Pacing:
    """Frames at the times at which a camera would have taken them; late ones are dropped.

    Like a camera, it queues nothing: when a frame takes longer than the interval, those that
    came meanwhile are left out, and the newest counts.

    Parameters
    ----------
    interval
        The time between two frames in seconds.
    paced
        Without it, all frames come at once, and none is dropped.
    clock, sleep
        The time in seconds, and waiting.

    Attributes
    ----------
    dropped
        Number of frames that were left out so far.

    Examples
    --------
    >>> pacing = Pacing(0.04, paced=False)
    >>> list(pacing.follow([(0.0, "a"), (0.04, "b")]))
    ['a', 'b']
    """

    def __init__(
        self,
        interval: float,
        *,
        paced: bool = True,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interval, self._paced, self._clock, self._sleep = interval, paced, clock, sleep
        self.dropped = 0

    def follow(self, frames: Iterable[tuple[float, FrameT]]) -> Iterator[FrameT]:
        """Iterate over those of the frames that are in time.

        Parameters
        ----------
        frames
            Each with its time in seconds, increasing.
        """
        start: float | None = None
        for seconds, frame in frames:
            if self._paced:
                now = self._clock()
                start = now - seconds if start is None else start
                wait = start + seconds - now
                if wait < -_NEXT * self._interval:
                    self.dropped += 1
                    continue
                if wait > 0:
                    self._sleep(wait)
            yield frame
