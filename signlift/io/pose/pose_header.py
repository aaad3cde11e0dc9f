"""The header of a .pose file: its version, image size and components, as bytes and as objects.

The format is that of the pose-format library, in its specifications v0.0, v0.1 and v0.2 (Moryossef,
Müller and Fahrni, pose-format: Library for Viewing, Augmenting, and Handling .pose Files, 2023).
Numbers are little-endian; a string is its length in bytes as a 16-bit number, then UTF-8.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Any

#: Largest 16-bit number: the limit of sizes, counts and string lengths.
MAX_UINT16 = 65_535

_VERSION = struct.Struct("<f")
_NUMBER = struct.Struct("<H")
_PAIR = struct.Struct("<HH")
_TRIPLE = struct.Struct("<HHH")

#: Version, image size, number of components, and the length of the first one's name.
_START = struct.Struct("<fHHHHH")


@dataclass(frozen=True)
class PoseComponent:
    """A component of a .pose file, such as the body or a hand.

    Parameters
    ----------
    name, points
        Names of the component and its points, as in the file.
    limbs
        Pairs of point numbers within this component.
    colors
        Red, green and blue, 0 to 255, of limbs or points.
    format
        A letter for each value of a point: X, Y, often Z, and C (confidence) at the end.
    """

    name: str
    points: tuple[str, ...]
    limbs: tuple[tuple[int, int], ...] = ()
    colors: tuple[tuple[int, int, int], ...] = ()
    format: str = "XYC"

    @property
    def in_image(self) -> bool:
        """True where points are positions in the image; MediaPipe's world landmarks are not."""
        return "WORLD" not in self.name.upper()


@dataclass(frozen=True)
class PoseHeader:
    """The header of a .pose file.

    Parameters
    ----------
    components
        At least one.
    width, height, depth
        Size of the image in pixels, and extent of z; 0 where unknown.
    version
        Version of the format.
    """

    components: tuple[PoseComponent, ...]
    width: int = 0
    height: int = 0
    depth: int = 0
    version: float = 0.2

    @property
    def num_points(self) -> int:
        """Number of points of all components."""
        return sum(len(component.points) for component in self.components)

    @property
    def num_dims(self) -> int:
        """Largest number of coordinates per point, without confidence."""
        return max(len(component.format) for component in self.components) - 1


class ByteCursor:
    """A position in a buffer that moves on with every read.

    Parameters
    ----------
    buffer
        Bytes to read.

    Raises
    ------
    struct.error, UnicodeDecodeError
        Methods raise these where the buffer ends early or does not hold text.
    """

    def __init__(self, buffer: bytes) -> None:
        self.buffer = buffer
        self.offset = 0

    @property
    def remaining(self) -> int:
        """Number of bytes from here to the end."""
        return len(self.buffer) - self.offset

    def unpack(self, layout: struct.Struct) -> tuple[Any, ...]:
        """Read numbers."""
        numbers = layout.unpack_from(self.buffer, self.offset)
        self.offset += layout.size
        return numbers

    def string(self) -> str:
        """Read a string."""
        (length,) = self.unpack(_NUMBER)
        if length > self.remaining:
            raise struct.error(f"a string of {length} bytes in {self.remaining}")
        text = self.buffer[self.offset : self.offset + length].decode()
        self.offset += length
        return text


def is_pose(head: bytes) -> bool:
    """Recognise a .pose file by its first bytes: a version, an image size, a named component."""
    if len(head) < _START.size + 2:
        return False
    version, _, _, _, components, length = _START.unpack_from(head)
    end = _START.size + length
    if not (0 <= version < 10 and components > 0 and 0 < length <= 1000 and len(head) >= end + 2):
        return False
    (letters,) = _NUMBER.unpack_from(head, end)
    name, point_format = head[_START.size : end], head[end + 2 : end + 2 + letters]
    return re.fullmatch(rb"[A-Z]{2,8}", point_format) is not None and _is_printable(name)


def decode_header(cursor: ByteCursor) -> PoseHeader:
    """Read a header and leave the cursor at the body.

    Limbs of points that do not exist are dropped.

    Raises
    ------
    struct.error, UnicodeDecodeError
        The header is damaged or ends early.
    """
    (version,) = cursor.unpack(_VERSION)
    width, height, depth = cursor.unpack(_TRIPLE)
    (count,) = cursor.unpack(_NUMBER)
    components = tuple(_decode_component(cursor) for _ in range(count))
    return PoseHeader(components, width, height, depth, version)


def encode_header(header: PoseHeader) -> bytes:
    """Convert a header to bytes.

    Examples
    --------
    >>> header = PoseHeader((PoseComponent("body", ("Nose",)),), width=640, height=480)
    >>> decode_header(ByteCursor(encode_header(header))).components
    (PoseComponent(name='body', points=('Nose',), limbs=(), colors=(), format='XYC'),)
    """
    chunks = [
        _VERSION.pack(header.version),
        _TRIPLE.pack(header.width, header.height, header.depth),
        _NUMBER.pack(len(header.components)),
    ]
    for component in header.components:
        points, limbs, colors = component.points, component.limbs, component.colors
        chunks += [_encode_string(component.name), _encode_string(component.format)]
        chunks.append(_TRIPLE.pack(len(points), len(limbs), len(colors)))
        chunks += [_encode_string(point) for point in points]
        chunks += [_PAIR.pack(*limb) for limb in limbs]
        chunks += [_TRIPLE.pack(*color) for color in colors]
    return b"".join(chunks)


def _decode_component(cursor: ByteCursor) -> PoseComponent:
    name, point_format = cursor.string(), cursor.string()
    num_points, num_limbs, num_colors = cursor.unpack(_TRIPLE)
    points = tuple(cursor.string() for _ in range(num_points))
    limbs = []
    for _ in range(num_limbs):
        parent, child = cursor.unpack(_PAIR)
        if max(parent, child) < num_points:
            limbs.append((parent, child))
    colors = []
    for _ in range(num_colors):
        red, green, blue = cursor.unpack(_TRIPLE)
        colors.append((red, green, blue))
    return PoseComponent(name, points, tuple(limbs), tuple(colors), point_format)


def _encode_string(text: str) -> bytes:
    content = text.encode()
    return _NUMBER.pack(len(content)) + content


def _is_printable(name: bytes) -> bool:
    try:
        return name.decode().isprintable()
    except UnicodeDecodeError:
        return False
