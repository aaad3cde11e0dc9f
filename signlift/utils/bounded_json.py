"""JSON from anywhere: of bounded size, and every way to be wrong said in a line (RFC 8259)."""

from __future__ import annotations

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

from signlift.errors import InputError, problem

#: The largest file that is read, in bytes; in memory it takes about five times as much.
MAX_BYTES = 512 << 20

_UTF8_START = re.compile(rb"\s*[\[{]")
_MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}


def is_json(head: bytes) -> bool:
    """Whether these first bytes may begin an object or an array, after a byte-order mark or not."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            text = head[len(mark) : len(mark) + 256].decode(encoding, "replace")
            return text.lstrip()[:1] in ("{", "[")
    return _UTF8_START.match(head) is not None


def parse_json(data: bytes, where: str | PathLike[str]) -> Any:
    """What a JSON text holds.

    Parameters
    ----------
    data
        UTF-8, UTF-16 or UTF-32, with or without a byte-order mark.
    where
        Where it comes from, for messages.

    Raises
    ------
    InputError
        It is empty, not JSON, not text, nested too deeply, or too large for the memory.
    """
    try:
        with no_collection():
            return json.loads(data)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        found = f"damaged JSON ({place})" if data.strip() else "nothing"
    except UnicodeDecodeError as error:
        found = f"bytes that are not text (byte {error.start})"
    except RecursionError:
        found = "brackets nested too deeply"
    except MemoryError:
        found = "more than fits into memory"
    except ValueError as error:  # a number of thousands of digits
        found = str(error).partition(";")[0]
    raise InputError(problem(where, expected="JSON", found=found))


@contextmanager
def no_collection() -> Iterator[None]:
    """Without garbage collection: there is none in JSON, and looking for it takes a third."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def read_json(path: str | PathLike[str], most: int = MAX_BYTES) -> Any:
    """What a JSON file holds.

    Parameters
    ----------
    path
        The file.
    most
        How many bytes it may have.

    Raises
    ------
    InputError
        As `parse_json`; or the file cannot be read or is too large.
    """
    path = Path(path)
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, MemoryError) as error:
        found = getattr(error, "strerror", None) or "none that can be read"
        raise InputError(problem(path, expected="a JSON file", found=found)) from None
    if len(data) > most:
        expected = f"JSON of at most {most >> 20} MB"
        raise InputError(problem(path, expected=expected, found="more"))
    return parse_json(data, path)


@contextmanager
def not_too_deep(where: str | PathLike[str]) -> Iterator[None]:
    """Go through what a JSON text holds: lists within lists without end become an InputError."""
    try:
        yield
    except RecursionError:
        expected, found = "2D keypoints", "brackets nested too deeply"
        raise InputError(problem(where, expected=expected, found=found)) from None
