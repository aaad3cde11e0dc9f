"""Tables with a row for each keypoint and frame.

frame, type, landmark_index, x, y, z (Kaggle's asl-signs); frame, person, keypoint, x, y, score; and
others with such columns in any order.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.io.tables.column_names import Key, find_roles, parse_part
from signlift.io.tables.detections import Detections
from signlift.io.tables.row_labels import label_rows
from signlift.io.tables.table import Table, list_columns

#: Largest number of different keypoints.
_MAX_KEYPOINTS = 5000


def is_long(names: Sequence[str]) -> bool:
    """Recognise the header of a long table."""
    roles = find_roles(names)
    return {"x", "y"} <= roles.keys() and bool({"keypoint", "number"} & roles.keys())


def read_long(table: Table, *, face: bool = False) -> Detections:
    """Read a table with a row for each keypoint and frame.

    Rows of MediaPipe's face are left out, unless `face` asks for them.

    Raises
    ------
    InputError
        A field is not a number, there is no column of frames or times, or several rows are of the
        same keypoint.
    """
    roles = find_roles(table.columns)
    rows = label_rows(table, roles)
    if rows.frames is None:
        found = list_columns(list(table.columns))
        expected = "a column of frame numbers"
        raise InputError(problem(table.path, expected=expected, found=found))
    frames, times = rows.frames, rows.times
    keys, columns = _find_keys(table, roles, face)
    labels = [each or [""] * len(table) for each in (rows.recordings, rows.people)]
    groups = np.stack([frames, *(_codes(label) for label in labels)], 1)
    _, first, detections = np.unique(groups, axis=0, return_index=True, return_inverse=True)
    detections = detections.reshape(-1)
    used = columns >= 0
    _check_unique(table, detections[used], columns[used], keys, frames[used])
    values = np.full((len(first), len(keys), 4), np.nan, np.float32)
    for axis, role in enumerate(("x", "y", "z", "confidence")):
        if role in roles:
            parse = table.depths if role == "z" else table.numbers
            values[detections[used], columns[used], axis] = parse(roles[role])[used]
    recordings, people = ([label[row] for row in first] for label in labels)
    return Detections(
        keys,
        values,
        frames[first],
        None if times is None else times[first],
        people if all(people) else None,
        recordings if any(recordings) else None,
    )


def _find_keys(
    table: Table, roles: Mapping[str, str], face: bool
) -> tuple[list[Key], NDArray[Any]]:
    """Find the keypoint of each row: its column among the keys, or -1 where it is left out."""
    parts = table.texts(roles["part"]) if "part" in roles else None
    if parts is not None and not any(parse_part(part) for part in set(parts)):
        parts = None
    labels = table.texts(roles["number" if "number" in roles else "keypoint"])
    pairs = list(zip(parts or [""] * len(labels), labels, strict=True))
    columns: dict[tuple[str, str], int] = {}
    keys: list[Key] = []
    for pair in dict.fromkeys(pairs):
        part, label = pair
        key = _parse_key(parse_part(part) if part else None, label, face)
        columns[pair] = -1 if key is None else len(keys)
        if key is not None:
            keys.append(key)
    if not 0 < len(keys) <= _MAX_KEYPOINTS:
        expected = f"1 to {_MAX_KEYPOINTS} different keypoints"
        raise InputError(problem(table.path, expected=expected, found=str(len(keys))))
    return keys, np.array([columns[pair] for pair in pairs], np.int64)


def _parse_key(part: str | None, label: str, face: bool) -> Key | None:
    """Parse the keypoint of a row; None for one that is left out, and for a name in a part."""
    number = re.fullmatch(r"(\d{1,9})(\.0)?", label)
    if part is None:
        return int(number[1]) if number else label.rpartition("Landmark.")[2]
    if part == "face" and not face:
        return None
    if number is None:
        return label if part == "pose" else None
    return part, int(number[1])


def _codes(labels: Sequence[str]) -> NDArray[np.int64]:
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return np.array([numbers[label] for label in labels], np.int64)


def _check_unique(
    table: Table,
    detections: NDArray[Any],
    columns: NDArray[Any],
    keys: Sequence[Key],
    frames: NDArray[Any],
) -> None:
    """Raise InputError where two rows are of one keypoint of a person in a frame."""
    cells, counts = np.unique(detections * len(keys) + columns, return_counts=True)
    if (counts > 1).any():
        cell = int(cells[np.argmax(counts > 1)])
        frame = frames[np.argmax(detections == cell // len(keys))]
        key = keys[cell % len(keys)]
        expected = "one row for each frame, person and keypoint"
        found = f"{int(counts.max())} in frame {frame} of {key} (name people in a column `person`)"
        raise InputError(problem(table.path, expected=expected, found=found))
