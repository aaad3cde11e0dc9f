"""The errors that a user can cause, each problem said in one line."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike


class InputError(Exception):
    """Something a user gave is not what is needed.

    Parameters
    ----------
    problems
        One line per problem. All the problems of an input are collected before this
        is raised, so that a user can mend them in one go.
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        self.problems: tuple[str, ...] = (
            (problems,) if isinstance(problems, str) else tuple(problems)
        )
        super().__init__("\n".join(self.problems))


class InputWarning(UserWarning):
    """Part of what a user gave could not be used, and the rest was: one line that says which."""


def problem(where: str | PathLike[str], *, expected: str, found: str) -> str:
    """One line that says where a problem is, what was expected and what was found."""
    return f"{where}: expected {expected}, found {found}"


def field_problems(settings: object, *checks: tuple[str, bool, str]) -> list[str]:
    """A line for each field of a dataclass that is not as it has to be.

    Parameters
    ----------
    settings
        The dataclass.
    checks
        For each field its name, whether it is good, and what was expected.
    """
    return [
        problem(name, expected=expected, found=str(getattr(settings, name)))
        for name, good, expected in checks
        if not good
    ]


def check_fields(settings: object, *checks: tuple[str, bool, str]) -> None:
    """Raise an InputError with the lines of `field_problems`, if there are any."""
    problems = field_problems(settings, *checks)
    if problems:
        raise InputError(problems)


def first_problems(problems: Sequence[str], most: int = 20) -> list[str]:
    """The first of many lines, and one that says how many more there are."""
    more = len(problems) - most
    return [*problems[:most], *([f"and {more} more like these"] if more > 0 else [])]
