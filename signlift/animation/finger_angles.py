"""Angles of the fingers' joints from keypoints, within the limits of what joints can do."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.animation.finger_rotations import (
    END,
    FIRST,
    MAX_ANGLES,
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


def solve_finger(
    finger: int,
    joints: Float[np.ndarray, "T 3 3"],
    shape: HandShape,
    fps: float,
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

    Returns
    -------
    [T, 5] in radians (see `finger_rotations`), within the limits. Each bone points from the
    avatar's joint to the keypoint, as near as the joints allow. The twist is that of the plane in
    which the finger bends, and none where it is straight. Missing angles keep their last values,
    and blend to the next ones; before they are first observed, the hand is relaxed.
    """
    lowest, highest = MIN_ANGLES[finger], MAX_ANGLES[finger]
    lengths = shape.bones[finger]
    angles = np.empty((len(joints), 5))

    def limit(number: int, values: Float[np.ndarray, " T"]) -> Float[np.ndarray, " T"]:
        # Angles beyond half a turn from the middle of the range count from the other side.
        middle = (lowest[number] + highest[number]) / 2
        turned = middle + np.remainder(values - middle + np.pi, 2 * np.pi) - np.pi
        angles[:, number] = np.clip(turned, lowest[number], highest[number])
        return angles[:, number]

    bone = unit_vectors(joints[:, 0] - shape.palm[finger])
    x, y, z = bone.T
    if finger:
        limit(SECOND, np.arcsin(np.clip(y, -1, 1)))
        limit(FIRST, np.arctan2(z, x))
    else:
        limit(FIRST, np.arcsin(np.clip(z, -1, 1)))
        limit(SECOND, np.arctan2(y, x))
    frames = base_frames(finger, angles[:, FIRST], angles[:, SECOND])
    place = shape.palm[finger] + lengths[0] * frames[..., 0]
    first = _in_frame(frames, joints[:, 1] - place)
    second = _in_frame(frames, joints[:, 2] - joints[:, 1])
    limit(TWIST, _find_twist(first, second))
    frames = frames @ about_x(angles[:, TWIST])
    total = np.zeros(len(joints))
    for number, length, target in ((MIDDLE, lengths[1], 1), (END, lengths[2], 2)):
        vector = _in_frame(frames, joints[:, target] - place)
        total = total + limit(number, np.arctan2(vector[:, 2], vector[:, 0]) - total)
        along = np.cos(total)[:, None] * frames[..., 0] + np.sin(total)[:, None] * frames[..., 2]
        place = place + length * along
    blend = blend_frames(fps)
    for numbers in _GROUPS:
        angles[:, numbers] = hold_last_value(angles[:, numbers], RELAXED[finger, numbers], blend)
    return steady_angles(angles, fps)


def _find_twist(
    first: Float[np.ndarray, "T 3"], second: Float[np.ndarray, "T 3"]
) -> Float[np.ndarray, " T"]:
    """Find the twist with which two bones lie best in the plane of the hinges.

    It is less than 45 degrees to either side, and changes without jumps: also where a finger is
    bent backwards, or to the side.
    """
    bones = np.nan_to_num(np.stack([unit_vectors(first), unit_vectors(second)]))
    across, forward = bones[..., 1], bones[..., 2]
    both = (across * forward).sum(0)
    difference = np.maximum((forward**2 - across**2).sum(0), 0)
    return np.asarray(np.arctan2(-2 * both, difference + _NO_TWIST**2) / 2)


def _in_frame(
    frames: Float[np.ndarray, "T 3 3"], vectors: Float[np.ndarray, "T 3"]
) -> Float[np.ndarray, "T 3"]:
    return np.einsum("tji,tj->ti", frames, vectors)
