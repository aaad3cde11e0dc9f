"""Rigs of users, as JSON files.

    {"keypoints": {"LShoulder": "UpperArm.L", "Neck": ["UpperArm.L", "UpperArm.R"], ...},
     "head": "Head", "joints": ["Hips", ...], "unit": "cm", "up": "y"}

`keypoints` maps each keypoint of panoptic26 that the rig has to a joint, or to several joints whose
middle it is. The rest is optional: the joint of the head, the names of the joints in the order of
arrays without names, and the unit and the upward axis, which are otherwise guessed.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError, problem
from signlift.io.mocap.rig import UNITS, UPS, Rig, normalize_name, parse_unit
from signlift.utils.bounded_json import read_json

#: Largest file, in bytes.
_MAX_BYTES = 1 << 20

_KEYS = ("keypoints", "head", "joints", "unit", "up")


def read_rig(path: str | PathLike[str]) -> Rig:
    """Read a rig from a JSON file (see the top of this module).

    Raises
    ------
    InputError
        A line for each problem: there is no such file, it is not JSON, panoptic26 does not have a
        keypoint, joints are not names, or the unit or axis is unknown.
    """
    path = Path(path)
    content = read_json(path, _MAX_BYTES)
    if not isinstance(content, dict):
        expected, found = "a JSON object with keypoints", type(content).__name__
        raise InputError(problem(path, expected=expected, found=found))
    problems: list[str] = []

    def add_problem(where: str, expected: str, value: object) -> None:
        found = repr(value)[:60]
        problems.append(problem(f"{path}: {where}", expected=expected, found=found))

    for key in content:
        if key not in _KEYS:
            add_problem("keys", ", ".join(_KEYS[:-1]) + f" and {_KEYS[-1]}", key)
    keypoints = content.get("keypoints", {})
    if not isinstance(keypoints, dict) or not keypoints:
        add_problem("keypoints", "an object of joints by keypoint", keypoints)
        keypoints = {}
    choices: dict[str, tuple[tuple[str, ...], ...]] = {}
    for keypoint, joints in keypoints.items():
        number = PANOPTIC26.find(keypoint)
        names = [joints] if isinstance(joints, str) else joints
        if number is None:
            add_problem("keypoints", "keypoints of panoptic26", keypoint)
        elif joints is not None and not _are_names(names):
            add_problem(keypoint, "a joint or a list of joints", joints)
        elif joints is not None:
            normalized = tuple(normalize_name(name) for name in names)
            choices[PANOPTIC26.keypoints[number]] = (normalized,)
    head, joints = content.get("head"), content.get("joints", [])
    if head is not None and not isinstance(head, str):
        add_problem("head", "a joint", head)
    if joints and not _are_names(joints):
        add_problem("joints", "a list of names", joints)
    unit, up = content.get("unit"), content.get("up")
    try:
        centimetres = None if unit is None else parse_unit(str(unit))
    except InputError:
        add_problem("unit", f"one of {', '.join(UNITS)} or a number of cm", unit)
    if up is not None and up not in UPS:
        add_problem("up", f"one of {', '.join(UPS)}", up)
    if problems:
        raise InputError(problems)
    heads = () if head is None else (normalize_name(head),)
    return Rig(path.stem, choices, heads, (), tuple(joints), centimetres, up, user_defined=True)


def _are_names(names: object) -> bool:
    return isinstance(names, list) and bool(names) and all(isinstance(name, str) for name in names)
