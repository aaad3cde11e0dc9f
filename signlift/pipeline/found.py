"""Names of the results of recordings, and the choice among several files of one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from signlift.io.detectors.keypoint_files import is_json_name, is_other_json


@dataclass(frozen=True)
class Found:
    """One file, directory, or group of files in a directory, to lift.

    Attributes
    ----------
    path
        The file or directory.
    name
        Name of its results without a suffix, with / between directories.
    files
        Names of the files in the directory that belong to it; None for all.
    root
        The directory in which it was searched; None for an input by itself.
    has_images
        Whether keypoints have to be detected in its images.
    """

    path: Path
    name: str
    files: tuple[str, ...] | None = None
    root: Path | None = None
    has_images: bool = False


def leave_out_sources(found: Sequence[Found], notes: list[str]) -> list[Found]:
    """Leave out videos beside their keypoints, and JSON files without any beside a recording.

    Parameters
    ----------
    found
        The recordings. Those that are inputs by themselves stay.
    notes
        Takes a line for each file that is left out.
    """
    # clip.mp4.json has the keypoints of clip.mp4, as clip.json has.
    videos = {
        (item.root, item.name.removesuffix(stem_of(item.path)) + item.path.name): item.name
        for item in found
        if item.has_images
    }
    by_name: dict[tuple[Path | None, str], list[Found]] = defaultdict(list)
    for item in found:
        by_name[item.root, videos.get((item.root, item.name), item.name)].append(item)
    left_out: set[int] = set()
    for (root, _), items in by_name.items():
        if root is None or len(items) == 1:
            continue
        keypoints = [item for item in items if not item.has_images]
        for item in keypoints:
            is_json = is_json_name(item.path)
            if is_json and item.path.is_file() and is_other_json(item.path):
                notes.append(f"{item.path}: not lifted, as it holds no keypoints")
                left_out.add(id(item))
        keypoints = [item for item in keypoints if id(item) not in left_out]
        for item in items:
            if item.has_images and keypoints:
                line = f"{item.path}: not lifted, as {keypoints[0].path} holds its keypoints"
                notes.append(line)
                left_out.add(id(item))
    return [item for item in found if id(item) not in left_out]


def separate_names(found: Sequence[Found]) -> list[Found]:
    """Give results different names.

    Files of one directory keep their suffixes; those of several directories get their names, and
    so do files of several directories that are given one by one.
    """
    by_name: dict[tuple[str, Path], list[Found]] = defaultdict(list)
    for item in found:
        by_name[item.name, item.path if item.files else item.path.parent].append(item)
    names = {
        id(item): item.name.removesuffix(stem_of(item.path)) + item.path.name
        for items in by_name.values()
        for item in items
        if len(items) > 1 and item.path.is_file()
    }
    separated = [replace(item, name=names.get(id(item), item.name)) for item in found]
    roots: dict[str, set[Path | None]] = defaultdict(set)
    for item in separated:
        roots[item.name].add(item.root)
    shared = {root for same in roots.values() if len(same) > 1 for root in same}
    separated = [
        item
        if item.root is None or item.root not in shared
        else replace(item, name=f"{name_of(item.root)}/{item.name}")
        for item in separated
    ]
    places: dict[str, set[Path]] = defaultdict(set)
    for item in separated:
        places[item.name].add(_directory_of(item))
    return [
        replace(item, name=f"{name_of(_directory_of(item))}/{item.name}")
        if item.root is None and len(places[item.name]) > 1
        else item
        for item in separated
    ]


def _directory_of(item: Found) -> Path:
    return item.path if item.files else item.path.parent


def stem_of(path: Path) -> str:
    """Return a file's name without its suffix, and without .json before .gz."""
    return (
        path.stem.removesuffix(".jsonl").removesuffix(".json")
        if path.suffix == ".gz"
        else path.stem
    )


def name_of(directory: Path) -> str:
    """Name a directory, also one that is given as . or .."""
    return directory.name if directory.name not in ("", "..") else directory.resolve().name
