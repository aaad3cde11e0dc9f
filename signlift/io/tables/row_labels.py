"""Frame, time, person and recording of each row of a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from signlift.errors import InputError, problem
from signlift.io.detectors.frame_names import group_frames
from signlift.io.tables.table import Table
from signlift.utils.array_types import Float, Int

#: Suffixes of images, whose names stand for frames.
_IMAGES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp")


@dataclass(frozen=True, eq=False)
class RowLabels:
    """Labels of the R rows of a table.

    Attributes
    ----------
    frames
        [R], frame numbers; None if the table does not say which rows are of one frame.
    times
        [R], in the unit of the table, or None.
    people, recordings
        [R], names or numbers, or None.
    """

    frames: Int[np.ndarray, " R"] | None
    times: Float[np.ndarray, " R"] | None
    people: list[str] | None
    recordings: list[str] | None

    def count_frames(self, rows: int) -> Int[np.ndarray, " R"]:
        """Return the frame numbers; without any, count the rows of each person and recording."""
        if self.frames is not None:
            return self.frames
        empty = [""] * rows
        counts: dict[tuple[str, str], int] = {}
        frames = np.empty(rows, np.int64)
        pairs = zip(self.people or empty, self.recordings or empty, strict=True)
        for row, pair in enumerate(pairs):
            frames[row] = counts[pair] = counts.get(pair, -1) + 1
        return frames


def label_rows(table: Table, roles: Mapping[str, str]) -> RowLabels:
    """Find the labels of the rows of a table.

    Parameters
    ----------
    table
        The table.
    roles
        Columns by what they hold (see `find_roles`).

    Returns
    -------
    The labels. Frames follow from a column of frame numbers, or else from the names of images, or
    from the times. A column of people in which all rows differ numbers rows, and is left out.

    Raises
    ------
    InputError
        A frame number or a time is not a number.
    """
    times = table.numbers(roles["time"]) if "time" in roles else None
    people = table.texts(roles["person"]) if "person" in roles else None
    if people is not None and (not all(people) or len(set(people)) == len(people) > 1):
        people = None
    recordings = table.texts(roles["recording"]) if "recording" in roles else None
    files = table.texts(roles["file"]) if "file" in roles else None
    frames = None
    if "frame" in roles:
        frames, recordings = _read_frames(table, roles["frame"], recordings)
    if files is not None:
        if not _are_images(files):
            recordings = recordings or files
        elif frames is None:
            frames, recordings = _split_names(files, recordings)
    if frames is None and times is not None:
        frames = np.unique(times, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return RowLabels(frames, times, people, recordings)


def whole_numbers(numbers: Float[np.ndarray, " R"], where: str) -> Int[np.ndarray, " R"]:
    """Convert to int64.

    Raises
    ------
    InputError
        A number is missing, or not a whole number of at most 15 digits.
    """
    wrong = ~((numbers == np.round(numbers)) & (np.abs(numbers) < 1e15))
    if wrong.any():
        row = int(np.argmax(wrong))
        found = f"{numbers[row]:g} in row {row}"
        raise InputError(problem(where, expected="whole numbers", found=found))
    return numbers.astype(np.int64)


def parse_frames(labels: Sequence[str]) -> Int[np.ndarray, " R"]:
    """Parse row labels as frame numbers or names of images; count them where some are equal."""
    recordings = None
    try:
        frames = whole_numbers(np.array(labels, np.float64), "")
    except (ValueError, InputError):
        frames, recordings = _split_names(labels, None)
    unique = recordings is None and len(np.unique(frames)) == len(frames)
    return frames if unique else np.arange(len(labels))


def _read_frames(
    table: Table, name: str, recordings: list[str] | None
) -> tuple[Int[np.ndarray, " R"], list[str] | None]:
    """Read a column of frame numbers, or of names of images."""
    try:
        return whole_numbers(table.numbers(name), f"{table.path}: {name}"), recordings
    except InputError:
        labels = table.texts(name)
        if not _are_images(labels) and not all(any(map(str.isalpha, label)) for label in labels):
            raise
    return _split_names(labels, recordings)


def _are_images(labels: Sequence[str]) -> bool:
    """Return whether labels are names of images, by most suffixes."""
    names = set(labels)
    return sum(name.lower().endswith(_IMAGES) for name in names) > len(names) / 2


def _split_names(
    labels: Sequence[str], recordings: list[str] | None
) -> tuple[Int[np.ndarray, " R"], list[str] | None]:
    """Split names of images into frame numbers and recordings; others are counted."""
    names = list(dict.fromkeys(labels))
    places = {name: ("", number) for number, name in enumerate(names)}
    groups = group_frames(name.replace("\\", "/") for name in names)
    for group, members in groups.items():
        for number, name in members:
            places[name] = (group, number)
    places = {name: places.get(name.replace("\\", "/"), places[name]) for name in names}
    frames = np.array([places[label][1] for label in labels], np.int64)
    if recordings is None and len({group for group, _ in places.values()}) > 1:
        recordings = [places[label][0] or "others" for label in labels]
    return frames, recordings
