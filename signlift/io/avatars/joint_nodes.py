"""The joints of a motion as nodes of glTF, and their motion as an animation."""

from __future__ import annotations

import numpy as np

from signlift.geometry.joint_hierarchy import Motion
from signlift.geometry.quaternions import continuous_quaternions, quaternion_from_rotation
from signlift.io.avatars.binary_gltf import GltfArrays, JsonObject
from signlift.utils.array_types import Float

#: glTF is in metres, signlift's avatars in centimetres.
METRES = 0.01

#: A joint that turns by less than this in a whole recording is at rest (of a quaternion's numbers).
_STILL = 1e-7


def standing_positions(motion: Motion) -> Float[np.ndarray, "K 3"]:
    """Compute the positions [K, 3] of joints in the rest pose in metres, its lowest point at 0.

    Programs that put a motion onto another body take the ratio of the heights of the hips.
    """
    positions = motion.rest_pose().positions[0] * METRES
    positions[:, 1] -= positions[:, 1].min()
    return positions


def joint_nodes(motion: Motion) -> list[JsonObject]:
    """Make a node for each joint and each end, in their order, in the rest pose."""
    standing = standing_positions(motion)
    nodes: list[JsonObject] = []
    for number, joint in enumerate(motion.joints):
        start = standing[joint.parent] if joint.parent >= 0 else 0.0
        # + 0.0: no -0.0 in the file
        nodes.append({"name": joint.name, "translation": (standing[number] - start + 0.0).tolist()})
        if joint.parent >= 0:
            nodes[joint.parent].setdefault("children", []).append(number)
    return nodes


def joint_animation(motion: Motion, arrays: GltfArrays) -> JsonObject:
    """Make the animation of a motion: the rotation of each joint, and the position of the root.

    Parameters
    ----------
    motion
        A motion without NaN; only roots have positions. Its nodes are those of `joint_nodes`.
    arrays
        The file's arrays, to which times and values are added.

    Returns
    -------
    An animation with linear interpolation; times in seconds from 0. A joint that is at rest in all
    frames has one key. Quaternions have the signs that make interpolation take the short way.
    """
    times = np.arange(len(motion)) / motion.fps
    moving = arrays.add(times, "SCALAR", bounds=True)
    still: int | None = None
    samplers: list[JsonObject] = []
    channels: list[JsonObject] = []

    def add(node: int, target: str, times: int, values: int) -> None:
        channels.append({"sampler": len(samplers), "target": {"node": node, "path": target}})
        samplers.append({"input": times, "output": values})

    for number, joint in enumerate(motion.joints):
        if joint.end:
            continue
        positions, rotation = motion.local_transform(number)
        if joint.parent < 0:
            add(number, "translation", moving, arrays.add(positions * METRES, "VEC3"))
        quaternions = continuous_quaternions(quaternion_from_rotation(rotation))
        if joint.parent < 0 or np.ptp(quaternions, 0).max() > _STILL:
            add(number, "rotation", moving, arrays.add(quaternions, "VEC4"))
        else:
            if still is None:
                still = arrays.add(times[:1], "SCALAR", bounds=True)
            add(number, "rotation", still, arrays.add(quaternions[:1], "VEC4"))
    return {"name": "Signing", "channels": channels, "samplers": samplers}
