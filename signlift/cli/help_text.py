"""Help texts: plain text, wrapped to the width of the terminal."""

from __future__ import annotations

import inspect
import shutil
import textwrap
from pathlib import Path
from types import NoneType
from typing import get_args, get_origin

from cyclopts import App, Argument

MAX_WIDTH = 96

_PLACEHOLDERS = {int: "N", float: "NUMBER", str: "NAME", Path: "FILE"}


class Placeholder(str):
    """Name of an option's value in help texts, as metadata of `Annotated`."""


class RequiredWithout(str):
    """Name of the option that can stand in place of a positional argument."""


def help_text(app: App, verb: App) -> str:
    """Write the help of the program, or of one of its verbs.

    Parameters
    ----------
    app
        The program.
    verb
        The verb, or `app` itself for the list of verbs.
    """
    width = terminal_width()
    blocks = _program_blocks(app, width) if verb is app else _verb_blocks(app, verb, width)
    return "\n\n".join(blocks)


def terminal_width() -> int:
    """Return the width to wrap text to: that of the terminal, but not above `MAX_WIDTH`."""
    return max(30, min(shutil.get_terminal_size().columns, MAX_WIDTH))


def verb_arguments(verb: App, *, parse_docstring: bool = False) -> list[Argument]:
    """List the arguments and options of a verb; none for the program itself.

    Parameters
    ----------
    verb
        The verb.
    parse_docstring
        Read the descriptions as well.
    """
    if verb.default_command is None:
        return []
    collection = verb.assemble_argument_collection(parse_docstring=parse_docstring)
    return [argument for argument in collection if not argument.children]


def _program_blocks(app: App, width: int) -> list[str]:
    names: dict[int, list[str]] = {}
    for name in app:
        names.setdefault(id(app[name]), []).append(name)
    rows = [(", ".join(each), _paragraphs(app[each[0]])[0]) for each in names.values()]
    return [
        f"Usage: {app.name[0]} VERB [options]",
        *(_wrap(text, width) for text in _paragraphs(app)),
        _table("Verbs", [row for row in rows if not row[0].startswith("-")], width),
        _table("Options", [row for row in rows if row[0].startswith("-")], width),
    ]


def _table(title: str, rows: list[tuple[str, str]], width: int) -> str:
    """Write rows of names and descriptions in two columns."""
    column = max(len(name) for name, _ in rows) + 4
    lines = [_wrap(text, width, f"  {name}".ljust(column), " " * column) for name, text in rows]
    return "\n".join([f"{title}:", *lines])


def _verb_blocks(app: App, verb: App, width: int) -> list[str]:
    arguments = verb_arguments(verb, parse_docstring=True)
    values = [argument for argument in arguments if argument.index is not None]
    options = [argument for argument in arguments if argument.index is None]
    required = [f"{each.name} {_placeholder(each)}" for each in options if each.required]
    name = next(name for name in app if app[name] is verb)
    usage = ["Usage:", app.name[0], name, *map(_value_name, values), *required]
    if len(options) > len(required):
        usage.append("[options]")
    blocks = [_wrap(" ".join(usage), width, "", " " * len("Usage: "))]
    examples = []
    for text in _paragraphs(verb):
        before, mark, example = text.partition("Example: ")
        if mark and not before:
            examples.append(_wrap(example, width, "  ", " " * 6))
        else:
            blocks.append(_wrap(text, width))
    for title, rows in (
        ("Examples" if len(examples) > 1 else "Example", examples),
        ("Arguments", [_entry(each, width) for each in values]),
        ("Options", [_entry(each, width) for each in options]),
    ):
        if rows:
            blocks.append("\n".join([f"{title}:", *rows]))
    return blocks


def _paragraphs(app: App) -> list[str]:
    """List the paragraphs of a docstring, without its section of parameters."""
    text = inspect.cleandoc(app.help).partition("\nParameters\n---")[0].strip()
    return text.replace("`", "").split("\n\n")


def _entry(argument: Argument, width: int) -> str:
    """Write the name of an option and, indented below it, its description."""
    names = _value_name(argument)
    text, _, default = (argument.parameter.help or "").partition("Default: ")
    choices = argument.get_choices() or ()
    if argument.index is None:
        placeholder = _placeholder(argument)
        names = ", ".join([*sorted(argument.names, key=len)])
        if "|" in placeholder:  # which lists the values
            pass
        elif choices and len(names) + len("|".join(choices)) + 3 <= width:
            placeholder = "|".join(choices)
        elif choices:
            text += f" One of {', '.join(choices)}."
        names = f"{names} {placeholder}".rstrip()
        if argument.required:
            text += " Required."
    shown = default or _default(argument.field_info.default)
    if shown:
        text += f" Default: {shown.removesuffix('.')}."
    return "\n".join([f"  {names}", *([_wrap(text, width, " " * 6, " " * 6)] if text else [])])


def _value_name(argument: Argument) -> str:
    name = argument.name.lstrip("-") + "..." * (get_origin(argument.hint) is tuple)
    return name if argument.required else f"[{name}]"


def _placeholder(argument: Argument) -> str:
    """Name the value of an option; nothing for a switch."""
    for mark in reversed(get_args(argument.field_info.annotation)):
        if isinstance(mark, Placeholder):
            return mark
    kinds = [kind for kind in get_args(argument.hint) or (argument.hint,) if kind is not NoneType]
    return "" if kinds[0] is bool else _PLACEHOLDERS.get(kinds[0], "NAME")


def _default(value: object) -> str | None:
    """Write a default as a user would say it; None if there is nothing to say."""
    if value is inspect.Parameter.empty or value is None or value is False:
        return None
    if isinstance(value, tuple):
        return " ".join(str(_default(each)) for each in value)
    return "on" if value is True else f"{value:g}" if isinstance(value, float) else str(value)


def _wrap(text: str, width: int, first: str = "", others: str = "") -> str:
    return textwrap.fill(
        " ".join(text.split()),
        width,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
