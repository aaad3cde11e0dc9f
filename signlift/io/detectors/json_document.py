"""The JSON value of a file of keypoints: JSON, JSON lines, or one of them packed with gzip."""

from __future__ import annotations

from typing import Any

from signlift.io.safe_gzip import GZIP_MAGIC, gzip_head, unpack_gzip
from signlift.io.source import HEAD_BYTES, Source
from signlift.utils.bounded_json import MAX_BYTES, is_json, parse_json, parse_json_lines


def is_json_document(source: Source) -> bool:
    """Recognise a file that may begin with a JSON object or array, also packed with gzip."""
    return is_json(unpack_head(source.head))


def unpack_head(head: bytes) -> bytes:
    """Return the first bytes of a file, unpacked if it is packed with gzip."""
    return gzip_head(head, HEAD_BYTES) if head.startswith(GZIP_MAGIC) else head


def parse_document(data: bytes, where: str) -> Any:
    """Parse the bytes of a file.

    Strings that hold JSON, as in a list of what Ultralytics' `to_json` returns, are parsed, too.

    Parameters
    ----------
    data
        The bytes, packed or not.
    where
        The file, for messages.

    Returns
    -------
    The value; of JSON lines, the list of the values of all lines.

    Raises
    ------
    InputError
        The bytes are no JSON, or unpack to too many.
    """
    if data.startswith(GZIP_MAGIC):
        data = unpack_gzip(data, where, MAX_BYTES)
    value = parse_json_lines(data, where)
    if isinstance(value, list) and value and all(map(_holds_json, value)):
        return [
            item if item is None else parse_json(item.encode(), f"{where}, frame {number}")
            for number, item in enumerate(value)
        ]
    return value


def _holds_json(value: object) -> bool:
    return value is None or (isinstance(value, str) and value.lstrip()[:1] in ("[", "{"))
