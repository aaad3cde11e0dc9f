"""A rig: what the joints of motion capture are called, and which keypoints they are."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import DERIVED, PANOPTIC26
from signlift.errors import InputError, parameter_problem

#: Centimetres in units that files are in. CMU's skeletons are in inches over 0.45.
UNITS = {"m": 100.0, "cm": 1.0, "mm": 0.1, "in": 2.54, "ft": 30.48, "cmu": 2.54 / 0.45}

#: Axes that may point up.
UPS = ("y", "z", "x", "-y", "-z", "-x")

#: For each keypoint the joints that may stand for it, the best first; of several the middle.
Choices = Mapping[str, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True)
class Rig:
    """Which joints are which keypoints.

    Parameters
    ----------
    name
        Used by `named_rig` and in messages.
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
        raise InputError(parameter_problem("unit", expected=expected, found=text))
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
