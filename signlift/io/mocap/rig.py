"""Rigs: the joints of a motion capture system, and the keypoints that they correspond to."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signlift.core.skeleton import DERIVED, PANOPTIC26
from signlift.errors import InputError, parameter_problem
from signlift.utils.array_types import Float

#: Centimetres in the units of files. CMU's skeletons are in inches over 0.45.
UNITS = {"m": 100.0, "cm": 1.0, "mm": 0.1, "in": 2.54, "ft": 30.48, "cmu": 2.54 / 0.45}

#: Axes that may point up.
UPS = ("y", "z", "x", "-y", "-z", "-x")

#: For each keypoint, choices of joints in order of preference. A keypoint is the middle of the
#: joints of a choice. "a|b" is the joint of these two that comes first in the file: the parent.
Choices = Mapping[str, tuple[tuple[str, ...], ...]]


_PREFIXES = re.compile(r"^(def|org|cc_base|j_bip|valvebiped)[-_.]")


@dataclass(frozen=True)
class Rig:
    """Joints of a motion capture system, and the keypoints that they correspond to.

    Parameters
    ----------
    name
        Name of the rig.
    keypoints
        Choices of joints for keypoints of panoptic26, with the names of joints as `normalize_name`
        returns them.
    head
        Joints of the head, in order of preference.
    aliases
        Other names of the rig.
    joints
        Names of the joints, in the order of arrays that hold none.
    unit
        Centimetres in the unit, where it is fixed.
    up
        One of `UPS`, where it is fixed.
    user_defined
        The rig comes from a file of the user. Several keypoints may then share a joint.
    """

    name: str
    keypoints: Choices
    head: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    joints: tuple[str, ...] = ()
    unit: float | None = None
    up: str | None = None
    user_defined: bool = False

    def find_joints(self, names: Sequence[str]) -> dict[str, tuple[int, ...]]:
        """Find the joints of each keypoint, which is at their middle.

        Parameters
        ----------
        names
            Names of the joints of a file.

        Returns
        -------
        Numbers of joints by keypoint, without keypoints that the file does not have.

        Examples
        --------
        >>> rig = Rig("own", {"LElbow": (("forearml",),), "Neck": (("arml", "armr"),)})
        >>> rig.find_joints(["arm.L", "arm.R", "forearm.L"])
        {'LElbow': (2,), 'Neck': (0, 1)}
        """
        numbers = _number_names(names)
        keypoints: dict[str, tuple[int, ...]] = {}
        for keypoint, choices in self.keypoints.items():
            for choice in choices:
                joints = tuple(_first_number(name, numbers) for name in choice)
                # The ankle of one rig is the toe of another, but no joint is both in one rig.
                if -1 not in joints and (self.user_defined or joints not in keypoints.values()):
                    keypoints[keypoint] = joints
                    break
        return keypoints

    def find_head(self, names: Sequence[str]) -> int | None:
        """Find the number of the joint of the head; None if there is none."""
        numbers = _number_names(names)
        return next((numbers[name] for name in self.head if name in numbers), None)


def normalize_name(name: str) -> str:
    """Reduce a joint's name to lower-case letters and digits, without namespace and prefix.

    Prefixes are those of Biped (Bip01), Rigify (DEF-, ORG-), Character Creator (CC_Base_), VRoid
    (J_Bip_) and the Source engine (ValveBiped.).

    Examples
    --------
    >>> normalize_name("mixamorig:Left_Arm"), normalize_name("Bip01 L UpperArm")
    ('leftarm', 'lupperarm')
    >>> normalize_name("DEF-upper_arm.L"), normalize_name("J_Bip_C_Head")
    ('upperarml', 'chead')
    """
    last = _PREFIXES.sub("", name.rpartition(":")[2].lower())
    return re.sub(r"^bip\d+", "", re.sub(r"[^a-z0-9]", "", last))


def parse_unit(text: str) -> float:
    """Parse a unit: a name of `UNITS`, or a number of centimetres.

    Returns
    -------
    Centimetres in the unit.

    Raises
    ------
    InputError
        The text is neither.

    Examples
    --------
    >>> parse_unit("mm"), parse_unit("2.5")
    (0.1, 2.5)
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
    positions: Float[np.ndarray, "T K 3"], joints: Mapping[str, tuple[int, ...]]
) -> Float[np.ndarray, "T 26 3"]:
    """Convert joints to keypoints; Neck and MidHip are the middle of the shoulders and hips.

    Parameters
    ----------
    positions
        [T, K, 3] of the joints.
    joints
        Numbers of the joints of each keypoint (see `Rig.find_joints`).

    Returns
    -------
    [T, 26, 3] on panoptic26, NaN for missing keypoints.
    """
    points = np.full((len(positions), len(PANOPTIC26), 3), np.nan)
    for keypoint, numbers in joints.items():
        points[:, PANOPTIC26.index(keypoint)] = positions[:, list(numbers)].mean(1)
    for keypoint, (left, right) in DERIVED.items():
        if left in joints and right in joints:
            pair = points[:, [PANOPTIC26.index(left), PANOPTIC26.index(right)]]
            points[:, PANOPTIC26.index(keypoint)] = pair.sum(1) / 2
    return points


def _first_number(name: str, numbers: Mapping[str, int]) -> int:
    """Return the number of a joint, or the first of several; -1 if there is none."""
    return min((numbers[part] for part in name.split("|") if part in numbers), default=-1)


def _number_names(names: Sequence[str]) -> dict[str, int]:
    """Map normalised names, with and without their common prefix, to their first numbers."""
    last_parts = [name.rpartition(":")[2] for name in names]
    start = _common_prefix(last_parts) if len(last_parts) > 1 else 0
    numbers: dict[str, int] = {}
    for number, name in enumerate(last_parts):
        numbers.setdefault(normalize_name(name[start:]), number)
        numbers.setdefault(normalize_name(name), number)
    return numbers


def _common_prefix(names: Sequence[str]) -> int:
    """Count the letters that all names begin with, up to a separator."""
    first, last = min(names), max(names)  # the prefix of these two is that of all
    length = 0
    while length < len(first) and first[length] == last[length]:
        length += 1
    return max(first.rfind(separator, 0, length) for separator in "_ .") + 1
