"""Keypoints of a hand by name, and the unit that hands are measured in."""

from __future__ import annotations

#: The fingers, from the thumb on.
FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")

#: Keypoints of the fingers without the side, four each from the palm to the tip.
FINGER_KEYPOINTS = tuple(f"{finger}{joint}" for finger in FINGERS for joint in (1, 2, 3, 4))

#: Keypoints of a hand without the side; the root is at the wrist.
HAND_NAMES = ("HandRoot", *FINGER_KEYPOINTS)

#: The numbers of `HAND_NAMES` joint by joint, as graphs of one frame return them.
HAND_ORDER = (0, *(1 + 4 * finger + joint for joint in range(4) for finger in range(len(FINGERS))))

#: A hand unit in arm lengths, from shoulder to wrist. Hands are in proportion to arms more than to
#: the torso, whose ends sources of keypoints define differently.
HAND_UNIT = 0.19

#: Keypoints of detectors of the body, and those of the hand that they are.
BODY_KNUCKLES = {"Thumb": "Thumb2", "Index": "Index1", "Pinky": "Pinky1"}

#: Fraction of the estimated nearness that hands are normalised by. Cameras that are far away are
#: estimated too near; and wrists as nearer than they are, where hips are well before the shoulders.
NEARNESS = 0.6

#: Limits of how much nearer or farther than MidHip a wrist is taken to be.
WRIST_MAGNIFICATIONS = (0.5, 1.6)

#: A hand is the other one if its root is nearer to the other wrist by this factor, and farther
#: from its own wrist than this, in hand units.
SWAPPED_FACTOR, SWAPPED_DISTANCE = 0.4, 1.2
