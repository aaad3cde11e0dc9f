"""The recordings of files and directories: which are lifted, and under which names."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from signlift.errors import InputError
from signlift.io.arrays.original_arrays import BODY_DATA
from signlift.io.detectors.keypoint_files import (
    group_files,
    is_json_name,
    is_other_json,
    list_members,
)
from signlift.io.reader import Reader
from signlift.pipeline.found import Found, leave_out_sources, name_of, separate_names, stem_of
from signlift.pipeline.listing import (
    list_directory,
    list_sources,
    nothing_to_lift,
    recognise_path,
    split_entries,
)

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
    suffixes
        Suffixes of other files to find, such as archives that no reader takes as they are.

    Attributes
    ----------
    notes
        A line for each file or directory that is left out.
    """

    out: Path
    recursive: bool | None = None
    split: bool = False
    suffixes: tuple[str, ...] = ()
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

    def stream(self, path: Path) -> Iterator[list[Found]]:
        """Search a directory, and yield the recordings of one directory, or of a part, at a time.

        However large the tree is, memory holds the names of the files of one directory. The
        recordings and their names are those of a call, in another order.

        Raises
        ------
        InputError
            A directory cannot be read.
        """
        self._visited = {os.path.realpath(self.out)} - {os.path.realpath(path)}
        for level in self._search(path, path, ""):
            yield separate_names(leave_out_sources(level, self.notes))

    def _search_input(self, path: Path) -> list[Found]:
        self._visited = {os.path.realpath(self.out)} - {os.path.realpath(path)}
        found = list(chain.from_iterable(self._search(path, path, "")))
        if not found:
            raise InputError(nothing_to_lift(path, self.recursive))
        if recognise_path(path) is None:
            found.sort(key=lambda item: item.name)
        return found

    def _search(self, path: Path, root: Path, place: str) -> Iterator[list[Found]]:
        """Search a directory; `place` is its name in those of the results, with a / at the end.

        Yields lists of recordings that may have the same names; those of different lists do not.
        """
        real = os.path.realpath(path)
        if real in self._visited:
            return
        self._visited.add(real)
        name = place.removesuffix("/") or name_of(path)
        if (path / BODY_DATA).is_file():
            yield [Found(path / BODY_DATA, name if place else Path(BODY_DATA).stem)]
            return
        reader = recognise_path(path)
        if reader is not None:
            yield from self._list_recordings(path, root, place, name, reader)
            return
        entries = list_directory(path)
        has_directories, has_files = any(entry.is_dir for entry in entries), False
        checked = _MAX_CHECKED
        others: list[str] = []
        for part in split_entries(entries):
            files = list_sources(path, part, root, place, self.suffixes)
            if has_directories:
                files, checked = self._without_other_json(files, checked)
            has_files = has_files or bool(files)
            for directory in (path / entry.name for entry in part if entry.is_dir):
                if self._is_copy(directory):
                    continue
                if (directory / BODY_DATA).is_file() or recognise_path(directory) is not None:
                    levels = self._search(directory, root, f"{place}{directory.name}/")
                    files += next(levels, [])
                    yield from levels
                else:
                    others.append(directory.name)
            yield files
        yield from self._search_below(path, others, root, place, deep=not has_files)

    def _search_below(
        self, path: Path, names: Sequence[str], root: Path, place: str, *, deep: bool
    ) -> Iterator[list[Found]]:
        """Search the directories in a directory, if they are to be searched."""
        if self.recursive or (self.recursive is None and deep):
            for name in names:
                yield from self._search(path / name, root, f"{place}{name}/")
        elif names and self.recursive is None:
            more = f" and {len(names) - 3} more" if len(names) > 3 else ""
            listed = ", ".join(names[:3]) + more
            line = f"{path}: subdirectories are not searched without `recursive` ({listed})"
            self.notes.append(line)

    def _is_copy(self, directory: Path) -> bool:
        """Leave out a directory that holds the same as another one."""
        copied = _COPIES.get(directory.name)
        if copied is None or not (directory.parent / copied).exists():
            return False
        line = f"{directory}: not lifted, as {directory.parent / copied} holds the same"
        self.notes.append(line)
        return True

    def _without_other_json(self, files: Sequence[Found], checked: int) -> tuple[list[Found], int]:
        """Leave out JSON files without keypoints, which describe the corpus in the directories.

        Returns the others, and how many files of the directory may still be checked.
        """
        others = [item for item in files if is_json_name(item.path)][:checked]
        checked -= len(others)
        others = [item for item in others if is_other_json(item.path)]
        for item in others:
            self.notes.append(f"{item.path}: not lifted, as it holds no keypoints")
        return [item for item in files if item not in others], checked

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
    ) -> Iterator[list[Found]]:
        """List the recordings of a directory of frames, and the other files in it."""
        if not reader.holds_frames:
            yield [Found(path, name, None, root)]
            return
        groups, clips = list_members(path)
        whole = len(groups)
        groups = self._without_other_groups(path, groups)
        kept = None if len(groups) == whole else tuple(chain.from_iterable(groups.values()))
        entries = list_directory(path)
        files = [
            e
            for e in entries
            if not e.is_dir and (e.name in clips or not is_json_name(Path(e.name)))
        ]
        others = list_sources(path, files, root, place, self.suffixes)
        for item in list(others):
            if item.has_images and (len(groups) == 1 or stem_of(item.path) in groups):
                self.notes.append(f"{item.path}: not lifted, as {path} holds its keypoints")
                others.remove(item)
        if len(groups) == 1 and not others:
            items = [Found(path, name, kept, root)]
        elif self.split or len(groups) == 1:
            items = [
                Found(path, place + (group or path.name), files, root)
                for group, files in groups.items()
            ]
        else:
            items = [Found(path, name, kept, root)]
        yield items + others
        names = [e.name for e in entries if e.is_dir and not self._is_copy(path / e.name)]
        yield from self._search_below(path, names, root, place, deep=False)


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
