"""Lines of JSON as a sink: a `hello`, and then a lifted frame in each line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signlift.errors import InputError
from signlift.live.byte_streams import Writable
from signlift.live.live_frame import LiveFrame
from signlift.live.messages import format_message
from signlift.live.protocol import error_message, frame_message, hello_message
from signlift.live.session import LiveSession


class JsonLinesSink:
    """Lines of JSON for another program, or a file.

    Each line is flushed, so that the program reads it at once.

    Parameters
    ----------
    file
        The lines, such as those of standard output.
    owned
        Close the file in the end.

    Raises
    ------
    BrokenPipeError
        The program that reads the lines has stopped.
    """

    def __init__(self, file: Writable, *, owned: bool = False) -> None:
        self._file, self._owned = file, owned

    def open(self, session: LiveSession) -> None:
        """Write the first line."""
        self._write(hello_message(session))

    def write(self, frame: LiveFrame) -> None:
        """Write the line of a frame."""
        self._write(frame_message(frame))

    def report(self, error: InputError, where: str) -> None:
        """Write the line of an error."""
        self._write(error_message(error, where))

    def close(self) -> None:
        """Close the file, if it is owned."""
        if self._owned:
            self._file.close()

    def _write(self, message: Mapping[str, Any]) -> None:
        self._file.write(format_message(message).encode() + b"\n")
        self._file.flush()
