"""The recordings of a directory tree, found one directory after the other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from signlift.errors import InputError, parameter_problem
from signlift.pipeline.corpus.manifest import Input
from signlift.pipeline.found import Found, name_of
from signlift.pipeline.listing import nothing_to_lift
from signlift.pipeline.search import Search

_LEFT_OUT = ": not lifted, "


def search_tree(
    root: Path, out: Path, *, recursive: bool | None = None, split: bool = True
) -> Iterator[Input]:
    """Search a directory for recordings, and for files that are left out beside them.

    Parameters
    ----------
    root
        The directory.
    out
        Directory of the results, which is not searched.
    recursive, split
        As for `Search`.

    Raises
    ------
    InputError
        A directory cannot be read.
    """
    search = Search(out, recursive, split)
    is_empty = True
    for level in search.stream(root):
        is_empty = is_empty and not level
        yield from _measure(level)
        yield from _left_out(search.notes)
    yield from _left_out(search.notes)
    if is_empty:
        raise InputError(nothing_to_lift(root, recursive))


def search_inputs(
    inputs: Sequence[Path], out: Path, *, recursive: bool | None = None, split: bool = True
) -> Iterator[Input]:
    """Search files and directories for recordings.

    Parameters
    ----------
    inputs
        The results of one directory are in the same directories below `out`; those of several
        directories are in a directory of each one's name.
    out, recursive, split
        As for `search_tree`.

    Raises
    ------
    InputError
        As `search_tree`; or a directory holds its own results.
    """
    directories = [path for path in inputs if path.is_dir()]
    for path in directories:
        if os.path.realpath(path) == os.path.realpath(out):
            expected = "a directory other than the input's"
            raise InputError(parameter_problem("out", expected=expected, found=str(out)))
    for path in directories:
        place = f"{name_of(path)}/" if len(inputs) > 1 else ""
        for each in search_tree(path, out, recursive=recursive, split=split):
            yield replace(each, name=place + each.name)
    search = Search(out, recursive, split)
    yield from _measure(search([path for path in inputs if not path.is_dir()]))
    yield from _left_out(search.notes)


def _measure(recordings: Iterable[Found]) -> Iterator[Input]:
    sizes = _Sizes()
    for found in recordings:
        size, changed = sizes.measure(found)
        yield Input(str(found.path), "", found.name, size, changed, found.files)


def holds_more(root: Path, out: Path, count: int, *, recursive: bool | None, split: bool) -> bool:
    """Return whether a directory holds more than some recordings, without searching all of it."""
    left = count
    for level in Search(out, recursive, split).stream(root):
        left -= len(level)
        if left < 0:
            return True
    return False


def _left_out(notes: list[str]) -> Iterator[Input]:
    """Take the notes of a search."""
    for note in notes:
        path = note.rpartition(_LEFT_OUT)[0] or note.partition(": ")[0]
        yield Input(path, "", path, 0, 0, left_out=note.removeprefix(f"{path}: "))
    notes.clear()


class _Sizes:
    """Sizes and times of recordings; a directory is listed once for all recordings in it."""

    def __init__(self) -> None:
        self._directories: dict[Path, dict[str, tuple[int, int]]] = {}

    def measure(self, found: Found) -> tuple[int, int]:
        """Return the bytes of a recording's files, and the time of the last change in ns."""
        try:
            about = found.path.stat()
            if not found.path.is_dir():
                return about.st_size, about.st_mtime_ns
            listing = self._list(found.path)
        except OSError:  # reported when it is lifted
            return 0, 0
        names = listing if found.files is None else found.files
        files = [listing[name] for name in names if name in listing]
        return sum(size for size, _ in files), max((changed for _, changed in files), default=0)

    def _list(self, path: Path) -> dict[str, tuple[int, int]]:
        if path not in self._directories:
            with os.scandir(path) as entries:
                self._directories[path] = {
                    entry.name: (about.st_size, about.st_mtime_ns)
                    for entry in entries
                    if entry.is_file()
                    for about in (entry.stat(),)
                }
        return self._directories[path]
