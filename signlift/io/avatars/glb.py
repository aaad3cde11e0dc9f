"""Avatars as .glb: joints, a mannequin that bends with them, and their motion (binary glTF 2.0)."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from signlift._version import __version__
from signlift.core.recording import Recording
from signlift.geometry.joint_hierarchy import Motion
from signlift.io.avatars.avatar_metadata import describe_avatar
from signlift.io.avatars.binary_gltf import (
    TRIANGLES,
    VERTICES,
    GltfArrays,
    JsonObject,
    write_binary_gltf,
)
from signlift.io.avatars.joint_nodes import METRES, joint_animation, joint_nodes, standing_positions

if TYPE_CHECKING:
    from signlift.animation.mannequin.mannequin import SkinnedPart

#: Colours in sRGB. The sides have signlift's colours, which differ for people with any colour
#: vision; the suit is darker than the hands in front of it.
COLOURS = {
    "skin": "#E3C9B4",
    "eyes": "#22262E",
    "suit": "#4A5462",
    "left": "#0072B2",
    "right": "#E1690E",
}

_ROUGHNESS = {"skin": 0.6, "eyes": 0.25}


def write_glb(
    recording: Recording,
    path: str | PathLike[str],
    *,
    height: float | None = None,
    scale: float | None = None,
) -> Path:
    """Write a recording as an animated mannequin.

    Parameters
    ----------
    recording
        A recording with depth (see `signlift.animation.avatar.solve_avatar`).
    path
        The .glb file: glTF 2.0 in metres and seconds, y up, facing +z, with joints named as in
        HumanIK and Mixamo, a T pose at rest on the floor at y = 0, a mesh that is made by code,
        and one animation. The metadata of the recording are in `asset.extras`.
    height
        Stature of the person in cm.
    scale
        Centimetres per unit of the recording, instead of the stature.

    Raises
    ------
    InputError
        As `solve_avatar`. No file is written then.
    """
    from signlift.animation.avatar import solve_avatar

    avatar = solve_avatar(recording, height=height, scale=scale)
    extras = describe_avatar(recording, avatar, unit="m")
    return write_glb_motion(avatar.motion, path, extras=extras)


def write_glb_motion(
    motion: Motion, path: str | PathLike[str], *, extras: JsonObject | None = None
) -> Path:
    """Write a motion of an avatar's joints (in cm, without NaN) as an animated mannequin.

    Parameters
    ----------
    motion
        The motion of the joints of `solve_avatar`.
    path
        The .glb file.
    extras
        Metadata, for `asset.extras`.
    """
    from signlift.animation.mannequin.mannequin import make_mannequin

    arrays = GltfArrays()
    nodes = joint_nodes(motion)
    roots = [number for number, joint in enumerate(motion.joints) if joint.parent < 0]
    standing = standing_positions(motion)
    parts = make_mannequin(motion.joints, standing / METRES)
    colours = list(dict.fromkeys(part.colour for part in parts))
    mesh = {
        "name": "Mannequin",
        "primitives": [_primitive(part, colours, arrays) for part in parts],
    }
    inverse = np.tile(np.eye(4), (len(nodes), 1, 1))
    inverse[:, 3, :3] = -standing  # column by column
    skin = {
        "joints": list(range(len(nodes))),
        "skeleton": roots[0],
        "inverseBindMatrices": arrays.add(inverse.reshape(-1, 16), "MAT4"),
    }
    nodes.append({"name": "Mannequin", "mesh": 0, "skin": 0})
    document = {
        "asset": gltf_asset(extras),
        "scene": 0,
        "scenes": [{"name": "Scene", "nodes": [*roots, len(nodes) - 1]}],
        "nodes": nodes,
        "meshes": [mesh],
        "skins": [skin],
        "materials": [_material(colour) for colour in colours],
        "animations": [joint_animation(motion, arrays)],
    }
    return write_binary_gltf(path, document, arrays)


def gltf_asset(extras: JsonObject | None) -> JsonObject:
    """Make the `asset` of a file."""
    asset: JsonObject = {"version": "2.0", "generator": f"signlift {__version__}"}
    return asset if extras is None else asset | {"extras": extras}


def _primitive(part: SkinnedPart, colours: list[str], arrays: GltfArrays) -> JsonObject:
    positions = part.positions * METRES
    numbers = part.triangles.astype(np.uint16 if len(positions) < 65535 else np.uint32)
    attributes = {
        "POSITION": arrays.add(positions, "VEC3", bounds=True, target=VERTICES),
        "NORMAL": arrays.add(part.normals, "VEC3", target=VERTICES),
        "JOINTS_0": arrays.add(part.joints.astype(np.uint8), "VEC4", target=VERTICES),
        "WEIGHTS_0": arrays.add(part.weights, "VEC4", target=VERTICES),
    }
    return {
        "attributes": attributes,
        "indices": arrays.add(numbers.reshape(-1), "SCALAR", target=TRIANGLES),
        "material": colours.index(part.colour),
    }


def _material(colour: str) -> JsonObject:
    """Make a material; glTF takes colours in linear light."""
    srgb = np.array([int(COLOURS[colour][i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return {
        "name": colour,
        "pbrMetallicRoughness": {
            "baseColorFactor": [*linear.round(5).tolist(), 1.0],
            "metallicFactor": 0.0,
            "roughnessFactor": _ROUGHNESS.get(colour, 0.85),
        },
    }
