"""One input of the fuzzer: a file, or a directory of files, that is not on the disk yet."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Link:
    """A symbolic link.

    Attributes
    ----------
    target
        What it points to.
    """

    target: str


@dataclass(frozen=True)
class Pipe:
    """A named pipe that nobody writes to."""


Content = bytes | Link | Pipe


@dataclass(frozen=True)
class FuzzInput:
    """A file or a directory that is given to a reader.

    Attributes
    ----------
    entry
        Name of the file or directory that is read.
    files
        Content by name, relative to the directory in which the input is made. Names of files in a
        directory begin with `entry`; other files lie beside it.
    changes
        Names of the mutations that were made, in order.
    """

    entry: str
    files: Mapping[str, Content]
    changes: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, entry: str, content: bytes | str) -> FuzzInput:
        """Make an input of one file."""
        return cls(entry, {entry: content.encode() if isinstance(content, str) else content})

    @classmethod
    def directory(cls, entry: str, files: Mapping[str, bytes]) -> FuzzInput:
        """Make an input that is a directory of files."""
        return cls(entry, {f"{entry}/{name}": content for name, content in files.items()})

    def write(self, parent: Path) -> Path:
        """Make the input below a directory, and return its path.

        Files whose names the file system refuses are left out.
        """
        for name, content in self.files.items():
            path = parent / name
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if isinstance(content, bytes):
                    path.write_bytes(content)
                elif isinstance(content, Link):
                    path.symlink_to(content.target)
                else:
                    os.mkfifo(path)
            except (OSError, ValueError):
                continue
        return parent / self.entry
