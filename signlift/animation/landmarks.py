"""Keypoints of the face and the feet for rigs that lack them.

Motion capture for avatars has joints with rotations for the head and the feet, but neither a nose
nor heels. They are placed at average offsets from these joints.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from signlift.core.skeleton import PANOPTIC26
from signlift.geometry.rotations import frame_from_two_vectors, unit_vectors
from signlift.utils.array_types import Float

#: Offsets as fractions of stature, in axes x to the left, y up and z forward, from the joint on
#: which the head turns, and from the ankles (for these x is outwards). They are those of the
#: procedural signer (see `signlift.simulation.signer.body`).
HEAD_OFFSETS = {
    "Nose": (0.0, 0.017, 0.068),
    "LEye": (0.018, 0.036, 0.050),
    "REye": (-0.018, 0.036, 0.050),
    "LEar": (0.043, 0.025, 0.006),
    "REar": (-0.043, 0.025, 0.006),
    "Keypoint26": (0.0, 0.098, 0.016),
}
FOOT_OFFSETS = {
    "BigToe": (-0.009, -0.039, 0.112),
    "SmallToe": (0.030, -0.039, 0.091),
    "Heel": (0.0, -0.039, -0.036),
}

#: The minimum cosine between thighs and trunk of a person who stands upright.
_MIN_UPRIGHT_COSINE = 0.7


def add_landmarks(
    points: Float[np.ndarray, "T 26 3"],
    rest: Float[np.ndarray, "1 26 3"],
    joints: Mapping[str, tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3 3"]]],
    stature: float,
    up: Float[np.ndarray, "3"],
) -> Float[np.ndarray, "T 26 3"]:
    """Place the keypoints of the face and the feet that are missing in all frames.

    Parameters
    ----------
    points
        [T, 26, 3] on panoptic26, in any axes and unit.
    rest
        [1, 26, 3], the points in the rest pose. If the person stands upright in it, it determines
        the directions of the head and the feet. Otherwise they point forward, as the body does,
        on average over the frames.
    joints
        For "Head", "LFoot" and "RFoot", if known: the position [T, 3] of the joint, and its
        rotation [T, 3, 3] relative to the rest pose.
    stature
        The person's height in the unit of the points.
    up
        [3], the up direction of the world.

    Returns
    -------
    [T, 26, 3], with the placed keypoints.
    """
    out = points.copy()
    upright = _is_upright(rest)
    for name, (position, rotation) in joints.items():
        axes = _axes_at_rest(rest, name) if upright else None
        if axes is None or np.isnan(axes).any():
            axes = _average_axes(points, rotation, name, up)
        if np.isnan(axes).any():
            continue
        is_head = name == "Head"
        outwards = 1.0 if is_head or name[0] == "L" else -1.0
        for keypoint, offset in (HEAD_OFFSETS if is_head else FOOT_OFFSETS).items():
            number = PANOPTIC26.index(keypoint if is_head else name[0] + keypoint)
            if np.isnan(points[:, number]).all():
                local = axes @ (np.array(offset) * [outwards, 1, 1] * stature)
                out[:, number] = position + np.einsum("tij,j->ti", rotation, local)
    return out


def _point(points: Float[np.ndarray, "T 26 3"], name: str) -> Float[np.ndarray, "T 3"]:
    return points[:, PANOPTIC26.index(name)]


def _is_upright(rest: Float[np.ndarray, "1 26 3"]) -> bool:
    """Return True if the legs are straight below an upright trunk in the rest pose."""
    up = unit_vectors(_point(rest, "Neck") - _point(rest, "MidHip"))
    thighs = [
        unit_vectors(_point(rest, f"{side}Hip") - _point(rest, f"{side}Knee")) for side in "LR"
    ]
    return all(bool((thigh * up).sum() > _MIN_UPRIGHT_COSINE) for thigh in thighs)


def _trunk_axes(points: Float[np.ndarray, "T 26 3"], name: str) -> Float[np.ndarray, "T 3 3"]:
    """Compute the axes of the trunk, by the shoulders for the head and by the hips for feet."""
    joint = "Shoulder" if name == "Head" else "Hip"
    left = _point(points, f"L{joint}") - _point(points, f"R{joint}")
    return frame_from_two_vectors(left, _point(points, "Neck") - _point(points, "MidHip"))


def _axes_at_rest(rest: Float[np.ndarray, "1 26 3"], name: str) -> Float[np.ndarray, "3 3"]:
    """Compute the axes of the head or a foot in an upright rest pose."""
    axes = _trunk_axes(rest, name)
    if name != "Head":
        forward = _point(rest, f"{name[0]}BigToe") - _point(rest, f"{name[0]}Ankle")
        foot = _upright_axes(forward, axes[..., 1])
        axes = np.where(np.isnan(foot), axes, foot)
    return axes[0]


def _upright_axes(
    forward: Float[np.ndarray, "T 3"], up: Float[np.ndarray, "T 3"]
) -> Float[np.ndarray, "T 3 3"]:
    """Build axes with y along `up` and z as near to `forward` as possible."""
    y_z_x = frame_from_two_vectors(up, forward)
    return y_z_x[..., [2, 0, 1]]


def _average_axes(
    points: Float[np.ndarray, "T 26 3"],
    rotation: Float[np.ndarray, "T 3 3"],
    name: str,
    up: Float[np.ndarray, "3"],
) -> Float[np.ndarray, "3 3"]:
    """Compute the axes that point forward and up on average, in the axes of the joint."""
    upright = np.broadcast_to(up, (len(points), 3))
    forward = np.cross(_trunk_axes(points, name)[..., 0], upright)
    if name != "Head":
        toes = _point(points, f"{name[0]}BigToe") - _point(points, f"{name[0]}Ankle")
        forward = np.where(np.isnan(toes), forward, toes)
    means = []
    for direction in (unit_vectors(forward), upright):
        local = np.einsum("tji,tj->ti", rotation, direction)
        valid = local[~np.isnan(local).any(-1)]
        means.append(valid.mean(0) if len(valid) else np.full(3, np.nan))
    return _upright_axes(means[0][None], unit_vectors(means[1])[None])[0]
