"""Mistakes on the command line, described in one line each."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from cyclopts import App, Argument, ArgumentCollection, CycloptsError
from cyclopts.exceptions import (
    CoercionError,
    MissingArgumentError,
    RepeatArgumentError,
    UnknownCommandError,
    UnknownOptionError,
    UnusedCliTokensError,
)

from signlift.cli.help_text import RequiredWithout, verb_arguments
from signlift.errors import InputError, Problem, problem
from signlift.utils.extras import describe_missing_package
from signlift.utils.staging import without_staging

PROGRAM = "signlift"
_COUNTS = ("no", "one", "two", "three", "four")
_NAMES = {int: "a whole number", float: "a number", bool: "true or false", Path: "a path"}
_NUMBERS = {
    int: r"[+-]?\d+",
    float: r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?|[+-]?inf|nan",
}


class ArgumentsError(CycloptsError):
    """All mistakes in the values of one verb's options."""

    def __init__(self, errors: list[CycloptsError]) -> None:
        super().__init__()
        self.errors = errors


def check_arguments(_app: App, _commands: tuple[str, ...], arguments: ArgumentCollection) -> None:
    """Convert all values, so that all mistakes are reported at once.

    The signature is that of a cyclopts configuration, which is called before the values are used.

    Raises
    ------
    ArgumentsError
        An option has no valid value, or a required one is missing.
    """
    errors = []
    for argument in arguments:
        if not argument.children:
            try:
                _check_numbers(argument)
                argument.convert_and_validate()
            except CycloptsError as error:
                error.argument = error.argument or argument
                errors.append(error)
    errors[:0] = _missing_arguments(arguments)
    if errors:
        raise ArgumentsError(errors)


def _missing_arguments(arguments: ArgumentCollection) -> list[CycloptsError]:
    """List the positional arguments that are missing, and not replaced by an option."""
    given = {name for argument in arguments if argument.tokens for name in argument.names}
    return [
        MissingArgumentError(argument=argument)
        for argument in arguments
        for mark in get_args(argument.field_info.annotation)
        if isinstance(mark, RequiredWithout) and not argument.tokens and mark not in given
    ]


def _check_numbers(argument: Argument) -> None:
    """Refuse what the parser would round (1.5) or take as no value (none)."""
    if argument.parameter.converter:
        return
    kinds = _value_types(argument.hint)
    for token in argument.tokens:
        if token.source == "cli" and any(
            kind in _NUMBERS and not re.fullmatch(_NUMBERS[kind], token.value.lower())
            for kind in kinds
        ):
            raise CoercionError(argument=argument, token=token)


def describe_error(error: Exception, app: App, tokens: Sequence[str]) -> list[str]:
    """Describe a user's mistake in lines; nothing for an error of the program itself.

    Parameters
    ----------
    error
        The error, of the parser, the library or the operating system.
    app
        The program.
    tokens
        The words on the command line.
    """
    if isinstance(error, CycloptsError):
        return describe_mistakes(error)
    if isinstance(error, InputError):
        verb = app.parse_commands(tokens)[1][-1]
        return [name_options(line, verb) for line in error.problems]
    if isinstance(error, ModuleNotFoundError):
        line = describe_missing_package(error)
        return [] if line is None else [line]
    if isinstance(error, MemoryError):
        found = str(error).partition("\n")[0] or "too little memory"
        return [problem(PROGRAM, expected="data that fit into memory", found=found)]
    if isinstance(error, OSError):
        where = without_staging(str(error.filename or PROGRAM))
        return [f"{where}: {(error.strerror or str(error)).lower()}"]
    return []


def describe_mistakes(error: CycloptsError) -> list[str]:
    """Describe the mistakes that an error of the parser stands for, in one line each."""
    where = " ".join([PROGRAM, *(error.command_chain or ())])
    if not isinstance(error, ArgumentsError):
        return [_describe(error, where, error.app)]
    missing = [_missing_option(each) for each in error.errors]
    names = [name for name in missing if name]
    lines = [f"{where}: missing {' and '.join(names)}"] if names else []
    for each, name in zip(error.errors, missing, strict=True):
        if not name:
            lines.append(_describe(each, where, error.app))
    return lines


def name_options(line: str, app: App) -> str:
    """Replace Python parameters by the options of a verb in a line from library code.

    Parameters
    ----------
    line
        A line of an `InputError`. Parameters are its `Problem.parameter` and words in backquotes.
    app
        The verb.
    """
    options = {argument.field_info.name: option_name(argument) for argument in verb_arguments(app)}
    text = re.sub(r"`(\w+)`", lambda match: options.get(match[1], match[0]), line)
    name = (line.parameter or "") if isinstance(line, Problem) else ""
    return text if name not in options else options[name] + text.removeprefix(name)


def option_name(argument: Argument) -> str:
    """Name an option as a user writes it: --fps, or INPUT for a positional argument."""
    return argument.name if argument.index is None else argument.name.lstrip("-")


def _describe(error: CycloptsError, where: str, app: App | None) -> str:
    if isinstance(error, UnknownCommandError):
        return _unknown_verb((error.unused_tokens or [""])[0], where, app)
    if isinstance(error, UnknownOptionError):
        return _unknown_option(error.token.keyword or error.token.value, where, app)
    if isinstance(error, UnusedCliTokensError):
        return f"{where}: unexpected {_quoted(error.unused_tokens)}"
    if isinstance(error, RepeatArgumentError):
        return f"{error.token.keyword}: expected once, found twice"
    argument = error.argument
    if argument is None:
        return f"{where}: {error}"
    values = [token.value for token in argument.tokens]
    if isinstance(error, MissingArgumentError):
        values = error.tokens_so_far
    elif isinstance(error, CoercionError) and error.token and not values:
        values = [error.token.value]
    expected = str(error.msg) if error.msg is not None else _expected(argument)
    hint = _hint(values[-1] if values else "", argument.get_choices() or ())
    return problem(option_name(argument), expected=expected, found=_quoted(values) + hint)


def _missing_option(error: CycloptsError) -> str | None:
    """Name the required option that was left out, if that is the mistake."""
    if isinstance(error, MissingArgumentError) and error.argument and not error.argument.tokens:
        return option_name(error.argument)
    return None


def _unknown_verb(word: str, where: str, app: App | None) -> str:
    verbs = [name for name in app or () if not name.startswith("-")]
    if word.startswith("-"):
        return f"{where}: unknown option {word}; its verbs are {', '.join(verbs)}"
    hint = _hint(word, verbs) or f"; the verbs are {', '.join(verbs)}"
    return f"{where}: unknown verb {word!r}{hint}"


def _unknown_option(word: str, where: str, app: App | None) -> str:
    word = word.partition("=")[0]
    names = [name for argument in verb_arguments(app) for name in argument.names] if app else []
    hint = _hint(word, [name for name in names if name.startswith("--")])
    return f"{where}: unknown option {word}{hint}"


def _hint(word: str, names: Sequence[str]) -> str:
    close = difflib.get_close_matches(word, names, n=1)
    return f" (did you mean {close[0]}?)" if close else ""


def _quoted(values: Iterable[str] | None) -> str:
    return " ".join(map(repr, values or ())) or "none"


def _either(names: Iterable[object]) -> str:
    *others, last = map(str, names)
    return f"{', '.join(others)} or {last}" if others else last


def _expected(argument: Argument) -> str:
    """Describe the values that an option takes."""
    kinds = _value_types(argument.hint)
    text = "a value"
    if get_origin(kinds[0]) is Literal:
        text = _either(get_args(kinds[0]))
    elif kinds[0] in _NAMES:
        text = _NAMES[kinds[0]]
    return text if len(kinds) == 1 else f"{_COUNTS[len(kinds)]} {text.partition(' ')[2]}s"


def _value_types(hint: Any) -> list[Any]:
    """List the types of the values of an option: two for tuple[int, int] | None."""
    if get_origin(hint) in (Union, UnionType):
        hint = next(kind for kind in get_args(hint) if kind is not NoneType)
    kinds = get_args(hint) if get_origin(hint) is tuple else (hint,)
    return [kind for kind in kinds if kind is not ...]
