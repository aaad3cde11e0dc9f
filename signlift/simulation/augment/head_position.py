"""Position of the head: farther before or behind the shoulders, as people and sources differ.

Ears are about above the shoulder joints in people who stand upright, and several centimetres before
them in others (forward head posture); and sources place the shoulder joint and the nose
differently. Noses of captured people are 10 to 22 cm before the middle of the shoulders.
"""

from __future__ import annotations

import numpy as np

from signlift.core.skeleton import ROOT, Skeleton, get_skeleton
from signlift.utils.array_types import Float

#: Mean and standard deviation of the displacement of heads, in torsos.
_FORWARD = (0.05, 0.05)

#: Draws are clipped to this many standard deviations.
_MAX_DEVIATION = 2.5

#: Keypoints of the head.
_HEAD = ("Nose", "Eye", "Ear", "Head", "Keypoint26")


def draw_head_positions(rng: np.random.Generator, count: int) -> Float[np.ndarray, " B"]:
    """Draw by how much the heads of B people are moved to the front, in torsos."""
    mean, deviation = _FORWARD
    draws = np.clip(rng.standard_normal(count), -_MAX_DEVIATION, _MAX_DEVIATION)
    return mean + deviation * draws


def move_heads(
    points: Float[np.ndarray, "B T J 3"],
    skeleton: str | Skeleton,
    forward: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B T J 3"]:
    """Move the heads of B people to the front or the back of their trunks.

    Parameters
    ----------
    points
        [B, T, J, 3] in any unit, y up; NaN where missing.
    skeleton
        The skeleton of the J keypoints, or its name.
    forward
        [B], the displacement in torsos, positive to the front: across the trunk and the line of the
        shoulders.

    Returns
    -------
    points
        [B, T, J, 3] float32. Heads are unchanged in frames without shoulders or hips.

    Examples
    --------
    >>> points = np.zeros((1, 1, 26, 3), np.float32)
    >>> points[0, 0, 0, 1], points[0, 0, 3, 0] = 0.5, 0.2  # Neck above MidHip, left shoulder
    >>> move_heads(points, "panoptic26", np.array([0.1]))[0, 0, 1].round(3)  # Nose
    array([0.  , 0.  , 0.05], dtype=float32)
    """
    skeleton = get_skeleton(skeleton)
    out = points.astype(np.float32, copy=True)
    head = [number for number, name in enumerate(skeleton.keypoints) if name.endswith(_HEAD)]
    trunk = skeleton.point(out, "Neck") - skeleton.point(out, ROOT)
    left = skeleton.point(out, "LShoulder") - skeleton.point(out, "RShoulder")
    front = np.cross(left, trunk)
    length = np.sqrt(np.einsum("...i,...i->...", front, front))
    torso = np.sqrt(np.einsum("...i,...i->...", trunk, trunk))
    size = forward.astype(np.float32)[:, None] * torso
    size = np.divide(size, length, out=np.zeros_like(size), where=length > 0)
    shift = np.nan_to_num(front) * np.nan_to_num(size)[..., None]
    out[:, :, head] += shift[:, :, None]
    return out
