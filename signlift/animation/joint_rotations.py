"""Rotations of the joints of an avatar, from the trunk outwards to the limbs."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.animation.avatar_body import AvatarBody
from signlift.animation.head import FACE_OFFSETS, Head, solve_head
from signlift.animation.limbs import LIMBS, Limb, complete_middle_joint, solve_limb
from signlift.animation.motion_gaps import blend_frames, hold_last_value
from signlift.animation.rest_pose import COLLAR_FRACTION
from signlift.animation.trunk import LEFT, UP, Trunk, solve_trunk
from signlift.animation.wrists import solve_wrist
from signlift.core.bone_lengths import STATURE_FRACTIONS
from signlift.geometry.interpolation import slerp_vectors
from signlift.geometry.rotations import rotation_between, unit_vectors

#: The natural bends of elbows (outwards, down and back) and knees (forward).
_ELBOW_BENDS = {"Left": (0.4, -0.8, -0.4), "Right": (-0.4, -0.8, -0.4)}
_KNEE_BEND = (0.0, 0.0, 1.0)

#: Positions [T, 3] by keypoint, and rotations [T, 3, 3] by joint.
Positions = dict[str, Float[np.ndarray, "T 3"]]
Rotations = dict[str, Float[np.ndarray, "T 3 3"]]


def solve_rotations(
    keypoints: Positions,
    lengths: dict[str, float],
    fps: float,
    name: str,
    palms: Rotations | None = None,
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
    fps
        Frames per second.
    name
        The name of the recording, for messages.
    palms
        The rotations [T, 3, 3] of the palms, for Left and Right; NaN where they are unknown.
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
    trunk = solve_trunk(keypoints, lengths, fps, name)
    rotations = {"Hips": trunk.pelvis, "Spine": trunk.spine, "Spine1": trunk.chest}
    neck_and_head, head = _solve_neck_and_head(keypoints, trunk, lengths, blend_frames(fps), body)
    rotations |= neck_and_head
    for limb in LIMBS:
        solve = _solve_arm if limb.name.endswith("Arm") else _solve_leg
        rotations |= solve(limb, keypoints, trunk, lengths, fps)
    for side, palm in (palms or {}).items():
        forearm, hand = solve_wrist(rotations[f"{side}ForeArm"], palm, blend_frames(fps))
        rotations |= {f"{side}ForeArm": forearm, f"{side}Hand": hand}
    return rotations, trunk.hips, head


def _solve_neck_and_head(
    keypoints: Positions,
    trunk: Trunk,
    lengths: dict[str, float],
    blend: int,
    body: AvatarBody | None,
) -> tuple[Rotations, Head]:
    neck, chest = trunk.neck, trunk.chest
    stature = lengths["torso"] / STATURE_FRACTIONS["torso"]
    face = np.stack([keypoints[keypoint] for keypoint in FACE_OFFSETS], 1)
    shape = None if body is None else body.face
    head = solve_head(face, neck, chest, lengths, stature, blend, shape)
    distance = np.sqrt(((head.middle - neck) ** 2).sum(-1))
    if body is not None and body.neck is not None:
        lengths["neck"] = body.neck
    elif not np.isnan(distance).all():
        lengths["neck"] = float(np.nanmedian(distance))
    direction = np.where(np.isnan(head.middle), np.nan, unit_vectors(head.middle - neck))
    local = hold_last_value(np.einsum("tji,tj->ti", chest, direction), UP, blend, slerp_vectors)
    direction = np.einsum("tij,tj->ti", chest, local)
    rotations = {
        "Neck": rotation_between(chest[..., 1], direction) @ chest,
        "Head": head.rotation,
    }
    return rotations, head


def _solve_arm(
    limb: Limb, keypoints: Positions, trunk: Trunk, lengths: dict[str, float], fps: float
) -> Rotations:
    side = "Left" if limb.name.startswith("Left") else "Right"
    collar, start = _solve_collar(keypoints, side, trunk, lengths, blend_frames(fps))
    joints = (keypoints[f"{side[0]}Elbow"], keypoints[f"{side[0]}Hand"])
    bones = (lengths["upper_arm"], lengths["forearm"])
    upper, lower = _solve_bones(limb, trunk.chest, start, joints, bones, _ELBOW_BENDS[side], fps)
    return {
        f"{side}Shoulder": collar,
        f"{side}Arm": upper,
        f"{side}ForeArm": lower,
        f"{side}Hand": lower,
    }


def _solve_leg(
    limb: Limb, keypoints: Positions, trunk: Trunk, lengths: dict[str, float], fps: float
) -> Rotations:
    side = "Left" if limb.name.startswith("Left") else "Right"
    x = lengths["hips"] / 2 * (1 if side == "Left" else -1)
    start = trunk.hips + x * trunk.pelvis[..., 0]
    joints = (keypoints[f"{side[0]}Knee"], keypoints[f"{side[0]}Ankle"])
    bones = (lengths["thigh"], lengths["shank"])
    upper, lower = _solve_bones(limb, trunk.pelvis, start, joints, bones, _KNEE_BEND, fps)
    foot = _solve_foot(keypoints, side, lower, lengths, blend_frames(fps))
    return {f"{side}UpLeg": upper, f"{side}Leg": lower, f"{side}Foot": foot, f"{side}ToeBase": foot}


def _solve_bones(
    limb: Limb,
    parent: Float[np.ndarray, "T 3 3"],
    start: Float[np.ndarray, "T 3"],
    joints: tuple[Float[np.ndarray, "T 3"], Float[np.ndarray, "T 3"]],
    lengths: tuple[float, float],
    natural_bend: tuple[float, float, float],
    fps: float,
) -> tuple[Float[np.ndarray, "T 3 3"], Float[np.ndarray, "T 3 3"]]:
    """Compute the rotations of a limb's bones in the world, from its middle and end joints."""
    middle, end = (np.einsum("tji,tj->ti", parent, joint - start) for joint in joints)
    middle = complete_middle_joint(
        np.zeros_like(middle), middle, end, lengths, natural_bend, blend_frames(fps)
    )
    first = unit_vectors(middle)
    second = unit_vectors(end - lengths[0] * first)
    upper, lower = solve_limb(limb, first, second, fps)
    return parent @ upper, parent @ lower


def _solve_collar(
    keypoints: Positions, side: str, trunk: Trunk, lengths: dict[str, float], blend: int
) -> tuple[Float[np.ndarray, "T 3 3"], Float[np.ndarray, "T 3"]]:
    """Compute the rotation of a collar bone, and the position of the shoulder at its end."""
    outwards = 1.0 if side == "Left" else -1.0
    chest = trunk.chest
    start = trunk.neck + outwards * COLLAR_FRACTION * lengths["shoulders"] * chest[..., 0]
    direction = unit_vectors(keypoints[f"{side[0]}Shoulder"] - start)
    local = np.einsum("tji,tj->ti", chest, direction)
    local = hold_last_value(local, outwards * LEFT, blend, slerp_vectors)
    rotation = chest @ rotation_between(outwards * LEFT, local)
    length = (0.5 - COLLAR_FRACTION) * lengths["shoulders"]
    return rotation, start + outwards * length * rotation[..., 0]


def _solve_foot(
    keypoints: Positions,
    side: str,
    shank: Float[np.ndarray, "T 3 3"],
    lengths: dict[str, float],
    blend: int,
) -> Float[np.ndarray, "T 3 3"]:
    """Compute the rotation of a foot: the shank, turned by the smallest rotation to the toes."""
    ankle = keypoints[f"{side[0]}Ankle"]
    toes = [keypoints[f"{side[0]}{toe}"] for toe in ("BigToe", "SmallToe")]
    middle = (toes[0] + toes[1]) / 2
    for toe in toes:
        middle = np.where(np.isnan(middle), toe, middle)
    rest = np.array([0.0, -lengths["foot_height"], lengths["foot"] + lengths["toes"]])
    rest /= np.linalg.norm(rest)
    local = np.einsum("tji,tj->ti", shank, unit_vectors(middle - ankle))
    local = hold_last_value(local, rest, blend, slerp_vectors)
    return shank @ rotation_between(rest, local)
