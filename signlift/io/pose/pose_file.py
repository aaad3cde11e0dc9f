"""Reading and writing of .pose files: a header (see `pose_header`) and the arrays of its body.

The size of a file is compared with its header and counts before arrays are allocated.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signlift.errors import InputError, problem
from signlift.io.frame_limit import check_frame_count
from signlift.io.pose.pose_header import (
    MAX_UINT16,
    ByteCursor,
    PoseHeader,
    decode_header,
    encode_header,
    is_pose,
)
from signlift.utils.array_types import Float
from signlift.utils.atomic import atomic_path

#: Largest number of points that is read: more than any detector has.
MAX_POINTS = 10_000

#: Largest arrays of version 0.0: bytes, or a multiple of the file's size. A frame without people
#: takes only two bytes there, so a small file may declare huge arrays.
_MAX_BYTES, _MAX_GROWTH = 2**28, 4

#: Frame rate, number of frames and, from version 0.1 on, number of people.
_COUNTS_V0 = struct.Struct("<HH")
_COUNTS_V1 = struct.Struct("<HHH")
_COUNTS_V2 = struct.Struct("<fIH")

_PEOPLE = struct.Struct("<H")
_PERSON_NUMBER_BYTES = 2


@dataclass(frozen=True, eq=False)
class PoseFile:
    """Content of a .pose file.

    Parameters
    ----------
    header
        Image size, and components with points, limbs and colours.
    fps
        Frames per second; 0 where unknown.
    data
        [T, P, N, D], coordinates x, y, ... of N points (all components) of P people; any values
        where confidence is 0.
    confidence
        [T, P, N], 0 where a point was not observed.
    """

    header: PoseHeader
    fps: float
    data: Float[np.ndarray, "T P N D"]
    confidence: Float[np.ndarray, "T P N"]


def decode_pose_file(buffer: bytes, path: Path) -> PoseFile:
    """Decode a .pose file of version 0.0, 0.1 or 0.2.

    In version 0.0 the number of people differs between frames. The people of a frame take the
    first of the P places, in their order in the file.

    Parameters
    ----------
    buffer
        Content of the file.
    path
        The file, for messages.

    Raises
    ------
    InputError
        The file is not a .pose file, has an unknown version or a damaged header, has points
        without x, y and confidence, has no points, people or frames, or is shorter or longer
        than its header says.
    """
    if not is_pose(buffer):
        raise InputError(problem(path, expected="a .pose file", found="a file with another header"))
    cursor = ByteCursor(buffer)
    try:
        header = decode_header(cursor)
        version = round(header.version, 3)
        if version not in (0.0, 0.1, 0.2):
            expected, found = "version 0.0, 0.1 or 0.2 of .pose", f"version {header.version:g}"
            raise InputError(problem(path, expected=expected, found=found))
        _check_header(path, header)
        return _read_v0(path, cursor, header) if version == 0.0 else _read(path, cursor, header)
    except (struct.error, UnicodeDecodeError) as error:
        found = f"truncated or damaged data at byte {cursor.offset:,} of {len(buffer):,}"
        raise InputError(problem(path, expected="a .pose file", found=found)) from error


def write_pose_file(file: PoseFile, path: Path) -> None:
    """Write a .pose file of version 0.2, whole or not at all.

    Parameters
    ----------
    file
        The components' formats all have D + 1 letters.
    path
        Where to write it.

    Raises
    ------
    InputError
        The header does not fit into the format's 16-bit numbers, there are too many frames, or
        the file cannot be written.
    """
    frames, people = file.confidence.shape[:2]
    _check_limits(path, file, frames)
    try:
        with atomic_path(path) as temporary, temporary.open("wb") as stream:
            stream.write(encode_header(file.header))
            stream.write(_COUNTS_V2.pack(file.fps, frames, people))
            for values in (file.data, file.confidence):
                stream.write(np.ascontiguousarray(values, "<f4").data)
    except OSError as error:
        found = str(error.strerror).lower()
        raise InputError(problem(path, expected="a file to write", found=found)) from error


def _read(path: Path, cursor: ByteCursor, header: PoseHeader) -> PoseFile:
    """Read the body of version 0.1 or 0.2: all coordinates, then all confidences."""
    first = round(header.version, 3) == 0.1
    fps, frames, people = cursor.unpack(_COUNTS_V1 if first else _COUNTS_V2)
    points, dims = header.num_points, header.num_dims
    frame_bytes = people * points * (dims + 1) * 4
    if first and frames == 0 and frame_bytes:
        frames = cursor.remaining // frame_bytes  # writers put 0 for more than 65,535 frames
    _check_counts(path, frames, people)
    if frames * frame_bytes != cursor.remaining:
        expected = f"{frames * frame_bytes:,} bytes for {frames:,} frames of {people} people"
        raise InputError(problem(path, expected=expected, found=f"{cursor.remaining:,}"))
    values = np.frombuffer(cursor.buffer, "<f4", offset=cursor.offset).astype(np.float32)
    split = frames * people * points * dims
    data = values[:split].reshape(frames, people, points, dims)
    return PoseFile(header, float(fps), data, values[split:].reshape(frames, people, points))


def _read_v0(path: Path, cursor: ByteCursor, header: PoseHeader) -> PoseFile:
    """Read the body of version 0.0: frame by frame the people, each with all its points."""
    fps, frames = cursor.unpack(_COUNTS_V0)
    width = sum(len(component.points) * len(component.format) for component in header.components)
    places: list[tuple[int, int, int]] = []  # frame, person, offset
    for frame in range(frames):
        (people,) = cursor.unpack(_PEOPLE)
        for person in range(people):
            places.append((frame, person, cursor.offset + _PERSON_NUMBER_BYTES))
            cursor.offset += _PERSON_NUMBER_BYTES + 4 * width
        if cursor.remaining < 0:
            found = f"the end of the file in frame {frame}"
            raise InputError(problem(path, expected=f"{frames:,} frames", found=found))
    if cursor.remaining:
        found = f"{cursor.remaining:,} bytes more"
        raise InputError(problem(path, expected=f"{frames:,} frames", found=found))
    people = max((person + 1 for _, person, _ in places), default=0)
    _check_counts(path, frames, people)
    shape = (frames, people, header.num_points, header.num_dims)
    size = 4 * frames * people * header.num_points * (header.num_dims + 1)
    limit = max(_MAX_BYTES, _MAX_GROWTH * len(cursor.buffer))
    if size > limit:
        expected = f"frames and people of up to {limit:,} bytes"
        raise InputError(problem(path, expected=expected, found=f"{size:,}"))
    data, confidence = np.zeros(shape, np.float32), np.zeros(shape[:3], np.float32)
    for frame, person, offset in places:
        values = np.frombuffer(cursor.buffer, "<f4", width, offset)
        start = end = 0
        for component in header.components:
            count, letters = len(component.points), len(component.format)
            points, values = values[: count * letters], values[count * letters :]
            points = points.reshape(count, letters)
            start, end = end, end + count
            data[frame, person, start:end, : letters - 1] = points[:, :-1]
            confidence[frame, person, start:end] = points[:, -1]
    return PoseFile(header, float(fps), data, confidence)


def _check_header(path: Path, header: PoseHeader) -> None:
    problems = [
        problem(
            f"{path}: component {component.name}",
            expected="points of X, Y, optionally more, and C (confidence)",
            found=f"format {component.format!r}",
        )
        for component in header.components
        if not re.fullmatch(r"XY[A-BD-Z]*C", component.format)
    ]
    if not 0 < header.num_points <= MAX_POINTS:
        expected = f"a header of 1 to {MAX_POINTS:,} points"
        problems.append(problem(path, expected=expected, found=f"{header.num_points:,}"))
    if problems:
        raise InputError(problems)


def _check_counts(path: Path, frames: int, people: int) -> None:
    problems = []
    if frames == 0:
        problems.append(problem(path, expected="at least 1 frame", found="0"))
    if people == 0:
        problems.append(problem(path, expected="at least 1 person", found="0"))
    if problems:
        raise InputError(problems)
    check_frame_count(path, frames)


def _check_limits(path: Path, file: PoseFile, frames: int) -> None:
    """Check that a file fits into the format's numbers."""
    problems = []
    if frames >= 2**32:
        problems.append(problem(path, expected="fewer than 2^32 frames", found=f"{frames:,}"))
    if file.fps > float(np.finfo(np.float32).max):
        expected = "frames per second in single precision"
        problems.append(problem(path, expected=expected, found=f"{file.fps:g}"))
    for component in file.header.components:
        where = f"{path}: component {component.name[:40]}"
        counts = {
            "points": len(component.points),
            "limbs": len(component.limbs),
            "colors": len(component.colors),
            "bytes in a name": max(len(n.encode()) for n in (component.name, *component.points)),
        }
        problems += [
            problem(where, expected=f"at most {MAX_UINT16:,} {what}", found=f"{count:,}")
            for what, count in counts.items()
            if count > MAX_UINT16
        ]
    if problems:
        raise InputError(problems)
