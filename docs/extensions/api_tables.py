"""A Sphinx extension: a table of the names on each page of the reference, on its first page."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

_DIRECTIVE = re.compile(r"^\.\. (?:auto(?:function|class|exception)) *:: *(\w+)$", re.MULTILINE)
_CONSTANT = re.compile(r"^\.\. py:data:: *(\w+)$", re.MULTILINE)


def tables(directory: Path, pages: list[str]) -> str:
    """Return a heading with a link, and a table of names and summaries, for each page."""
    parts = ["```{eval-rst}", ".. currentmodule:: signlift", "```", ""]
    for page in pages:
        text = (directory / f"{page}.md").read_text()
        title = text.splitlines()[0].removeprefix("# ")
        parts += [f"## [{title}]({page}.md)", "", "```{eval-rst}", ".. autosummary::"]
        parts += ["   :nosignatures:", "", *(f"   {name}" for name in _DIRECTIVE.findall(text))]
        parts += ["```", ""]
        constants = [f"`{name}`" for name in _CONSTANT.findall(text)]
        if constants:
            parts += [f"Constants: {', '.join(constants)}.", ""]
    return "\n".join(parts)


def _fill(app: Any, docname: str, source: list[str]) -> None:
    if docname != "api/index":
        return
    (listed,) = re.findall(r"^```\{toctree\}\n(.*?)```", source[0], re.DOTALL | re.MULTILINE)
    pages = re.findall(r"^\w+$", listed, re.MULTILINE)
    source[0] = source[0].replace("<!-- tables -->", tables(Path(app.srcdir) / "api", pages))


def setup(app: Any) -> dict[str, bool]:
    """Register the extension."""
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
