"""One line for a fault that many frames have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from os import PathLike

#: Number of a person within a frame.
_PERSON = re.compile(r"(, person \d+)+")


def merge_problems(
    problems: Sequence[tuple[str, str]], whole: str | PathLike[str], total: int, unit: str
) -> list[str]:
    """Merge the lines of frames with the same fault.

    Lines are the same if they differ in the frame, in the person or in what was found.

    Parameters
    ----------
    problems
        For each line the place that it begins with (the frame, or the file of a frame), and the
        line.
    whole
        The file or directory.
    total
        Number of frames.
    unit
        What is counted: "frames" or "files".

    Returns
    -------
    A line for each fault, with the number of frames that have it.

    Examples
    --------
    >>> lines = [(f"a, frame {t}", f"a, frame {t}: expected x, found y") for t in range(9)]
    >>> merge_problems(lines, "a", 9, "frames")
    ['a: expected x, found y (in all 9 frames)']
    >>> merge_problems(lines[:2], "a", 9, "frames")
    ['a, frame 0: expected x, found y (in 2 of 9 frames)']
    """
    first: dict[str, tuple[str, str]] = {}
    places: dict[str, set[str]] = {}
    for place, line in problems:
        fault = _PERSON.sub("", line.removeprefix(place)).partition(", found ")[0]
        first.setdefault(fault, (place, line))
        places.setdefault(fault, set()).add(place)
    merged = []
    for fault, (place, line) in first.items():
        count = len(places[fault])
        if count == 1:
            merged.append(line)
        elif count == total:
            rest = _PERSON.sub("", line.removeprefix(place))
            merged.append(f"{whole}{rest} (in all {total:,} {unit})")
        else:
            merged.append(f"{line} (in {count:,} of {total:,} {unit})")
    return merged
