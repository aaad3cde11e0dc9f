"""Lines of JSON as a source: a `hello`, and then a frame in each line."""

from __future__ import annotations

from collections.abc import Iterator

from signlift.errors import InputError, problem
from signlift.live.byte_streams import Readable
from signlift.live.frame_parser import parse_frame
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.messages import MAX_BYTES, parse_message
from signlift.live.protocol import Hello, message_type, parse_hello
from signlift.live.sources.source import DamagedFrame


class JsonLines:
    """Lines of JSON from a program that finds keypoints.

    Every line is lifted: a program that writes faster than that waits. Empty lines, and messages of
    other types, are ignored.

    Parameters
    ----------
    file
        The lines, such as those of standard input.
    name
        The name of the source, for messages and recordings.
    defaults
        What holds where the first line is no `hello`, or leaves it out. None requires one.

    Attributes
    ----------
    skeleton, frame_rate, size, dropped
        As for every source.

    Raises
    ------
    InputError
        The first line is damaged; or it is no `hello`, and there are no defaults.
    """

    def __init__(self, file: Readable, name: str = "stdin", defaults: Hello | None = None) -> None:
        self.name, self.dropped = name, 0
        self._file, self._number = file, 0
        self._first: bytes | None = self._read_line()
        message = {} if self._first is None else parse_message(self._first, self._where)
        if message_type(message) == "hello":
            self._hello = parse_hello(message, defaults)
            self._first = None
        elif defaults is not None:
            self._hello = defaults
        else:
            expected = (
                "`skeleton`, or a first line such as "
                '{"type": "hello", "version": 1, "skeleton": "coco17", "fps": 30}'
            )
            found = "the end of the lines" if self._first is None else "a frame"
            raise InputError(problem(self._where, expected=expected, found=found))
        self.skeleton, self.frame_rate = self._hello.skeleton, self._hello.fps
        self.size = self._hello.size

    def frames(self) -> Iterator[KeypointFrame | DamagedFrame]:
        """Iterate over the frames as they come."""
        line = self._first or self._read_line()
        while line is not None:
            try:
                message = parse_message(line, self._where)
                if message_type(message) == "frame":
                    yield parse_frame(message, self._hello, self._where)
                elif message_type(message) == "hello":
                    expected, found = "one hello, in the first line", "another one"
                    raise InputError(problem(self._where, expected=expected, found=found))
            except InputError as error:
                yield DamagedFrame(error, self._where)
            line = self._read_line()

    @property
    def _where(self) -> str:
        return f"{self.name}, line {max(self._number, 1)}"

    def _read_line(self) -> bytes | None:
        """Read the next line that is not empty; None after the last one."""
        while line := self._file.readline(MAX_BYTES + 1):
            self._number += 1
            if len(line) > MAX_BYTES and not line.endswith(b"\n"):
                self._skip_line()
            if line.strip():
                return line
        return None

    def _skip_line(self) -> None:
        """Read to the end of a line that is too long."""
        while (part := self._file.readline(MAX_BYTES)) and not part.endswith(b"\n"):
            pass
