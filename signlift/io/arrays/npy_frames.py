"""A directory with a .npy file for each frame, as tutorials save MediaPipe's landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.errors import InputError, first_problems, problem
from signlift.io.arrays.array_shapes import arrange_points, is_frame
from signlift.io.arrays.keypoint_arrays import recordings_of_array
from signlift.io.arrays.npy import open_npy, read_npy_header
from signlift.io.arrays.original_arrays import BODY_DATA
from signlift.io.detectors.frame_names import gap_problem, group_frames
from signlift.io.detectors.frame_sequence import warn_left_out
from signlift.io.reader import ReadOptions
from signlift.io.source import Source

#: Smallest number of frames.
_MIN_FRAMES = 2


def is_npy_frames(source: Source) -> bool:
    """Recognise a directory of numbered .npy files that hold one frame each."""
    if not source.is_directory or source.names is not None or (source.path / BODY_DATA).exists():
        return False
    files = _list_files(source.path)
    if len(files) < _MIN_FRAMES or len(group_frames(path.name for path in files)) != 1:
        return False
    try:
        return is_frame(read_npy_header(files[0]).shape)
    except InputError:
        return False


def read_npy_frames(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read a directory of .npy files, one for each frame, as one recording.

    Numbers that are left out become frames without a person.

    Parameters
    ----------
    source
        A directory of files with C numbers or of shape [J, 2 to 5] each (see `arrange_points`).
    options
        As for `read_npy_keypoints`.

    Raises
    ------
    InputError
        A line for each of the first problems: no file can be read, the files have different
        shapes, or as `read_npy_keypoints`.

    Warns
    -----
    InputWarning
        A line for each of the first files that cannot be read.
    """
    path = source.path
    (frames,) = group_frames(file.name for file in _list_files(path)).values()
    rows: dict[int, np.ndarray] = {}
    problems: list[str] = []
    for number, name in frames:
        try:
            rows[number] = np.array(open_npy(path / name).map())
        except InputError as error:
            problems += error.problems
    if not rows:
        raise InputError(first_problems(problems))
    shapes = sorted({row.shape for row in rows.values()})
    if len(shapes) > 1:
        expected, found = "frames of one shape", " and ".join(str(list(s)) for s in shapes[:3])
        raise InputError(problem(path, expected=expected, found=found))
    excess = gap_problem(str(path), list(rows))
    if excess is not None:
        raise InputError(excess)
    warn_left_out(problems)
    first, last = min(rows), max(rows)
    values = np.full((last - first + 1, *shapes[0]), np.nan)
    for number, row in rows.items():
        values[number - first] = row
    points = arrange_points(values, path.name, options)
    return recordings_of_array(points.array, None, path.name, options)


def _list_files(directory: Path) -> list[Path]:
    """List the .npy files of a directory; none if it has other files, which is no recording."""
    files = [path for path in directory.iterdir() if not path.name.startswith(".")]
    if not all(path.suffix == ".npy" and path.is_file() for path in files):
        return []
    return sorted(files)
