"""Session whose frames also go to sinks, for callers that know no sinks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from signlift.lifting.lifter import Lifter
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.live_frame import LiveFrame
from signlift.live.session import LiveSession
from signlift.live.sinks.sink import Sink


class SinkSession(LiveSession):
    """Live session whose frames also go to sinks.

    Parameters
    ----------
    lifter
        The model.
    sinks
        Get each lifted frame in turn.
    options
        Other arguments of `LiveSession`.
    """

    def __init__(self, lifter: Lifter, sinks: Sequence[Sink] = (), **options: Any) -> None:
        self._sinks: Sequence[Sink] = ()
        super().__init__(lifter, **options)
        self._sinks = sinks
        for sink in sinks:
            sink.open(self)

    def restart(self) -> None:
        """Forget the signer; sinks begin anew."""
        super().restart()
        for sink in self._sinks:
            sink.open(self)

    def push(self, frame: KeypointFrame) -> LiveFrame:
        """Lift the next frame, and give it to the sinks."""
        lifted = super().push(frame)
        for sink in self._sinks:
            sink.write(lifted)
        return lifted
