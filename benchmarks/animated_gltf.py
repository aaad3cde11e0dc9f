"""The joints of a .glb or .vrma file and where its animation moves them, read independently."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from signlift.geometry.rotations import rotate_points

_COMPONENTS = {"SCALAR": 1, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_TYPES = {5121: "<u1", 5123: "<u2", 5125: "<u4", 5126: "<f4"}


@dataclass(frozen=True, eq=False)
class GltfFile:
    """A binary glTF file.

    Parameters
    ----------
    document
        Its JSON.
    content
        Its buffer.
    """

    document: dict[str, Any]
    content: bytes

    def array(self, number: int) -> np.ndarray:
        """Return the values [N, components] of an accessor."""
        accessor = self.document["accessors"][number]
        view = self.document["bufferViews"][accessor["bufferView"]]
        components = _COMPONENTS[accessor["type"]]
        return np.frombuffer(
            self.content,
            _TYPES[accessor["componentType"]],
            accessor["count"] * components,
            view["byteOffset"],
        ).reshape(-1, components)

    @property
    def names(self) -> list[str]:
        """The names of the nodes."""
        return [node["name"] for node in self.document["nodes"]]

    def tracks(self) -> dict[tuple[int, str], tuple[np.ndarray, np.ndarray]]:
        """Return times [N] and values [N, 3 or 4] of the animation by node and path."""
        (animation,) = self.document["animations"]
        tracks = {}
        for channel in animation["channels"]:
            sampler = animation["samplers"][channel["sampler"]]
            target = channel["target"]["node"], channel["target"]["path"]
            tracks[target] = self.array(sampler["input"])[:, 0], self.array(sampler["output"])
        return tracks

    def times(self) -> Float[np.ndarray, " T"]:
        """Return the times of all frames in seconds."""
        return max((times for times, _ in self.tracks().values()), key=len)

    def transforms(self) -> tuple[Float[np.ndarray, "T K 3"], Float[np.ndarray, "T K 3 3"]]:
        """Compute the positions in metres and the rotations of all nodes in all frames."""
        nodes, tracks, T = self.document["nodes"], self.tracks(), len(self.times())
        parents = {child: n for n, node in enumerate(nodes) for child in node.get("children", [])}
        positions, rotations = np.zeros((T, len(nodes), 3)), np.zeros((T, len(nodes), 3, 3))
        for number, node in enumerate(nodes):  # parents come first
            still = np.array([node.get("translation", [0.0, 0.0, 0.0])])
            moved = tracks.get((number, "translation"), (None, still))[1]
            turned = tracks.get((number, "rotation"), (None, np.array([[0.0, 0.0, 0.0, 1.0]])))[1]
            rotation = rotation_from_quaternion(turned.astype(np.float64))
            if number not in parents:
                positions[:, number], rotations[:, number] = moved, rotation
                continue
            parent = parents[number]
            offset = rotate_points(rotations[:, parent], np.broadcast_to(moved, (T, 3))[:, None])
            positions[:, number] = positions[:, parent] + offset[:, 0]
            rotations[:, number] = rotations[:, parent] @ rotation
        return positions, rotations


def read_gltf(path: str | Path) -> GltfFile:
    """Read a binary glTF file.

    Raises
    ------
    ValueError
        Its header or a chunk is damaged.
    """
    content = Path(path).read_bytes()
    magic, version, length = struct.unpack_from("<4sII", content)
    if (magic, version, length) != (b"glTF", 2, len(content)):
        raise ValueError(f"{path}: a damaged header")
    chunks, start = {}, 12
    while start < length:
        size, kind = struct.unpack_from("<I4s", content, start)
        if size % 4 or start + 8 + size > length:
            raise ValueError(f"{path}: a damaged chunk")
        chunks[kind] = content[start + 8 : start + 8 + size]
        start += 8 + size
    return GltfFile(json.loads(chunks[b"JSON"]), chunks[b"BIN\0"])


def rotation_from_quaternion(
    quaternions: Float[np.ndarray, "*batch 4"],
) -> Float[np.ndarray, "*batch 3 3"]:
    """Convert unit quaternions (x, y, z, w) to rotation matrices."""
    x, y, z, w = np.moveaxis(quaternions, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
        [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, -1) for row in rows], -2)
