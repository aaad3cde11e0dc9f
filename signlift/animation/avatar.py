"""Avatars from keypoints with depth: inverse kinematics of the whole body.

Bones have one length for the whole recording. From the hips outwards every joint is rotated so that
its bone points from the avatar's joint to the keypoint. An error in the length of a bone is
therefore not passed on to the next one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.animation.avatar_body import AvatarBody
from signlift.animation.face import place_head_keypoints, without_free_landmarks
from signlift.animation.gaps import Gaps
from signlift.animation.hand_points import take_hands
from signlift.animation.hand_shape import finger_offsets, measure_hands
from signlift.animation.hands import solve_hands
from signlift.animation.head import FACE_OFFSETS
from signlift.animation.joint_rotations import Positions, solve_rotations
from signlift.animation.joint_values import joint_values
from signlift.animation.motion_gaps import blend_frames
from signlift.animation.rest_pose import (
    apply_proportions,
    centimetres_per_unit,
    complete_lengths,
    measure_body,
    rest_joints,
)
from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import STATURE_FRACTIONS
from signlift.core.recording import DEFAULT_FPS, Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton
from signlift.core.skeleton_arrays import convert
from signlift.errors import InputError, problem
from signlift.geometry.interpolation import lerp
from signlift.geometry.joint_hierarchy import Motion
from signlift.utils.array_types import Float

#: From the camera frame (y down, z away) to the animation frame (y up, z towards the camera).
_CAMERA_TO_ANIMATION = np.array([1.0, -1.0, -1.0])


@dataclass(frozen=True, eq=False)
class Avatar:
    """A recording as the motion of an avatar.

    Attributes
    ----------
    motion
        Joints named as in HumanIK and Mixamo, in cm; x to the left of a person who faces the
        camera, y up, z to the camera.
    lengths
        The bone lengths in cm, by name. Lengths that were never observed follow from the others
        by average body proportions.
    measured
        The names of the lengths that were observed.
    scale
        Centimetres per unit of the recording.
    origin
        [3], the origin of the animation in the camera frame and the unit of the recording.
    """

    motion: Motion
    lengths: dict[str, float]
    measured: tuple[str, ...]
    scale: float
    origin: Float[np.ndarray, "3"]


def solve_avatar(
    recording: Recording,
    *,
    height: float | None = None,
    scale: float | None = None,
    proportions: BodyProportions | None = None,
) -> Avatar:
    """Compute the motion of an avatar from a recording with depth.

    Perspective is ignored: the image and its depth are taken as an orthographic projection, so
    that body parts nearer to the camera are slightly too large.

    Parameters
    ----------
    recording
        A recording with depth, on any skeleton. With hands the avatar has fingers. Frames that
        are not evenly spaced are resampled linearly.
    height
        The person's stature in cm, which determines the size, by the proportions that the depth is
        based on (`recording.proportions`), and else by those that are measured in the recording.
    scale
        Centimetres per unit of the recording, instead of the height. Without either the unit is
        the recording's own if that is cm or m; otherwise the torso is taken as 50 cm long.
    proportions
        Body proportions of the person, in any unit: the bones get these ratios. By default they
        are measured in the recording.

    Returns
    -------
    A motion without NaN. A part of the body that is missing (a limb, the head, a foot, the hips,
    or the whole body) keeps its last pose relative to its parent; in the last 0.3 s of the gap it
    blends to the next one. Before they are first observed, arms hang and legs stand straight.
    Before hands are first observed they are relaxed. Fingers keep within the limits of their
    joints. Where only an elbow or knee is missing, the limb reaches its observed end, bent to the
    same side as before. Hips that are never observed are below the shoulders, and follow their turn
    slowly. The root does not move in depth, as depth is relative to it. The soles are at y = 0:
    of the lowest foot (except for a twentieth of the frames), or, if no foot is observed, of
    straight legs. x = 0 is the median position of the hips.

    Raises
    ------
    InputError
        The recording has no frame or no depth, shoulders and hips are never observed, or a size
        is out of range.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> keypoints = np.full((10, 26, 2), np.nan)
    >>> for name, xy in {"MidHip": (0, 0), "LShoulder": (20, -50), "RShoulder": (-20, -50)}.items():
    ...     keypoints[:, sl.skeleton_parts[name]] = xy
    >>> recording = sl.Recording(keypoints, depth=np.zeros((10, 26)), fps=25, unit="cm")
    >>> avatar = sl.solve_avatar(recording)
    >>> avatar.lengths["shoulders"], avatar.motion.names[:3]
    (40.0, ('Hips', 'Spine', 'Spine1'))
    """
    return solve_with_body(recording, height=height, scale=scale, proportions=proportions)[0]


def solve_with_body(
    recording: Recording,
    *,
    height: float | None = None,
    scale: float | None = None,
    proportions: BodyProportions | None = None,
    body: AvatarBody | None = None,
    gaps: Gaps | None = None,
) -> tuple[Avatar, AvatarBody]:
    """Compute the motion of an avatar whose body may have been measured in other frames.

    Parameters
    ----------
    recording, height, scale, proportions
        As for `solve_avatar`.
    body
        The body; by default it is measured in the recording.
    gaps
        For frames that others follow: the state of those before. The motion holds the last
        frame then.

    Returns
    -------
    The avatar, and its body.

    Raises
    ------
    InputError
        As `solve_avatar`.
    """
    points, weights, skeleton, fps = _prepare(recording)
    last = None if gaps is None else 1
    gaps = Gaps(blend_frames(fps)) if gaps is None else gaps
    person = convert(points, skeleton, PANOPTIC26)
    if body is None:
        person_weights = convert(weights[..., None], skeleton, PANOPTIC26)[..., 0]
        bones = measure_body(person, person_weights)
        cm_per_unit, measured = centimetres_per_unit(bones, recording, height, scale), tuple(bones)
        bones = apply_proportions(bones, proportions)
        average = complete_lengths({name: length * cm_per_unit for name, length in bones.items()})
    else:
        cm_per_unit, measured, average = body.scale, body.measured, body.lengths
    lengths = dict(average)
    observed = ~np.isnan(person).all((1, 2))
    world = person * (_CAMERA_TO_ANIMATION * cm_per_unit)
    del person  # long recordings would need as much memory again
    keypoints = {name: world[:, number] for number, name in enumerate(PANOPTIC26.keypoints)}
    points *= _CAMERA_TO_ANIMATION * cm_per_unit
    stature = lengths["torso"] / STATURE_FRACTIONS["torso"]
    face, face_scale = place_head_keypoints(
        points, weights, skeleton, stature, None if body is None else body.face_scale
    )
    for number, name in enumerate(FACE_OFFSETS):
        placed = face[:, number]
        keypoints[name] = np.where(np.isnan(placed), keypoints[name], placed)
    middle = _median_x(keypoints["Neck"]) if body is None else body.middle
    hand_points = take_hands(points, weights, skeleton)
    del points, weights
    shape = measure_hands(hand_points, lengths["forearm"]) if body is None else body.hands
    hands = solve_hands(hand_points, shape, fps, gaps, () if body is None else body.twists)
    fingers = hand_points.fingers
    del hand_points
    rotations, hips, head = solve_rotations(
        keypoints, lengths, fps, gaps, recording.name, middle, hands.palms, body
    )
    origin = _find_origin(keypoints, hips, lengths) if body is None else body.origin
    if body is not None:
        neck = body.neck
    else:
        neck = None if np.isnan(head.middle).all() else lengths["neck"]
    if body is not None:
        joints = body.joints
    else:
        joints = rest_joints(lengths, finger_offsets(shape) if fingers else None)
    body = AvatarBody(
        cm_per_unit,
        average,
        measured,
        shape,
        hands.twists,
        head.shape,
        face_scale,
        neck,
        origin,
        middle,
        joints,
    )
    if fingers:
        lengths |= shape.lengths
        measured = (*measured, *shape.measured)
    del keypoints, world, face
    blends = gaps.find_blends(observed)
    if blends is not None:
        frames = blends.frames
        hips[frames] = lerp(hips[blends.held], hips[blends.next], blends.fractions)
    values = joint_values(joints, rotations, hands.angles, blends, last)
    values[:, :3] = hips[-len(values) :] - origin
    motion = Motion(joints, values, fps, recording.name)
    camera_origin = origin * _CAMERA_TO_ANIMATION / cm_per_unit
    return Avatar(motion, lengths, measured, cm_per_unit, camera_origin), body


def _prepare(
    recording: Recording,
) -> tuple[Float[np.ndarray, "T J 3"], Float[np.ndarray, "T J"], Skeleton, float]:
    """Return evenly spaced points, their weights, the skeleton of both, and the frame rate."""
    if len(recording) == 0:
        raise InputError(problem(recording.name, expected="at least one frame", found="none"))
    if recording.depth is None:
        found = "no depth"
        raise InputError(problem(recording.name, expected="a recording with depth", found=found))
    numbers, skeleton = without_free_landmarks(recording.skeleton)
    kept = slice(None) if len(numbers) == len(recording.skeleton) else numbers
    points = np.empty((len(recording), len(numbers), 3))
    points[..., :2], points[..., 2] = recording.keypoints[:, kept], recording.depth[:, kept]
    points[np.isnan(points).any(-1)] = np.nan
    weights = np.ones((*points.shape[:2], 1))
    if recording.confidence is not None:
        weights[..., 0] = recording.confidence[:, kept]
        weights[np.isnan(weights)] = 0.0
    fps = recording.frame_rate or DEFAULT_FPS
    if recording.times is not None and len(recording) > 1:
        times = recording.times.astype(np.float64)
        points, weights = _resample(points, times, fps), _resample(weights, times, fps)
    return points, weights[..., 0], skeleton, fps


def _resample(
    values: Float[np.ndarray, "T J C"], times: Float[np.ndarray, " T"], fps: float
) -> Float[np.ndarray, "S J C"]:
    """Interpolate values linearly at evenly spaced times."""
    even = times[0] + np.arange(int((times[-1] - times[0]) * fps + 1e-6) + 1) / fps
    after = np.clip(np.searchsorted(times, even, "right"), 1, len(times) - 1)
    fraction = (even - times[after - 1]) / (times[after] - times[after - 1])
    fraction = np.clip(fraction, 0, 1)[:, None, None]
    between = values[after - 1] + fraction * (values[after] - values[after - 1])
    # Times of frames take the value of the frame, so that a missing neighbour does not remove it.
    between = np.where(fraction < 1e-6, values[after - 1], between)
    return np.where(fraction > 1 - 1e-6, values[after], between)


def _median_x(points: Float[np.ndarray, "T 3"]) -> float:
    x = points[:, 0]
    x = x[~np.isnan(x)]
    return float(np.median(x)) if len(x) else float("nan")


def _find_origin(
    keypoints: Positions, hips: Float[np.ndarray, "T 3"], lengths: dict[str, float]
) -> Float[np.ndarray, "3"]:
    """Find the origin of the animation: on the floor, below the median position of the hips."""
    heights = np.concatenate([keypoints[f"{side}Ankle"][:, 1] for side in "LR"])
    heights = heights[~np.isnan(heights)]
    if len(heights):
        floor = np.quantile(heights, 0.05) - lengths["foot_height"]
    else:
        legs = lengths["thigh"] + lengths["shank"] + lengths["foot_height"]
        floor = np.median(hips[:, 1]) - legs
    return np.array([np.median(hips[:, 0]), floor, np.median(hips[:, 2])])
