"""Streams of bytes from and for other programs, as far as they are used here."""

from __future__ import annotations

from typing import Any, Protocol, runtime_checkable


@runtime_checkable  # for run-time type checks, as in the tests
class Readable(Protocol):
    """Stream of lines, such as `sys.stdin.buffer`."""

    def readline(self, size: int = -1, /) -> bytes:
        """Read a line, or its first bytes; b"" at the end."""


@runtime_checkable
class Writable(Protocol):
    """Stream that takes bytes, such as `sys.stdout.buffer`."""

    def write(self, data: bytes, /) -> Any:
        """Write bytes."""

    def flush(self) -> None:
        """Write what is buffered."""

    def close(self) -> None:
        """Close the stream."""
