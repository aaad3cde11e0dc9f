"""From a pose over time to the places of all keypoints.

World frame: metres, y up, the floor at y = 0, the signer faces +z and has the left at +x.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import PANOPTIC67, Skeleton
from signlift.geometry.rotations import rotate_points, rotation_from_turn_nod_tilt
from signlift.geometry.two_bone_ik import ease_reach, two_bone_ik
from signlift.simulation.signer.anthropometry import Proportions
from signlift.simulation.signer.arms import elbow_ways, shoulder_places
from signlift.simulation.signer.clearance import clear, unfold
from signlift.simulation.signer.hand import hand_points
from signlift.simulation.signer.signs import CURL, SWIVEL, TURN, WRIST

#: All keypoints that the signer has; other skeletons are carried by name.
SIGNER = Skeleton("signer", (*PANOPTIC67.keypoints, "Keypoint26"), PANOPTIC67.chains)

# Both sides are computed in their own coordinates, x outwards: the right side is a mirror image.
_OWN_SIDE = np.array([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]])
_KNEES = np.array([0.0, 0.3, 1.0])
_KNEES_OUT = -0.15
_FEET_OUT = np.radians(8.0)

# Places on the head, from the joint on which it turns; left side: in faces (x), in head lengths
# (y and z), and the eyes as far ahead as the nose but for a part of a head length.
_EYE, _EAR = np.array([0.21, 0.28, -0.135]), np.array([0.5, 0.19, 0.045])
_TOP = np.array([0.0, 0.75, 0.12])
_HEAD_NAMES = ("Nose", "Keypoint26", "LEye", "LEar", "REye", "REar")

# Places on the foot in lengths of it, from the ankle; on the floor.
_FOOT = np.array([[-0.06, 0.0, 0.74], [0.20, 0.0, 0.60], [0.0, 0.0, -0.24]])


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
    shrug
        [T], by how much both shoulders are lifted, in metres.
    shoulders
        How much the shoulders follow the hands, around 1.
    """

    hips: Float[np.ndarray, "T 3"]
    pelvis: Float[np.ndarray, "T 3"]
    chest: Float[np.ndarray, "T 3"]
    neck: Float[np.ndarray, "T 3"]
    head: Float[np.ndarray, "T 3"]
    hands: Float[np.ndarray, "T 2 C"]
    ankles: Float[np.ndarray, "2 3"]
    shrug: Float[np.ndarray, " T"]
    shoulders: float = 1.0


def assemble(body: Proportions, pose: Pose, *, fingers: bool = True) -> Float[np.ndarray, "T 68 3"]:
    """Place every keypoint of a body in a pose.

    Parameters
    ----------
    body
        The lengths.
    pose
        What it does, over T frames.
    fingers
        Whether to place the fingers; without, they are NaN and it takes two thirds of the time.

    Returns
    -------
    [T, 68, 3] on `SIGNER`, world metres, no NaN but for that. Neck is the middle of the
    shoulders. Bones have the same length in every frame, but for those that the shoulders move
    or the neck bends: MidHip to Neck, Neck to shoulder and Neck to Nose.
    """
    chest = rotation_from_turn_nod_tilt(pose.chest)
    collar = pose.hips + chest @ np.array([0.0, body.trunk, 0.0])
    joint, head = _head(body, pose)
    arms = rotate_points(chest, _arms(body, pose, joint, fingers)) + collar[:, None]
    head = rotate_points(chest, head) + collar[:, None]
    legs = _legs(body, pose)
    neck = (arms[:, 0] + arms[:, len(_ARM_NAMES) // 2]) / 2
    points = np.concatenate([neck[:, None], pose.hips[:, None], head, arms, legs], 1)
    return points[:, _ORDER]


def _both(*names: str) -> tuple[str, ...]:
    return tuple(side + name for side in "LR" for name in names)


_FINGERS = tuple(
    f"{finger}{joint}"
    for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky")
    for joint in (1, 2, 3, 4)
)
_ARM_NAMES = _both("Shoulder", "Elbow", "Hand", "HandRoot", *_FINGERS)
_LEG_NAMES = _both("Hip", "Knee", "Ankle", "BigToe", "SmallToe", "Heel")
_PLACED = ("Neck", "MidHip", *_HEAD_NAMES, *_ARM_NAMES, *_LEG_NAMES)
_ORDER = [_PLACED.index(name) for name in SIGNER.keypoints]


def _arms(
    body: Proportions, pose: Pose, head: Float[np.ndarray, "T 3"], fingers: bool
) -> Float[np.ndarray, "T 48 3"]:
    """Shoulders, elbows, wrists and hands in the chest's frame, from the collar."""
    wrists = clear(pose.hands[..., WRIST], head, body)
    shoulder = shoulder_places(wrists, body, pose.shrug, pose.shoulders)
    within = ease_reach(shoulder, unfold(wrists, shoulder, body), body.arm)
    ways = elbow_ways(within - shoulder, pose.hands[..., SWIVEL])
    elbow, wrist = two_bone_ik(shoulder, within, (body.upper_arm, body.forearm), ways, np.zeros(1))
    if fingers:
        turn, curl = pose.hands[..., TURN], pose.hands[..., CURL]
        hand = hand_points(shoulder, elbow, wrist, turn, curl, body.hand)
    else:
        hand = np.full((*wrist.shape[:-1], 1 + len(_FINGERS), 3), np.nan)
        hand[..., 0, :] = wrist
    arm = np.concatenate([np.stack([shoulder, elbow, wrist], 2), hand], 2)
    return (arm * _OWN_SIDE[:, None]).reshape(len(arm), len(_ARM_NAMES), 3)


def _head(
    body: Proportions, pose: Pose
) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 6 3"]]:
    """The joint on which the head turns and the points of the head, from the collar."""
    eye = _EYE * [body.face, body.head, body.head] + [0.0, 0.0, body.nose]
    ear = _EAR * [body.face, body.head, body.head]
    nose = np.array([0.0, body.nose_height, body.nose])
    points = np.stack([nose, _TOP * body.head, eye, ear, eye * _OWN_SIDE[1], ear * _OWN_SIDE[1]])
    neck = rotation_from_turn_nod_tilt(pose.neck)
    joint = neck @ np.array([0.0, body.neck, 0.0])
    return joint, rotate_points(neck @ rotation_from_turn_nod_tilt(pose.head), points) + joint[
        :, None
    ]


def _legs(body: Proportions, pose: Pose) -> Float[np.ndarray, "T 12 3"]:
    """Hips, knees, ankles and feet in the world."""
    left = rotation_from_turn_nod_tilt(pose.pelvis)[..., 0] * (body.hips / 2)
    hip = (pose.hips[:, None] + np.stack([left, -left], 1)) * _OWN_SIDE
    target = np.broadcast_to(pose.ankles, hip.shape)
    swivel = np.full(hip.shape[:2], _KNEES_OUT)
    knee, ankle = two_bone_ik(hip, target, (body.thigh, body.shank), _KNEES, swivel)
    out = rotation_from_turn_nod_tilt(np.array([_FEET_OUT, 0.0, 0.0]))
    foot = rotate_points(out, _FOOT * body.foot) - [0.0, body.foot_height, 0.0]
    leg = np.concatenate([np.stack([hip, knee, ankle], 2), ankle[:, :, None] + foot], 2)
    return (leg * _OWN_SIDE[:, None]).reshape(len(leg), len(_LEG_NAMES), 3)
