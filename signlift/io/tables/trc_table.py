"""Markers in TRC files, as signlift, Pose2Sim and OpenSim write them: a recording with depth.

`signlift.io.export.trc` describes the format. Signlift's own files are what a camera observes.
Those of other programs are points in space, y up: the person is turned to face the camera, and
observed without perspective.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT, SKELETONS, Skeleton
from signlift.core.skeleton_arrays import subtract_root_depth
from signlift.errors import InputError, problem
from signlift.geometry.virtual_camera import estimate_front
from signlift.io.frame_limit import check_frame_count
from signlift.io.people.keypoint_names import NamedKeypoints, describe_left_out, match_keypoints
from signlift.io.people.main_person import require_one_person
from signlift.io.reader import ReadOptions
from signlift.io.source import Source
from signlift.io.tables.description import Description
from signlift.io.tables.frame_numbers import Timeline, number_frames
from signlift.io.tables.recording_table import find_skeleton
from signlift.io.tables.row_labels import parse_frames
from signlift.io.tables.table import MAX_TEXT_BYTES, decode, parse_numbers
from signlift.utils.array_types import Float

_MAGIC = b"PathFileType"

#: For the unit of a file, the unit of the recording and its number in one of the file's.
_UNITS = {"m": ("m", 1.0), "cm": ("cm", 1.0), "mm": ("cm", 0.1)}

#: Largest depth of MidHip in a file of signlift, relative to the extent of the markers.
_MAX_ROOT_DEPTH = 1e-4


@dataclass(frozen=True, eq=False)
class _Markers:
    """Markers [T, J, 3] in the unit and the axes of the file."""

    names: list[str]
    points: NDArray[np.float64]
    timeline: Timeline
    unit: str
    rate: float | None


def is_trc(head: bytes) -> bool:
    """Recognise a TRC file by its first bytes."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(_MAGIC)


def read_trc(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read the markers of a TRC file as a recording with depth.

    Parameters
    ----------
    source
        The file.
    options
        `skeleton` to convert the recording to.

    Returns
    -------
    One recording, in pixels or another unit of the file, or in cm or m.

    Raises
    ------
    InputError
        The header or a line is damaged, a field is not a number, or the markers are not keypoints.
    """
    path = source.path
    require_one_person(options.person, path)
    text = decode(source.read(MAX_TEXT_BYTES))
    if text is None:
        raise InputError(problem(path, expected="a TRC file in text", found="other bytes"))
    markers = _parse(path, text)
    skeleton, points, notes = _place(markers, path.name)
    unit, factor = _UNITS.get(markers.unit, ("px", 1.0))
    points = points * factor
    if _is_camera_view(markers, points, skeleton):
        depth = -points[..., 2]
    else:
        points, note = _turn_to_camera(points, skeleton)
        notes = (*notes, note)
        depth = subtract_root_depth(-points[..., 2], skeleton)
    timeline = markers.timeline
    even = timeline.times is None
    recording = Recording(
        points[..., :2] * np.array([1, -1]),
        skeleton,
        depth=depth,
        fps=(markers.rate or timeline.fps) if even else None,
        times=timeline.times,
        name=path.stem,
        size=options.size,
        unit=unit,
        notes=notes,
    )
    return [recording if options.skeleton is None else recording.convert(options.skeleton)]


def _parse(path: Path, text: str) -> _Markers:
    """Parse the lines of a file."""
    lines = [line.rstrip("\r") for line in text.split("\n")]
    header = next((n for n, line in enumerate(lines[:12]) if line.startswith("Frame#")), None)
    if header is None or header < 2:
        found = "none in the first 12 lines"
        raise InputError(problem(path, expected="a line that begins with Frame#", found=found))
    names = [name.strip() for name in lines[header].split("\t")[2:] if name.strip()]
    values = dict(zip(lines[header - 2].split("\t"), lines[header - 1].split("\t"), strict=False))
    rows = [line.split("\t") for line in lines[header + 2 :] if line.strip()]
    width = 2 + 3 * len(names)
    if not names or not rows:
        found = f"{len(names)} markers and {len(rows)} frames"
        raise InputError(problem(path, expected="markers and frames", found=found))
    for number, row in enumerate(rows):
        if len(row) < 2 or any(field.strip() for field in row[width:]):
            expected = f"{width} fields for {len(names)} markers"
            found = f"{len(row)} in line {number + header + 3}"
            raise InputError(problem(path, expected=expected, found=found))
        row += [""] * (width - len(row))  # empty fields at the end of a line may be left out
    columns = [
        parse_numbers([row[column] for row in rows], f"{path}: column {column}")
        for column in range(1, width)
    ]
    check_frame_count(path, len(rows))
    frames = parse_frames([row[0] for row in rows])
    timeline = number_frames(frames, columns[0], str(path))
    points = np.full((timeline.length, len(names), 3), np.nan)
    points[timeline.frames] = np.stack(columns[1:], 1).reshape(len(rows), len(names), 3)
    points[np.isnan(points).any(-1) | (points == 0).all(-1)] = np.nan
    rate = parse_numbers([values.get("DataRate", "")], f"{path}: DataRate")[0]
    return _Markers(
        names, points, timeline, values.get("Units", "").strip(), float(rate) if rate > 0 else None
    )


def _place(
    markers: _Markers, where: str
) -> tuple[Skeleton, Float[np.ndarray, "T J 3"], tuple[str, ...]]:
    """Place markers on a skeleton; signlift's own markers are all of its keypoints."""
    names, points = markers.names, markers.points
    if len(set(names)) == len(names) and _has_own_unit(markers):
        skeleton = find_skeleton(names, Description(), where)
        named = NamedKeypoints(
            skeleton, {skeleton.index(name): n for n, name in enumerate(names)}, ()
        )
    else:
        named = match_keypoints(names, where)
    skeleton = named.skeleton
    placed = np.full((len(points), len(skeleton), 3), np.nan)
    for keypoint, column in named.columns.items():
        placed[:, keypoint] = points[:, column]
    return skeleton, placed, describe_left_out(named.left_out)


def _has_own_unit(markers: _Markers) -> bool:
    """Return whether a file is in pixels, as only signlift writes it."""
    return markers.unit not in _UNITS


def _is_camera_view(
    markers: _Markers, points: Float[np.ndarray, "T J 3"], skeleton: Skeleton
) -> bool:
    """Return whether a file is signlift's: in pixels, of a skeleton, or with MidHip at depth 0."""
    if _has_own_unit(markers) or any(tuple(markers.names) == s.keypoints for s in SKELETONS):
        return True
    root = skeleton.point(points, ROOT)[:, 2]
    root = np.abs(root[~np.isnan(root)])
    with np.errstate(all="ignore"):
        extent = np.nanmax(points, initial=0) - np.nanmin(points, initial=0)
    return len(root) > 0 and bool(root.max() <= _MAX_ROOT_DEPTH * extent)


def _turn_to_camera(
    points: Float[np.ndarray, "T J 3"], skeleton: Skeleton
) -> tuple[Float[np.ndarray, "T J 3"], str]:
    """Turn points about the vertical, so that the person faces +z."""
    front = estimate_front(points, skeleton)
    rotation = np.array([[front[2], 0, -front[0]], [0, 1, 0], [front[0], 0, front[2]]])
    degrees = np.degrees(np.arctan2(front[0], front[2]))
    return points @ rotation.T, f"markers in space, turned by {-degrees:.0f} degrees to the camera"
