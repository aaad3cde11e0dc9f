"""Standard output and standard error as the command line writes text to them.

Names of files, joints and cameras come from strangers' files: what a terminal would act on is
escaped. Text that nobody reads any more does not change what the program does.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any

from signlift.errors import MAX_LINE, InputError, printable, problem, shorten


class SafeStream:
    """A text stream that escapes control characters, and drops text once it is closed.

    Everything but `write` and `flush` is that of the stream, such as `buffer`, whose errors are
    raised.

    Parameters
    ----------
    stream
        The text stream; None where the program was started with a closed one.
    name
        Its name, for messages.
    max_line
        Maximum length of a line; longer ones lose their middle. None shortens nothing.

    Attributes
    ----------
    terminal
        The stream itself, for progress bars.
    """

    def __init__(self, stream: Any, name: str, max_line: int | None = None) -> None:
        self.terminal, self._name, self._max_line = stream, name, max_line
        self._closed = stream is None

    def write(self, text: str) -> int:
        """Write a text of one line or several."""
        lines = [printable(line) for line in text.split("\n")]
        if self._max_line is not None:
            lines = [shorten(line, self._max_line) for line in lines]
        escaped = "\n".join(lines)
        if self.terminal is not None and not self._closed:
            encoding = getattr(self.terminal, "encoding", None) or "utf-8"
            escaped = escaped.encode(encoding, "backslashreplace").decode(encoding)
            self._try(self.terminal.write, escaped)
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        if self.terminal is not None and not self._closed:
            self._try(self.terminal.flush)

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        return self.terminal is not None and not self._closed and self.terminal.isatty()

    def __getattr__(self, name: str) -> Any:
        if self.terminal is None:
            expected, found = "an open stream", "a closed one"
            raise InputError(problem(self._name, expected=expected, found=found))
        return getattr(self.terminal, name)

    def _try(self, action: Any, *arguments: str) -> None:
        try:
            action(*arguments)
        except (OSError, ValueError):
            self._closed = True


@contextlib.contextmanager
def safe_streams() -> Iterator[None]:
    """Replace sys.stdout and sys.stderr by safe streams for a block."""
    _fill_descriptors()
    output, errors = sys.stdout, sys.stderr
    streams = SafeStream(output, "stdout"), SafeStream(errors, "stderr", MAX_LINE)
    sys.stdout, sys.stderr = streams
    try:
        yield
    finally:
        for stream in streams:
            stream.flush()
            if stream.terminal is not None and stream._closed:
                _discard(stream.terminal)
        sys.stdout, sys.stderr = output, errors


def _fill_descriptors() -> None:
    """Open closed standard descriptors, so that no file gets their numbers and their text."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)


def _discard(stream: Any) -> None:
    """Send what Python still flushes at its end to nowhere."""
    with contextlib.suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, stream.fileno())
        os.close(null)
