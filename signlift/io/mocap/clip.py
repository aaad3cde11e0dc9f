"""A piece of motion capture, and its view from the front."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, Skeleton
from signlift.core.skeleton_arrays import convert, subtract_root_depth
from signlift.io.mocap.hand_joints import HAND_KEYPOINTS, WHOLE
from signlift.utils.array_types import Float


@dataclass(frozen=True, eq=False)
class Clip:
    """Keypoints of one piece of motion capture.

    Parameters
    ----------
    name
        Name of the file, and of the array in it.
    points
        [T, 26, 3] float32 on panoptic26: centimetres, y up, NaN for missing keypoints.
    fps
        Frames per second, or None where unknown.
    rig
        Name of the rig of the joints.
    unit
        Centimetres in the file's unit.
    up
        Axis of the file that points up.
    mirrored
        The file has left-handed axes, and the clip was mirrored.
    hands
        [T, 42, 3], the keypoints of both hands as in `points`, in the order of panoptic67 (right
        hand first); None where the motion capture has no fingers.
    """

    name: str
    points: Float[np.ndarray, "T 26 3"]
    fps: float | None
    rig: str
    unit: float
    up: str
    mirrored: bool = False
    hands: Float[np.ndarray, "T 42 3"] | None = None

    def points_on(self, skeleton: Skeleton) -> Float[np.ndarray, "T K 3"]:
        """Return the keypoints on another skeleton, [T, K, 3], NaN where missing.

        `WHOLE` holds all of them.
        """
        if skeleton == PANOPTIC26:
            return self.points
        whole = convert(self.points, PANOPTIC26, WHOLE)
        if self.hands is not None:
            whole[:, [WHOLE.index(name) for name in HAND_KEYPOINTS]] = self.hands
        return convert(whole, WHOLE, skeleton)


def view_from_front(clip: Clip, skeleton: Skeleton | None = None) -> Recording:
    """Project a clip orthographically along -z, in centimetres.

    A person who faces +z faces the camera. Depth is relative to MidHip.

    Parameters
    ----------
    clip
        The clip.
    skeleton
        Skeleton to convert it to; panoptic26 by default.
    """
    skeleton = skeleton or PANOPTIC26
    fingers = clip.hands is not None and any(skeleton.has(name) for name in HAND_KEYPOINTS)
    whole = WHOLE if fingers else PANOPTIC26
    points = clip.points_on(whole) * np.array([1, -1, -1], np.float32)
    recording = Recording(
        points[..., :2],
        whole,
        depth=subtract_root_depth(points[..., 2], whole),
        fps=clip.fps,
        name=clip.name,
        unit="cm",
        notes=(f"motion capture, rig {clip.rig}, a unit is {clip.unit:g} cm, {clip.up} is up",),
    )
    return recording if skeleton == whole else recording.convert(skeleton)
