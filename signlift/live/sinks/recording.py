"""A recording as a sink, beside those that a page or another caller starts in the session."""

from __future__ import annotations

from signlift.core.recording import Recording
from signlift.errors import InputError
from signlift.live.live_frame import LiveFrame
from signlift.live.recorder import Recorder
from signlift.live.session import LiveSession


class RecordingSink:
    """All lifted frames of a session, in memory.

    A session that restarts, as with given proportions or at another frame rate, goes on with the
    recording; one on another skeleton, or with another size of the image, begins anew.
    """

    def __init__(self) -> None:
        self._session: LiveSession | None = None
        self._recorder = Recorder()

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self._recorder)

    def open(self, session: LiveSession) -> None:
        """Begin with a session, or go on with one like it."""
        if self._session is not None and _facts(session) != _facts(self._session):
            self._recorder = Recorder()
        self._session = session

    def write(self, frame: LiveFrame) -> None:
        """Add a frame."""
        self._recorder.add(frame)

    def report(self, error: InputError, where: str) -> None:
        """Leave out a frame that could not be read."""

    def close(self) -> None:
        """Keep the frames, for `to_recording`."""

    def to_recording(self) -> Recording | None:
        """Make the recording; None before a session."""
        return None if self._session is None else self._session.make_recording(self._recorder)


def _facts(session: LiveSession) -> tuple[object, ...]:
    return session.skeleton, session.size
