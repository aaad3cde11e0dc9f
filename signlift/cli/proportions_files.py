"""Files of body proportions that a verb reads and writes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from signlift.errors import InputError, collect_problems, parameter_problem

if TYPE_CHECKING:
    from signlift.core.body_proportions import BodyProportions


def read_proportions(
    path: Path | None, height: float | None, scale: float | None
) -> BodyProportions | None:
    """Read the body proportions, or take average ones of the height; check both."""
    from signlift.core.body_proportions import BodyProportions

    problems = []
    if scale is not None and height is not None:
        problems.append(parameter_problem("height", expected="no `scale` beside it", found="both"))
    proportions = None
    with collect_problems(problems):
        if height is not None:
            proportions = BodyProportions.from_stature(height)
    with collect_problems(problems):
        if path is not None:
            proportions = BodyProportions.read(path)
    if problems:
        raise InputError(problems)
    return proportions


def check_proportions_files(proportions: Path | None, save_proportions: Path | None) -> list[str]:
    """List the problems of the file to write body proportions to."""
    if save_proportions is None:
        return []
    problems = []
    if save_proportions.suffix != ".json":
        expected = "a name that ends in .json"
        problems.append(
            parameter_problem("save_proportions", expected=expected, found=save_proportions)
        )
    if proportions is not None and proportions.resolve() == save_proportions.resolve():
        expected = "another file than `proportions`"
        problems.append(parameter_problem("save_proportions", expected=expected, found=proportions))
    return problems
