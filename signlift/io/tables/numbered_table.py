"""Tables of rows of numbers, as arrays are saved: without a header, or with numbers for names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.arrays.array_shapes import arrange_points
from signlift.io.arrays.keypoint_arrays import recordings_of_array
from signlift.io.people.assemble import NO_METADATA
from signlift.io.reader import ReadOptions
from signlift.io.tables.column_names import find_roles
from signlift.io.tables.frame_numbers import number_frames
from signlift.io.tables.row_labels import label_rows
from signlift.io.tables.table import Table, parse_numbers

#: Smallest number of fields: x and y of 17 keypoints.
MIN_FIELDS = 34


def has_numbers(fields: Sequence[str]) -> bool:
    """Return whether the fields of a row are numbers, rather than names."""
    try:
        return not np.isnan(parse_numbers(list(fields), "")).all()
    except InputError:
        return False


def list_numbered(names: Sequence[str]) -> list[str]:
    """List the columns that are named 0, 1, 2, ..., as pandas names those of an array.

    Examples
    --------
    >>> len(list_numbered(["", *map(str, range(99)), "label"])), list_numbered(["0", "1", "3"])
    (99, [])
    """
    numbered = [name for name in names if name.isdecimal()]
    counted = len(numbered) >= MIN_FIELDS and numbered == [str(n) for n in range(len(numbered))]
    return numbered if counted else []


def read_rows(
    path: Path, rows: Sequence[Sequence[str]], options: ReadOptions
) -> Sequence[Recording]:
    """Read rows of numbers without a header, as `numpy.savetxt` writes them.

    Raises
    ------
    InputError
        The rows have different lengths, a field is not a number, or as `arrange_points`.
    """
    widths = {len(row) for row in rows}
    if len(widths) > 1:
        found = f"{min(widths)} to {max(widths)}"
        raise InputError(problem(path, expected="rows of equal length", found=found))
    columns = [parse_numbers(column, str(path)) for column in zip(*rows, strict=True)]
    if _are_yolo_labels(np.stack(columns, 1)):
        expected = "recordings (Results.to_json of Ultralytics writes them)"
        found = "YOLO's labels of one image"
        raise InputError(problem(path, expected=expected, found=found))
    points = arrange_points(np.stack(columns, 1), path.name, options)
    return recordings_of_array(points.array, None, path.name, options)


def _are_yolo_labels(rows: NDArray[np.float64]) -> bool:
    """Recognise people of YOLO-pose: a class, a box, K times x, y(, confidence), and a score or so.

    A row of 17 keypoints has 39 to 41 or 56 to 58 numbers, which no array of keypoints has.
    """
    width, places = rows.shape[1], rows[:, 1:5]
    return (
        (38 < width < 42 or 55 < width < 59)
        and bool((rows[:, 0] == rows[:, 0] // 1).all())
        and bool(((places >= 0) & (places <= 1)).all())
    )


def read_numbered(table: Table, options: ReadOptions) -> Sequence[Recording]:
    """Read a table whose columns are named 0, 1, 2, ...; others may number or time its frames.

    Raises
    ------
    InputError
        A field is not a number, two rows are of one frame, or as `arrange_points`.
    """
    names = list_numbered(list(table.columns))
    rows = np.stack([table.numbers(name) for name in names], 1)
    labels = label_rows(table, find_roles(name for name in table.columns if name not in names))
    frames = np.arange(len(rows)) if labels.frames is None else labels.frames
    if labels.recordings is not None or len(np.unique(frames)) < len(frames):
        expected = "a row for each frame of one recording"
        found = "several rows of a frame, or several recordings"
        raise InputError(problem(table.path, expected=expected, found=found))
    timeline = number_frames(frames, labels.times, table.path.name)
    values = np.full((timeline.length, len(names)), np.nan)
    values[timeline.frames] = rows
    points = arrange_points(values, table.path.name, options)
    metadata = timeline.describe(NO_METADATA)
    return [
        replace(recording, fps=metadata.fps or recording.fps, times=metadata.times)
        for recording in recordings_of_array(points.array, None, table.path.name, options)
    ]
