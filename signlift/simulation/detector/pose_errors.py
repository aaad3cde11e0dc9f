"""Errors that follow the pose, as those of a detector that smooths over time.

They stay while the person holds still, change as fast as the person moves, and come again with the
pose. Measured on MediaPipe's keypoints of rendered people, the error of a wrist changes eight times
as much from frame to frame in fast motion as at rest; that of its depth six times.
"""

from __future__ import annotations

import numpy as np

from signlift.core.skeleton import Skeleton
from signlift.simulation.detector.detection_difficulty import body_part
from signlift.utils.array_types import Float

#: Keypoints that make up the pose.
_POSE = ("LWrist", "RWrist", "LElbow", "RElbow", "Nose")

#: Range of the distance in torsos over which errors change.
_DISTANCE = (0.12, 0.4)

#: What the errors of an arm depend on: its own keypoints and those of the other arm; and what those
#: of other keypoints depend on.
_OWN, _OTHER, _ALL = 0.8, 0.15, 0.4


def follow_pose(
    rng: np.random.Generator,
    positions: Float[np.ndarray, "B T J 2"],
    skeleton: Skeleton,
    channels: int,
) -> Float[np.ndarray, "B T J C"]:
    """Draw errors of variance 1 that are functions of the pose of arms and head.

    They are waves in the space of poses.

    Parameters
    ----------
    rng
        The random generator.
    positions
        [B, T, J, 2], keypoints in torsos; NaN where missing.
    skeleton
        The skeleton of the keypoints.
    channels
        C, errors of each keypoint.

    Returns
    -------
    errors
        [B, T, J, C] float32.
    """
    B, T, J = positions.shape[:3]
    found = [(name, skeleton.find(name)) for name in _POSE]
    parts = [(name, number) for name, number in found if number is not None]
    centre = skeleton.point(positions, "Neck")[:, :, None]
    pose = positions[:, :, [number for _, number in parts]] - centre
    pose = np.nan_to_num(pose.reshape(B, T, 2 * len(parts)), copy=False)
    weights = np.empty((len(parts), J), np.float32)
    for row, (name, _) in enumerate(parts):
        for column, keypoint in enumerate(skeleton.keypoints):
            arm = body_part(keypoint) in ("Elbow", "Wrist") and name != "Nose"
            same = keypoint[0] == name[0]
            weights[row, column] = (_OWN if same else _OTHER) if arm else _ALL
    nearest, farthest = np.log(_DISTANCE).tolist()
    distance = np.exp(rng.uniform(nearest, farthest, (B, 1, 1, 1)))
    waves = rng.standard_normal((B, 2 * len(parts), J, channels)) / distance
    waves *= np.repeat(weights, 2, 0)[..., None]
    phase = pose @ waves.reshape(B, 2 * len(parts), channels * J).astype(np.float32)
    phase += rng.uniform(0, 2 * np.pi, (B, 1, channels * J)).astype(np.float32)
    out = np.cos(phase, out=phase).reshape(B, T, J, channels)
    out *= np.float32(np.sqrt(2))
    return out
