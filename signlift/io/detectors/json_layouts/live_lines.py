"""Lines that `signlift live` wrote: a `hello`, and then a lifted frame in each line.

    {"type": "hello", "version": 1, "keypoints": ["Nose", ...], "fps": 30, "size": [640, 480]}
    {"type": "frame", "frame": 0, "x": [...], "y": [...], "confidence": [...], "z": [...]}

Their keypoints are read; their depth was lifted as the frames came, and is lifted anew.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signlift.errors import InputError, problem
from signlift.io.detectors.json_layouts.clip import Frames
from signlift.io.detectors.json_layouts.metadata import list_names, parse_metadata
from signlift.io.detectors.nested_lists import describe_json


def is_live_lines(value: object) -> bool:
    """Recognise the lines of `signlift live` by their first one."""
    if not isinstance(value, list) or not value or not isinstance(value[0], Mapping):
        return False
    first = value[0]
    return first.get("type") == "hello" and list_names(first.get("keypoints")) is not None


def split_live_lines(value: list[Any], where: str) -> list[Frames]:
    """Split the lines into frames; lines of errors are left out.

    Raises
    ------
    InputError
        A frame has other numbers of x and y.
    """
    hello = value[0]
    names = list_names(hello["keypoints"]) or ()
    lines = [line for line in value[1:] if isinstance(line, Mapping)]
    frames = [
        (number, _to_person(line, len(names), f"{where}, frame {number}"))
        for number, line in enumerate(line for line in lines if line.get("type") == "frame")
    ]
    return [Frames(frames, len(frames), metadata=parse_metadata(hello), names=names)]


def _to_person(line: Mapping[str, Any], count: int, where: str) -> Any:
    """Return the keypoints of a frame as a list of x, y and confidence; null for nobody."""
    columns = [line.get(name) for name in ("x", "y", "confidence")]
    if columns[2] is None:
        columns.pop()
    for column in columns:
        if not isinstance(column, list) or len(column) != count:
            found = len(column) if isinstance(column, list) else describe_json(column)
            raise InputError(problem(where, expected=f"{count} x and y", found=str(found)))
    rows = [list(row) for row in zip(*columns, strict=True)]
    return {"keypoints": rows} if any(row[0] is not None for row in rows) else None
