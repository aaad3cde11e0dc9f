"""A simple hand model: 21 keypoints attached to the wrist, with fingers that bend.

Lengths are in hand lengths (wrist to the tip of the middle finger). They are rough values, not
those of a measured hand.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.geometry.rotations import unit_vectors

# For thumb to little finger: position of the knuckle along the hand and towards the thumb's side,
# spread in radians towards the thumb's side, and lengths of the three bones.
_KNUCKLES = np.array([[0.13, 0.13], [0.50, 0.13], [0.51, 0.02], [0.48, -0.08], [0.43, -0.17]])
_SPREAD = np.array([0.75, 0.10, 0.0, -0.08, -0.18])
_BONES = np.array(
    [
        [0.24, 0.19, 0.15],
        [0.25, 0.14, 0.10],
        [0.26, 0.16, 0.10],
        [0.25, 0.15, 0.10],
        [0.20, 0.11, 0.09],
    ]
)
# Flexion of each bone relative to the palm for a finger's curl of 1; the thumb bends less.
_FLEXION = np.array([[0.3, 0.7, 1.1], *[[1.0, 2.1, 2.8]] * 4])


def compute_hand_keypoints(
    shoulder: Float[np.ndarray, "*rest 3"],
    elbow: Float[np.ndarray, "*rest 3"],
    wrist: Float[np.ndarray, "*rest 3"],
    turn: Float[np.ndarray, "*rest 3"],
    curl: Float[np.ndarray, "*rest 5"],
    length: float,
) -> Float[np.ndarray, "*rest 21 3"]:
    """Compute the keypoints of a hand in its own side's coordinates (x outwards, y up, z forward).

    Parameters
    ----------
    shoulder, elbow, wrist
        [..., 3] in metres. The thumb's side of a hand that is not twisted points to where the
        elbow bends: up if the forearm points forward, forward if the arm hangs down.
    turn
        [..., 3] in radians: twist about the forearm (the palm turns up), flexion (towards the
        palm) and deviation (towards the thumb).
    curl
        [..., 5] in radians for thumb to little finger: 0 for a stretched finger, 1.5 for a fist.
    length
        From the wrist to the tip of the middle finger, in metres.

    Returns
    -------
    keypoints
        [..., 21, 3] in metres: the root at the wrist, then four points each of thumb, index,
        middle, ring and little finger from the knuckle to the tip. Distances within the palm and
        within each finger bone are constant.
    """
    along, thumb, palm = _hand_axes(unit_vectors(wrist - elbow), shoulder - elbow, turn)
    frame = np.stack([along, thumb, palm], -2)  # [..., 3, 3]
    bend = curl[..., None] * _FLEXION
    flat = np.cos(bend)
    spread = _SPREAD[:, None]
    bones = np.stack([flat * np.cos(spread), flat * np.sin(spread), np.sin(bend)], -1)
    joints = np.zeros((*curl.shape, 4, 3))
    joints[..., 0, :2] = _KNUCKLES
    joints[..., 1:, :] = bones * _BONES[..., None]
    joints = np.cumsum(joints, -2).reshape(*curl.shape[:-1], 20, 3) * length
    fingers = joints @ frame + wrist[..., None, :]
    return np.concatenate([wrist[..., None, :], fingers], -2)


def _hand_axes(
    forearm: Float[np.ndarray, "*rest 3"],
    upper_arm: Float[np.ndarray, "*rest 3"],
    turn: Float[np.ndarray, "*rest 3"],
) -> tuple[
    Float[np.ndarray, "*rest 3"], Float[np.ndarray, "*rest 3"], Float[np.ndarray, "*rest 3"]
]:
    """Return unit axes of the hand: along it, towards the thumb's side, out of the palm."""
    straight = np.einsum("...i,...i->...", forearm, upper_arm)[..., None]
    thumb = unit_vectors(upper_arm - straight * forearm)
    palm = np.cross(forearm, thumb)
    cos, sin = np.cos(turn)[..., None], np.sin(turn)[..., None]
    twist, flex, deviate = range(3)
    thumb, palm = (
        cos[..., twist, :] * thumb - sin[..., twist, :] * palm,
        cos[..., twist, :] * palm + sin[..., twist, :] * thumb,
    )
    along, palm = (
        cos[..., flex, :] * forearm + sin[..., flex, :] * palm,
        cos[..., flex, :] * palm - sin[..., flex, :] * forearm,
    )
    along, thumb = (
        cos[..., deviate, :] * along + sin[..., deviate, :] * thumb,
        cos[..., deviate, :] * thumb - sin[..., deviate, :] * along,
    )
    return along, thumb, palm
