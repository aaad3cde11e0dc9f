"""Interface of the sinks of lifted frames."""

from __future__ import annotations

from typing import Protocol, runtime_checkable

from signlift.errors import InputError
from signlift.live.live_frame import LiveFrame
from signlift.live.session import LiveSession


@runtime_checkable  # for run-time type checks, as in the tests
class Sink(Protocol):
    """Sink of the lifted frames of one signer."""

    def open(self, session: LiveSession) -> None:
        """Begin, with the session whose frames follow. Called again after the signer changes."""

    def write(self, frame: LiveFrame) -> None:
        """Take a frame."""

    def report(self, error: InputError, where: str) -> None:
        """Take the problems of a frame that could not be read."""

    def close(self) -> None:
        """End: no frame follows."""
