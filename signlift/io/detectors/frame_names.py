"""Frame numbers in file names, and the recordings that files belong to."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_DIGITS = re.compile(r"[0-9]+")
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]*$")

#: Maximum number of digits of a frame number. Longer ones are other numbers, and slow to convert.
_MAX_DIGITS = 18


def group_frames(names: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """Group the names of frame files by recording.

    Files belong to one recording if they are in one directory and their names differ in one number
    only, the frame number. Of several numbers in a name (`clip2_00017_keypoints.json`), the frame
    number is the one with the most different values, or the last of several such.

    Parameters
    ----------
    names
        Names of files, with / between directories. Names without a number are left out.

    Returns
    -------
    The frames (number, name) of each recording, sorted by number. The name of a recording is the
    common part of the names of its files.

    Examples
    --------
    >>> group_frames(["walk_10.json", "walk_9.json", "sit_0.json"])
    {'sit': [(0, 'sit_0.json')], 'walk': [(9, 'walk_9.json'), (10, 'walk_10.json')]}
    """
    patterns: dict[str, list[str]] = defaultdict(list)
    for name in names:
        directory, _, file = name.rpartition("/")
        pattern = _DIGITS.sub("#", _stem(file))
        if "#" in pattern:
            patterns[f"{directory}/{pattern}"].append(name)
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for members in patterns.values():
        runs = [_DIGITS.findall(_stem(name.rpartition("/")[2])) for name in members]
        num_values = [len(set(column)) for column in zip(*runs, strict=True)]
        place = max(range(len(num_values)), key=lambda place: (num_values[place], place))
        for name, numbers in zip(members, runs, strict=True):
            if len(numbers[place]) <= _MAX_DIGITS:
                groups[_recording_name(name, place)].append((int(numbers[place]), name))
    return {group: sorted(files) for group, files in sorted(groups.items())}


def frame_number(name: str) -> int | None:
    """Find the last number in the stem of a name; None where there is none.

    Examples
    --------
    >>> frame_number("clip3_0017.jpg")
    17
    """
    numbers = _DIGITS.findall(_stem(name))
    return int(numbers[-1]) if numbers and len(numbers[-1]) <= _MAX_DIGITS else None


def _stem(name: str) -> str:
    """Remove the suffix, which begins with a letter, as numbers may contain a dot."""
    return _SUFFIX.sub("", name)


def _recording_name(name: str, place: int) -> str:
    """Remove the frame number, at this place, and the words that detectors append."""
    directory, _, file = name.rpartition("/")
    stem = _stem(file)
    run = list(_DIGITS.finditer(stem))[place]
    before, after = stem[: run.start()].rstrip("_-. "), stem[run.end() :].lstrip("_-. ")
    after = "" if after in ("keypoints", "predictions", "") else after
    common = "_".join(part for part in (before, after) if part)
    return "/".join(part for part in (directory, common) if part)
