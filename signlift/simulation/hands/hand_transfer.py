"""Transfer of the motion of hands to hands of other dimensions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from signlift.geometry.rotations import unit_vectors
from signlift.simulation.hands.hand_dimensions import HandDimensions
from signlift.utils.array_types import Float

_FINGERS, _JOINTS = 5, 4

#: Standard deviation of the angles by which a finger of another hand points elsewhere, in radians.
_FINGER_TURN = 0.06

#: Probability that a hand keeps the shape of its palm, and only changes in size.
_KEEP_PALM = 0.25


def palm_axes(
    fingers: Float[np.ndarray, "*rest 5 4 3"], left: Float[np.ndarray, "*#rest"]
) -> Float[np.ndarray, "*rest 3 3"]:
    """Compute the axes of palms from the knuckles: rows along it, to the thumb, out of the palm.

    Parameters
    ----------
    fingers
        [..., 5, 4, 3], relative to the wrist.
    left
        [...], 1 for a left hand and -1 for a right one.
    """
    along = unit_vectors(fingers[..., 1:, 0, :].mean(-2))
    across = fingers[..., 1, 0, :] - fingers[..., 4, 0, :]
    across = unit_vectors(across - (across * along).sum(-1, keepdims=True) * along)
    return np.stack([along, across, np.cross(along, across) * left[..., None]], -2)


def transfer_hands(
    rng: np.random.Generator,
    points: Float[np.ndarray, "B 2 T 20 3"],
    hands: Sequence[HandDimensions],
    lengths: Float[np.ndarray, " B"],
) -> Float[np.ndarray, "B 2 T 20 3"]:
    """Transfer the motion of the left and the right hand of B people to other hands.

    Parameters
    ----------
    rng
        The random generator.
    points
        [B, 2, T, 20, 3], keypoints of the fingers relative to their wrists; y up or y down.
    hands
        B, the dimensions of the new hands.
    lengths
        [B], their lengths, in the unit of the result.

    Returns
    -------
    [B, 2, T, 20, 3]. Fingers keep the angles of their joints; the palm gets the new shape and
    keeps how it bends. All bones have the new lengths.
    """
    B, _, T = points.shape[:3]
    fingers = points.reshape(B, 2, T, _FINGERS, _JOINTS, 3)
    left = np.array([1.0, -1.0])[:, None]
    axes = palm_axes(fingers, left).astype(points.dtype)
    local = fingers @ np.swapaxes(axes, -1, -2)[..., None, :, :]
    bones = unit_vectors(np.diff(local, axis=-2)).astype(points.dtype)
    bones = bones @ _draw_turns(rng, B)[:, None, None]
    size = np.stack([hand.bones for hand in hands]) * lengths[:, None, None]
    bones *= size[:, None, None, :, :, None]
    palm = local[..., 0, :]
    rest = palm.mean(2, keepdims=True)
    factor = lengths / np.linalg.norm(rest[..., 2, :], axis=-1).mean((1, 2))
    factor *= [np.linalg.norm(hand.knuckles[2]) for hand in hands]
    scale = factor[:, None, None, None, None]
    knuckles = np.stack([hand.knuckles for hand in hands]) * lengths[:, None, None]
    keep = rng.random((B, 1, 1, 1, 1)) < _KEEP_PALM
    middle = np.where(keep, rest * scale, knuckles[:, None, None])
    palm = middle + (palm - rest) * scale
    chain = np.concatenate([palm[..., None, :], bones], -2)
    out = np.cumsum(chain, -2) @ axes[..., None, :, :]
    return out.reshape(points.shape).astype(points.dtype)


def _draw_turns(rng: np.random.Generator, count: int) -> Float[np.ndarray, "B 5 3 3"]:
    """Draw small rotations of each finger: fingers of hands at rest point in many directions."""
    x, y, z = np.moveaxis(_FINGER_TURN * rng.standard_normal((count, _FINGERS, 3)), -1, 0)
    zero = np.zeros_like(x)
    skew = np.stack(
        [np.stack([zero, -z, y], -1), np.stack([z, zero, -x], -1), np.stack([-y, x, zero], -1)], -2
    )
    return (np.eye(3) + skew + skew @ skew / 2).astype(np.float32)
