"""Body proportions: the bone lengths of a person, as far as they are known."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from signlift.core.bone_lengths import BONE_LENGTHS, STATURE_FRACTIONS, UPPER_BODY_LENGTHS
from signlift.errors import InputError, parameter_problem, problem
from signlift.utils.atomic import write_text
from signlift.utils.bounded_json import read_json

#: Differences between people of the same stature: the standard deviation of the logarithm of each
#: length.
STATURE_UNCERTAINTY = 0.08

#: Largest ratio of two lengths of a file, and the range of its lengths: more than any person has in
#: any unit, but small enough for single precision.
_MAX_RATIO, _LENGTH_RANGE = 1.001e6, (1e-9, 1e9)

#: The maximum size of a file, in bytes.
_MAX_BYTES = 1 << 20

#: The minimum and the maximum stature of a person, in cm.
_STATURE_RANGE = (40.0, 280.0)

#: The key of the uncertainties in a file, and the one in files of earlier versions.
_KEYS = ("uncertainties", "errors")


@dataclass(frozen=True)
class BodyProportions:
    """Bone lengths of a person, in any unit; None where unknown.

    The lifter uses only their ratios, as an image does not determine metres.

    Attributes
    ----------
    torso
        From MidHip to Neck.
    shoulders, hips
        From left to right.
    upper_arm, forearm, thigh, shank
        From shoulder to elbow to wrist, and from hip to knee to ankle; the means of both sides.
    neck_nose
        From Neck to Nose.
    uncertainties
        The relative uncertainty of lengths, by name: the standard deviation of the logarithm
        (0.08 for 8 %). Lengths without one count as measured.
    average
        Whether they are averages of people of a stature, and not of this person.

    Raises
    ------
    InputError
        A length or an uncertainty that is not above 0; the uncertainty of an unknown length.

    Examples
    --------
    >>> from signlift import BodyProportions
    >>> body = BodyProportions(torso=50.1, forearm=25.2, uncertainties={"forearm": 0.05})
    >>> body.lengths
    {'torso': 50.1, 'forearm': 25.2}
    """

    torso: float | None = None
    shoulders: float | None = None
    upper_arm: float | None = None
    forearm: float | None = None
    neck_nose: float | None = None
    hips: float | None = None
    thigh: float | None = None
    shank: float | None = None
    uncertainties: Mapping[str, float] = field(default_factory=dict)
    average: bool = False

    def __post_init__(self) -> None:
        lengths = {name: getattr(self, name) for name in BONE_LENGTHS}
        problems = _problems(lengths, self.uncertainties)
        if problems:
            raise InputError(problems)

    @property
    def lengths(self) -> dict[str, float]:
        """The known lengths by name."""
        named = ((name, getattr(self, name)) for name in BONE_LENGTHS)
        return {name: length for name, length in named if length is not None}

    def scaled(self, factor: float) -> BodyProportions:
        """Return these lengths in another unit: multiplied by a factor above 0."""
        lengths = {name: length * factor for name, length in self.lengths.items()}
        return BodyProportions(**lengths, uncertainties=self.uncertainties, average=self.average)

    @classmethod
    def from_stature(cls, height_cm: float) -> BodyProportions:
        """Compute the average lengths, in cm, of people of a stature.

        Parameters
        ----------
        height_cm
            The stature in cm, 40 to 280.

        Raises
        ------
        InputError
            The stature is out of range.

        Examples
        --------
        >>> round(BodyProportions.from_stature(170).torso, 1)
        47.6
        """
        minimum, maximum = _STATURE_RANGE
        if not minimum <= height_cm <= maximum:
            expected = f"the stature of a person, {minimum:g} to {maximum:g} cm"
            metres = " (in metres?)" if minimum <= 100 * height_cm <= maximum else ""
            found = f"{height_cm:g}{metres}"
            raise InputError(parameter_problem("height", expected=expected, found=found))
        lengths = {name: fraction * height_cm for name, fraction in STATURE_FRACTIONS.items()}
        uncertainties = dict.fromkeys(lengths, STATURE_UNCERTAINTY)
        return cls(**lengths, uncertainties=uncertainties, average=True)

    @classmethod
    def read(cls, path: str | PathLike[str]) -> BodyProportions:
        """Read a JSON file: an object of lengths by name, and of their `uncertainties`, if any.

        Raises
        ------
        InputError
            Lists every problem: no such file, no JSON, an unknown name, a length that is not a
            number above 0, no length at all, or lengths that no person has beside each other.
        """
        path = Path(path)
        names = ", ".join(BONE_LENGTHS)
        expected = f"a JSON object of lengths ({names})"
        if not path.is_file():
            found = "a directory" if path.is_dir() else "no such file"
            raise InputError(problem(path, expected="a .json file", found=found))
        content = read_json(path, _MAX_BYTES)
        if not isinstance(content, dict):
            raise InputError(problem(path, expected=expected, found=type(content).__name__))
        key = next((key for key in _KEYS if key in content), _KEYS[0])
        uncertainties = content.pop(key, {})
        problems = [
            problem(path, expected=f"names of lengths ({names})", found=repr(name))
            for name in content
            if name not in BONE_LENGTHS
        ]
        lengths = {name: content[name] for name in BONE_LENGTHS if name in content}
        if not any(length is not None for length in lengths.values()) and not problems:
            problems.append(problem(path, expected=expected, found="none"))
        if isinstance(uncertainties, dict):
            problems += [f"{path}: {line}" for line in _problems(lengths, uncertainties, key)]
        else:
            found = type(uncertainties).__name__
            problems.append(problem(f"{path}: {key}", expected="an object", found=found))
        problems = problems or _impossible_lengths(lengths, path)
        if problems:
            raise InputError(problems)
        return cls(**lengths, uncertainties=uncertainties)

    def write(self, path: str | PathLike[str]) -> Path:
        """Write the known lengths as JSON, for `read`.

        The file appears whole or not at all.
        """
        content: dict[str, Any] = {name: _round(value) for name, value in self.lengths.items()}
        if self.uncertainties:
            content[_KEYS[0]] = {name: _round(value) for name, value in self.uncertainties.items()}
        write_text(path, json.dumps(content, indent=1) + "\n")
        return Path(path)

    def unit_ratio(self, other: BodyProportions) -> float:
        """Compute the number of this body's units in one unit of another description of it.

        The two describe the same person in different units, such as cm and pixels. They are
        compared by the lengths of the upper body that both know; lengths with a small uncertainty
        count more.

        Returns
        -------
        The ratio; NaN if there is no length to compare.

        Examples
        --------
        >>> centimetres, pixels = BodyProportions(torso=50.0), BodyProportions(torso=200.0)
        >>> centimetres.unit_ratio(pixels)
        0.25
        """
        mine, theirs = self.lengths, other.lengths
        names = [name for name in UPPER_BODY_LENGTHS if name in mine and name in theirs]
        if not names:
            return math.nan
        total = weights = 0.0
        for name in names:
            variance = sum(body.uncertainties.get(name, 0.0) ** 2 for body in (self, other))
            weight = 1 / (1e-4 + variance)
            total += weight * math.log(mine[name] / theirs[name])
            weights += weight
        return math.exp(total / weights)


def _impossible_lengths(lengths: Mapping[str, float | None], path: Path) -> list[str]:
    """Describe lengths that are not those of one person in one unit."""
    known = {name: length for name, length in lengths.items() if length is not None}
    longest, shortest = max(known, key=known.__getitem__), min(known, key=known.__getitem__)
    large, small = known[longest], known[shortest]
    if large <= _MAX_RATIO * small and _LENGTH_RANGE[0] <= small and large <= _LENGTH_RANGE[1]:
        return []
    expected = "lengths of one person in one unit"
    found = f"{shortest} {small:g} and {longest} {large:g}"
    return [problem(path, expected=expected, found=found)]


def _problems(
    lengths: Mapping[str, Any], uncertainties: Mapping[str, Any], key: str = _KEYS[0]
) -> list[str]:
    """List a line for each invalid length or uncertainty."""
    problems = [
        problem(name, expected="a number above 0", found=repr(length))
        for name, length in lengths.items()
        if length is not None and not _is_positive(length)
    ]
    for name, uncertainty in uncertainties.items():
        if lengths.get(name) is None:
            available = ", ".join(name for name, length in lengths.items() if length is not None)
            expected = f"one of the lengths ({available or 'none'})"
            problems.append(problem(key, expected=expected, found=repr(name)))
        elif not _is_positive(uncertainty):
            where = f"{key}: {name}"
            problems.append(problem(where, expected="a number above 0", found=repr(uncertainty)))
    return problems


def _is_positive(value: object) -> bool:
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return bool(number and 0 < value <= sys.float_info.max)  # type: ignore[operator]


def _round(value: float) -> float:
    """Round to six digits, for legibility."""
    return float(f"{value:.6g}")
