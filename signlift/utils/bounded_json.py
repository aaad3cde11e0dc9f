"""Reading of JSON (RFC 8259) of bounded size, with one line for each error."""

from __future__ import annotations

import gc
import json
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from os import PathLike
from pathlib import Path
from typing import Any

from signlift.errors import InputError, InputWarning, problem
from signlift.utils.regular_files import open_regular

#: The maximum size of a file, in bytes. In memory it takes about five times as much.
MAX_BYTES = 512 << 20

#: Largest number of damaged lines that are left out.
_MAX_DAMAGED = 100

#: What may be between values; some programs begin each with a record separator (RFC 7464).
_BETWEEN = re.compile("[\\s,\x1e\ufeff]*")

_UTF8_START = re.compile(rb"\s*[\[{]")
_BYTE_ORDER_MARKS = {
    b"\xef\xbb\xbf": "utf-8",
    b"\xff\xfe": "utf-16-le",
    b"\xfe\xff": "utf-16-be",
}


def is_json(head: bytes) -> bool:
    """Return True if the first bytes of a file may begin a JSON object or array.

    Examples
    --------
    >>> is_json(b' {"people": []}'), is_json(b"HIERARCHY")
    (True, False)
    """
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if head.startswith(mark):
            text = head[len(mark) : len(mark) + 256].decode(encoding, "replace")
            return text.lstrip()[:1] in ("{", "[")
    return _UTF8_START.match(head) is not None


def parse_json(data: bytes, where: str | PathLike[str]) -> Any:
    """Parse a JSON text.

    Parameters
    ----------
    data
        The text in UTF-8, UTF-16 or UTF-32, with or without a byte-order mark.
    where
        The source of the text, for messages.

    Raises
    ------
    InputError
        The text is empty, not JSON, not text, nested too deeply, or too large for the memory.

    Examples
    --------
    >>> parse_json(b'{"fps": 25}', "clip.json")
    {'fps': 25}
    """
    try:
        with paused_garbage_collection():
            return _parse(data)
    except json.JSONDecodeError as error:
        position = f"line {error.lineno}, column {error.colno}"
        found = f"damaged JSON ({position})" if data.strip() else "an empty file"
    except UnicodeDecodeError as error:
        found = f"bytes that are not text (byte {error.start})"
    except RecursionError:
        found = "brackets nested too deeply"
    except MemoryError:
        found = f"{len(data):,} bytes, which do not fit into the memory"
    except ValueError as error:  # a number of thousands of digits
        found = str(error).partition(";")[0]
    raise InputError(problem(where, expected="JSON", found=found))


def _parse(data: bytes) -> Any:
    """Parse a JSON text with orjson; with the standard library what orjson refuses.

    That are NaN, Infinity and numbers beyond float64, UTF-16, a byte-order mark and lone
    surrogates; of damaged JSON, the standard library's error is raised.

    Raises
    ------
    ValueError, RecursionError, MemoryError
        As for `json.loads`.
    """
    import orjson  # when it is needed: other formats start without it

    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data)


def parse_json_lines(data: bytes, where: str | PathLike[str]) -> Any:
    r"""Parse a JSON text, or JSON lines: several values, usually one in each line.

    Parameters
    ----------
    data, where
        As for `parse_json`.

    Returns
    -------
    The value; of JSON lines, the list of all values.

    Raises
    ------
    InputError
        As for `parse_json`. Of JSON lines, at least two values must be sound.

    Warns
    -----
    InputWarning
        Damaged lines were left out, such as the last one of a file that was not written to its end.

    Examples
    --------
    >>> parse_json_lines(b'{"frame": 0}\n{"frame": 1}\n', "clip.jsonl")
    [{'frame': 0}, {'frame': 1}]
    """
    try:
        return parse_json(data, where)
    except InputError as error:
        try:
            with paused_garbage_collection():
                values, damaged = _split_values(data.decode(json.detect_encoding(data)))
        except (ValueError, RecursionError, MemoryError):
            raise error from None
        if len(values) < 2 or len(damaged) > min(len(values), _MAX_DAMAGED):
            raise
    if damaged:
        more = f" (and {len(damaged) - 1} more lines)" if len(damaged) > 1 else ""
        line = problem(f"{where}, line {damaged[0]}", expected="JSON", found=f"damaged JSON{more}")
        warnings.warn(f"left out: {line}", InputWarning, stacklevel=2)
    return values


def _split_values(text: str) -> tuple[list[Any], list[int]]:
    """Split a text into its JSON values, and the numbers of the lines that are damaged.

    Raises
    ------
    ValueError
        The text does not begin with an object or array.
    """
    decoder = json.JSONDecoder()
    values: list[Any] = []
    damaged: list[int] = []
    end = 0
    while (start := _next_value(text, end)) < len(text):
        try:
            value, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            if not values or len(damaged) > _MAX_DAMAGED:
                raise
            damaged.append(text.count("\n", 0, start) + 1)
            newline = text.find("\n", start)
            end = len(text) if newline < 0 else newline
            continue
        if not values and not isinstance(value, dict | list):
            raise ValueError("neither an object nor an array")
        values.append(value)
    return values, damaged


def _next_value(text: str, start: int) -> int:
    """Skip white space and commas, which some programs write between lines."""
    match = _BETWEEN.match(text, start)
    return start if match is None else match.end()


@contextmanager
def paused_garbage_collection() -> Iterator[None]:
    """Pause garbage collection: JSON has no cycles, and looking for them takes a third of the time.

    Collection is enabled again at the end if it was enabled before.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def read_json(path: str | PathLike[str], max_bytes: int = MAX_BYTES) -> Any:
    """Read a JSON file.

    Parameters
    ----------
    path
        The file.
    max_bytes
        The maximum size of the file.

    Raises
    ------
    InputError
        As in `parse_json`; or the file cannot be read or is too large.
    """
    path = Path(path)
    try:
        with open_regular(path) as file:
            data = file.read(max_bytes + 1)
    except (OSError, MemoryError) as error:
        found = getattr(error, "strerror", None) or "a file that does not fit into the memory"
        raise InputError(problem(path, expected="a JSON file", found=found)) from None
    if len(data) > max_bytes:
        expected = f"JSON of at most {max_bytes:,} bytes"
        found = f"{path.stat().st_size:,} bytes"
        raise InputError(problem(path, expected=expected, found=found))
    return parse_json(data, path)


@contextmanager
def nesting_guard(where: str | PathLike[str]) -> Iterator[None]:
    """Turn a RecursionError, from lists nested without end, into an InputError.

    Parameters
    ----------
    where
        The source of the lists, for the message.
    """
    try:
        yield
    except RecursionError:
        expected, found = "2D keypoints", "brackets nested too deeply"
        raise InputError(problem(where, expected=expected, found=found)) from None
