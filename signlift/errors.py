"""Errors that a user can cause, with one line for each problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from os import PathLike

#: Maximum length of a line of a message.
MAX_LINE = 300

#: Joiners of Arabic and Indic scripts, which change no other character.
_JOINERS = "\u200c\u200d"


class InputError(Exception):
    """Error in what a user supplied: a file, a value or a combination of values.

    Parameters
    ----------
    problems
        One line per problem. All problems of an input are collected before the error is raised,
        so that a user can correct them in one go. Each is shown as `message_line` shows it.

    Examples
    --------
    >>> from signlift.errors import InputError, problem
    >>> error = InputError([problem("a.npy", expected="2 dimensions", found="3"), "no depth"])
    >>> print(error)
    a.npy: expected 2 dimensions, found 3
    no depth
    """

    def __init__(self, problems: str | Iterable[str]) -> None:
        lines = (problems,) if isinstance(problems, str) else tuple(problems)
        self.problems: tuple[str, ...] = tuple(map(message_line, lines))
        super().__init__("\n".join(self.problems))


class InputWarning(UserWarning):
    """Warning, in one line, about a part of the input that was left out or may be wrong.

    Parameters
    ----------
    line
        The line, which is shown as `message_line` shows it. Like those of an `InputError`, it names
        Python parameters in backquotes.
    where
        Beginning of the line, so that lines that differ in it alone can be counted.
    """

    def __init__(self, line: str, where: str | PathLike[str] = "") -> None:
        super().__init__(message_line(line))
        self.where = message_line(str(where))


class Problem(str):
    """One line about a problem, which remembers the parameter that it is about.

    The line names Python parameters. The command line prints the option instead, in front
    (`parameter`) and wherever the line mentions another parameter in backquotes.

    Parameters
    ----------
    line
        The whole line.
    parameter
        Name of the Python parameter that the line begins with; None if it begins with a file.
    """

    __slots__ = ("parameter",)

    parameter: str | None

    def __new__(cls, line: str, parameter: str | None = None) -> Problem:
        """Make the line and attach the parameter."""
        self = super().__new__(cls, line)
        self.parameter = parameter
        return self


def problem(where: str | PathLike[str], *, expected: str, found: str) -> str:
    """Describe a problem of a file, or of a place in it, in one line.

    Parameters
    ----------
    where
        A path, or the place in a file.
    expected, found
        What was expected, and the value that was found instead.

    Examples
    --------
    >>> problem("a.npy", expected="2 dimensions", found="3")
    'a.npy: expected 2 dimensions, found 3'
    """
    parts = [printable(str(where)), printable(expected), printable(found)]
    fixed = len("{}: expected {}, found {}".format("", "", ""))
    where, expected, found = _fit(parts, MAX_LINE - fixed)
    return f"{where}: expected {expected}, found {found}"


def message_line(text: str) -> str:
    r"""Return a text as one line that is safe to print: `printable`, and at most `MAX_LINE` long.

    A `Problem` remains one.

    Examples
    --------
    >>> print(message_line("clip\x1b[2J.pose: expected 2 dimensions, found 3\n"))
    clip\x1b[2J.pose: expected 2 dimensions, found 3\n
    """
    line = shorten(printable(text), MAX_LINE)
    return Problem(line, text.parameter) if isinstance(text, Problem) else line


def printable(text: str) -> str:
    r"""Escape what a terminal would act on, or could not show.

    These are control characters, such as escape sequences and line breaks, marks that turn the
    direction of text, and bytes of file names that are no text.

    Examples
    --------
    >>> print(printable("a\tb"), printable("Grüße, 手話"))
    a\tb Grüße, 手話
    """
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() or c in _JOINERS else c.encode("unicode_escape").decode() for c in text
    )


def shorten(text: str, length: int) -> str:
    """Replace the middle of a text by dots where it is longer than `length`.

    Examples
    --------
    >>> shorten("/data/recordings/2020/signer.pose", 20)
    '/data/rec...ner.pose'
    """
    if len(text) <= length:
        return text
    kept = max(0, length - 3)
    return f"{text[: kept - kept // 2]}...{text[len(text) - kept // 2 :]}"


def _fit(parts: Sequence[str], length: int) -> list[str]:
    """Shorten the longest of several texts, so that their sum is at most `length`."""
    limit, left = length, length
    for number, size in enumerate(sorted(map(len, parts))):
        limit = left // (len(parts) - number)
        if size > limit:
            break
        left -= size
    return [shorten(part, limit) if len(part) > limit else part for part in parts]


def parameter_problem(name: str, *, expected: str, found: object) -> str:
    """Describe a problem of a Python parameter in one line.

    Use this, never the name of a command line option. The command line knows the options of its
    verb and prints `--test-fraction` for `test_fraction`.

    Parameters
    ----------
    name
        Name of the parameter.
    expected
        What was expected. Write other parameters in backquotes (`"none with `resume`"`).
    found
        The value that was found.

    Examples
    --------
    >>> line = parameter_problem("test_fraction", expected="a number from 0 to 1", found=2)
    >>> line
    'test_fraction: expected a number from 0 to 1, found 2'
    >>> line.parameter
    'test_fraction'
    """
    return Problem(problem(name, expected=expected, found=str(found)), name)


@contextmanager
def collect_problems(problems: list[str]) -> Iterator[None]:
    """Append the problems of an InputError to a list instead of raising it.

    Parameters
    ----------
    problems
        The list, which the caller raises once all checks are done.

    Examples
    --------
    >>> problems = []
    >>> with collect_problems(problems):
    ...     raise InputError("fps: expected a number above 0, found -1")
    >>> problems
    ['fps: expected a number above 0, found -1']
    """
    try:
        yield
    except InputError as error:
        problems += error.problems


def field_problems(settings: object, *checks: tuple[str, bool, str]) -> list[str]:
    """List a line for each invalid field of a dataclass.

    Parameters
    ----------
    settings
        The dataclass.
    checks
        For each field its name, whether its value is valid, and what was expected.
    """
    return [
        parameter_problem(name, expected=expected, found=getattr(settings, name))
        for name, valid, expected in checks
        if not valid
    ]


def check_fields(settings: object, *checks: tuple[str, bool, str]) -> None:
    """Raise an InputError with the lines of `field_problems`, if there are any."""
    problems = field_problems(settings, *checks)
    if problems:
        raise InputError(problems)


def first_problems(problems: Sequence[str], limit: int = 20) -> list[str]:
    """List the first problems, and a line that counts the remaining ones.

    Parameters
    ----------
    problems
        All lines.
    limit
        Number of lines to keep.
    """
    more = len(problems) - limit
    return [*problems[:limit], *([f"and {more} more like these"] if more > 0 else [])]
