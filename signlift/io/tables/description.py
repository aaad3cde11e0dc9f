"""Descriptions of signlift's tables: beside a CSV file, in its comments, or in a Parquet file."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from signlift.errors import InputError
from signlift.io.export.long_csv import DESCRIPTION_SUFFIX
from signlift.utils.bounded_json import read_json

#: Units of recordings.
_UNITS = ("px", "cm", "m", "mm")

#: Size of a description that is read, in bytes.
_MAX_BYTES = 16 << 20

_SIZE = re.compile(r"([\d.eE+]+) x ([\d.eE+]+)")


@dataclass(frozen=True)
class Description:
    """Properties of a recording besides its table.

    Attributes
    ----------
    name
        Name of the recording; "" if unknown.
    skeleton
        Name of the skeleton; "" if unknown.
    bones
        Names of the parent and child of each bone of a skeleton that is not one of signlift's.
    unit
        Unit of x, y and depth.
    fps, size, frames
        Frame rate, size of the image and number of frames; None if unknown.
    notes
        Notes on the processing.
    """

    name: str = ""
    skeleton: str = ""
    bones: tuple[tuple[str, str], ...] = ()
    unit: str = "px"
    fps: float | None = None
    size: tuple[float, float] | None = None
    frames: int | None = None
    notes: tuple[str, ...] = ()


def parse_metadata(metadata: Mapping[str, str]) -> Description:
    """Parse the lines of `describe_recording`.

    Examples
    --------
    >>> parse_metadata({"unit": "cm", "fps": "25", "size": "640 x 480", "note 1": "a"}).size
    (640.0, 480.0)
    """
    values: dict[str, Any] = dict(metadata)
    size = _SIZE.fullmatch(metadata.get("size", ""))
    values["size"] = None if size is None else [size[1], size[2]]
    values["notes"] = [value for key, value in metadata.items() if re.fullmatch(r"note \d+", key)]
    try:
        values["bones"] = json.loads(metadata.get("bones", "[]"))
    except (ValueError, RecursionError):
        values["bones"] = []
    return parse_description(values)


def read_description(path: Path) -> Description | None:
    """Read the description beside a table; None where there is none.

    A file of another program is none.
    """
    beside = path.with_name(path.name + DESCRIPTION_SUFFIX)
    if not beside.is_file():
        return None
    try:
        value = read_json(beside, _MAX_BYTES)
    except InputError:
        return None
    if not isinstance(value, dict) or not str(value.get("producer", "")).startswith("signlift"):
        return None
    return parse_description(value)


def parse_description(values: Mapping[str, Any]) -> Description:
    """Parse the values of a description; those of another type are left out."""
    size = values.get("size")
    lengths = [_positive(length) for length in size] if isinstance(size, list) else []
    width, height = lengths if len(lengths) == 2 else (None, None)
    frames = _positive(values.get("frames"))
    notes, bones, unit = values.get("notes"), values.get("bones"), values.get("unit")
    return Description(
        _text(values.get("recording")),
        _text(values.get("skeleton")),
        tuple(
            (bone[0], bone[1])
            for bone in (bones if isinstance(bones, list) else [])
            if isinstance(bone, list) and len(bone) == 2 and all(isinstance(b, str) for b in bone)
        ),
        unit if isinstance(unit, str) and unit in _UNITS else "px",
        _positive(values.get("fps")),
        (width, height) if width and height else None,
        None if frames is None else int(frames),
        tuple(note for note in notes if isinstance(note, str)) if isinstance(notes, list) else (),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _positive(value: object) -> float | None:
    """Return a number above 0, or None."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if 0 < number < math.inf else None
