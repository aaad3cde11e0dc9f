"""From a pose over time to the places of all keypoints.

World frame: metres, y up, the floor at y = 0, the signer faces +z and has the left at +x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.skeleton import PANOPTIC67, Skeleton
from signlift.synthetic.hand import hand_points
from signlift.synthetic.kinematics import ease_reach, rotate, rotation, two_bones
from signlift.synthetic.proportions import Proportions
from signlift.synthetic.signs import CURL, SWIVEL, TURN, WRIST

#: All keypoints that any skeleton knows, so that every other one is a part of it.
SIGNER = Skeleton("signer", (*PANOPTIC67.keypoints, "Keypoint26"), PANOPTIC67.chains)

# Both sides are computed in their own coordinates, x outwards: the right side is a mirror image.
_OWN_SIDE = np.array([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]])
_ELBOWS = np.array([0.0, -1.0, -0.3])
_KNEES = np.array([0.0, 0.3, 1.0])
_KNEES_OUT = -0.15
_FEET_OUT = np.radians(8.0)

# Places on the head in lengths of it, from the joint on which it turns; left side.
_NOSE, _TOP = (0.0, 0.13, 0.52), (0.0, 0.75, 0.12)
_EYE, _EAR = np.array([0.14, 0.28, 0.385]), np.array([0.33, 0.19, 0.045])
_HEAD = np.stack([_NOSE, _TOP, _EYE, _EAR, _EYE * _OWN_SIDE[1], _EAR * _OWN_SIDE[1]])
_HEAD_NAMES = ("Nose", "Keypoint26", "LEye", "LEar", "REye", "REar")

# Places on the foot in lengths of it, from the ankle; on the floor.
_FOOT = np.array([[-0.06, 0.0, 0.74], [0.20, 0.0, 0.60], [0.0, 0.0, -0.24]])

#: Radians per metre by which the shoulders follow hands that are not alike high or far.
_FOLLOW = 0.25


@dataclass(frozen=True, eq=False)
class Pose:
    """What a body does over time; angles are turn, nod and tilt (see `kinematics.rotation`).

    Parameters
    ----------
    hips
        [T, 3], MidHip in world metres.
    pelvis, chest
        [T, 3], angles against the world.
    neck, head
        [T, 3], angles of the neck against the chest, and of the head against the neck.
    hands
        [T, 2, VALUES], left and right (see `signs.hand_moves`).
    ankles
        [2, 3], where the ankles are, in world metres, each in its own side's coordinates.
    """

    hips: Float[np.ndarray, "T 3"]
    pelvis: Float[np.ndarray, "T 3"]
    chest: Float[np.ndarray, "T 3"]
    neck: Float[np.ndarray, "T 3"]
    head: Float[np.ndarray, "T 3"]
    hands: Float[np.ndarray, "T 2 C"]
    ankles: Float[np.ndarray, "2 3"]


def assemble(body: Proportions, pose: Pose) -> Float[np.ndarray, "T 68 3"]:
    """Place every keypoint of a body in a pose.

    Parameters
    ----------
    body
        The lengths.
    pose
        What it does, over T frames.

    Returns
    -------
    [T, 68, 3] on `SIGNER`, world metres, no NaN. Bones have the same length in every frame but
    for Neck to Nose, as the neck bends between the two.
    """
    T = len(pose.hips)
    chest = rotation(pose.chest)
    neck = pose.hips + chest @ np.array([0.0, body.trunk, 0.0])
    arms = rotate(chest, _arms(body, pose)) + neck[:, None]
    face = rotate(chest, _head(body, pose)) + neck[:, None]
    legs = _legs(body, pose)
    out = np.empty((T, len(SIGNER), 3))
    for names, values in (
        (("Neck", "MidHip"), np.stack([neck, pose.hips], 1)),
        (_HEAD_NAMES, face),
        (_ARM_NAMES, arms),
        (_LEG_NAMES, legs),
    ):
        out[:, [SIGNER.index(name) for name in names]] = values
    return out


def _both(*names: str) -> tuple[str, ...]:
    return tuple(side + name for side in "LR" for name in names)


_FINGERS = tuple(
    f"{finger}{joint}"
    for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky")
    for joint in (1, 2, 3, 4)
)
_ARM_NAMES = _both("Shoulder", "Elbow", "Hand", "HandRoot", *_FINGERS)
_LEG_NAMES = _both("Hip", "Knee", "Ankle", "BigToe", "SmallToe", "Heel")


def _arms(body: Proportions, pose: Pose) -> Float[np.ndarray, "T 48 3"]:
    """Shoulders, elbows, wrists and hands in the chest's frame, from the Neck."""
    wrists = pose.hands[..., WRIST]
    ahead = wrists[:, 0] - wrists[:, 1]
    turned = np.zeros_like(ahead)
    turned[:, 0], turned[:, 2] = -_FOLLOW * ahead[:, 2], _FOLLOW * ahead[:, 1]
    left = rotation(turned)[..., 0] * (body.shoulders / 2)
    shoulder = np.stack([left, -left], 1) * _OWN_SIDE
    within = ease_reach(shoulder, wrists, body.arm)
    elbow, wrist = two_bones(
        shoulder, within, (body.upper_arm, body.forearm), _ELBOWS, pose.hands[..., SWIVEL]
    )
    hand = hand_points(
        shoulder, elbow, wrist, pose.hands[..., TURN], pose.hands[..., CURL], body.hand
    )
    arm = np.concatenate([np.stack([shoulder, elbow, wrist], 2), hand], 2)
    return (arm * _OWN_SIDE[:, None]).reshape(len(arm), len(_ARM_NAMES), 3)


def _head(body: Proportions, pose: Pose) -> Float[np.ndarray, "T 6 3"]:
    """The points of the head in the chest's frame, from the Neck."""
    neck = rotation(pose.neck)
    joint = neck @ np.array([0.0, body.neck, 0.0])
    return rotate(neck @ rotation(pose.head), _HEAD * body.head) + joint[:, None]


def _legs(body: Proportions, pose: Pose) -> Float[np.ndarray, "T 12 3"]:
    """Hips, knees, ankles and feet in the world."""
    left = rotation(pose.pelvis)[..., 0] * (body.hips / 2)
    hip = (pose.hips[:, None] + np.stack([left, -left], 1)) * _OWN_SIDE
    target = np.broadcast_to(pose.ankles, hip.shape)
    swivel = np.full(hip.shape[:2], _KNEES_OUT)
    knee, ankle = two_bones(hip, target, (body.thigh, body.shank), _KNEES, swivel)
    out = rotation(np.array([_FEET_OUT, 0.0, 0.0]))
    foot = rotate(out, _FOOT * body.foot) - [0.0, body.foot_height, 0.0]
    leg = np.concatenate([np.stack([hip, knee, ankle], 2), ankle[:, :, None] + foot], 2)
    return (leg * _OWN_SIDE[:, None]).reshape(len(leg), len(_LEG_NAMES), 3)
