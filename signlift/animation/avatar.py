"""From keypoints with depth to an avatar's joint rotations: inverse kinematics.

Bones have one length for the whole recording. From the hips outwards every joint is turned so
that its bone points from where the avatar's joint is to the keypoint, so that what a bone is too
long or too short by is not handed on to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.animation.head import FACE, head_pose
from signlift.animation.limbs import LIMBS, limb_rotations, reach_elbow
from signlift.animation.motion_gaps import frames_back, held, returning
from signlift.animation.rest_pose import (
    COLLAR,
    centimetres,
    completed,
    measure,
    rest_joints,
)
from signlift.animation.trunk import LEFT, UP, trunk_pose
from signlift.core.bone_lengths import STATURE_FRACTIONS
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import PANOPTIC26, convert
from signlift.errors import InputError, problem
from signlift.geometry.interpolation import lerp, slerp, slerp_vectors
from signlift.geometry.joint_hierarchy import Motion
from signlift.geometry.rotations import continuous_euler_zxy, rotation_between, unit_vectors

#: From the camera frame (y down, z away) to the animation frame (y up, z towards the camera).
_FLIP = np.array([1.0, -1.0, -1.0])

#: Where elbows and knees bend to: out, down and back; ahead.
_ELBOW_OUT = {"Left": (0.4, -0.8, -0.4), "Right": (-0.4, -0.8, -0.4)}
_KNEE_OUT = (0.0, 0.0, 1.0)


@dataclass(frozen=True, eq=False)
class Avatar:
    """A recording as an avatar's motion.

    Attributes
    ----------
    motion
        Joints named as in HumanIK and Mixamo, in cm; x to the left of who faces the camera, y
        up, z to the camera.
    lengths
        The lengths of the body in cm by their names; what was not seen is as people are built.
    measured
        The names of the lengths that were seen.
    scale
        Centimetres in a unit of the recording.
    origin
        [3], the place of the animation's origin in the recording's camera frame and unit.
    """

    motion: Motion
    lengths: dict[str, float]
    measured: tuple[str, ...]
    scale: float
    origin: Float[np.ndarray, "3"]


def solve_avatar(
    recording: Recording, *, height: float | None = None, scale: float | None = None
) -> Avatar:
    """Turn a recording with depth into the motion of an avatar.

    Perspective is ignored: the picture and its depth are taken as an orthographic view, so that
    what is nearer to the camera is a little too large.

    Parameters
    ----------
    recording
        With depth, on any skeleton; what panoptic26 does not have is left out. Frames that are
        not evenly spaced are brought to an even rate, along straight lines.
    height
        The person's stature in cm, which tells the size.
    scale
        Centimetres in a unit of the recording, if that is known instead. Without either the unit
        is the recording's own, if that is cm or m, or else the torso is taken as 50 cm.

    Returns
    -------
    A motion without NaN. What is not seen (a limb, a head, a foot, the hips) stays as it last was
    against what it hangs on, until 0.3 s before it is seen again: then it sets out to where it
    will be. So does the whole body where there is nobody. Before they were ever seen arms hang
    down and legs stand straight. Where only an elbow or knee is missing, the limb reaches to where
    its end is, bent to the side to which it last was, and in the last 0.3 s turns to the one to
    which it will be. Hips that are never seen stand below the shoulders and follow their turn
    slowly. The root is at rest in depth, as depth is relative to it. The soles are at y = 0: of
    the lowest foot (but for a twentieth of the frames), or, when no foot is seen, of straight
    legs. x = 0 is the hips' median.

    Raises
    ------
    InputError
        No frame, no depth, shoulders and hips that are never seen, or a size that is none.
    """
    points, weights, fps = _checked(recording)
    raw = measure(points, weights)
    unit_cm = centimetres(raw, recording, height, scale)
    world = points * _FLIP * unit_cm
    lengths = completed({name: value * unit_cm for name, value in raw.items()})
    place = {name: world[:, n] for n, name in enumerate(PANOPTIC26.keypoints)}
    against, root = _turned(place, world, lengths, fps, recording.name)
    joints = rest_joints(lengths)
    origin = _origin(place, root, lengths)
    turned = np.empty((len(root), len(joints), 3, 3))
    for number, joint in enumerate(joints):
        if joint.end:
            turned[:, number] = np.eye(3)
            continue
        own = against[joint.name]
        parent = joints[joint.parent].name
        turned[:, number] = own if joint.parent < 0 else np.swapaxes(against[parent], 1, 2) @ own
    moving = [number for number, joint in enumerate(joints) if not joint.end]
    seen = ~np.isnan(points).all((1, 2))
    back = frames_back(fps)
    root = returning(root, seen, back, lerp)
    for number in moving:
        turned[:, number] = returning(turned[:, number], seen, back, slerp)
    angles = continuous_euler_zxy(turned[:, moving]).reshape(len(root), -1)
    values = np.concatenate([root - origin, angles], 1)
    motion = Motion(joints, values, fps, recording.name)
    return Avatar(motion, lengths, tuple(raw), unit_cm, origin * _FLIP / unit_cm)


def _checked(
    recording: Recording,
) -> tuple[Float[np.ndarray, "T 26 3"], Float[np.ndarray, "T 26"], float]:
    """Points on panoptic26, how much each counts, and the frame rate."""
    if len(recording) == 0:
        raise InputError(problem(recording.name, expected="a frame", found="none"))
    if recording.depth is None:
        raise InputError(problem(recording.name, expected="a recording with depth", found="none"))
    points = convert(recording.points.astype(np.float64), recording.skeleton, PANOPTIC26)
    confidence = recording.confidence
    if confidence is None:
        confidence = np.ones(recording.keypoints.shape[:2])
    weights = convert(
        np.nan_to_num(confidence, nan=0.0).astype(np.float64)[..., None],
        recording.skeleton,
        PANOPTIC26,
    )[..., 0]
    fps = recording.frame_rate or DEFAULT_FPS
    if recording.times is not None and len(recording) > 1:
        times = recording.times.astype(np.float64)
        points, weights = _even(points, times, fps), _even(weights[..., None], times, fps)[..., 0]
    return points, weights, fps


def _even(
    values: Float[np.ndarray, "T J C"], times: Float[np.ndarray, " T"], fps: float
) -> Float[np.ndarray, "S J C"]:
    """Values at even times, along the straight line from each frame to the next."""
    wanted = times[0] + np.arange(int((times[-1] - times[0]) * fps + 1e-6) + 1) / fps
    after = np.clip(np.searchsorted(times, wanted, "right"), 1, len(times) - 1)
    part = (wanted - times[after - 1]) / (times[after] - times[after - 1])
    part = np.clip(part, 0, 1)[:, None, None]
    between = values[after - 1] + part * (values[after] - values[after - 1])
    # A frame that is missing must not take its neighbour with it.
    between = np.where(part < 1e-6, values[after - 1], between)
    return np.where(part > 1 - 1e-6, values[after], between)


def _turned(
    place: dict[str, Float[np.ndarray, "T 3"]],
    world: Float[np.ndarray, "T 26 3"],
    lengths: dict[str, float],
    fps: float,
    name: str,
) -> tuple[dict[str, Float[np.ndarray, "T 3 3"]], Float[np.ndarray, "T 3"]]:
    """The rotation of each joint against the world, and where the hips are.

    Where a face is seen, it also sets the length of the neck, in place: the head tells it.
    """
    trunk = trunk_pose(place, lengths, fps, name)
    hips, neck, pelvis, chest = trunk.hips, trunk.neck, trunk.pelvis, trunk.chest
    turned = {"Hips": pelvis, "Spine": trunk.spine, "Spine1": chest}
    stature = lengths["torso"] / STATURE_FRACTIONS["torso"]
    face = world[:, [PANOPTIC26.index(one) for one in FACE]]
    back = frames_back(fps)
    head = head_pose(face, neck, chest, lengths, stature, back)
    distance = np.sqrt(((head.middle - neck) ** 2).sum(-1))
    if not np.isnan(distance).all():
        lengths["neck"] = float(np.nanmedian(distance))
    reach = np.where(np.isnan(head.middle), np.nan, unit_vectors(head.middle - neck))
    stalk = held(np.einsum("tji,tj->ti", chest, reach), UP, back, slerp_vectors)
    reach = np.einsum("tij,tj->ti", chest, stalk)
    turned["Neck"] = rotation_between(chest[..., 1], reach) @ chest
    turned["Head"] = head.rotation
    for limb in LIMBS:
        side = "Left" if limb.name.startswith("Left") else "Right"
        if limb.name.endswith("Arm"):
            collar, start = _collar(place, side, neck, chest, lengths, back)
            turned[f"{side}Shoulder"] = collar
            points = [place[side[0] + joint] for joint in ("Elbow", "Hand")]
            bones, base, bend = ("upper_arm", "forearm"), chest, _ELBOW_OUT[side]
        else:
            x = lengths["hips"] / 2 * (1 if side == "Left" else -1)
            start, base, bend = hips + x * pelvis[..., 0], pelvis, _KNEE_OUT
            points = [place[side[0] + joint] for joint in ("Knee", "Ankle")]
            bones = ("thigh", "shank")
        middle, end = (np.einsum("tji,tj->ti", base, point - start) for point in points)
        one, two = lengths[bones[0]], lengths[bones[1]]
        middle = reach_elbow(np.zeros_like(middle), middle, end, (one, two), bend, back)
        first = unit_vectors(middle)
        second = unit_vectors(end - one * first)
        upper, lower = limb_rotations(limb, first, second, fps)
        names = ("Arm", "ForeArm", "Hand") if bones[0] == "upper_arm" else ("UpLeg", "Leg")
        turned[side + names[0]], turned[side + names[1]] = base @ upper, base @ lower
        if bones[0] == "upper_arm":
            turned[f"{side}Hand"] = base @ lower
        else:
            foot = _foot(place, side, base @ lower, lengths, back)
            turned[f"{side}Foot"] = turned[f"{side}ToeBase"] = foot
    return turned, hips


def _collar(
    place: dict[str, Float[np.ndarray, "T 3"]],
    side: str,
    neck: Float[np.ndarray, "T 3"],
    chest: Float[np.ndarray, "T 3 3"],
    lengths: dict[str, float],
    back: int,
) -> tuple[Float[np.ndarray, "T 3 3"], Float[np.ndarray, "T 3"]]:
    """How a collar bone is turned, and where the shoulder at its end then is."""
    out = 1.0 if side == "Left" else -1.0
    base = neck + out * COLLAR * lengths["shoulders"] * chest[..., 0]
    way = unit_vectors(place[f"{side[0]}Shoulder"] - base)
    own = held(np.einsum("tji,tj->ti", chest, way), out * LEFT, back, slerp_vectors)
    turned = chest @ rotation_between(out * LEFT, own)
    length = (0.5 - COLLAR) * lengths["shoulders"]
    return turned, base + out * length * turned[..., 0]


def _foot(
    place: dict[str, Float[np.ndarray, "T 3"]],
    side: str,
    shank: Float[np.ndarray, "T 3 3"],
    lengths: dict[str, float],
    back: int,
) -> Float[np.ndarray, "T 3 3"]:
    """How a foot is turned: towards the toes, as a shank that swings there."""
    ankle = place[f"{side[0]}Ankle"]
    toes = [place[f"{side[0]}{toe}"] for toe in ("BigToe", "SmallToe")]
    both = (toes[0] + toes[1]) / 2
    for toe in toes:
        both = np.where(np.isnan(both), toe, both)
    rest = np.array([0.0, -lengths["foot_height"], lengths["foot"] + lengths["toes"]])
    rest /= np.linalg.norm(rest)
    own = held(
        np.einsum("tji,tj->ti", shank, unit_vectors(both - ankle)), rest, back, slerp_vectors
    )
    return shank @ rotation_between(rest, own)


def _origin(
    place: dict[str, Float[np.ndarray, "T 3"]],
    hips: Float[np.ndarray, "T 3"],
    lengths: dict[str, float],
) -> Float[np.ndarray, "3"]:
    """The place that becomes the origin: on the floor, below the hips' usual place."""
    heights = np.concatenate([place[f"{side}Ankle"][:, 1] for side in "LR"])
    heights = heights[~np.isnan(heights)]
    if len(heights):
        floor = np.quantile(heights, 0.05) - lengths["foot_height"]
    else:
        legs = lengths["thigh"] + lengths["shank"] + lengths["foot_height"]
        floor = np.median(hips[:, 1]) - legs
    return np.array([np.median(hips[:, 0]), floor, np.median(hips[:, 2])])
