"""Values of the channels of an avatar's joints, from rotations in the world."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from signlift.animation.hands import finger_joints
from signlift.animation.joint_rotations import Rotations
from signlift.animation.motion_gaps import Blends
from signlift.core.hands import FINGERS
from signlift.geometry.euler_angles import continuous_euler_zxy
from signlift.geometry.interpolation import slerp
from signlift.geometry.joint_hierarchy import Joint
from signlift.utils.array_types import Float, Int

#: Frames that are converted at a time. It affects the memory, not the result.
_BLOCK = 1024

#: The joints of the fingers in the order of `finger_joints`.
_FINGER_JOINTS = tuple(
    f"{side}Hand{finger}{joint}"
    for side in ("Left", "Right")
    for finger in FINGERS
    for joint in (1, 2, 3)
)


def joint_values(
    joints: tuple[Joint, ...],
    rotations: Rotations,
    fingers: Float[np.ndarray, "T 2 5 5"] | None,
    blends: Blends | None,
    last: int | None = None,
) -> Float[np.ndarray, "S C"]:
    """Compute the angles of all joints relative to their parents.

    Parameters
    ----------
    joints
        The joints, parents first; the root has three positions before its rotations.
    rotations
        [T, 3, 3] in the world of each joint, but for those of the fingers.
    fingers
        The angles of the fingers in radians (see `hands.Hands`), if the joints have fingers.
    blends
        The frames in which the rotations blend, of the gaps without anybody.
    last
        Number of frames at the end that are computed; by default all.

    Returns
    -------
    [S, C], the values of all channels in the order of the joints: angles in degrees about Z, X and
    Y. Those of the positions are 0.
    """
    names, above, order = _find_order(
        tuple(joint.name for joint in joints),
        tuple(joint.parent for joint in joints),
        tuple(joint.name for joint in joints if not joint.end),
        frozenset(rotations),
    )
    T = len(rotations[names[0]])
    start = 0 if last is None else max(T - last, 0)

    def relative_to_parents(frames: Int[np.ndarray, " S"]) -> Float[np.ndarray, "S N 3 3"]:
        world = np.stack([rotations[name][frames] for name in names], 1)
        local = np.swapaxes(world[:, above], -1, -2) @ world
        local[:, 0] = world[:, 0]
        return local

    out = np.zeros((T - start, 3 + 3 * len(order)))
    previous = None
    for first in range(start, T, _BLOCK):
        frames = np.arange(first, min(first + _BLOCK, T))
        local = relative_to_parents(frames)
        if blends is not None:
            inside = (blends.frames >= first) & (blends.frames < first + _BLOCK)
            held, following = (each[inside] for each in (blends.held, blends.next))
            local[blends.frames[inside] - first] = slerp(
                relative_to_parents(held),
                relative_to_parents(following),
                blends.fractions[inside, None],
            )
        if fingers is not None:
            turned = finger_joints(fingers[frames]).reshape(len(frames), -1, 3, 3)
            local = np.concatenate([local, turned], 1)
        angles = continuous_euler_zxy(local[:, order], previous)
        previous = angles[-1]
        out[frames - start, 3:] = angles.reshape(len(frames), -1)
    return out


@lru_cache(maxsize=16)
def _find_order(
    joints: tuple[str, ...],
    parents: tuple[int, ...],
    turning: tuple[str, ...],
    rotations: frozenset[str],
) -> tuple[list[str], list[int], Int[np.ndarray, " N"]]:
    """Find the joints with rotations in the world, their parents among them, and the order of all.

    Returns
    -------
    The names of these joints; the numbers of their parents among them (0 for the root, which comes
    first); and the numbers of all joints among these and those of the fingers.
    """
    names = [name for name in turning if name in rotations]
    above = {name: joints[max(parent, 0)] for name, parent in zip(joints, parents, strict=True)}
    order = [(*names, *_FINGER_JOINTS).index(name) for name in turning]
    return names, [names.index(above[name]) for name in names], np.array(order)
