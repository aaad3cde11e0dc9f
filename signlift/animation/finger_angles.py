"""Angles of the fingers' joints from keypoints, within the limits of what joints can do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

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
    all_base_frames,
)
from signlift.animation.gaps import Gaps
from signlift.animation.hand_shape import HandShape
from signlift.animation.steady_motion import NOTHING, steady_angles
from signlift.geometry.rotations import twist_frames, unit_vectors
from signlift.utils.array_types import Float

#: The weight of no twist, against the sines of the bends that determine the twist.
_NO_TWIST = 0.1

#: Angles that are held together where keypoints are missing.
_GROUPS = {"base": [FIRST, SECOND, TWIST], "middle": [MIDDLE], "end": [END]}


def natural_twists(
    blocks: Iterable[Float[np.ndarray, "_ H 5 3 3"]], shape: HandShape
) -> tuple[float, ...]:
    """Find the twists about the first bones with which a person's fingers bend.

    Parameters
    ----------
    blocks
        Joints as in `measure_angles`, of all frames, in any number of blocks.
    shape
        The shape of the hand.

    Returns
    -------
    The angle in radians of each finger that fits all frames best, within `MAX_NATURAL_TWISTS`; 0
    for a finger that is always straight.
    """
    both, aside, ahead, count = np.zeros(5), np.zeros(5), np.zeros(5), 0
    for joints in blocks:
        _, frames, place = _solve_bases(joints, shape)
        across, forward = _bends(frames, joints, place)
        both += np.einsum("thfn,thfn->f", across, forward)
        aside += np.einsum("thfn,thfn->f", across, across)
        ahead += np.einsum("thfn,thfn->f", forward, forward)
        count += joints.shape[0] * joints.shape[1]
    if not count:
        return (0.0,) * 5
    twists = _twist_of_products(both, aside, ahead, _NO_TWIST**2 * count)
    return tuple(np.clip(twists, -MAX_NATURAL_TWISTS, MAX_NATURAL_TWISTS).tolist())


def measure_angles(
    joints: Float[np.ndarray, "T H 5 3 3"], shape: HandShape, twists: Sequence[float] = (0.0,) * 5
) -> Float[np.ndarray, "T H 5 5"]:
    """Compute the angles of the fingers of H hands, in each frame by itself.

    Parameters
    ----------
    joints
        [T, H, 5, 3, 3] in cm, of each finger the two joints beyond the base and the tip, in the
        axes of a left hand and relative to its wrist; NaN where missing.
    shape
        The shape of the hand.
    twists
        The natural twists of the fingers in radians (see `natural_twists`).

    Returns
    -------
    [T, H, 5, 5], the angles of each finger in radians (see `finger_rotations`), within the limits;
    those of the twist are relative to the natural one. NaN where missing. Each bone points from the
    avatar's joint to the keypoint, as near as the joints allow. The twist is that of the plane in
    which the finger bends, and the natural one where it is straight.
    """
    natural = np.array(twists)
    angles, frames, place = _solve_bases(joints, shape)
    frames = twist_frames(frames, np.broadcast_to(natural, frames.shape[:-2]))
    across, forward = _bends(frames, joints, place)
    both, aside, ahead = (
        np.einsum("...n,...n->...", first, second)
        for first, second in ((across, forward), (across, across), (forward, forward))
    )
    turn = _limit(TWIST, _twist_of_products(both, aside, ahead, _NO_TWIST**2))
    angles[..., TWIST] = natural + turn
    frames = twist_frames(frames, turn)
    total: Float[np.ndarray, "T H 5"] | float = 0.0
    for number, target in ((MIDDLE, 1), (END, 2)):
        vector = _in_frame(frames, joints[..., target, :] - place)
        angle = np.arctan2(vector[..., 2], vector[..., 0]) - total
        angles[..., number] = _limit(number, angle)
        if number == MIDDLE:
            total = angles[..., MIDDLE]
            along = np.cos(total)[..., None] * frames[..., 0]
            along += np.sin(total)[..., None] * frames[..., 2]
            place = place + shape.bones[:, 1, None] * along
    return angles


def complete_angles(
    angles: Float[np.ndarray, "T H 5 5"],
    fps: float,
    gaps: Gaps,
    twists: Sequence[float] = (0.0,) * 5,
) -> Float[np.ndarray, "T H 5 5"]:
    """Fill missing angles of the fingers of H hands, and limit their speed.

    Parameters
    ----------
    angles
        [T, H, 5, 5] in radians, as `measure_angles` returns them; they are changed in place.
    fps, gaps
        Frames per second, and how gaps are filled.
    twists
        The natural twists of the fingers in radians.

    Returns
    -------
    [T, H, 5, 5] without NaN. Missing angles keep their last values, and blend to the next ones;
    before they are first observed, the hand is relaxed.
    """
    T, H = angles.shape[:2]
    relaxed = RELAXED.copy()
    relaxed[:, TWIST] = twists
    fingers = angles.reshape(T, H * 5, 5)
    for name, numbers in _GROUPS.items():
        start = np.tile(relaxed[:, numbers], (H, 1))
        held = gaps.hold(f"{name} of the fingers", fingers[..., numbers], start, parts=True)
        fingers[..., numbers] = held
    before = gaps.recall("fingers", NOTHING)
    steady, after = steady_angles(fingers, fps, before)
    gaps.keep("fingers", after)
    return steady.reshape(T, H, 5, 5)


def _solve_bases(
    joints: Float[np.ndarray, "*batch 5 3 3"], shape: HandShape
) -> tuple[
    Float[np.ndarray, "*batch 5 5"],
    Float[np.ndarray, "*batch 5 3 3"],
    Float[np.ndarray, "*batch 5 3"],
]:
    """Compute the directions of the first bones: angles, frames without twist, and their ends."""
    angles = np.zeros((*joints.shape[:-2], 5))
    vectors = unit_vectors(joints[..., 0, :] - shape.palm)
    # The abduction of fingers, and the palmar one of the thumb, are the angle to a plane.
    aside, forward = vectors[..., 1].copy(), vectors[..., 2].copy()
    aside[..., 0], forward[..., 0] = vectors[..., 0, 2], vectors[..., 0, 1]
    second = np.arcsin(np.minimum(np.maximum(aside, -1), 1))
    first = np.arctan2(forward, vectors[..., 0])
    first[..., 0], second[..., 0] = second[..., 0].copy(), first[..., 0].copy()
    angles[..., FIRST], angles[..., SECOND] = _limit(FIRST, first), _limit(SECOND, second)
    frames = all_base_frames(angles[..., FIRST], angles[..., SECOND])
    return angles, frames, shape.palm + shape.bones[:, :1] * frames[..., 0]


def _limit(number: int, values: Float[np.ndarray, "*batch 5"]) -> Float[np.ndarray, "*batch 5"]:
    """Limit an angle of all fingers; one beyond half a turn from the middle counts from below."""
    lowest, highest = MIN_ANGLES[:, number], MAX_ANGLES[:, number]
    middle = (lowest + highest) / 2
    turned = values - middle
    turned -= 2 * np.pi * np.floor(turned / (2 * np.pi) + 0.5)
    return np.minimum(np.maximum(turned + middle, lowest), highest)


def _bends(
    frames: Float[np.ndarray, "*batch 3 3"],
    joints: Float[np.ndarray, "*batch 3 3"],
    place: Float[np.ndarray, "*batch 3"],
) -> tuple[Float[np.ndarray, "*batch 2"], Float[np.ndarray, "*batch 2"]]:
    """Compute the components of the two last bones along the hinges, and to where they bend."""
    bones = np.empty((*place.shape[:-1], 2, 3))
    bones[..., 0, :] = joints[..., 1, :] - place
    bones[..., 1, :] = joints[..., 2, :] - joints[..., 1, :]
    local = unit_vectors(bones @ frames)
    local[np.isnan(local)] = 0.0
    return local[..., 1], local[..., 2]


def _twist_of_products(
    both: Float[np.ndarray, "*batch"],
    aside: Float[np.ndarray, "*batch"],
    ahead: Float[np.ndarray, "*batch"],
    no_twist: float,
) -> Float[np.ndarray, "*batch"]:
    """Find the twist with which bones lie best in the plane of the hinges.

    The components of the bones across and forward are given as the sums of their products with each
    other, and of their squares. The twist is less than 45 degrees to either side, and changes
    without jumps: also where a finger is bent backwards, or to the side.
    """
    # The angle of axes, not of vectors: 2 y z against z² - y², kept above 0 by a bend to the side.
    bend = np.maximum(ahead - aside, aside / 2)
    return np.asarray(np.arctan2(-2 * both, bend + no_twist) / 2)


def _in_frame(
    frames: Float[np.ndarray, "*batch 3 3"], vectors: Float[np.ndarray, "*batch 3"]
) -> Float[np.ndarray, "*batch 3"]:
    return (vectors[..., None, :] @ frames)[..., 0, :]
