"""Binary glTF: a JSON document and one buffer of arrays in one file.

The Khronos Group, glTF 2.0 Specification, 2021, chapter 4 (binary format) and section 3.6 (buffers
and accessors). A file has two chunks, and its arrays need only a table of contents: a library would
do little more than these functions, and would be one more dependency of the base install.
"""

from __future__ import annotations

import json
import struct
from os import PathLike
from pathlib import Path
from typing import Any, Literal, TypeAlias

import numpy as np

from signlift.utils.atomic import atomic_path

#: A JSON object.
JsonObject: TypeAlias = dict[str, Any]

#: What the arrays of a mesh are for: vertices and numbers of vertices (OpenGL's constants).
VERTICES, TRIANGLES = 34962, 34963

_MAGIC, _VERSION = b"glTF", 2
_JSON_CHUNK, _BINARY_CHUNK = b"JSON", b"BIN\0"

_COMPONENT_TYPES = {"u1": 5121, "u2": 5123, "u4": 5125, "f4": 5126}

ElementType = Literal["SCALAR", "VEC3", "VEC4", "MAT4"]


class GltfArrays:
    """The arrays of a glTF file, one after the other in its buffer.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.io.avatars.binary_gltf import GltfArrays
    >>> arrays = GltfArrays()
    >>> arrays.add(np.zeros((4, 3)), "VEC3"), arrays.add(np.zeros(4), "SCALAR", bounds=True)
    (0, 1)
    >>> arrays.document()["accessors"][1]["max"]
    [0.0]
    """

    def __init__(self) -> None:
        self._views: list[JsonObject] = []
        self._accessors: list[JsonObject] = []
        self._content = bytearray()

    def add(
        self,
        values: np.ndarray,
        element: ElementType,
        *,
        bounds: bool = False,
        target: int | None = None,
    ) -> int:
        """Add an array and return the number of its accessor.

        Parameters
        ----------
        values
            [N] or [N, components]: unsigned integers of 8, 16 or 32 bits are kept, all else becomes
            float32. Matrices [N, 16] are column by column.
        element
            The type of one of the N elements.
        bounds
            Write the lowest and highest values, which glTF requires of times and positions.
        target
            `VERTICES` or `TRIANGLES`, for arrays of a mesh.
        """
        if values.dtype.kind != "u":
            values = values.astype(np.float32)
        values = values.astype(values.dtype.newbyteorder("<"))
        view: JsonObject = {"buffer": 0, "byteOffset": len(self._content)}
        view["byteLength"] = values.nbytes
        if target is not None:
            view["target"] = target
        accessor: JsonObject = {
            "bufferView": len(self._views),
            "componentType": _COMPONENT_TYPES[values.dtype.str[1:]],
            "count": len(values),
            "type": element,
        }
        if bounds:
            columns = values.reshape(len(values), -1)
            accessor |= {"min": columns.min(0).tolist(), "max": columns.max(0).tolist()}
        self._views.append(view)
        self._accessors.append(accessor)
        self._content += values.tobytes()
        self._content += bytes(-len(self._content) % 4)
        return len(self._accessors) - 1

    def document(self) -> JsonObject:
        """Return the parts of the glTF document that describe the arrays."""
        return {
            "accessors": self._accessors,
            "bufferViews": self._views,
            "buffers": [{"byteLength": len(self._content)}],
        }

    @property
    def content(self) -> bytes:
        """The buffer, padded to a multiple of four bytes."""
        return bytes(self._content)


def write_binary_gltf(path: str | PathLike[str], document: JsonObject, arrays: GltfArrays) -> Path:
    """Write a glTF document and its arrays as one binary file, whole or not at all.

    Parameters
    ----------
    path
        The file.
    document
        The document without accessors, buffer views and buffers, which are those of the arrays.
    arrays
        The arrays.
    """
    text = json.dumps(document | arrays.document(), separators=(",", ":"), allow_nan=False).encode()
    text += b" " * (-len(text) % 4)
    content = arrays.content
    chunks = b"".join(
        (struct.pack("<I", len(chunk)) + kind + chunk)
        for kind, chunk in ((_JSON_CHUNK, text), (_BINARY_CHUNK, content))
    )
    with atomic_path(path) as temporary:
        temporary.write_bytes(_MAGIC + struct.pack("<II", _VERSION, 12 + len(chunks)) + chunks)
    return Path(path)
