"""The recordings of files and directories: which are lifted, and under which names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND
from signlift.io.detectors.keypoint_files import (
    group_files,
    is_json_name,
    is_other_json,
    list_members,
)
from signlift.io.reader import Reader
from signlift.io.reader_registry import READERS, recognise
from signlift.io.source import open_source
from signlift.io.writer_registry import WRITERS
from signlift.pipeline.found import Found, leave_out_sources, name_of, separate_names, stem_of

#: Suffixes of files in a directory that are lifted, or reported where they cannot be read.
_SUFFIXES = tuple({suffix for reader in READERS for suffix in reader.suffixes})

#: Directories that hold the same as what is beside them: results drawn into videos or images, and
#: AlphaPose's results split by frame.
_COPIES = {
    "visualizations": "predictions",
    "vis": "alphapose-results.json",
    "sep-json": "alphapose-results.json",
    "video": "json",
}

#: Maximum number of JSON files of a directory that are parsed to look for keypoints.
_MAX_CHECKED = 20


@dataclass
class Search:
    """A search for recordings in files and directories.

    Parameters
    ----------
    out
        Directory of the results, which is not searched.
    recursive
        Search the directories below a directory, and those below them. By default those are
        searched that are in a directory without files to lift.
    split
        Take the recordings of one directory with a file for each frame one by one.

    Attributes
    ----------
    notes
        A line for each file or directory that is left out.
    """

    out: Path
    recursive: bool | None = None
    split: bool = False
    notes: list[str] = field(default_factory=list)
    _visited: set[str] = field(default_factory=set)

    def __call__(self, inputs: Sequence[Path]) -> list[Found]:
        """Find the recordings of files, directories that are one, and directories of those.

        Parameters
        ----------
        inputs
            Files and directories. JSON files of frames are grouped as those of a directory are.

        Returns
        -------
        The recordings, in the order of the inputs, with different names unless those of the
        inputs are the same.

        Raises
        ------
        InputError
            There is nothing to lift in a directory, or it cannot be read.
        """
        found: list[Found] = []
        grouped: set[Path] = set()
        for path in inputs:
            if path.is_dir():
                found += self._search_input(path)
            elif path not in grouped:
                items = _group_inputs(path, inputs)
                grouped.update(item.path / file for item in items for file in item.files or ())
                found += items or [Found(path, stem_of(path))]
        return separate_names(leave_out_sources(found, self.notes))

    def _search_input(self, path: Path) -> list[Found]:
        self._visited = {os.path.realpath(self.out)} - {os.path.realpath(path)}
        found = list(self._search(path, path, ""))
        if not found:
            expected = "a directory of files that signlift reads"
            below = self.recursive is False and bool(_list_directories(path))
            nothing = "none (subdirectories are searched with `recursive`)" if below else "none"
            raise InputError(problem(path, expected=expected, found=nothing))
        return found

    def _search(self, path: Path, root: Path, place: str) -> Iterator[Found]:
        """Search a directory; `place` is its name in those of the results, with a / at the end."""
        real = os.path.realpath(path)
        if real in self._visited:
            return
        self._visited.add(real)
        name = place.removesuffix("/") or name_of(path)
        if (path / BODY_DATA).is_file():
            yield Found(path / BODY_DATA, name if place else Path(BODY_DATA).stem)
            return
        reader = _recognise(path)
        if reader is not None:
            yield from self._list_recordings(path, root, place, name, reader)
            return
        files = [
            Found(file, place + stem_of(file), None, root, reader is not None and reader.has_images)
            for file in _list_files(path)
            for reader, is_source in (_inspect(file),)
            if is_source
        ]
        directories = _list_directories(path)
        if directories:
            files = self._without_other_json(files)
        deep = self.recursive or (self.recursive is None and not files)
        below = list(self._search_below(path, directories, root, place, deep=deep))
        yield from sorted([*files, *below], key=lambda item: item.name)

    def _search_below(
        self, path: Path, directories: Sequence[Path], root: Path, place: str, *, deep: bool
    ) -> Iterator[Found]:
        """Search the directories in a directory: all of them, or those that are a recording."""
        skipped: list[Path] = []
        for directory in directories:
            inside = place + directory.name + "/"
            copied = _COPIES.get(directory.name)
            if copied is not None and (path / copied).exists():
                self.notes.append(f"{directory}: not lifted, as {path / copied} holds the same")
            elif deep or (directory / BODY_DATA).is_file() or _recognise(directory) is not None:
                yield from self._search(directory, root, inside)
            else:
                skipped.append(directory)
        self._note_skipped(path, skipped)

    def _note_skipped(self, path: Path, skipped: Sequence[Path]) -> None:
        if skipped and self.recursive is None:
            more = f" and {len(skipped) - 3} more" if len(skipped) > 3 else ""
            listed = ", ".join(directory.name for directory in skipped[:3]) + more
            line = f"{path}: subdirectories are not searched without `recursive` ({listed})"
            self.notes.append(line)

    def _without_other_json(self, files: Sequence[Found]) -> list[Found]:
        """Leave out JSON files without keypoints, which describe the corpus in the directories."""
        others = [item for item in files if is_json_name(item.path)][:_MAX_CHECKED]
        others = [item for item in others if is_other_json(item.path)]
        for item in others:
            self.notes.append(f"{item.path}: not lifted, as it holds no keypoints")
        return [item for item in files if item not in others]

    def _without_other_groups(
        self, path: Path, groups: dict[str, tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        """Leave out numbered JSON files without keypoints, as boxes and labels, beside frames."""
        if len(groups) < 2:
            return groups
        kept = {
            group: files
            for group, files in groups.items()
            if not all(is_other_json(path / file) for file in files[:_MAX_CHECKED])
        }
        if not kept:
            return groups
        for group, files in groups.items():
            if group not in kept:
                more = f" and {len(files) - 1} more" if len(files) > 1 else ""
                why = "they hold no keypoints" if more else "it holds no keypoints"
                self.notes.append(f"{path / files[0]}{more}: not lifted, as {why}")
        return kept

    def _list_recordings(
        self, path: Path, root: Path, place: str, name: str, reader: Reader
    ) -> Iterator[Found]:
        """List the recordings of a directory of frames, and the other files in it."""
        if not reader.holds_frames:
            yield Found(path, name, None, root)
            return
        groups, clips = list_members(path)
        whole = len(groups)
        groups = self._without_other_groups(path, groups)
        kept = None if len(groups) == whole else tuple(chain.from_iterable(groups.values()))
        others = [
            Found(file, place + stem_of(file), None, root, reader is not None and reader.has_images)
            for file in _list_files(path)
            if file.name in clips or not is_json_name(file)
            for reader, is_source in (_inspect(file),)
            if is_source
        ]
        for item in list(others):
            if item.has_images and (len(groups) == 1 or stem_of(item.path) in groups):
                self.notes.append(f"{item.path}: not lifted, as {path} holds its keypoints")
                others.remove(item)
        if len(groups) == 1 and not others:
            yield Found(path, name, kept, root)
        elif self.split or len(groups) == 1:
            for group, files in groups.items():
                yield Found(path, place + (group or path.name), files, root)
        else:
            yield Found(path, name, kept, root)
        yield from others
        directories = _list_directories(path)
        if self.recursive:
            yield from self._search_below(path, directories, root, place, deep=True)
        else:
            self._note_skipped(path, directories)


def _group_inputs(path: Path, inputs: Sequence[Path]) -> list[Found]:
    """Group the JSON files among the inputs that are in the directory of this one."""
    if not is_json_name(path):
        return []
    beside = [
        file
        for file in dict.fromkeys(inputs)
        if file.parent == path.parent and is_json_name(file) and file.is_file()
    ]
    if len(beside) < 2:
        return []
    return [
        Found(path.parent, group or path.parent.resolve().name, files)
        for group, files in group_files(path.parent, {file.name for file in beside}).items()
        if path.name in files and len(files) > 1
    ]


def _list_files(path: Path) -> list[Path]:
    """List the files of a directory that may be sources, sorted by name."""
    files = {file.name: file for file in _list_directory(path) if not file.is_dir()}
    beside = {
        name + writer.beside
        for name in files
        for writer in WRITERS
        if writer.beside and writer.suffix and name.endswith(writer.suffix)
    }
    return [file for name, file in files.items() if name != BODY_GROUND and name not in beside]


def _list_directories(path: Path) -> list[Path]:
    return [file for file in _list_directory(path) if file.is_dir()]


def _list_directory(path: Path) -> list[Path]:
    try:
        return sorted(file for file in path.iterdir() if not file.name.startswith("."))
    except OSError as error:
        found = (error.strerror or str(error)).lower()
        raise InputError(problem(path, expected="a directory to read", found=found)) from None


def _inspect(path: Path) -> tuple[Reader | None, bool]:
    """Find the reader of a file, and whether it is lifted, or reported where it has none."""
    try:
        reader = _recognise(path)
    except InputError:  # reported when it is lifted
        is_file = path.is_file() and path.stat().st_size > 0
        return None, is_file or path.name.lower().endswith(_SUFFIXES)
    return reader, reader is not None or path.name.lower().endswith(_SUFFIXES)


def _recognise(path: Path) -> Reader | None:
    with open_source(path) as source:
        return recognise(source)
