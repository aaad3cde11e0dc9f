"""The body of an avatar, as it is measured in the frames of a recording."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.animation.hand_shape import HandShape
from signlift.geometry.joint_hierarchy import Joint
from signlift.utils.array_types import Float


@dataclass(frozen=True, eq=False)
class AvatarBody:
    """Measures of a person that do not change from frame to frame.

    Attributes
    ----------
    scale
        Centimetres per unit of the recording.
    lengths
        The bone lengths in cm, by name, but for those of the hands; that of the neck is an average
        one.
    measured
        The names of the lengths that were observed.
    hands
        The shape of the hands.
    twists
        [5], the natural twists of the fingers in radians. Empty without fingers.
    face
        [5, 3], the keypoints of the face in cm, in the axes of the head.
    face_scale
        The scale of the landmarks of a face; NaN without.
    neck
        The distance from the middle of the shoulders to that of the ears in cm. None if it was
        never observed.
    origin
        [3], the origin of the animation, in the animation frame and cm: on the floor, below the
        median position of the hips.
    middle
        The median x of the Neck in the animation frame and cm; NaN if it was never observed.
    joints
        The joints in the rest pose.
    """

    scale: float
    lengths: dict[str, float]
    measured: tuple[str, ...]
    hands: HandShape
    twists: tuple[float, ...]
    face: Float[np.ndarray, "5 3"]
    face_scale: float
    neck: float | None
    origin: Float[np.ndarray, "3"]
    middle: float
    joints: tuple[Joint, ...]
