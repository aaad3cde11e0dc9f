"""Tables with a row for each person and frame, and columns for each keypoint.

x0, y0, c0, x1, ... (OpenPoseR); nose_x, nose_y, nose_score; track, frame_idx and nose.x (SLEAP's
analysis CSV); x_face_0, x_left_hand_0, ... (Kaggle's asl-fingerspelling); and DeepLabCut's CSV with
three or four header rows (scorer, individuals, bodyparts, coords).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from signlift.errors import InputError, problem
from signlift.io.tables.column_names import Key, find_roles, find_wide_columns
from signlift.io.tables.detections import Detections
from signlift.io.tables.row_labels import label_rows, parse_frames
from signlift.io.tables.table import Table, TextTable, parse_numbers

#: First fields of the header rows of DeepLabCut.
_DLC_HEADERS = ("scorer", "individuals", "bodyparts", "coords")

_DLC_AXES = {"x": 0, "y": 1, "likelihood": 3}


def read_wide(table: Table, *, face: bool = False) -> Detections:
    """Read a table with columns of x and y for each keypoint.

    Those of MediaPipe's face are left out, unless `face` asks for them.

    Raises
    ------
    InputError
        A field is not a number.
    """
    columns = find_wide_columns(table.columns)
    if not face:
        columns = {key: axes for key, axes in columns.items() if not _is_face(key)} or columns
    used = {name for axes in columns.values() for name in axes.values()}
    roles = find_roles(name for name in table.columns if name not in used)
    values = np.full((len(table), len(columns), 4), np.nan, np.float32)
    for number, axes in enumerate(columns.values()):
        for place, axis in enumerate(("x", "y", "z", "confidence")):
            if axis in axes:
                parse = table.depths if axis == "z" else table.numbers
                values[:, number, place] = parse(axes[axis])
    labels = label_rows(table, roles)
    return Detections(
        tuple(columns),
        values,
        labels.count_frames(len(table)),
        labels.times,
        labels.people,
        labels.recordings,
    )


def _is_face(key: Key) -> bool:
    return isinstance(key, tuple) and key[0] == "face"


def is_deeplabcut(rows: Sequence[Sequence[str]]) -> bool:
    """Recognise the first rows of a table of DeepLabCut."""
    first = rows[0][0].strip().lower() if rows and rows[0] else ""
    return first == "scorer" or (first in ("individuals", "bodyparts") and len(rows[0]) > 3)


def read_deeplabcut(path: Path, text: TextTable) -> Detections:
    """Read DeepLabCut's CSV; individuals are people.

    Raises
    ------
    InputError
        The header rows are not DeepLabCut's, or a field is not a number.
    """
    headers: dict[str, list[str]] = {}
    for row in text.rows:
        name = row[0].strip().lower()
        if name not in _DLC_HEADERS:
            break
        headers[name] = [field.strip() for field in row[1:]]
    rows = text.rows[len(headers) :]
    widths = {len(header) for header in headers.values()} | {len(row) - 1 for row in rows}
    if not {"bodyparts", "coords"} <= headers.keys() or len(widths) != 1 or not rows:
        expected = "DeepLabCut's header rows (scorer, bodyparts, coords) and rows as long"
        found = f"{', '.join(headers) or 'none'}; {len(rows)} rows"
        raise InputError(problem(path, expected=expected, found=found))
    bodyparts, coords = headers["bodyparts"], [name.lower() for name in headers["coords"]]
    individuals = headers.get("individuals", [""] * len(bodyparts))
    names = list(dict.fromkeys(bodyparts))
    people = list(dict.fromkeys(individuals))
    values = np.full((len(rows), len(people), len(names), 4), np.nan, np.float32)
    for column, (person, name, axis) in enumerate(zip(individuals, bodyparts, coords, strict=True)):
        if axis in _DLC_AXES:
            fields = parse_numbers([row[column + 1] for row in rows], f"{path}: {name}, {axis}")
            p, k, c = people.index(person), names.index(name), _DLC_AXES[axis]
            values[:, p, k, c] = fields
    labels = parse_frames([row[0] for row in rows])
    return Detections(
        names,
        values.reshape(-1, len(names), 4),
        np.repeat(labels, len(people)),
        None,
        people * len(rows) if len(people) > 1 else None,
    )
