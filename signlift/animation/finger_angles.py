"""Angles of the fingers' joints from keypoints, within the limits of what joints can do."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.animation.finger_rotations import (
    END,
    FIRST,
    MAX_ANGLES,
    MAX_NATURAL_TWISTS,
    MIDDLE,
    MIN_ANGLES,
    RELAXED,
    SECOND,
    TWIST,
    about_x,
    base_frames,
)
from signlift.animation.hand_shape import HandShape
from signlift.animation.motion_gaps import blend_frames, hold_last_value
from signlift.animation.steady_motion import steady_angles
from signlift.geometry.rotations import unit_vectors

#: The weight of no twist, against the sines of the bends that determine the twist.
_NO_TWIST = 0.1

#: Angles that are held together where keypoints are missing.
_GROUPS = ([FIRST, SECOND, TWIST], [MIDDLE], [END])


def natural_twist(finger: int, joints: Float[np.ndarray, "N 3 3"], shape: HandShape) -> float:
    """Find the twist about the first bone with which a person's finger bends.

    Parameters
    ----------
    finger
        The number of the finger; 0 for the thumb.
    joints
        [N, 3, 3], as in `solve_finger`, of all frames and both hands.
    shape
        The shape of the hand.

    Returns
    -------
    The angle in radians that fits all frames best, within `MAX_NATURAL_TWISTS`; 0 for a finger that
    is always straight.
    """
    if not len(joints):
        return 0.0
    _, frames, place = _solve_base(finger, joints, shape)
    across, forward = _bends(frames, joints, place)
    square = _NO_TWIST**2 * len(joints)
    twist = _twist_of_plane(across.reshape(1, -1), forward.reshape(1, -1), square)[0]
    return float(np.clip(twist, -MAX_NATURAL_TWISTS[finger], MAX_NATURAL_TWISTS[finger]))


def solve_finger(
    finger: int,
    joints: Float[np.ndarray, "T 3 3"],
    shape: HandShape,
    fps: float,
    twist: float = 0.0,
) -> Float[np.ndarray, "T 5"]:
    """Compute the angles of a finger in each frame.

    Parameters
    ----------
    finger
        The number of the finger; 0 for the thumb.
    joints
        [T, 3, 3] in cm, the two joints beyond the base and the tip, in the axes of a left hand and
        relative to its wrist; NaN where missing.
    shape
        The shape of the hand.
    fps
        Frames per second.
    twist
        The natural twist of the finger in radians (see `natural_twist`).

    Returns
    -------
    [T, 5] in radians (see `finger_rotations`), within the limits; those of the twist are relative
    to the natural one. Each bone points from the avatar's joint to the keypoint, as near as the
    joints allow. The twist is that of the plane in which the finger bends, and the natural one
    where it is straight. Missing angles keep their last values, and blend to the next ones; before
    they are first observed, the hand is relaxed.
    """
    lengths = shape.bones[finger]
    angles, frames, place = _solve_base(finger, joints, shape)
    frames = frames @ about_x(np.full(len(joints), twist))
    across, forward = _bends(frames, joints, place)
    turn = _limit(finger, TWIST, _twist_of_plane(across, forward, _NO_TWIST**2))
    angles[:, TWIST] = twist + turn
    frames = frames @ about_x(turn)
    total = np.zeros(len(joints))
    for number, length, target in ((MIDDLE, lengths[1], 1), (END, lengths[2], 2)):
        vector = _in_frame(frames, joints[:, target] - place)
        angle = np.arctan2(vector[:, 2], vector[:, 0]) - total
        angles[:, number] = _limit(finger, number, angle)
        total = total + angles[:, number]
        along = np.cos(total)[:, None] * frames[..., 0] + np.sin(total)[:, None] * frames[..., 2]
        place = place + length * along
    blend, relaxed = blend_frames(fps), RELAXED[finger].copy()
    relaxed[TWIST] = twist
    for numbers in _GROUPS:
        angles[:, numbers] = hold_last_value(angles[:, numbers], relaxed[numbers], blend)
    return steady_angles(angles, fps)


def _solve_base(
    finger: int, joints: Float[np.ndarray, "T 3 3"], shape: HandShape
) -> tuple[Float[np.ndarray, "T 5"], Float[np.ndarray, "T 3 3"], Float[np.ndarray, "T 3"]]:
    """Compute the direction of the first bone: angles, frames without twist, and its end."""
    angles = np.zeros((len(joints), 5))
    x, y, z = unit_vectors(joints[:, 0] - shape.palm[finger]).T
    if finger:
        angles[:, SECOND] = _limit(finger, SECOND, np.arcsin(np.clip(y, -1, 1)))
        angles[:, FIRST] = _limit(finger, FIRST, np.arctan2(z, x))
    else:
        angles[:, FIRST] = _limit(finger, FIRST, np.arcsin(np.clip(z, -1, 1)))
        angles[:, SECOND] = _limit(finger, SECOND, np.arctan2(y, x))
    frames = base_frames(finger, angles[:, FIRST], angles[:, SECOND])
    return angles, frames, shape.palm[finger] + shape.bones[finger, 0] * frames[..., 0]


def _limit(finger: int, number: int, values: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
    """Limit an angle; one beyond half a turn from the middle of the range counts from below."""
    lowest, highest = MIN_ANGLES[finger, number], MAX_ANGLES[finger, number]
    middle = (lowest + highest) / 2
    turned = middle + np.remainder(values - middle + np.pi, 2 * np.pi) - np.pi
    return np.clip(turned, lowest, highest)


def _bends(
    frames: Float[np.ndarray, "T 3 3"],
    joints: Float[np.ndarray, "T 3 3"],
    place: Float[np.ndarray, "T 3"],
) -> tuple[Float[np.ndarray, "T 2"], Float[np.ndarray, "T 2"]]:
    """Compute the components of the two last bones along the hinges, and to where they bend."""
    bones = [joints[:, 1] - place, joints[:, 2] - joints[:, 1]]
    local = np.stack([unit_vectors(_in_frame(frames, bone)) for bone in bones], 1)
    local = np.nan_to_num(local)
    return local[..., 1], local[..., 2]


def _twist_of_plane(
    across: Float[np.ndarray, "T N"], forward: Float[np.ndarray, "T N"], no_twist: float
) -> Float[np.ndarray, " T"]:
    """Find the twist with which bones lie best in the plane of the hinges.

    It is less than 45 degrees to either side, and changes without jumps: also where a finger is
    bent backwards, or to the side.
    """
    both = (across * forward).sum(1)
    # The angle of axes, not of vectors: 2 y z against z² - y², kept above 0 by a bend to the side.
    aside, ahead = (across**2).sum(1), (forward**2).sum(1)
    bend = np.maximum(ahead - aside, aside / 2)
    return np.asarray(np.arctan2(-2 * both, bend + no_twist) / 2)


def _in_frame(
    frames: Float[np.ndarray, "T 3 3"], vectors: Float[np.ndarray, "T 3"]
) -> Float[np.ndarray, "T 3"]:
    return np.einsum("tji,tj->ti", frames, vectors)
