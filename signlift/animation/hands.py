"""Hands of an avatar: rotations of the wrists and of the joints of the fingers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.animation.finger_angles import natural_twist, solve_finger
from signlift.animation.finger_rotations import REST_AXES, finger_rotations
from signlift.animation.hand_points import MIRROR, HandPoints
from signlift.animation.hand_shape import HandShape
from signlift.animation.palms import fit_palms
from signlift.animation.steady_motion import steady_rotations
from signlift.core.hands import FINGERS

_SIDES = ("Left", "Right")


@dataclass(frozen=True, eq=False)
class Hands:
    """Rotations of both hands over time.

    Attributes
    ----------
    palms
        For Left and Right, [T, 3, 3], the rotation of the palm from the rest pose in the animation
        frame; NaN where it is not determined.
    fingers
        By joint (LeftHandIndex2), [T, 3, 3], the rotation relative to the joint before, in the axes
        of the rest pose. Empty without fingers.
    twists
        The natural twists of the fingers in radians (see `natural_twist`). Empty without fingers.
    """

    palms: dict[str, Float[np.ndarray, "T 3 3"]]
    fingers: dict[str, Float[np.ndarray, "T 3 3"]]
    twists: tuple[float, ...] = ()


def solve_hands(
    hands: HandPoints, shape: HandShape, fps: float, twists: tuple[float, ...] = ()
) -> Hands:
    """Compute the rotations of both hands.

    Parameters
    ----------
    hands
        Both hands in cm.
    shape
        The shape of the person's hands.
    fps
        Frames per second.
    twists
        The natural twists of the fingers, if they were measured in other frames.

    Returns
    -------
    The palms, fitted to wrist and knuckles; and the fingers relative to them, without NaN.
    """
    axes = fit_palms(hands, shape.palm)
    for number in range(len(_SIDES)):
        axes[:, number] = steady_rotations(axes[:, number], fps)
    palms = {
        side: _for_side(side, axes[:, number] @ REST_AXES.T) for number, side in enumerate(_SIDES)
    }
    fingers: dict[str, Float[np.ndarray, "T 3 3"]] = {}
    if not hands.fingers:
        return Hands(palms, fingers)
    local = (hands.points[:, :, 1:] - hands.points[:, :, :1]) @ axes
    local = local.reshape(-1, 2, 5, 4, 3)[..., 1:, :]
    twists = twists or tuple(
        natural_twist(finger, local[:, :, finger].reshape(-1, 3, 3), shape)
        for finger in range(len(FINGERS))
    )
    for finger, name in enumerate(FINGERS):
        for number, side in enumerate(_SIDES):
            angles = solve_finger(finger, local[:, number, finger], shape, fps, twists[finger])
            turned = REST_AXES @ finger_rotations(finger, angles) @ REST_AXES.T
            for joint in range(3):
                key = f"{side}Hand{name}{joint + 1}"
                fingers[key] = _for_side(side, turned[:, joint])
    return Hands(palms, fingers, twists)


def _for_side(side: str, rotations: Float[np.ndarray, "T 3 3"]) -> Float[np.ndarray, "T 3 3"]:
    """Mirror rotations of a left hand for the right one."""
    if side == "Left":
        return rotations
    return rotations * (MIRROR[:, None] * MIRROR)
