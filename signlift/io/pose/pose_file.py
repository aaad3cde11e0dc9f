"""The bytes of a .pose file, checked against what its header promises before any is read.

The format: the pose-format library and its specifications v0.0, v0.1 and v0.2 (Moryossef, Müller
and Fahrni, pose-format: Library for Viewing, Augmenting, and Handling .pose Files, 2023).
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from signlift.errors import InputError, problem

if TYPE_CHECKING:
    from pose_format.pose_header import PoseHeader
    from pose_format.utils.reader import BufferReader

#: More points than any detector gives; a header that promises more is damaged.
MOST_POINTS = 10_000

#: Version 0.0 needs two bytes for a frame without a person: a small file may promise arrays that
#: no memory holds. Bytes, or as many times the file's own size.
_MOST_BYTES, _MOST_TIMES = 2**28, 4

#: What a version, picture, number of components and the first one's length of name take.
_START = struct.Struct("<fHHHHH")


@dataclass(frozen=True, eq=False)
class PoseFile:
    """What a .pose file holds.

    Attributes
    ----------
    header
        pose-format's: picture size, components with their points, limbs and colours.
    fps
        Frames per second as in the file; 0 for unknown.
    data
        [T, P, N, D] of P people, N points of all components and D = 2 or more coordinates,
        x, y, ...; anything where confidence is 0.
    confidence
        [T, P, N]; 0 for what was not observed.
    """

    header: PoseHeader
    fps: float
    data: Float[np.ndarray, "T P N D"]
    confidence: Float[np.ndarray, "T P N"]


def is_pose(path: Path, head: bytes) -> bool:
    """Whether a file begins as .pose files do: a version, a picture, a named component.

    The suffix does not count: a file is known by what is in it.
    """
    if len(head) < _START.size + 2 or path.is_dir():
        return False
    version, _, _, _, components, length = _START.unpack_from(head)
    end = _START.size + length
    if not (0 <= version < 10 and components > 0 and 0 < length <= 1000 and len(head) >= end + 2):
        return False
    (letters,) = struct.unpack_from("<H", head, end)
    name, letters = head[_START.size : end], head[end + 2 : end + 2 + letters]
    return re.fullmatch(rb"[A-Z]{2,8}", letters) is not None and _printable(name)


def read_file(path: Path) -> PoseFile:
    """Read a .pose file of version 0.0, 0.1 or 0.2.

    In version 0.0 each frame has people of its own. They are told apart by their numbers, or,
    where these cannot do it, by the order in which they stand there.

    Raises
    ------
    InputError
        No .pose file, a version that is not known, a damaged header, points without x, y and
        confidence, no points, no people, no frames, more or fewer bytes than the header promises.
    """
    try:
        buffer = path.read_bytes()
    except OSError as error:
        raise InputError(
            problem(path, expected="a .pose file", found=str(error.strerror))
        ) from error
    if not is_pose(path, buffer):
        found = "an empty file" if not buffer else "another"
        raise InputError(problem(path, expected="a .pose file", found=found))
    try:
        return _parse(path, buffer)
    except InputError:
        raise
    except Exception as error:  # the library raises whatever its unpacking raises
        found = "a truncated or damaged one"
        raise InputError(problem(path, expected="a .pose file", found=found)) from error


def _parse(path: Path, buffer: bytes) -> PoseFile:
    from pose_format.numpy import NumPyPoseBody
    from pose_format.utils.reader import BufferReader, ConstStructs

    reader = BufferReader(buffer)
    header = _read_header(reader)
    version = round(header.version, 3)
    if version not in (0.0, 0.1, 0.2):
        found = f"{header.version:g}"
        raise InputError(problem(path, expected="version 0, 0.1 or 0.2 of .pose", found=found))
    _check_header(path, header)
    if version == 0.0:
        return _read_v0(path, buffer, reader.read_offset, header)
    start = reader.read_offset
    if version == 0.1:
        fps, frames, people = reader.unpack(ConstStructs.triple_ushort)
    else:
        fps, frames = reader.unpack(ConstStructs.float), reader.unpack(ConstStructs.uint)
        people = reader.unpack(ConstStructs.ushort)
    of_frame = people * header.total_points() * (header.num_dims() + 1) * 4
    left = len(buffer) - reader.read_offset
    if version == 0.1 and frames == 0 and of_frame:
        frames = left // of_frame  # what its writers put for 65,535 frames and more
    _check_counts(path, frames, people)
    if frames * of_frame != left:
        expected = f"{frames * of_frame:,} bytes for {frames:,} frames of {people} people"
        raise InputError(problem(path, expected=expected, found=f"{left:,}"))
    reader.read_offset = start
    body = NumPyPoseBody.read(header, reader)
    return PoseFile(header, float(fps), np.asarray(body.data.data), np.asarray(body.confidence))


def _read_header(reader: BufferReader) -> PoseHeader:
    """Read as PoseHeader.read does, which keeps what it read for others to change."""
    from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions
    from pose_format.utils.reader import ConstStructs

    version = reader.unpack(ConstStructs.float)
    dimensions = PoseHeaderDimensions.read(version, reader)
    number = reader.unpack(ConstStructs.ushort)
    components = [PoseHeaderComponent.read(version, reader) for _ in range(number)]
    return PoseHeader(version, dimensions, components)


def _check_header(path: Path, header: PoseHeader) -> None:
    problems = [
        problem(
            f"{path}: component {component.name}",
            expected="points of XY, perhaps more, and C (confidence)",
            found=repr(component.format),
        )
        for component in header.components
        if not re.fullmatch(r"XY[A-BD-Z]*C", component.format)
    ]
    points = header.total_points()
    if not 0 < points <= MOST_POINTS:
        expected = f"a header of 1 to {MOST_POINTS:,} points"
        problems.append(problem(path, expected=expected, found=f"{points:,}"))
    if problems:
        raise InputError(problems)


def _check_counts(path: Path, frames: int, people: int) -> None:
    problems = []
    if frames == 0:
        problems.append(problem(path, expected="a frame", found="none"))
    if people == 0:
        problems.append(problem(path, expected="a person", found="none"))
    if problems:
        raise InputError(problems)


def _read_v0(path: Path, buffer: bytes, offset: int, header: PoseHeader) -> PoseFile:
    """Read the body of version 0.0: of the people of a frame the library would give the first."""
    fps, frames = struct.unpack_from("<HH", buffer, offset)
    offset += 4
    width = sum(len(c.points) * len(c.format) for c in header.components)
    places: list[tuple[int, int, int]] = []
    for frame in range(frames):
        (people,) = struct.unpack_from("<H", buffer, offset)
        offset += 2
        for person in range(people):
            places.append((frame, person, offset))
            offset += 2 + 4 * width
        if offset > len(buffer):
            expected = f"{frames:,} frames"
            raise InputError(problem(path, expected=expected, found=f"its end in frame {frame}"))
    if offset != len(buffer):
        found = f"{len(buffer) - offset:,} bytes more"
        raise InputError(problem(path, expected=f"{frames:,} frames", found=found))
    places = _by_number(buffer, places)
    people = max((person + 1 for _, person, _ in places), default=0)
    _check_counts(path, frames, people)
    shape = (frames, people, header.total_points(), header.num_dims())
    size = 4 * frames * people * shape[2] * (shape[3] + 1)
    most = max(_MOST_BYTES, _MOST_TIMES * len(buffer))
    if size > most:
        expected = f"frames and people of up to {most:,} bytes"
        raise InputError(problem(path, expected=expected, found=f"{size:,}"))
    data, confidence = np.zeros(shape, np.float32), np.zeros(shape[:3], np.float32)
    for frame, person, place in places:
        values: Any = np.frombuffer(buffer, "<f4", width, place + 2)
        first = 0
        for component in header.components:
            number, letters = len(component.points), len(component.format)
            ours = values[: number * letters].reshape(number, letters)
            values = values[number * letters :]
            data[frame, person, first : first + number, : letters - 1] = ours[:, :-1]
            confidence[frame, person, first : first + number] = ours[:, -1]
            first += number
    return PoseFile(header, float(fps), data, confidence)


def _by_number(buffer: bytes, places: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Frame, person and offset, with people by the numbers at the offsets if these tell them."""
    numbers = [struct.unpack_from("<h", buffer, offset)[0] for _, _, offset in places]
    at_once = max((person + 1 for _, person, _ in places), default=0)
    different = len({(place[0], number) for place, number in zip(places, numbers, strict=True)})
    # Numbers that change from frame to frame tell nobody apart either.
    if different < len(places) or len(set(numbers)) > 4 * at_once:
        return places
    rank = {number: person for person, number in enumerate(dict.fromkeys(numbers))}
    return [
        (frame, rank[number], offset)
        for (frame, _, offset), number in zip(places, numbers, strict=True)
    ]


def _printable(name: bytes) -> bool:
    try:
        return name.decode().isprintable()
    except UnicodeDecodeError:
        return False
