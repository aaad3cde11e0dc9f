"""Signlift's own tables, from .csv and .parquet files: a recording with depth.

The columns are those of `signlift.io.export.long_csv`. A table that another program has filtered,
sorted or written again is read too.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import SKELETONS, Skeleton
from signlift.errors import InputError, problem
from signlift.io.people.main_person import require_one_person
from signlift.io.reader import ReadOptions
from signlift.io.tables.description import Description, parse_metadata, read_description
from signlift.io.tables.frame_numbers import Timeline, number_frames
from signlift.io.tables.row_labels import whole_numbers
from signlift.io.tables.table import Table
from signlift.utils.array_types import Float

#: Largest difference of the frame rate of the times from the described one, as a fraction.
_MAX_RATE_DIFFERENCE = 0.01

_COLUMNS = {"frame", "keypoint", "x", "y", "z", "observed"}


def is_recording_table(names: Sequence[str]) -> bool:
    """Recognise the header of a table that signlift wrote."""
    return set(names) >= _COLUMNS


def read_recording_table(table: Table, options: ReadOptions) -> Recording:
    """Read a table that signlift wrote, with depth, uncertainty and confidence.

    Parameters
    ----------
    table
        The table. Its description is in its metadata, or in the file beside it; without one, the
        unit is taken as pixels, and the frame rate follows from the times.
    options
        `skeleton` to convert the recording to.

    Raises
    ------
    InputError
        A field is not a number, two rows are of the same keypoint, or the frame numbers are not
        those of a recording.
    """
    names, columns = _number_names(table.texts("keypoint"))
    times = table.numbers("time") if "time" in table.columns else None
    if times is not None and np.isnan(times).all():
        times = None
    frames = whole_numbers(table.numbers("frame"), f"{table.path}: frame")
    timeline = number_frames(frames, times, table.path.name)
    description = _find_description(table, timeline, names)
    skeleton = find_skeleton(names, description, table.path.name)
    T, J = timeline.length, len(skeleton)
    cells = timeline.frames * J + np.array([skeleton.index(name) for name in names])[columns]
    if len(np.unique(cells)) < len(cells):
        found = f"{len(cells)} rows for {len(np.unique(cells))} of them"
        expected = "one row for each frame and keypoint"
        raise InputError(problem(table.path, expected=expected, found=found))

    def place(name: str) -> Float[np.ndarray, "T J"] | None:
        if name not in table.columns:
            return None
        values = np.full(T * J, np.nan)
        values[cells] = table.numbers(name)
        return values.reshape(T, J).astype(np.float32)

    confidence = place("confidence")
    if confidence is not None and np.isnan(confidence).all():
        confidence = None
    recording = Recording(
        np.stack([_given(place("x")), _given(place("y"))], -1),
        skeleton,
        depth=place("z"),
        confidence=confidence,
        fps=description.fps or timeline.fps,
        name=description.name or table.path.stem,
        depth_uncertainty=place("z_uncertainty"),
        times=None if description.fps else timeline.times,
        size=description.size or options.size,
        unit=description.unit,
        notes=description.notes,
    )
    require_one_person(options.person, table.path)
    return recording if options.skeleton is None else recording.convert(options.skeleton)


def _given(values: Float[np.ndarray, "T J"] | None) -> Float[np.ndarray, "T J"]:
    assert values is not None  # the columns were checked
    return values


def _find_description(table: Table, timeline: Timeline, names: Sequence[str]) -> Description:
    """Find the description of a table; one beside it that is of another table is left out."""
    if "unit" in table.metadata:
        return parse_metadata(table.metadata)
    beside = read_description(table.path)
    if beside is None:
        return Description()
    skeletons = [skeleton for skeleton in SKELETONS if skeleton.name == beside.skeleton]
    rate = timeline.fps if timeline.times is None else None
    if beside.frames is not None and beside.frames < timeline.length:
        difference = f"{beside.frames} frames"
    elif beside.fps and rate and abs(beside.fps / rate - 1) > _MAX_RATE_DIFFERENCE:
        difference = f"{beside.fps:g} frames per second"
    elif skeletons and not set(names) <= set(skeletons[0].keypoints):
        difference = beside.skeleton
    else:
        return beside
    note = f"left out: the description beside the table, which is of another one ({difference})"
    return Description(notes=(note,))


def _number_names(labels: Sequence[str]) -> tuple[list[str], NDArray[np.int64]]:
    """List the names in the order of their first rows, and number those of all rows."""
    numbers = {label: number for number, label in enumerate(dict.fromkeys(labels))}
    return list(numbers), np.array([numbers[label] for label in labels], np.int64)


def find_skeleton(names: Sequence[str], description: Description, where: str) -> Skeleton:
    """Find the skeleton that has the names, or make one of them.

    Parameters
    ----------
    names
        Names of keypoints.
    description
        Name and bones of the skeleton, as far as the file holds them.
    where
        The file, for messages.

    Raises
    ------
    InputError
        The names make no skeleton.
    """
    exact = [known for known in SKELETONS if known.keypoints == tuple(names)]
    described = [known for known in SKELETONS if known.name == description.skeleton]
    others = sorted(SKELETONS, key=len)
    for skeleton in (
        *(known for known in described if known in exact),
        *exact,
        *described,
        *others,
    ):
        if set(names) <= set(skeleton.keypoints):
            return skeleton
    bones = tuple(bone for bone in description.bones if set(bone) <= set(names))
    try:
        return Skeleton(description.skeleton or "unnamed", tuple(names), bones)
    except ValueError:
        found = f"{len(names)} that are not ({', '.join(names[:5])}, ...)"
        expected = "keypoints of the left and right in pairs"
        raise InputError(problem(where, expected=expected, found=found)) from None
