"""CSV tables in long form: one row per frame and keypoint.

The columns are frame, time, keypoint, x, y, z, observed, confidence and, if the recording has it,
z_uncertainty. An unknown field is empty, as RFC 4180 has no other way. `observed` is 1 or 0, and 0
for completed keypoints. pandas reads the file with `read_csv(path)`.

The skeleton, the unit, the axes, the frame rate and the processing steps are in a second file,
`path` with .json appended; or in comment lines that begin with '# ' and come first, which pandas
skips with `read_csv(path, comment="#")`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.io.export.metadata import (
    describe_recording,
    describe_table,
    file_times,
    long_columns,
)
from signlift.utils.array_types import Bool, Float
from signlift.utils.atomic import atomic_path, write_text

#: Suffix that is appended to the path for the description.
DESCRIPTION_SUFFIX = ".json"

#: Number of frames that are formatted at once.
_NUM_FRAMES = 64

#: About as many digits as float32 has.
_NUMBER = "%.7g"


def write_csv(recording: Recording, path: Path) -> None:
    """Write a lifted recording as a CSV file, whole or not at all, with its description beside it.

    Parameters
    ----------
    recording
        x, y and z are written in the camera frame and in the unit of the recording, with seven
        digits; NaN as an empty field. `time` is in seconds, and empty if the recording has
        neither times nor a frame rate.
    path
        The file.

    Raises
    ------
    InputError
        The recording has no depth.
    """
    _write_table(recording, path, comments=False)
    write_text(path.with_name(path.name + DESCRIPTION_SUFFIX), describe_table(recording))


def write_commented_csv(recording: Recording, path: Path) -> None:
    """Write a lifted recording as one CSV file, whose first lines describe it.

    Parameters and errors are those of `write_csv`.
    """
    _write_table(recording, path, comments=True)


def _write_table(recording: Recording, path: Path, *, comments: bool) -> None:
    columns = long_columns(recording)
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        if comments:
            for key, value in describe_recording(recording).items():
                file.write(f"# {key}: {value}\n")
        names = ["x", "y", "z", "observed", *list(columns)[3:]]
        file.write(",".join(["frame", "time", "keypoint", *names]) + "\n")
        values = np.stack(list(columns.values()), -1)
        keypoints, times = recording.skeleton.keypoints, file_times(recording)
        file.writelines(_format_rows(values, recording.detected, times, keypoints))


def _format_rows(
    values: Float[np.ndarray, "T J C"],
    detected: Bool[np.ndarray, "T J"],
    times: Float[np.ndarray, " T"] | None,
    keypoints: Sequence[str],
) -> Iterator[str]:
    """Format the rows of some frames at a time.

    One template formats many numbers at once. There is a row template for each keypoint and each
    combination of missing numbers and of `observed`.
    """
    T, _, C = values.shape
    missing = np.isnan(values)
    bits = np.concatenate([missing, detected[..., None]], -1)
    forms = (bits @ (1 << np.arange(C + 1))).tolist()
    endings = [_row_ending([bool(form >> c & 1) for c in range(C + 1)]) for form in range(2 << C)]
    rows = [[f"{_quote(name)},{ending}" for ending in endings] for name in keypoints]
    for start in range(0, T, _NUM_FRAMES):
        chunk = slice(start, start + _NUM_FRAMES)
        template = []
        for frame in range(start, min(T, start + _NUM_FRAMES)):
            begin = f"{frame},{'' if times is None else format(times[frame], '.9g')},"
            template += [begin + row[form] for row, form in zip(rows, forms[frame], strict=True)]
        yield "".join(template) % tuple(values[chunk][~missing[chunk]].tolist())


def _row_ending(bits: Sequence[bool]) -> str:
    """Make the template of the fields from x on; bits mark missing numbers, and `observed`."""
    *missing, observed = bits
    fields = ["" if empty else _NUMBER for empty in missing]
    return ",".join([*fields[:3], "1" if observed else "0", *fields[3:]]) + "\n"


def _quote(name: str) -> str:
    """Quote the name of a keypoint for a field in a template."""
    if any(mark in name for mark in ',"#\r\n'):
        name = '"' + name.replace('"', '""') + '"'
    return name.replace("%", "%%")
