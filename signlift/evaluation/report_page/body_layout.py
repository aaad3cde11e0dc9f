"""Places of keypoints on a drawing of a body that is seen from the front."""

from __future__ import annotations

from math import hypot

from signlift.core.hands import FINGER_KEYPOINTS
from signlift.core.skeleton import Skeleton, common_name, other_side, side

#: x to the right of the drawing (the person's left), y down, for a torso of 100. The right side
#: mirrors the left one.
_PLACES: dict[str, tuple[float, float]] = {
    "Neck": (0, 0),
    "Nose": (0, -38),
    "Head": (0, -74),
    "Keypoint26": (0, -74),
    "Spine": (0, 52),
    "MidHip": (0, 100),
    "LEyeInner": (5, -46),
    "LEye": (10, -47),
    "LEyeOuter": (15, -46),
    "LEar": (22, -42),
    "LMouth": (7, -26),
    "LShoulder": (37, 4),
    "LElbow": (60, 56),
    "LWrist": (85, 104),
    "LHip": (20, 102),
    "LKnee": (24, 182),
    "LAnkle": (25, 256),
    "LHeel": (18, 266),
    "LBigToe": (30, 274),
    "LFootIndex": (34, 276),
    "LSmallToe": (41, 270),
}

#: Places of the keypoints of a hand: towards the thumb, and away from the wrist. Hands are drawn
#: about twice as large as the body, so that the fingers stay apart.
_HAND_PLACES: dict[str, tuple[float, float]] = {
    "HandRoot": (0, 11),
    **dict(
        zip(
            FINGER_KEYPOINTS,
            [
                *((13, 18), (23, 29), (31, 39), (38, 48)),
                *((12, 41), (17, 56), (20, 67), (23, 78)),
                *((1, 43), (2, 60), (3, 72), (4, 84)),
                *((-9, 41), (-12, 56), (-15, 67), (-17, 78)),
                *((-18, 36), (-24, 48), (-28, 57), (-32, 66)),
            ],
            strict=True,
        )
    ),
}

#: Keypoints of MediaPipe's body on the hand. Where there are fingers, they are left out.
_BODY_HAND_PLACES: dict[str, tuple[float, float]] = {
    "Thumb": (20, 26),
    "Index": (12, 41),
    "Pinky": (-18, 36),
}

#: Name of the part that a keypoint is a label of.
LABELS = {
    "Nose": "nose",
    "Shoulder": "shoulder",
    "Elbow": "elbow",
    "Wrist": "wrist",
    "Hip": "hip",
    "Knee": "knee",
    "Ankle": "ankle",
}


def place_keypoints(skeleton: Skeleton) -> dict[str, tuple[float, float]]:
    """Place the keypoints of a skeleton on a body that is seen from the front.

    Returns
    -------
    x to the right of the drawing (the person's left) and y down, by name of the keypoint, for a
    torso of 100; the Neck is at (0, 0). Landmarks of the face and other keypoints without a place
    are left out.

    Examples
    --------
    >>> import signlift as sl
    >>> places = place_keypoints(sl.PANOPTIC26)
    >>> places["RShoulder"], places["LShoulder"]
    ((-37, 4), (37, 4))
    """
    fingers = any(skeleton.find(f"L{name}") is not None for name in FINGER_KEYPOINTS)
    hands = dict(_HAND_PLACES) if fingers else dict(_BODY_HAND_PLACES)
    left = dict(_PLACES) | {f"L{name}": _on_left_hand(*place) for name, place in hands.items()}
    places: dict[str, tuple[float, float]] = {}
    for name in skeleton.keypoints:
        common = common_name(name)
        if common in left:
            places[name] = left[common]
        elif side(common) == "right" and other_side(common) in left:
            x, y = left[other_side(common)]
            places[name] = (-x, y)
    return places


def _on_left_hand(towards_thumb: float, away: float) -> tuple[float, float]:
    """Return the place of a point of the left hand, which continues the forearm."""
    wrist, elbow = _PLACES["LWrist"], _PLACES["LElbow"]
    dx, dy = wrist[0] - elbow[0], wrist[1] - elbow[1]
    length = hypot(dx, dy)
    dx, dy = dx / length, dy / length
    # The backs of the hands are seen, so the thumb is on the side of the body.
    return wrist[0] + away * dx - towards_thumb * dy, wrist[1] + away * dy + towards_thumb * dx
