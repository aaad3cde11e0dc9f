"""Rigs: what the joints of motion capture are called, and which keypoints they are.

A rig is chosen by the joints' names, or named, or read from a JSON file:

    {"keypoints": {"LShoulder": "UpperArm.L", "Neck": ["UpperArm.L", "UpperArm.R"], ...},
     "head": "Head", "joints": ["Hips", ...], "unit": "cm", "up": "y"}

`keypoints` gives a joint, or several whose middle it is, for each keypoint of panoptic26 that
there is. The others may be left out: the joint that the face turns with, the joints' names in
their order for arrays that hold none, and what would be guessed otherwise.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from signlift.errors import InputError, problem
from signlift.skeleton import DERIVED, PANOPTIC26

#: Centimetres in units that files are in. CMU's skeletons are in inches over 0.45.
UNITS = {"m": 100.0, "cm": 1.0, "mm": 0.1, "in": 2.54, "ft": 30.48, "cmu": 2.54 / 0.45}

#: Axes that may point up.
UPS = ("y", "z", "x", "-y", "-z", "-x")

#: What a rig must have some of, to be recognised.
_MAIN = tuple(
    side + part for side in "LR" for part in ("Shoulder", "Elbow", "Hand", "Hip", "Knee", "Ankle")
)
_LEAST = 6

#: Largest mapping file, in bytes.
_LARGEST = 1 << 20

#: For each keypoint the joints that may stand for it, the best first; of several the middle.
Choices = Mapping[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Rig:
    """Which joints are which keypoints.

    Parameters
    ----------
    name
        For `--rig` and messages.
    keypoints
        See `Choices`; the names of panoptic26, and joints as `plain` makes them.
    head
        Joints that the face may turn with.
    aliases
        Other names of the rig.
    joints
        The joints' names in the order of an array that holds none.
    unit
        Centimetres in a unit, where that is known.
    up
        One of `UPS`, where that is known.
    """

    name: str
    keypoints: Choices
    head: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    unit: float | None = None
    up: str | None = None
    _given: bool = field(default=False, repr=False)

    def find(self, names: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """The numbers of the joints that each keypoint is the middle of; not those it lacks."""
        numbers = _numbers(names)
        found: dict[str, tuple[int, ...]] = {}
        for keypoint, choices in self.keypoints.items():
            for choice in choices:
                joints = tuple(numbers.get(name, -1) for name in choice)
                # The ankle of one rig is the toe of another, but not both in one.
                if -1 not in joints and (self._given or joints not in found.values()):
                    found[keypoint] = joints
                    break
        return found

    def find_head(self, names: Sequence[str]) -> int | None:
        """The number of the joint that the face turns with."""
        numbers = _numbers(names)
        return next((numbers[name] for name in self.head if name in numbers), None)


def plain(name: str) -> str:
    """A joint's name in small letters and digits, without a namespace or a biped's number."""
    last = name.rpartition(":")[2]
    return re.sub(r"^bip\d+", "", re.sub(r"[^a-z0-9]", "", last.lower()))


def _numbers(names: Sequence[str]) -> dict[str, int]:
    """The number of each plain name, without what all of them begin with; the first one counts."""
    lasts = [name.rpartition(":")[2] for name in names]
    cut = _common(lasts) if len(lasts) > 1 else 0
    found: dict[str, int] = {}
    for number, last in enumerate(lasts):
        found.setdefault(plain(last[cut:]), number)
        found.setdefault(plain(last), number)
    return found


def _common(names: Sequence[str]) -> int:
    """How many letters all names begin with, up to a separator."""
    first, last = min(names), max(names)  # what these two share all of them share
    same = 0
    while same < len(first) and first[same] == last[same]:
        same += 1
    return max(first.rfind(one, 0, same) for one in "_ .") + 1


def _rig(
    name: str,
    sides: tuple[str, str],
    parts: Mapping[str, str],
    middle: Mapping[str, str],
    *aliases: str,
) -> Rig:
    """A rig from names with * for the side; keypoints without their side, choices with spaces."""
    choices: dict[str, tuple[tuple[str, ...], ...]] = {}
    for part, joints in parts.items():
        for letter, side in zip("LR", sides, strict=True):
            choices[letter + part] = tuple((one.replace("*", side),) for one in joints.split())
    for part, joints in middle.items():
        if part != "head":
            choices[part] = tuple((one,) for one in joints.split())
    return Rig(name, choices, tuple(middle.get("head", "").split()), aliases)


_FACE = {"Eye": "*eye", "Ear": "*ear"}
_TOP = {"head": "head", "Keypoint26": "headtopend headend headtop headnub", "Nose": "nose"}

RIGS: tuple[Rig, ...] = (
    _rig(
        "humanik",
        ("left", "right"),
        {
            **{"Shoulder": "*arm", "Elbow": "*forearm", "Hand": "*hand"},
            **{"Hip": "*upleg", "Knee": "*leg", "Ankle": "*foot"},
            **{"BigToe": "*toeend *toebaseend *toebase *footend"},
            **_FACE,
        },
        _TOP,
        *("mixamo", "cmu", "shogun", "signlift"),
    ),
    _rig(
        "bandai",
        ("l", "r"),
        {
            **{"Shoulder": "upperarm*", "Elbow": "lowerarm*", "Hand": "hand*"},
            **{"Hip": "upperleg*", "Knee": "lowerleg*", "Ankle": "foot*"},
            **{"BigToe": "toes*end toes*", "Eye": "eye*", "Ear": "ear*"},
        },
        _TOP,
        "bandai-namco",
    ),
    _rig(
        "metahuman",
        ("l", "r"),
        {
            **{"Shoulder": "upperarm*", "Elbow": "lowerarm*", "Hand": "hand*"},
            **{"Hip": "thigh*", "Knee": "calf*", "Ankle": "foot*"},
            **{"BigToe": "ball*end ball*", "Eye": "eye*", "Ear": "ear*"},
        },
        _TOP,
        "unreal",
    ),
    _rig(
        "biped",
        ("l", "r"),
        {
            **{"Shoulder": "*upperarm", "Elbow": "*forearm", "Hand": "*hand"},
            **{"Hip": "*thigh", "Knee": "*calf", "Ankle": "*foot"},
            **{"BigToe": "*toe0nub *toe0end *toe0"},
        },
        _TOP,
    ),
    _rig(
        "classic",
        ("left", "right"),
        {
            **{"Shoulder": "*uparm *upperarm *shoulder", "Elbow": "*elbow *lowarm *lowerarm"},
            **{"Hand": "*wrist *hand", "Hip": "*upleg *upperleg *thigh *hip"},
            **{"Knee": "*knee *lowleg *lowerleg *shin", "Ankle": "*ankle *foot"},
            **{"BigToe": "*bigtoe *toeend *toe *footend *foot"},
            **{"SmallToe": "*smalltoe", "Heel": "*heel"},
            **_FACE,
        },
        _TOP,
        *("biovision", "smpl"),
    ),
    _rig(
        "keypoints",
        ("l", "r"),
        {
            **{"Shoulder": "*shoulder", "Elbow": "*elbow", "Hand": "*hand *wrist"},
            **{"Hip": "*hip", "Knee": "*knee", "Ankle": "*ankle"},
            **{"BigToe": "*bigtoe", "SmallToe": "*smalltoe", "Heel": "*heel"},
            **_FACE,
        },
        {**_TOP, "Keypoint26": "keypoint26 headend", "Neck": "neck", "MidHip": "midhip"},
        "panoptic26",
    ),
)


def find_rig(names: Sequence[str], where: str) -> Rig:
    """The rig that knows most of these joints.

    Raises
    ------
    InputError
        None of them knows the shoulders and at least four other joints of the limbs.
    """

    def score(rig: Rig) -> int:
        found = rig.find(names)
        return sum(keypoint in found for keypoint in _MAIN) * ("LShoulder" in found)

    best = max(RIGS, key=score)
    if score(best) < _LEAST:
        expected = f"joints of {', '.join(rig.name for rig in RIGS)} (or --rig FILE.json)"
        raise InputError(problem(where, expected=expected, found=_some(names)))
    return best


def named_rig(name: str | Path) -> Rig:
    """The rig of this name or alias, or the one in this JSON file.

    Raises
    ------
    InputError
        There is no such rig; or one line for each problem of the file.
    """
    path = Path(name)
    if path.suffix.lower() == ".json":
        return read_rig(path)
    for rig in RIGS:
        if str(name).lower() in (rig.name, *rig.aliases):
            return rig
    known = ", ".join(one for rig in RIGS for one in (rig.name, *rig.aliases))
    raise InputError(problem("rig", expected=f"a .json file or one of {known}", found=str(name)))


def read_rig(path: str | PathLike[str]) -> Rig:
    """Read a rig from a JSON file (see the top of this module).

    Raises
    ------
    InputError
        One line for each problem: no such file, no JSON, a keypoint that panoptic26 does not
        have, joints that are not names, an unknown unit or axis.
    """
    path = Path(path)
    content = _json(path)
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


def unit_of(text: str) -> float:
    """Centimetres in a unit that is named (see `UNITS`) or given as their number.

    Raises
    ------
    InputError
        It is neither.
    """
    try:
        centimetres = UNITS[text] if text in UNITS else float(text)
    except ValueError:
        centimetres = 0.0
    if not 1e-6 <= centimetres <= 1e6:
        expected = f"one of {', '.join(UNITS)} or a number of cm"
        raise InputError(problem("unit", expected=expected, found=text))
    return centimetres


def to_panoptic(
    positions: Float[np.ndarray, "T K 3"], found: Mapping[str, tuple[int, ...]]
) -> Float[np.ndarray, "T 26 3"]:
    """The keypoints that joints are; Neck and MidHip in the middle of shoulders and hips."""
    points = np.full((len(positions), len(PANOPTIC26), 3), np.nan)
    for keypoint, joints in found.items():
        points[:, PANOPTIC26.index(keypoint)] = positions[:, list(joints)].mean(1)
    for keypoint, (one, other) in DERIVED.items():
        if one in found and other in found:
            middle = points[:, PANOPTIC26.index(one)] + points[:, PANOPTIC26.index(other)]
            points[:, PANOPTIC26.index(keypoint)] = middle / 2
    return points


def _are_names(names: object) -> bool:
    return isinstance(names, list) and bool(names) and all(isinstance(one, str) for one in names)


def _json(path: Path) -> dict[str, Any]:
    expected = "a JSON object with keypoints"
    try:
        if path.stat().st_size > _LARGEST:
            found = f"{path.stat().st_size:,} bytes"
            raise InputError(problem(path, expected=expected, found=found))
        content = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        raise InputError(problem(path, expected="a .json file", found="none")) from None
    except (ValueError, RecursionError) as error:
        found = f"no JSON ({str(error).splitlines()[0]})"
        raise InputError(problem(path, expected=expected, found=found)) from None
    if not isinstance(content, dict):
        raise InputError(problem(path, expected=expected, found=type(content).__name__))
    return content


def _some(names: Sequence[str]) -> str:
    shown = ", ".join("".join(c if c.isprintable() else "." for c in one[:20]) for one in names[:6])
    return f"{shown} and {len(names) - 6} more" if len(names) > 6 else shown or "none"
