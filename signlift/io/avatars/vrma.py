"""Avatars as .vrma: motion for any VRM avatar (VRM Animation 1.0, a binary glTF without a mesh).

VRM Consortium, VRMC_vrm_animation 1.0, 2024. A player turns the bones of its own avatar as the
bones here turn against their rest pose, and moves the hips by the ratio of their heights.
"""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from signlift.core.recording import Recording
from signlift.geometry.joint_hierarchy import Motion
from signlift.io.avatars.avatar_metadata import describe_avatar
from signlift.io.avatars.binary_gltf import GltfArrays, JsonObject, write_binary_gltf
from signlift.io.avatars.glb import gltf_asset
from signlift.io.avatars.joint_nodes import joint_animation, joint_nodes

EXTENSION = "VRMC_vrm_animation"

_MIDDLE = {
    "Hips": "hips",
    "Spine": "spine",
    "Spine1": "chest",
    "Neck": "neck",
    "Head": "head",
}

_LIMBS = {
    "Shoulder": "Shoulder",
    "Arm": "UpperArm",
    "ForeArm": "LowerArm",
    "Hand": "Hand",
    "UpLeg": "UpperLeg",
    "Leg": "LowerLeg",
    "Foot": "Foot",
    "ToeBase": "Toes",
}

#: VRM's bones of fingers, from the palm.
_FINGERS = {
    "Thumb": ("ThumbMetacarpal", "ThumbProximal", "ThumbDistal"),
    **{
        ours: (f"{theirs}Proximal", f"{theirs}Intermediate", f"{theirs}Distal")
        for ours, theirs in (
            ("Index", "Index"),
            ("Middle", "Middle"),
            ("Ring", "Ring"),
            ("Pinky", "Little"),
        )
    },
}


def _humanoid_bones() -> dict[str, str]:
    limbs = _LIMBS | {
        f"Hand{finger}{number}": bone
        for finger, bones in _FINGERS.items()
        for number, bone in enumerate(bones, 1)
    }
    sides = {
        f"{side}{ours}": f"{side.lower()}{vrm}"
        for side in ("Left", "Right")
        for ours, vrm in limbs.items()
    }
    return _MIDDLE | sides


#: VRM's humanoid bones by the names of our joints.
HUMANOID_BONES = _humanoid_bones()


def write_vrma(
    recording: Recording,
    path: str | PathLike[str],
    *,
    height: float | None = None,
    scale: float | None = None,
) -> Path:
    """Write a recording as motion for VRM avatars.

    Parameters
    ----------
    recording
        A recording with depth (see `signlift.animation.avatar.solve_avatar`).
    path
        The .vrma file: body and fingers; facial expressions and gaze are not in it. The metadata of
        the recording are in `asset.extras`.
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
    return write_vrma_motion(avatar.motion, path, extras=extras)


def write_vrma_motion(
    motion: Motion, path: str | PathLike[str], *, extras: JsonObject | None = None
) -> Path:
    """Write a motion of an avatar's joints (in cm, without NaN) as motion for VRM avatars.

    Parameters
    ----------
    motion
        The motion of the joints of `solve_avatar`.
    path
        The .vrma file.
    extras
        Metadata, for `asset.extras`.
    """
    arrays = GltfArrays()
    bones = {
        HUMANOID_BONES[joint.name]: {"node": number}
        for number, joint in enumerate(motion.joints)
        if joint.name in HUMANOID_BONES
    }
    roots = [number for number, joint in enumerate(motion.joints) if joint.parent < 0]
    document = {
        "asset": gltf_asset(extras),
        "extensionsUsed": [EXTENSION],
        "extensions": {EXTENSION: {"specVersion": "1.0", "humanoid": {"humanBones": bones}}},
        "scene": 0,
        "scenes": [{"name": "Scene", "nodes": roots}],
        "nodes": joint_nodes(motion),
        "animations": [joint_animation(motion, arrays)],
    }
    return write_binary_gltf(path, document, arrays)
