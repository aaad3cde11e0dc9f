"""A hand at the end of an arm: its axes from the forearm, and its 21 keypoints."""

from __future__ import annotations

import numpy as np

from signlift.geometry.rotations import unit_vectors
from signlift.simulation.hands.finger_joints import compute_fingers
from signlift.simulation.hands.hand_dimensions import HandDimensions
from signlift.utils.array_types import Float


def compute_hand_keypoints(
    shoulder: Float[np.ndarray, "*rest 3"],
    elbow: Float[np.ndarray, "*rest 3"],
    wrist: Float[np.ndarray, "*rest 3"],
    turn: Float[np.ndarray, "*rest 3"],
    angles: Float[np.ndarray, "*rest 5 4"],
    length: float,
    hand: HandDimensions,
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
    angles
        [..., 5, 4] in radians: the joints of the fingers (see `signlift.simulation.hands`).
    length
        From the wrist to the tip of the middle finger, in metres.
    hand
        The dimensions of the hand.

    Returns
    -------
    keypoints
        [..., 21, 3] in metres: the root at the wrist, then four points each of thumb, index,
        middle, ring and little finger from the palm to the tip. Distances from the root to the
        first points and within each finger are constant.
    """
    along, thumb, palm = _hand_axes(unit_vectors(wrist - elbow), shoulder - elbow, turn)
    frame = np.stack([along, thumb, palm], -2)  # [..., 3, 3]
    fingers = compute_fingers(angles, hand) @ frame * length + wrist[..., None, :]
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
