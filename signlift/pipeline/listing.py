"""The files and directories of a directory, and those of them that may be recordings."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from signlift.errors import InputError, problem
from signlift.io.arrays.original_arrays import BODY_GROUND
from signlift.io.reader import Reader
from signlift.io.reader_registry import READERS, recognise
from signlift.io.source import open_source
from signlift.io.writer_registry import WRITERS
from signlift.pipeline.found import Found, stem_of

#: Suffixes of files in a directory that are lifted, or reported where they cannot be read.
_SUFFIXES = tuple({suffix for reader in READERS for suffix in reader.suffixes})

#: Number of files and directories of a directory that are searched at a time.
_PART = 1000


def nothing_to_lift(path: Path, recursive: bool | None) -> str:
    """Describe a directory without a recording."""
    expected = "a directory of files that signlift reads"
    below = recursive is False and any(entry.is_dir for entry in list_directory(path))
    nothing = "none (subdirectories are searched with `recursive`)" if below else "none"
    return problem(path, expected=expected, found=nothing)


class Entry(NamedTuple):
    """A file or directory in a directory."""

    name: str
    is_dir: bool

    @property
    def prefix(self) -> str:
        """The part of the name that all files of one recording share."""
        return self.name.partition(".")[0]


def list_directory(path: Path) -> list[Entry]:
    """List a directory, sorted by name, without hidden files."""
    try:
        with os.scandir(path) as entries:
            return sorted(
                Entry(entry.name, _is_directory(entry))
                for entry in entries
                if not entry.name.startswith(".")
            )
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InputError(problem(path, expected="a directory to read", found=found)) from None


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself
        return False


def split_entries(entries: Sequence[Entry]) -> Iterator[list[Entry]]:
    """Split a list into parts of `_PART` entries or more; those of one recording stay together."""
    part: list[Entry] = []
    for _, same in groupby(sorted(entries, key=_by_prefix), key=attrgetter("prefix")):
        if len(part) >= _PART:
            yield part
            part = []
        part += same
    yield part


def _by_prefix(entry: Entry) -> tuple[str, str]:
    return entry.prefix, entry.name


def list_sources(
    path: Path, entries: Sequence[Entry], root: Path, place: str, suffixes: tuple[str, ...] = ()
) -> list[Found]:
    """List the files of a directory that are lifted, or reported where they have no reader.

    Files with one of the suffixes are listed, too, whatever they hold.
    """
    names = [entry.name for entry in entries if not entry.is_dir]
    beside = {
        name + writer.beside
        for name in names
        for writer in WRITERS
        if writer.beside and writer.suffix and name.endswith(writer.suffix)
    }
    return [
        Found(file, place + stem_of(file), None, root, reader is not None and reader.has_images)
        for file in (path / name for name in names if name != BODY_GROUND and name not in beside)
        for reader, is_source in (_inspect(file),)
        if is_source or file.name.lower().endswith(suffixes)
    ]


def _inspect(path: Path) -> tuple[Reader | None, bool]:
    """Find the reader of a file, and whether it is lifted, or reported where it has none."""
    try:
        reader = recognise_path(path)
    except InputError:  # reported when it is lifted
        is_file = path.is_file() and path.stat().st_size > 0
        return None, is_file or path.name.lower().endswith(_SUFFIXES)
    return reader, reader is not None or path.name.lower().endswith(_SUFFIXES)


def recognise_path(path: Path) -> Reader | None:
    """Find the reader of a file or directory by its content.

    Raises
    ------
    InputError
        It cannot be read.
    """
    with open_source(path) as source:
        return recognise(source)
