"""Keypoints of a body in a given pose over time.

World frame: metres, y up, the floor at y = 0, the signer faces +z and has the left at +x.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from signlift.core.hands import FINGER_KEYPOINTS
from signlift.core.skeleton import PANOPTIC67, Skeleton
from signlift.geometry.euler_angles import rotation_from_turn_nod_tilt
from signlift.geometry.rotations import rotate_points
from signlift.geometry.two_bone_ik import ease_reach, two_bone_ik
from signlift.simulation.hands.hand_dimensions import (
    HandDimensions,
    average_hand,
)
from signlift.simulation.signer.anthropometry import BodyDimensions
from signlift.simulation.signer.arms import compute_elbow_directions, compute_shoulders
from signlift.simulation.signer.clearance import push_out_of_body, push_out_of_shoulders
from signlift.simulation.signer.hand import compute_hand_keypoints
from signlift.simulation.signer.hand_movements import JOINTS, SWIVEL, TURN, WRIST
from signlift.utils.array_types import Float

#: All keypoints of the signer. Other skeletons are converted from it by name.
SIGNER = Skeleton("signer", (*PANOPTIC67.keypoints, "Keypoint26"), PANOPTIC67.chains)

# Both sides are computed in their own coordinates, x outwards: the right side is mirrored.
_OWN_SIDE = np.array([[1.0, 1.0, 1.0], [-1.0, 1.0, 1.0]])
_KNEE_DIRECTION = np.array([0.0, 0.3, 1.0])
_KNEE_SWIVEL = -0.15
_FOOT_TURN = np.radians(8.0)

# Points of the head relative to the joint about which it rotates, for the left side: in faces (x)
# and in head lengths (y and z; z of the eyes relative to the nose).
_EYE, _EAR = np.array([0.21, 0.28, -0.135]), np.array([0.5, 0.19, 0.045])
_HEAD_TOP = np.array([0.0, 0.75, 0.12])
_HEAD_NAMES = ("Nose", "Keypoint26", "LEye", "LEar", "REye", "REar")

# Points of the foot on the floor, in foot lengths from the ankle.
_FOOT = np.array([[-0.06, 0.0, 0.74], [0.20, 0.0, 0.60], [0.0, 0.0, -0.24]])


@dataclass(frozen=True, eq=False)
class Pose:
    """Pose of a body over T frames.

    Angles are turn, nod and tilt in radians (see
    `signlift.geometry.euler_angles.rotation_from_turn_nod_tilt`).

    Parameters
    ----------
    hips
        [T, 3], MidHip in world metres.
    pelvis, chest
        [T, 3], angles relative to the world.
    neck, head
        [T, 3], angles of the neck relative to the chest, and of the head relative to the neck.
    hands
        [T, 2, VALUES], left and right (see `hand_movements.draw_hand_movements`).
    ankles
        [2, 3], ankles in world metres, in each side's own coordinates.
    shrug
        [T], rise of both shoulders in metres.
    shoulder_mobility
        Factor of the shoulders' motion with the hands, around 1.
    hand_dimensions
        Dimensions of both hands, in hand lengths.
    """

    hips: Float[np.ndarray, "T 3"]
    pelvis: Float[np.ndarray, "T 3"]
    chest: Float[np.ndarray, "T 3"]
    neck: Float[np.ndarray, "T 3"]
    head: Float[np.ndarray, "T 3"]
    hands: Float[np.ndarray, "T 2 C"]
    ankles: Float[np.ndarray, "2 3"]
    shrug: Float[np.ndarray, " T"]
    shoulder_mobility: float = 1.0
    hand_dimensions: HandDimensions = field(default_factory=average_hand)


def compute_keypoints(
    body: BodyDimensions, pose: Pose, *, fingers: bool = True
) -> Float[np.ndarray, "T 68 3"]:
    """Compute all keypoints of a body in a pose.

    Parameters
    ----------
    body
        The body dimensions.
    pose
        The pose over T frames.
    fingers
        Compute the fingers. Otherwise they are NaN, and the function takes a third less time.

    Returns
    -------
    points
        [T, 68, 3] of `SIGNER`, in world metres, without NaN except for the fingers. Neck is the
        middle of the shoulders. Bones have constant lengths, except for those that change with the
        shoulders and the neck: MidHip to Neck, Neck to shoulders and Neck to Nose.
    """
    chest = rotation_from_turn_nod_tilt(pose.chest)
    collar = pose.hips + chest @ np.array([0.0, body.trunk, 0.0])
    joint, head = _compute_head(body, pose)
    arms = rotate_points(chest, _compute_arms(body, pose, joint, fingers)) + collar[:, None]
    head = rotate_points(chest, head) + collar[:, None]
    legs = _compute_legs(body, pose)
    neck = (arms[:, 0] + arms[:, len(_ARM_NAMES) // 2]) / 2
    points = np.concatenate([neck[:, None], pose.hips[:, None], head, arms, legs], 1)
    return points[:, _ORDER]


def _both_sides(*names: str) -> tuple[str, ...]:
    return tuple(side + name for side in "LR" for name in names)


_ARM_NAMES = _both_sides("Shoulder", "Elbow", "Hand", "HandRoot", *FINGER_KEYPOINTS)
_LEG_NAMES = _both_sides("Hip", "Knee", "Ankle", "BigToe", "SmallToe", "Heel")
_COMPUTED = ("Neck", "MidHip", *_HEAD_NAMES, *_ARM_NAMES, *_LEG_NAMES)
_ORDER = [_COMPUTED.index(name) for name in SIGNER.keypoints]


def _compute_arms(
    body: BodyDimensions, pose: Pose, head: Float[np.ndarray, "T 3"], fingers: bool
) -> Float[np.ndarray, "T 48 3"]:
    """Compute shoulders, elbows, wrists and hands in the frame of the chest, from the collar."""
    wrists = push_out_of_body(pose.hands[..., WRIST], head, body)
    shoulder = compute_shoulders(wrists, body, pose.shrug, pose.shoulder_mobility)
    target = ease_reach(shoulder, push_out_of_shoulders(wrists, shoulder, body), body.arm)
    directions = compute_elbow_directions(target - shoulder, pose.hands[..., SWIVEL])
    lengths = (body.upper_arm, body.forearm)
    elbow, wrist = two_bone_ik(shoulder, target, lengths, directions, np.zeros(1))
    if fingers:
        turn, angles = pose.hands[..., TURN], pose.hands[..., JOINTS]
        angles = angles.reshape(*angles.shape[:-1], 5, 4)
        hand = compute_hand_keypoints(
            shoulder, elbow, wrist, turn, angles, body.hand, pose.hand_dimensions
        )
    else:
        hand = np.full((*wrist.shape[:-1], 1 + len(FINGER_KEYPOINTS), 3), np.nan)
        hand[..., 0, :] = wrist
    arm = np.concatenate([np.stack([shoulder, elbow, wrist], 2), hand], 2)
    return (arm * _OWN_SIDE[:, None]).reshape(len(arm), len(_ARM_NAMES), 3)


def _compute_head(
    body: BodyDimensions, pose: Pose
) -> tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 6 3"]]:
    """Compute the joint about which the head rotates and the points of the head, from the collar.

    Both are in the frame of the chest.
    """
    eye = _EYE * [body.face, body.head, body.head] + [0.0, 0.0, body.nose]
    ear = _EAR * [body.face, body.head, body.head]
    nose = np.array([0.0, body.nose_height, body.nose])
    top = _HEAD_TOP * body.head
    points = np.stack([nose, top, eye, ear, eye * _OWN_SIDE[1], ear * _OWN_SIDE[1]])
    neck = rotation_from_turn_nod_tilt(pose.neck)
    joint = neck @ np.array([0.0, body.neck, body.neck_forward])
    rotation = neck @ rotation_from_turn_nod_tilt(pose.head)
    return joint, rotate_points(rotation, points) + joint[:, None]


def _compute_legs(body: BodyDimensions, pose: Pose) -> Float[np.ndarray, "T 12 3"]:
    """Compute hips, knees, ankles and feet in the world frame."""
    left = rotation_from_turn_nod_tilt(pose.pelvis)[..., 0] * (body.hips / 2)
    hip = (pose.hips[:, None] + np.stack([left, -left], 1)) * _OWN_SIDE
    target = np.broadcast_to(pose.ankles, hip.shape)
    swivel = np.full(hip.shape[:2], _KNEE_SWIVEL)
    knee, ankle = two_bone_ik(hip, target, (body.thigh, body.shank), _KNEE_DIRECTION, swivel)
    outwards = rotation_from_turn_nod_tilt(np.array([_FOOT_TURN, 0.0, 0.0]))
    foot = rotate_points(outwards, _FOOT * body.foot) - [0.0, body.foot_height, 0.0]
    leg = np.concatenate([np.stack([hip, knee, ankle], 2), ankle[:, :, None] + foot], 2)
    return (leg * _OWN_SIDE[:, None]).reshape(len(leg), len(_LEG_NAMES), 3)
