"""The recordings of a directory tree, found one directory after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from signlift.pipeline.corpus.manifest import Input
from signlift.pipeline.found import Found
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
    for level in search.stream(root):
        sizes = _Sizes()
        for found in level:
            size, changed = sizes.measure(found)
            yield Input(str(found.path), "", found.name, size, changed, found.files)
        yield from _left_out(search.notes)
    yield from _left_out(search.notes)


def holds_more(root: Path, out: Path, count: int, recursive: bool | None) -> bool:
    """Return whether a directory holds more than some recordings, without searching all of it."""
    left = count
    for level in Search(out, recursive, split=True).stream(root):
        left -= len(level)
        if left < 0:
            return True
    return False


def _left_out(notes: list[str]) -> Iterator[Input]:
    """Take the notes of a search."""
    for note in notes:
        path, _, why = note.rpartition(_LEFT_OUT)
        path = path or note.partition(": ")[0]
        yield Input(path, "", path, 0, 0, left_out=why or note.partition(": ")[2])
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
