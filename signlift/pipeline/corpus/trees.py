"""The recordings of a directory tree, found one directory after the other."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from signlift.errors import InputError
from signlift.pipeline.corpus.archive_names import ARCHIVES
from signlift.pipeline.corpus.manifest import Input
from signlift.pipeline.found import Found
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
    search = Search(out, recursive, split, ARCHIVES)
    is_empty = True
    for level in search.stream(root):
        is_empty = is_empty and not level
        yield from measure(level)
        yield from left_out(search.notes)
    yield from left_out(search.notes)
    if is_empty:
        raise InputError(nothing_to_lift(root, recursive))


def measure(recordings: Iterable[Found]) -> Iterator[Input]:
    """Measure the sizes of recordings, and the times of their last changes."""
    sizes = Sizes()
    for found in recordings:
        size, changed = sizes.of(found)
        yield Input(str(found.path), "", found.name, size, changed, found.files)


def holds_more(root: Path, out: Path, count: int, *, recursive: bool | None, split: bool) -> bool:
    """Return whether a directory holds a tar archive, or more than some recordings.

    It does not search all of it.
    """
    left = count
    for level in Search(out, recursive, split, ARCHIVES).stream(root):
        left -= len(level)
        if left < 0 or any(found.path.name.lower().endswith(ARCHIVES) for found in level):
            return True
    return False


def left_out(notes: list[str]) -> Iterator[Input]:
    """Take the notes of a search, each about a file that is left out."""
    for note in notes:
        path = note.rpartition(_LEFT_OUT)[0] or note.partition(": ")[0]
        yield Input(path, "", path, 0, 0, left_out=note.removeprefix(f"{path}: "))
    notes.clear()


class Sizes:
    """Sizes and times of recordings; a directory is listed once for all recordings in it."""

    def __init__(self) -> None:
        self._directories: dict[Path, dict[str, tuple[int, int]]] = {}

    def of(self, found: Found) -> tuple[int, int]:
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
