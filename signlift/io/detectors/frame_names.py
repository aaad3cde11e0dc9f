"""Which files are the frames of which recording, by their names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

_DIGITS = re.compile(r"[0-9]+")
_SUFFIX = re.compile(r"\.[A-Za-z][A-Za-z0-9]*$")

#: Longer runs of digits are no frame numbers (and would be slow to read).
_MAX_DIGITS = 18


def group_frames(names: Iterable[str]) -> dict[str, list[tuple[int, str]]]:
    """Put the names of frame files together by recording.

    Names are of one recording when they lie in one folder and differ in one number only: that is
    the frame's. Of several numbers in a name (`clip2_00017_keypoints.json`) it is the one that
    takes most values, the last of those that take as many.

    Parameters
    ----------
    names
        Of files, with / between folders. Those without a number are left out.

    Returns
    -------
    For each recording, by its name (what its files have in common), its frames: (number, name),
    sorted by number.
    """
    patterns: dict[str, list[str]] = defaultdict(list)
    for name in names:
        folder, _, file = name.rpartition("/")
        pattern = _DIGITS.sub("#", _stem(file))
        if "#" in pattern:
            patterns[f"{folder}/{pattern}"].append(name)
    groups: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for alike in patterns.values():
        runs = [_DIGITS.findall(_stem(name.rpartition("/")[2])) for name in alike]
        values = [len(set(column)) for column in zip(*runs, strict=True)]
        most = max(range(len(values)), key=lambda place: (values[place], place))
        for name, numbers in zip(alike, runs, strict=True):
            if len(numbers[most]) <= _MAX_DIGITS:
                groups[_without(name, most)].append((int(numbers[most]), name))
    return {group: sorted(files) for group, files in sorted(groups.items())}


def frame_number(name: str) -> int | None:
    """The last number in a name's stem (`0017.jpg`: 17), or None."""
    found = _DIGITS.findall(_stem(name))
    return int(found[-1]) if found and len(found[-1]) <= _MAX_DIGITS else None


def _stem(name: str) -> str:
    """A name without its suffix (one that begins with a letter, as numbers may hold a dot)."""
    return _SUFFIX.sub("", name)


def _without(name: str, place: int) -> str:
    """What a recording's names have in common: the folder, and the name without its number."""
    folder, _, file = name.rpartition("/")
    stem = _stem(file)
    run = list(_DIGITS.finditer(stem))[place]
    before, after = stem[: run.start()].rstrip("_-. "), stem[run.end() :].lstrip("_-. ")
    after = "" if after in ("keypoints", "predictions", "") else after
    common = "_".join(part for part in (before, after) if part)
    return "/".join(part for part in (folder, common) if part)
