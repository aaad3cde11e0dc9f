"""Rotations of the joints of an avatar, from the trunk outwards to the limbs."""

from __future__ import annotations

import numpy as np

from signlift.animation.avatar_body import AvatarBody
from signlift.animation.gaps import Gaps
from signlift.animation.head import FACE_OFFSETS, Head, solve_head
from signlift.animation.limbs import LIMBS, complete_middle_joint, solve_limbs
from signlift.animation.motion_gaps import hold_last_value
from signlift.animation.rest_pose import COLLAR_FRACTION
from signlift.animation.trunk import LEFT, UP, Trunk, solve_trunk
from signlift.animation.wrists import solve_wrists
from signlift.core.bone_lengths import STATURE_FRACTIONS
from signlift.geometry.interpolation import slerp_vectors
from signlift.geometry.rotations import rotation_between, unit_vectors
from signlift.utils.array_types import Float

_SIDES = ("Left", "Right")

#: [2, 1], the signs of x of the left and of the right side.
_OUTWARDS = np.array([[1.0], [-1.0]])

#: The lengths of the two bones of each limb, in the order of `LIMBS`.
_BONES = (("upper_arm", "forearm"),) * 2 + (("thigh", "shank"),) * 2

#: The natural bends of elbows (outwards, down and back) and knees (forward), likewise.
_BENDS = ((0.4, -0.8, -0.4), (-0.4, -0.8, -0.4), (0.0, 0.0, 1.0), (0.0, 0.0, 1.0))

#: Positions [T, 3] by keypoint, and rotations [T, 3, 3] by joint.
Positions = dict[str, Float[np.ndarray, "T 3"]]
Rotations = dict[str, Float[np.ndarray, "T 3 3"]]


def solve_rotations(
    keypoints: Positions,
    lengths: dict[str, float],
    fps: float,
    gaps: Gaps,
    name: str,
    middle: float,
    palms: Float[np.ndarray, "T 2 3 3"] | None = None,
    body: AvatarBody | None = None,
) -> tuple[Rotations, Float[np.ndarray, "T 3"], Head]:
    """Compute the rotation of each joint in the animation frame, and the position of the hips.

    Parameters
    ----------
    keypoints
        [T, 3] for each keypoint of panoptic26, in cm; NaN where missing.
    lengths
        All bone lengths in cm. If the face is observed, the length of the `neck` is replaced in
        place by the measured one.
    fps, gaps
        Frames per second, and how gaps are filled.
    name
        The name of the recording, for messages.
    middle
        The median x of the Neck; NaN if it was never observed.
    palms
        [T, 2, 3, 3], the rotations of the left and the right palm; NaN where they are unknown.
    body
        The face and the neck, if they were measured in other frames.

    Returns
    -------
    The rotations [T, 3, 3] by joint, without those of the fingers, the hips [T, 3], and the head.

    Raises
    ------
    InputError
        Shoulders and hips are never observed.
    """
    trunk = solve_trunk(keypoints, lengths, fps, gaps, name, middle)
    rotations = {"Hips": trunk.pelvis, "Spine": trunk.spine, "Spine1": trunk.chest}
    neck_and_head, head = _solve_neck_and_head(keypoints, trunk, lengths, gaps, body)
    collars, shoulders = _solve_collars(keypoints, trunk, lengths, gaps)
    hips = trunk.hips[:, None] + lengths["hips"] / 2 * _OUTWARDS * trunk.pelvis[:, None, :, 0]
    starts = np.concatenate([shoulders, hips], 1)
    upper, lower = _solve_bones(keypoints, trunk, starts, lengths, fps, gaps)
    feet = _solve_feet(keypoints, lower[:, 2:], lengths, gaps)
    hands = forearms = lower[:, :2]
    if palms is not None:
        forearms, hands = solve_wrists(forearms, palms, gaps)
    parts = {
        "Shoulder": collars,
        "Arm": upper[:, :2],
        "ForeArm": forearms,
        "Hand": hands,
        "UpLeg": upper[:, 2:],
        "Leg": lower[:, 2:],
        "Foot": feet,
        "ToeBase": feet,
    }
    for number, side in enumerate(_SIDES):
        rotations |= {f"{side}{part}": both[:, number] for part, both in parts.items()}
    return rotations | neck_and_head, trunk.hips, head


def _solve_neck_and_head(
    keypoints: Positions,
    trunk: Trunk,
    lengths: dict[str, float],
    gaps: Gaps,
    body: AvatarBody | None,
) -> tuple[Rotations, Head]:
    neck, chest = trunk.neck, trunk.chest
    stature = lengths["torso"] / STATURE_FRACTIONS["torso"]
    face = np.stack([keypoints[keypoint] for keypoint in FACE_OFFSETS], 1)
    shape = None if body is None else body.face
    head = solve_head(face, neck, chest, lengths, stature, gaps, shape)
    distance = np.sqrt(((head.middle - neck) ** 2).sum(-1))
    if body is not None and body.neck is not None:
        lengths["neck"] = body.neck
    elif not np.isnan(distance).all():
        lengths["neck"] = float(np.nanmedian(distance))
    direction = np.where(np.isnan(head.middle), np.nan, unit_vectors(head.middle - neck))
    local = gaps.hold("neck to head", np.einsum("tji,tj->ti", chest, direction), UP, slerp_vectors)
    direction = np.einsum("tij,tj->ti", chest, local)
    rotations = {
        "Neck": rotation_between(chest[..., 1], direction) @ chest,
        "Head": head.rotation,
    }
    return rotations, head


def _solve_bones(
    keypoints: Positions,
    trunk: Trunk,
    starts: Float[np.ndarray, "T 4 3"],
    lengths: dict[str, float],
    fps: float,
    gaps: Gaps,
) -> tuple[Float[np.ndarray, "T 4 3 3"], Float[np.ndarray, "T 4 3 3"]]:
    """Compute the rotations of the bones of all limbs in the world (see `LIMBS`)."""
    parents = np.stack([trunk.chest, trunk.chest, trunk.pelvis, trunk.pelvis], 1)
    middle, end = (
        (_stack_sides(keypoints, *joints) - starts)[..., None, :] @ parents
        for joints in (("Elbow", "Knee"), ("Hand", "Ankle"))
    )
    middle, end = middle[..., 0, :], end[..., 0, :]
    bones = np.array([[lengths[bone] for bone in bones] for bones in _BONES])
    unknown = np.full((4, 6), np.nan)
    before = gaps.recall("joints of limbs", unknown)
    if np.isnan(middle).any():
        if gaps.is_live:  # bends are carried on from the last joints before these frames
            middle = np.concatenate([before[None, :, :3], middle])
            end = np.concatenate([before[None, :, 3:], end])
        still = np.zeros((len(middle), 3))
        for number, bend in enumerate(_BENDS):
            pair = (float(bones[number, 0]), float(bones[number, 1]))
            middle[:, number] = complete_middle_joint(
                still, middle[:, number], end[:, number], pair, bend, gaps
            )
        middle, end = middle[-len(starts) :], end[-len(starts) :]
    if gaps.is_live:
        joints = np.concatenate([middle, end], -1)
        gaps.keep("joints of limbs", hold_last_value(joints, before, parts=True)[-1])
    first = unit_vectors(middle)
    second = unit_vectors(end - bones[:, :1] * first)
    upper, lower = solve_limbs(LIMBS, first, second, fps, gaps)
    return parents @ upper, parents @ lower


def _stack_sides(keypoints: Positions, *names: str) -> Float[np.ndarray, "T N 3"]:
    """Stack keypoints of both sides: the left and the right one of each name."""
    return np.stack([keypoints[side[0] + name] for name in names for side in _SIDES], 1)


def _solve_collars(
    keypoints: Positions, trunk: Trunk, lengths: dict[str, float], gaps: Gaps
) -> tuple[Float[np.ndarray, "T 2 3 3"], Float[np.ndarray, "T 2 3"]]:
    """Compute the rotations of both collar bones, and the positions of the shoulders."""
    chest, outwards = trunk.chest[:, None], _OUTWARDS * LEFT
    distance = COLLAR_FRACTION * lengths["shoulders"] * _OUTWARDS
    start = trunk.neck[:, None] + distance * chest[..., 0]
    direction = unit_vectors(_stack_sides(keypoints, "Shoulder") - start)
    local = (direction[..., None, :] @ chest)[..., 0, :]
    local = gaps.hold("collars", local, outwards, slerp_vectors, parts=True)
    rotation = chest @ rotation_between(outwards, local)
    length = (0.5 - COLLAR_FRACTION) * lengths["shoulders"] * _OUTWARDS
    return rotation, start + length * rotation[..., 0]


def _solve_feet(
    keypoints: Positions,
    shanks: Float[np.ndarray, "T 2 3 3"],
    lengths: dict[str, float],
    gaps: Gaps,
) -> Float[np.ndarray, "T 2 3 3"]:
    """Compute the rotations of both feet: shanks, turned by the smallest rotation to the toes."""
    toes = _stack_sides(keypoints, "BigToe"), _stack_sides(keypoints, "SmallToe")
    middle = (toes[0] + toes[1]) / 2
    for toe in toes:
        middle = np.where(np.isnan(middle), toe, middle)
    rest = np.array([0.0, -lengths["foot_height"], lengths["foot"] + lengths["toes"]])
    rest /= np.linalg.norm(rest)
    direction = unit_vectors(middle - _stack_sides(keypoints, "Ankle"))
    local = (direction[..., None, :] @ shanks)[..., 0, :]
    local = gaps.hold("feet", local, rest, slerp_vectors, parts=True)
    return shanks @ rotation_between(rest, local)
