"""CSV in long form: one row per frame and keypoint.

The columns are frame, time, keypoint, x, y, z, observed, confidence and, where the recording
tells it, z_error. Comment lines that begin with '# ' come first and say the unit, the axes and
what was done; pandas reads the file with `read_csv(path, comment="#")`. A field that is not
known is empty (RFC 4180 has no other way), observed is 1 or 0 (of keypoints that lifting has set
too).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.recording import Recording
from signlift.io.export.metadata import description, frame_times, long_columns
from signlift.utils.atomic import atomic_path

#: Frames that are put into text at once.
_FRAMES = 64

#: About as many digits as float32 has.
_NUMBER = "%.7g"


def write_csv(recording: Recording, path: Path) -> None:
    """Write a lifted recording as a CSV file, whole or not at all.

    Parameters
    ----------
    recording
        x, y and z go out as they are, in the camera frame and in the recording's unit, with
        seven digits; NaN as an empty field. `time` is in seconds, and empty when neither times
        nor the frame rate are known.
    path
        The file.

    Raises
    ------
    InputError
        The recording has no depth.
    """
    columns = long_columns(recording)
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        for key, value in description(recording).items():
            file.write(f"# {key}: {value}\n")
        names = ["x", "y", "z", "observed", *list(columns)[3:]]
        file.write(",".join(["frame", "time", "keypoint", *names]) + "\n")
        values = np.stack(list(columns.values()), -1)
        keypoints, times = recording.skeleton.keypoints, frame_times(recording)
        file.writelines(_rows(values, recording.detected, times, keypoints))


def _rows(
    values: Float[np.ndarray, "T J C"],
    detected: Bool[np.ndarray, "T J"],
    times: Float[np.ndarray, " T"] | None,
    keypoints: Sequence[str],
) -> Iterator[str]:
    """The rows of some frames at a time.

    Text of many numbers is made by one template for all of them: there is a form of each
    keypoint's row for each set of its numbers that may be missing, and for what was observed.
    """
    T, _, C = values.shape
    missing = np.isnan(values)
    bits = np.concatenate([missing, detected[..., None]], -1)
    forms = (bits @ (1 << np.arange(C + 1))).tolist()
    endings = [_ending([bool(form >> c & 1) for c in range(C + 1)]) for form in range(2 << C)]
    rows = [[f"{_quoted(name)},{ending}" for ending in endings] for name in keypoints]
    for start in range(0, T, _FRAMES):
        some = slice(start, start + _FRAMES)
        template = []
        for frame in range(start, min(T, start + _FRAMES)):
            begins = f"{frame},{'' if times is None else format(times[frame], '.9g')},"
            template += [begins + row[form] for row, form in zip(rows, forms[frame], strict=True)]
        yield "".join(template) % tuple(values[some][~missing[some]].tolist())


def _ending(bits: Sequence[bool]) -> str:
    """The fields of a row from x on; bits say what is missing, and whether it was observed."""
    *missing, observed = bits
    fields = ["" if none else _NUMBER for none in missing]
    return ",".join([*fields[:3], "1" if observed else "0", *fields[3:]]) + "\n"


def _quoted(name: str) -> str:
    """A keypoint's name as a field, in a template."""
    if any(mark in name for mark in ',"#\r\n'):
        name = '"' + name.replace('"', '""') + '"'
    return name.replace("%", "%%")
