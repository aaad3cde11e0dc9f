"""Worked examples in Markdown: the code blocks of a page, and the output that it shows for them."""

import contextlib
import io
import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = sorted(path for path in (ROOT / "docs/examples").glob("*.md") if path.stem != "index")

_BLOCK = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """A block of code, the output below it (None where a page shows none), and its place."""

    code: str
    output: str | None
    line: int
    span: tuple[int, int]


def required_modules(text):
    """Return the modules that a page needs: `<!-- requires: torch pandas -->`."""
    match = re.search(r"<!-- requires: (.*?) -->", text)
    return match[1].split() if match else []


def code_blocks(text):
    """Return the Python blocks of a page, in order."""
    return [
        Block(match[1], match[2], text[: match.start()].count("\n") + 1, match.span(2))
        for match in _BLOCK.finditer(text)
    ]


def drawn_images(text):
    """Return the names of the images that a page's code draws."""
    return re.findall(r"\]\(\.\./images/examples/([^)]+)\)", text)


def run_block(block, page, names):
    """Run a block in the namespace of its page, and return what it prints."""
    code = "\n" * block.line + block.code
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(code, str(page), "exec"), names)
    return printed.getvalue()
