"""The verb `formats`."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from signlift.cli.help_text import terminal_width

if TYPE_CHECKING:
    from signlift.io.formats import Format


def formats() -> None:
    """List the formats that are read and written.

    Example: signlift formats

    The format of an input is recognised by its content, that of an output by its suffix or by
    `lift --format NAME`.
    """
    from signlift.io.formats import formats as list_formats

    known = list_formats()
    read = [(_suffixes(each), each.name, each.read) for each in known if each.read]
    written = [(_suffixes(each), each.name, _describe(each)) for each in known if each.written]
    for title, rows in (("Read, by content", read), ("Written", written)):
        print(f"{title}:", *_format_rows(rows), sep="\n", end="\n\n" if rows is read else "\n")


def _suffixes(known: Format) -> str:
    return ", ".join([*known.suffixes, *(["directory"] if known.is_directory else [])])


def _describe(known: Format) -> str:
    return f"{known.written} (with {', '.join(known.holds)})" if known.holds else known.written


def _format_rows(rows: Sequence[tuple[str, str, str]]) -> list[str]:
    """Align the columns name and suffixes, and wrap the descriptions."""
    width = terminal_width()
    indent = " " * 4
    lines = []
    for suffixes, name, text in rows:
        lines.append(f"  {name} ({suffixes})")
        lines.append(textwrap.fill(text, width, initial_indent=indent, subsequent_indent=indent))
    return lines
