"""Hands of an avatar: rotations of the wrists and of the joints of the fingers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.animation.finger_angles import complete_angles, measure_angles, natural_twists
from signlift.animation.finger_rotations import REST_AXES, finger_rotations
from signlift.animation.gaps import Gaps
from signlift.animation.hand_points import MIRROR, HandPoints
from signlift.animation.hand_shape import HandShape
from signlift.animation.palms import fit_palms
from signlift.animation.steady_motion import NOTHING, steady_rotations
from signlift.utils.array_types import Float

#: Frames that are solved at a time where each stands for itself. It affects the memory, not the
#: result.
_BLOCK = 1024

#: Changes the axes of a left hand to those of the animation, and of a right one (mirrored).
_MIRRORS = np.stack([np.ones((3, 3)), MIRROR[:, None] * MIRROR])


@dataclass(frozen=True, eq=False)
class Hands:
    """Both hands over time, left and right.

    Attributes
    ----------
    palms
        [T, 2, 3, 3], the rotations of the palms from the rest pose in the animation frame; NaN
        where they are not determined.
    angles
        [T, 2, 5, 5], the angles of the fingers in radians (see `finger_rotations`), without NaN;
        None without fingers.
    twists
        The natural twists of the fingers in radians (see `natural_twists`). Empty without fingers.
    """

    palms: Float[np.ndarray, "T 2 3 3"]
    angles: Float[np.ndarray, "T 2 5 5"] | None
    twists: tuple[float, ...] = ()


def solve_hands(
    hands: HandPoints,
    shape: HandShape,
    fps: float,
    gaps: Gaps,
    twists: tuple[float, ...] = (),
) -> Hands:
    """Compute the rotations of both hands.

    Parameters
    ----------
    hands
        Both hands in cm.
    shape
        The shape of the person's hands.
    fps, gaps
        Frames per second, and how gaps are filled.
    twists
        The natural twists of the fingers, if they were measured in other frames.

    Returns
    -------
    The palms, fitted to wrist and knuckles; and the fingers relative to them.
    """
    T = len(hands.points)
    blocks = [slice(start, start + _BLOCK) for start in range(0, T, _BLOCK)]
    axes = np.empty((T, 2, 3, 3))
    for block in blocks:
        axes[block] = fit_palms(hands.select(block), shape.palm)
    for number in range(2):
        before = gaps.recall(f"palm {number}", NOTHING)
        axes[:, number], after = steady_rotations(axes[:, number], fps, before)
        gaps.keep(f"palm {number}", after)
    palms = (axes @ REST_AXES.T) * _MIRRORS
    if not hands.fingers:
        return Hands(palms, None)

    def joints(block: slice) -> Float[np.ndarray, "_ 2 5 3 3"]:
        points = hands.points[block]
        local = (points[:, :, 1:] - points[:, :, :1]) @ axes[block]
        return local.reshape(-1, 2, 5, 4, 3)[..., 1:, :]

    twists = twists or natural_twists(map(joints, blocks), shape)
    angles = np.empty((T, 2, 5, 5))
    for block in blocks:
        angles[block] = measure_angles(joints(block), shape, twists)
    return Hands(palms, complete_angles(angles, fps, gaps, twists), twists)


def finger_joints(angles: Float[np.ndarray, "T 2 5 5"]) -> Float[np.ndarray, "T 2 5 3 3 3"]:
    """Compute the rotations of the joints of the fingers.

    Parameters
    ----------
    angles
        [T, 2, 5, 5] in radians, of both hands (see `Hands.angles`).

    Returns
    -------
    [T, 2, 5, 3, 3, 3], for each finger the rotations of its three joints relative to the joint
    before, in the axes of the rest pose of the animation.
    """
    turned = finger_rotations(angles, in_animation=True)
    turned[:, 1] *= _MIRRORS[1]
    return turned
