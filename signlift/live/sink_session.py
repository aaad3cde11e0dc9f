"""Sessions whose frames also go to sinks, for callers that know no sinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signlift.lifting.lifter import Lifter
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.live_frame import LiveFrame
from signlift.live.session import LiveSession
from signlift.live.sinks.sink import Sink


class SharedSinks:
    """Sinks of several sessions, of which the one that was opened last has them.

    Two signers in two pages would otherwise move one avatar at the same time.

    Parameters
    ----------
    sinks
        Get each lifted frame in turn.
    """

    def __init__(self, sinks: Sequence[Sink]) -> None:
        self._sinks = sinks
        self._owner: LiveSession | None = None

    def open(self, session: LiveSession) -> None:
        """Give the sinks to a session."""
        self._owner = session
        for sink in self._sinks:
            sink.open(session)

    def write(self, session: LiveSession, frame: LiveFrame) -> None:
        """Give the sinks a frame, if its session has them."""
        if session is self._owner:
            for sink in self._sinks:
                sink.write(frame)

    def restart(self, session: LiveSession) -> None:
        """Begin anew, if the session has the sinks."""
        if session is self._owner:
            self.open(session)


class SinkSession(LiveSession):
    """Live session whose frames also go to sinks.

    Parameters
    ----------
    lifter
        The model.
    sinks
        The sinks, which this session gets.
    options
        Other arguments of `LiveSession`.
    """

    def __init__(self, lifter: Lifter, sinks: SharedSinks, **options: Any) -> None:
        self._sinks = sinks
        super().__init__(lifter, **options)
        sinks.open(self)

    def restart(self) -> None:
        """Forget the signer; sinks begin anew."""
        super().restart()
        self._sinks.restart(self)

    def push(self, frame: KeypointFrame) -> LiveFrame:
        """Lift the next frame, and give it to the sinks."""
        lifted = super().push(frame)
        self._sinks.write(self, lifted)
        return lifted
