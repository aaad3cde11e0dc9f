"""Hands of known shape and angles, as keypoints of a whole person."""

import numpy as np

from signlift.animation.finger_rotations import REST_AXES, finger_rotations, rest_frame
from signlift.core.hand_proportions import FINGER_BONES, KNUCKLES
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC67

#: The palm and the bones of the average hand in cm.
PALM, BONES = KNUCKLES * 100, FINGER_BONES * 100

BODY = {
    "MidHip": (0, 90, 0),
    "Neck": (0, 140, 0),
    "LShoulder": (20, 140, 0),
    "LElbow": (50, 140, 0),
    "LHand": (75, 140, 0),
    "LHip": (10, 90, 0),
    "LKnee": (10, 48, 0),
    "LAnkle": (10, 7, 0),
}


def place_fingers(angles):
    """[..., 5, 5] angles as keypoints [..., 20, 3] of a left hand in its axes, in cm."""
    fingers = []
    rotations = finger_rotations(np.asarray(angles))
    for finger in range(5):
        turned = rotations[..., finger, :, :, :]
        along = rest_frame(finger)[:, 0]
        places = [np.broadcast_to(PALM[finger], (*angles.shape[:-2], 3))]
        axes = np.eye(3)
        for joint in range(3):
            axes = axes @ turned[..., joint, :, :]
            places.append(places[-1] + BONES[finger, joint] * (axes @ along))
        fingers += places
    return np.stack(fingers, -2)


def record_hands(left, right=None, palm=None):
    """Make a recording of a person in T pose with hands [T, 20, 3] in the axes of left hands.

    `palm` [T, 3, 3] are rotations of both palms from the rest pose, mirrored for the right one.
    """
    frames = len(left)
    points = np.full((frames, 67, 3), np.nan)
    for name, place in BODY.items():
        points[:, PANOPTIC67.index(name)] = place
        if name[0] == "L":
            points[:, PANOPTIC67.index("R" + name[1:])] = np.array(place) * [-1, 1, 1]
    for side, hand in (("L", left), ("R", left if right is None else right)):
        world = hand @ REST_AXES.T
        if palm is not None:
            world = world @ np.swapaxes(palm, 1, 2)
        world = world + BODY["LHand"]
        first = PANOPTIC67.index(f"{side}HandRoot")
        points[:, first] = BODY["LHand"]
        points[:, first + 1 : first + 21] = world
        if side == "R":
            points[:, first : first + 21] *= [-1, 1, 1]
    return record(points)


def record(points):
    """Return world points [T, 67, 3] in cm as a recording from the front, without perspective."""
    points = points * [1, -1, -1]
    points = points - points[:, PANOPTIC67.index("MidHip")][:, None] * [0, 0, 1]
    return Recording(
        points[..., :2], depth=points[..., 2], unit="cm", fps=30.0, skeleton=PANOPTIC67
    )
