"""Live lifting from a source to sinks, until the source ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from signlift.live.session import LiveSession
from signlift.live.sinks.sink import Sink
from signlift.live.sources.source import DamagedFrame, Source


@dataclass
class LiveCounts:
    """Numbers of frames of a run.

    Attributes
    ----------
    lifted
        Frames that were lifted.
    damaged
        Frames that could not be read.
    """

    lifted: int = 0
    damaged: int = 0

    def describe(self, dropped: int = 0) -> str:
        """Describe the frames of a run.

        Parameters
        ----------
        dropped
            Frames that the source has left out.

        Examples
        --------
        >>> LiveCounts(93, damaged=1).describe(dropped=4)
        '93 frames, 4 dropped, 1 damaged'
        """
        parts = [f"{self.lifted} frame{'' if self.lifted == 1 else 's'}"]
        parts += [f"{dropped} dropped"] * bool(dropped)
        parts += [f"{self.damaged} damaged"] * bool(self.damaged)
        return ", ".join(parts)


def run_live(
    source: Source, session: LiveSession, sinks: Sequence[Sink], counts: LiveCounts | None = None
) -> LiveCounts:
    """Lift the frames of a source as they come.

    Parameters
    ----------
    source
        The frames.
    session
        The session, on the skeleton of the source.
    sinks
        Get each lifted frame in turn.
    counts
        Is counted up, for callers that are interrupted.

    Returns
    -------
    The numbers of frames.
    """
    counts = LiveCounts() if counts is None else counts
    for sink in sinks:
        sink.open(session)
    for frame in source.frames():
        if isinstance(frame, DamagedFrame):
            counts.damaged += 1
            for sink in sinks:
                sink.report(frame.error, frame.where)
            continue
        lifted = session.push(frame)
        counts.lifted += 1
        for sink in sinks:
            sink.write(lifted)
    return counts
