"""The JSON text of messages, one in a line, and numbers in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.utils.bounded_json import parse_json

#: Maximum length of a message in bytes: more than a hundred people with face meshes.
MAX_BYTES = 8 << 20


def parse_message(text: str | bytes, where: str) -> Mapping[str, Any]:
    """Parse a message: one line, or one message of a WebSocket.

    Parameters
    ----------
    text
        The JSON text of an object.
    where
        The source of the message, such as `line 3`, for errors.

    Raises
    ------
    InputError
        The text is too long, or is no JSON object.

    Examples
    --------
    >>> parse_message('{"type": "frame"}', "line 1")
    {'type': 'frame'}
    """
    data = text.encode() if isinstance(text, str) else text
    if len(data) > MAX_BYTES:
        found = f"{len(data):,} bytes"
        raise InputError(problem(where, expected=f"at most {MAX_BYTES:,} bytes", found=found))
    try:
        value = parse_json(data.strip(), where)
    except InputError as error:  # of the one line
        lines = (str(line).replace("(line 1, column", "(column") for line in error.problems)
        raise InputError(lines) from None
    if not isinstance(value, dict):
        found = type(value).__name__ if value is not None else "null"
        raise InputError(problem(where, expected="a JSON object", found=found))
    return value


def format_message(message: Mapping[str, Any]) -> str:
    """Write a message as JSON in one line, without the line break.

    Examples
    --------
    >>> format_message({"type": "error", "message": "line 1: expected JSON, found nothing"})
    '{"type":"error","message":"line 1: expected JSON, found nothing"}'
    """
    import orjson  # when it is needed, as for reading

    try:
        return orjson.dumps(message).decode()
    except TypeError:  # whole numbers of more than 64 bits, halves of surrogate pairs
        return json.dumps(message, separators=(",", ":"))


def to_json_numbers(values: NDArray[Any]) -> list[Any]:
    """Convert an array to numbers of JSON: null for NaN, and the digits that a float32 has.

    Read as float32, the numbers are those of the array, bit by bit.

    Examples
    --------
    >>> import numpy as np
    >>> to_json_numbers(np.array([0.1, np.nan, 1234.56775], np.float32))
    [0.1, None, 1234.5677]
    """
    import orjson

    text = orjson.dumps(np.ascontiguousarray(values), option=orjson.OPT_SERIALIZE_NUMPY)
    numbers: list[Any] = orjson.loads(text)
    return numbers
