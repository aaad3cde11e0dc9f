"""Keypoints by name, in the spellings of detectors, annotation programs and people."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from signlift.core.skeleton import SKELETONS, Skeleton, common_name
from signlift.errors import InputError, problem

#: Words of a name: "LShoulder", "left_shoulder", "shoulder.L", "LEFT SHOULDER", "leftShoulder".
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")

_SIDES = {"left": "L", "l": "L", "lft": "L", "right": "R", "r": "R", "rgt": "R"}

#: Keypoints in the middle of the body, by the words of their names.
_MIDDLE = {
    **dict.fromkeys(("nose", "nosetip"), "Nose"),
    "neck": "Neck",
    **dict.fromkeys(("hip", "hips", "midhip", "hipmid", "pelvis"), "MidHip"),
    **dict.fromkeys(("hipcenter", "hipcentre", "centerhip", "centrehip", "chip"), "MidHip"),
    **dict.fromkeys(("head", "headtop", "tophead", "topofhead"), "Head"),
}

#: Keypoints of both sides, by the words of their names without the side.
_SIDED = {
    **{part: part.capitalize() for part in "eye ear shoulder elbow wrist hip knee ankle".split()},
    **{"sho": "Shoulder", "elb": "Elbow", "wri": "Wrist", "kne": "Knee", "ank": "Ankle"},
    **{part: part.capitalize() for part in "heel mouth pinky index thumb".split()},
    **dict.fromkeys(("eyeinner", "innereye"), "EyeInner"),
    **dict.fromkeys(("eyeouter", "outereye"), "EyeOuter"),
    **dict.fromkeys(("bigtoe", "toebig"), "BigToe"),
    **dict.fromkeys(("smalltoe", "littletoe", "toesmall"), "SmallToe"),
    "footindex": "FootIndex",
    "hand": "Wrist",
}

#: Number of names in a message.
_MAX_LISTED = 8

_KEYPOINTS = {name for skeleton in SKELETONS for name in skeleton.keypoints}


class NamedKeypoints(NamedTuple):
    """Columns that hold the keypoints of a skeleton.

    Attributes
    ----------
    skeleton
        The skeleton.
    columns
        For each keypoint that the file has, the number of its name.
    left_out
        Names that are no keypoints of the skeleton.
    """

    skeleton: Skeleton
    columns: dict[int, int]
    left_out: tuple[str, ...]


def parse_keypoint_name(name: str) -> str | None:
    """Translate the name of a keypoint to the one that skeletons use; None if there is none.

    Examples
    --------
    >>> [parse_keypoint_name(name) for name in ("left_shoulder", "shoulder.R", "LElbow", "tail")]
    ['LShoulder', 'RShoulder', 'LElbow', None]
    """
    if name in _KEYPOINTS:
        return common_name(name)
    words = [word.lower() for word in _WORD.findall(name)]
    sides = [word for word in words if word in _SIDES]
    rest = "".join(word for word in words if word not in _SIDES)
    if len(sides) == 1:
        return _SIDES[sides[0]] + _SIDED[rest] if rest in _SIDED else None
    if sides:
        return None
    if rest in _MIDDLE:
        return _MIDDLE[rest]
    for side, letter in _SIDES.items():  # "lshoulder", "leftshoulder"
        part = rest.removeprefix(side)
        if part != rest and part in _SIDED:
            return letter + _SIDED[part]
    return None


def match_keypoints(
    names: Sequence[str], where: str, skeleton: Skeleton | None = None
) -> NamedKeypoints:
    """Match the names of a file with the keypoints of a skeleton.

    Parameters
    ----------
    names
        The names, in any order.
    where
        The file, for messages.
    skeleton
        The skeleton. By default the smallest one that has the most of the names.

    Raises
    ------
    InputError
        The names do not include both shoulders.

    Examples
    --------
    >>> keypoints = match_keypoints(["r_shoulder", "l_shoulder", "nose", "cup"], "clip.csv")
    >>> keypoints.skeleton.name, keypoints.columns, keypoints.left_out
    ('coco17', {6: 0, 5: 1, 0: 2}, ('cup',))
    """
    exact = [known for known in SKELETONS if known.keypoints == tuple(names)]
    if exact and skeleton in (None, *exact):
        chosen = skeleton or exact[0]
        return NamedKeypoints(chosen, {number: number for number in range(len(chosen))}, ())
    parsed: dict[str, int] = {}
    # A marker of the hand stands for the wrist only where there is none of the wrist.
    for number in sorted(range(len(names)), key=lambda number: "hand" in names[number].lower()):
        keypoint = parse_keypoint_name(names[number])
        if keypoint is not None:
            parsed.setdefault(keypoint, number)
    if not {"LShoulder", "RShoulder"} <= set(parsed):
        expected = "keypoints of a body by name, both shoulders among them"
        raise InputError(problem(where, expected=expected, found=_list_names(names)))
    if skeleton is None:
        skeleton = max(SKELETONS, key=lambda each: (_count(each, parsed), -len(each)))
    columns = {}
    for keypoint, number in parsed.items():
        index = skeleton.find(keypoint)
        if index is not None:
            columns[index] = number
    used = set(columns.values())
    left_out = tuple(name for number, name in enumerate(names) if number not in used)
    return NamedKeypoints(skeleton, columns, left_out)


def describe_left_out(names: Sequence[str]) -> tuple[str, ...]:
    """Make a note of the names that are no keypoints; none where there are none."""
    if not names:
        return ()
    return (f"left out, as they are no keypoints: {_list_names(names)}",)


def _count(skeleton: Skeleton, keypoints: dict[str, int]) -> int:
    return sum(skeleton.find(keypoint) is not None for keypoint in keypoints)


def _list_names(names: Sequence[str]) -> str:
    text = ", ".join(name[:30] for name in names[:_MAX_LISTED]) or "none"
    more = len(names) - _MAX_LISTED
    return f"{text} and {more} more" if more > 0 else text
