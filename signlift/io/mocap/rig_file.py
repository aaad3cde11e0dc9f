"""Rigs of one's own, as JSON files.

    {"keypoints": {"LShoulder": "UpperArm.L", "Neck": ["UpperArm.L", "UpperArm.R"], ...},
     "head": "Head", "joints": ["Hips", ...], "unit": "cm", "up": "y"}

`keypoints` gives a joint, or several whose middle it is, for each keypoint of panoptic26 that
there is. The others may be left out: the joint that the face turns with, the joints' names in
their order for arrays that hold none, and what would be guessed otherwise.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError, problem
from signlift.io.mocap.rig import UNITS, UPS, Rig, plain, unit_of
from signlift.utils.bounded_json import read_json

#: Largest file, in bytes.
_LARGEST = 1 << 20


def read_rig(path: str | PathLike[str]) -> Rig:
    """Read a rig from a JSON file (see the top of this module).

    Raises
    ------
    InputError
        One line for each problem: no such file, no JSON, a keypoint that panoptic26 does not
        have, joints that are not names, an unknown unit or axis.
    """
    path = Path(path)
    content = read_json(path, _LARGEST)
    if not isinstance(content, dict):
        expected, found = "a JSON object with keypoints", type(content).__name__
        raise InputError(problem(path, expected=expected, found=found))
    problems: list[str] = []

    def wrong(where: str, expected: str, value: object) -> None:
        found = repr(value)
        problems.append(problem(f"{path}: {where}", expected=expected, found=found[:60]))

    for key in content:
        if key not in ("keypoints", "head", "joints", "unit", "up"):
            wrong("names", "keypoints, head, joints, unit and up", key)
    keypoints = content.get("keypoints", {})
    if not isinstance(keypoints, dict) or not keypoints:
        wrong("keypoints", "an object of joints by keypoint", keypoints)
        keypoints = {}
    choices: dict[str, tuple[tuple[str, ...], ...]] = {}
    for keypoint, joints in keypoints.items():
        number = PANOPTIC26.find(keypoint)
        names = [joints] if isinstance(joints, str) else joints
        if number is None:
            wrong("keypoints", "keypoints of panoptic26", keypoint)
        elif joints is not None and not _are_names(names):
            wrong(keypoint, "a joint or a list of joints", joints)
        elif joints is not None:
            choices[PANOPTIC26.keypoints[number]] = (tuple(plain(name) for name in names),)
    head, joints = content.get("head"), content.get("joints", [])
    if head is not None and not isinstance(head, str):
        wrong("head", "a joint", head)
    if joints and not _are_names(joints):
        wrong("joints", "a list of names", joints)
    unit, up = content.get("unit"), content.get("up")
    try:
        centimetres = None if unit is None else unit_of(str(unit))
    except InputError:
        wrong("unit", f"one of {', '.join(UNITS)} or a number of cm", unit)
    if up is not None and up not in UPS:
        wrong("up", f"one of {', '.join(UPS)}", up)
    if problems:
        raise InputError(problems)
    turns = () if head is None else (plain(head),)
    return Rig(path.stem, choices, turns, (), tuple(joints), centimetres, up, True)


def _are_names(names: object) -> bool:
    return isinstance(names, list) and bool(names) and all(isinstance(one, str) for one in names)
