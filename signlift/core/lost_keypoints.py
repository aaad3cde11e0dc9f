"""Keypoints of a recording that another skeleton, or a file, does not have, by part of the body."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.core.skeleton_tables import FACE, HANDS
from signlift.utils.array_types import Bool

#: The parts of the body, in the order in which they are named.
_PARTS = ("the body", "the hands", "the face", "world landmarks")

#: Beginning of a line about lost keypoints.
_START = "not in "

_HAND_POINTS = {*HANDS["L"], *HANDS["R"]}
#: A point that only .pose files have: component:point.
_COMPONENT = re.compile(r"(world)|(hand)|(face)")


def describe_lost_keypoints(
    observed: Bool[np.ndarray, "T J"],
    skeleton: Skeleton,
    target: Skeleton,
    name: str | None = None,
) -> str | None:
    """Describe the observed keypoints that a conversion to another skeleton does not keep.

    Parameters
    ----------
    observed
        [T, J], True where a keypoint is observed.
    skeleton, target
        The skeleton of the J keypoints, and the other one.
    name
        What the line names; by default the target.

    Returns
    -------
    One line, or None if no observed keypoint is lost. Neck and MidHip are not lost where their two
    ends are there.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.lost_keypoints import describe_lost_keypoints
    >>> from signlift.core.skeleton import OPENPOSE67, OPENPOSE137
    >>> describe_lost_keypoints(np.ones((1, 137), bool), OPENPOSE137, OPENPOSE67)
    'not in openpose67: 70 keypoints of the face'
    """
    numbers = np.array(_missing(skeleton, target), np.int64)
    lost = [skeleton.keypoints[number] for number in numbers[observed[:, numbers].any(0)]]
    return describe_lost_names(lost, name or target.name)


@lru_cache(maxsize=64)
def _missing(skeleton: Skeleton, target: Skeleton) -> tuple[int, ...]:
    """Return the numbers of the keypoints that another skeleton neither has nor can derive."""
    kept = {skeleton.find(keypoint) for keypoint in target.keypoints}
    return tuple(
        number
        for number, keypoint in enumerate(skeleton.keypoints)
        if number not in kept and not target.has(keypoint)
    )


def describe_lost_names(names: Iterable[str], target: str) -> str | None:
    """Describe keypoints, by their names, that something does not have.

    Parameters
    ----------
    names
        The lost keypoints.
    target
        What does not have them: a skeleton, or a kind of file.

    Returns
    -------
    One line, or None if there is no name.

    Examples
    --------
    >>> from signlift.core.lost_keypoints import describe_lost_names
    >>> describe_lost_names(["LIndex1", "LHeel", "RHeel"], "coco17")
    'not in coco17: 2 keypoints of the body (LHeel, RHeel), 1 keypoint of the hands'
    """
    lost: dict[str, list[str]] = {part: [] for part in _PARTS}
    for name in names:
        lost[_part(name)].append(name)
    counts = [_count(part, lost[part]) for part in _PARTS if lost[part]]
    return f"{_START}{target}: {', '.join(counts)}" if counts else None


def is_lost_note(note: str) -> bool:
    """Return whether a note counts lost keypoints."""
    return note.startswith(_START)


def _part(name: str) -> str:
    if name in _HAND_POINTS:
        return "the hands"
    if name in FACE:
        return "the face"
    component, colon, _ = name.lower().partition(":")
    match = _COMPONENT.search(component) if colon else None
    if match is None:
        return "the body"
    return "world landmarks" if match[1] else "the hands" if match[2] else "the face"


def _count(part: str, names: Collection[str]) -> str:
    count = len(names)
    text = f"{count} keypoint{'s' if count > 1 else ''} of {part}"
    return f"{text} ({', '.join(names)})" if part == "the body" and count <= 8 else text
