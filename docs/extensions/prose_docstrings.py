"""A Sphinx extension: prose in docstrings where napoleon expects the form "type: description".

- A Returns section may be prose, or name what is returned; its type is that of the annotation.
- The docstring of a property may hold a colon.
- Attributes may share a description, and are not called variables.
"""

from __future__ import annotations

import re
from typing import Any

from sphinx.domains.python import PyObject

_SECTIONS = ("Returns", "Yields")

# They stand in for a type and for a colon while napoleon reads a docstring.
_TYPE, _COLON = "\ue000", "\ue001"


def mark_prose(what: str, lines: list[str]) -> list[str]:
    """Give prose the form that napoleon expects."""
    if what in ("attribute", "property") and lines:
        return [lines[0].replace(":", _COLON), *lines[1:]]
    lines = _split_attributes(lines)
    result: list[str] = []
    number = 0
    while number < len(lines):
        if not (lines[number].strip() in _SECTIONS and _is_heading(lines, number)):
            result.append(lines[number])
            number += 1
            continue
        end = number + 2
        while end < len(lines) and not _is_heading(lines, end):
            end += 1
        body = lines[number + 2 : end]
        result += lines[number : number + 2]
        if ":" in body[0] and len(body) > 1 and body[1].startswith(" "):  # name : type
            result += body
        else:  # prose, or names with their descriptions
            result += [_TYPE, *(f"    {line}" if line else "" for line in body)]
        number = end
    return result


def unmark_prose(lines: list[str]) -> list[str]:
    """Remove what `mark_prose` has put in."""
    return [line.replace(_COLON, ":") for line in lines if _TYPE not in line]


def _split_attributes(lines: list[str]) -> list[str]:
    """Repeat the description of attributes that share one: "width, height"."""
    result: list[str] = []
    section = ""
    for number, line in enumerate(lines):
        if _is_heading(lines, number):
            section = line.strip()
        if section == "Attributes" and re.fullmatch(r"\w+(, \w+)+", line):
            end = number + 1
            while end < len(lines) and lines[end].startswith(" "):
                end += 1
            for name in line.split(", ")[:-1]:
                result += [name, *lines[number + 1 : end]]
            line = line.split(", ")[-1]
        result.append(line)
    return result


def _is_heading(lines: list[str], number: int) -> bool:
    below = lines[number + 1] if number + 1 < len(lines) else ""
    return bool(lines[number].strip()) and bool(re.fullmatch(r"-{3,}", below.strip()))


def _before(app: Any, what: str, name: str, thing: object, options: Any, lines: list[str]) -> None:
    lines[:] = mark_prose(what, lines)


def _after(app: Any, what: str, name: str, thing: object, options: Any, lines: list[str]) -> None:
    lines[:] = unmark_prose(lines)


def setup(app: Any) -> dict[str, bool]:
    """Register the extension."""
    app.setup_extension("sphinx.ext.autodoc")
    app.connect("autodoc-process-docstring", _before, priority=100)
    app.connect("autodoc-process-docstring", _after, priority=900)
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
