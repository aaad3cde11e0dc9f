"""The joints of the fingers: keypoints of a hand from joint angles.

Frame of a hand: x along it, y towards the thumb's side, z out of the palm; the wrist is at 0.
"""

from __future__ import annotations

import numpy as np

from signlift.core.hand_proportions import (
    ABDUCTION,
    END,
    FLEXION,
    MAX_ANGLES,
    MIDDLE,
    MIN_ANGLES,
    PALMAR,
    RADIAL,
    THUMB_PLANE,
    THUMB_TURN,
)
from signlift.simulation.hands.hand_dimensions import HandDimensions
from signlift.utils.array_types import Float

# Rise of the ring and the little finger's knuckles out of the palm when they bend: the arch of
# the palm, in radians of the bone's turn for each radian of flexion.
_ARCH = np.array([0.0, 0.0, 0.0, 0.05, 0.11])


def limit_angles(angles: Float[np.ndarray, "*rest 5 4"]) -> Float[np.ndarray, "*rest 5 4"]:
    """Limit joint angles in radians to what joints can do."""
    return np.clip(angles, MIN_ANGLES, MAX_ANGLES)


def compute_fingers(
    angles: Float[np.ndarray, "*rest 5 4"], hand: HandDimensions
) -> Float[np.ndarray, "*rest 20 3"]:
    """Compute the keypoints of the five fingers in the frame of the hand, in hand lengths.

    Parameters
    ----------
    angles
        [..., 5, 4] in radians (see `signlift.core.hand_proportions`); 0 for a flat hand.
    hand
        The dimensions of the hand.

    Returns
    -------
    keypoints
        [..., 20, 3]: four points each of thumb, index, middle, ring and little finger, from the
        palm to the tip. Distances from the root to the first points and within each finger are
        constant.
    """
    palm = _compute_palm(angles, hand)
    directions = np.concatenate([_thumb(angles, hand)[..., None, :, :], _fingers(angles, hand)], -3)
    steps = directions * hand.bones[..., None]
    joints = np.concatenate([palm[..., None, :], steps], -2)
    return np.cumsum(joints, -2).reshape(*angles.shape[:-2], 20, 3)


def _compute_palm(
    angles: Float[np.ndarray, "*rest 5 4"], hand: HandDimensions
) -> Float[np.ndarray, "*rest 5 3"]:
    """Compute the first point of each finger, with the arch of the palm."""
    turn = _ARCH * np.clip(angles[..., FLEXION], 0, None)
    cos, sin = np.cos(turn), np.sin(turn)
    x, y, z = hand.knuckles.T
    return np.stack([cos * x - sin * z, np.broadcast_to(y, turn.shape), cos * z + sin * x], -1)


def _fingers(
    angles: Float[np.ndarray, "*rest 5 4"], hand: HandDimensions
) -> Float[np.ndarray, "*rest 4 3 3"]:
    """Compute the directions of the bones of the four fingers."""
    angles = angles[..., 1:, :]
    bend = np.cumsum(angles[..., [FLEXION, MIDDLE, END]], -1)[..., None]
    # A bent finger cannot be spread.
    free = 0.25 + 0.75 * np.cos(np.clip(angles[..., FLEXION], 0, np.pi / 2))
    side = hand.spread[1:] * free + angles[..., ABDUCTION] * free
    cos, sin, zero = np.cos(side), np.sin(side), np.zeros_like(side)
    tilt = hand.tilt[1:]
    rise = np.broadcast_to(np.sqrt(1 - tilt**2), side.shape)
    stretched = np.stack([cos, sin, zero], -1)[..., None, :]
    inwards = np.stack([-tilt * sin, tilt * cos, rise], -1)[..., None, :]
    return np.cos(bend) * stretched + np.sin(bend) * inwards


def _thumb(
    angles: Float[np.ndarray, "*rest 5 4"], hand: HandDimensions
) -> Float[np.ndarray, "*rest 3 3"]:
    """Compute the directions of the bones of the thumb."""
    angles = angles[..., 0, :]
    palmar, radial = angles[..., PALMAR], angles[..., RADIAL]
    cos = np.cos(palmar)
    base = np.stack([cos * np.cos(radial), cos * np.sin(radial), np.sin(palmar)], -1)
    plane = np.stack(
        [
            np.zeros_like(palmar),
            -np.ones_like(palmar),
            THUMB_PLANE + hand.tilt[0] - THUMB_TURN * palmar,
        ],
        -1,
    )
    inwards = plane - (plane * base).sum(-1, keepdims=True) * base
    inwards /= np.sqrt((inwards**2).sum(-1, keepdims=True))
    bend = np.cumsum(angles[..., [MIDDLE, END]], -1)
    bend = np.concatenate([np.zeros_like(bend[..., :1]), bend], -1)[..., None]
    return np.cos(bend) * base[..., None, :] + np.sin(bend) * inwards[..., None, :]
