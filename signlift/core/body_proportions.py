"""BodyProportions: how a signer is built, as far as it is known."""

from __future__ import annotations

import json
import math
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

#: How far people of one stature differ in each length: the standard deviation of its log.
STATURE_UNCERTAINTY = 0.08

#: Largest file, in bytes.
_LARGEST = 1 << 20

#: Statures that are taken for a person's, in cm.
_STATURES = (40.0, 280.0)


@dataclass(frozen=True)
class BodyProportions:
    """Lengths of a body between its keypoints, in any unit; None for what is not known.

    Only their ratios matter to the lifter: a picture does not tell metres.

    Attributes
    ----------
    torso
        From MidHip to Neck.
    shoulders, hips
        From the left one to the right one.
    upper_arm, forearm, thigh, shank
        From shoulder to elbow to wrist, from hip to knee to ankle: the mean of both sides.
    neck_nose
        From Neck to Nose.
    uncertainties
        How far off a length may be, by its name, as a part of it (0.08 for 8 %): the standard
        deviation of its log. Lengths without an error count as measured.

    Raises
    ------
    InputError
        A length or an error that is not above 0; an error of a length that is not known.
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

    def __post_init__(self) -> None:
        problems = _problems(
            {name: getattr(self, name) for name in BONE_LENGTHS}, self.uncertainties
        )
        if problems:
            raise InputError(problems)

    @property
    def lengths(self) -> dict[str, float]:
        """The lengths that are known, by name."""
        named = ((name, getattr(self, name)) for name in BONE_LENGTHS)
        return {name: length for name, length in named if length is not None}

    @classmethod
    def from_stature(cls, height_cm: float) -> BodyProportions:
        """The lengths, in cm, that people of a height in cm have on average.

        Raises
        ------
        InputError
            The height is not a person's.
        """
        least, most = _STATURES
        if not least <= height_cm <= most:
            expected = f"a person's in centimetres, {least:g} to {most:g}"
            metres = " (metres?)" if least <= 100 * height_cm <= most else ""
            found = f"{height_cm:g}{metres}"
            raise InputError(parameter_problem("height", expected=expected, found=found))
        lengths = {name: fraction * height_cm for name, fraction in STATURE_FRACTIONS.items()}
        return cls(**lengths, uncertainties=dict.fromkeys(lengths, STATURE_UNCERTAINTY))

    @classmethod
    def read(cls, path: str | PathLike[str]) -> BodyProportions:
        """Read a JSON file: an object of lengths by name, and of `errors` if there are any.

        Raises
        ------
        InputError
            One line for each problem: there is no such file, it is not JSON, a name that is not
            one of a length, a length that is not a number above 0, or no length at all.
        """
        path = Path(path)
        expected = f"a JSON object of lengths ({', '.join(BONE_LENGTHS)})"
        if not path.is_file():
            found = "a folder" if path.is_dir() else "no such file"
            raise InputError(problem(path, expected="a .json file", found=found))
        content = read_json(path, _LARGEST)
        if not isinstance(content, dict):
            raise InputError(problem(path, expected=expected, found=type(content).__name__))
        errors = content.pop("errors", {})
        problems = [
            problem(path, expected=f"lengths ({', '.join(BONE_LENGTHS)})", found=repr(name))
            for name in content
            if name not in BONE_LENGTHS
        ]
        lengths = {name: content[name] for name in BONE_LENGTHS if name in content}
        if not any(length is not None for length in lengths.values()) and not problems:
            problems.append(problem(path, expected=expected, found="none"))
        if isinstance(errors, dict):
            problems += [f"{path}: {line}" for line in _problems(lengths, errors)]
        else:
            found = type(errors).__name__
            problems.append(problem(f"{path}: errors", expected="an object", found=found))
        if problems:
            raise InputError(problems)
        return cls(**lengths, uncertainties=errors)

    def write(self, path: str | PathLike[str]) -> Path:
        """Write what is known as JSON, whole or not at all, for `read`."""
        content: dict[str, Any] = {name: _rounded(value) for name, value in self.lengths.items()}
        if self.uncertainties:
            content["errors"] = {
                name: _rounded(value) for name, value in self.uncertainties.items()
            }
        write_text(path, json.dumps(content, indent=1) + "\n")
        return Path(path)

    def unit_ratio(self, other: BodyProportions) -> float:
        """How many of this body's units there are in one unit of another body's lengths.

        Of two descriptions of one person, such as one in cm and one in pixels. By the lengths of
        the upper body that both know, those with a small error before others.

        Returns
        -------
        NaN when they have no length in common.
        """
        mine, theirs = self.lengths, other.lengths
        both = [name for name in UPPER_BODY_LENGTHS if name in mine and name in theirs]
        weights = [
            1
            / (
                1e-4
                + self.uncertainties.get(name, 0.0) ** 2
                + other.uncertainties.get(name, 0.0) ** 2
            )
            for name in both
        ]
        logs = [math.log(mine[name] / theirs[name]) for name in both]
        if not both:
            return math.nan
        total = sum(weight * log for weight, log in zip(weights, logs, strict=True))
        return math.exp(total / sum(weights))


def _problems(lengths: Mapping[str, Any], errors: Mapping[str, Any]) -> list[str]:
    """A line for each length or error that cannot be one."""
    problems = [
        problem(name, expected="a number above 0", found=repr(length))
        for name, length in lengths.items()
        if length is not None and not _above_zero(length)
    ]
    for name, error in errors.items():
        where = f"errors: {name}"
        if lengths.get(name) is None:
            problems.append(problem(where, expected="one of the lengths given", found="another"))
        elif not _above_zero(error):
            problems.append(problem(where, expected="a number above 0", found=repr(error)))
    return problems


def _above_zero(value: object) -> bool:
    number = isinstance(value, (int, float, np.number)) and not isinstance(value, bool)
    return number and 0 < float(value) < math.inf  # type: ignore[arg-type]


def _rounded(value: float) -> float:
    """To six digits, so that a person can read it."""
    return float(f"{value:.6g}")
