"""Depth that a detector itself estimates, as MediaPipe's z of the body and of the hands.

It is evidence from the image with large errors. Measured on MediaPipe Holistic's z of people
rendered from motion capture, relative to the Neck (see `benchmarks.detector_statistics`), it is

- too large by a factor: 2.45 on average, standard deviation of its log over recordings 0.17,
- tilted: depth changes by 0.32 (standard deviation 0.17) of the distance downwards, and by 0.07
  (0.20) of the distance to the right; half of the first is the upright posture of those people,
- wrong by a constant of each keypoint, after that: wrists 0.36 torsos and elbows 0.15 too near the
  camera, ears 0.15 too far away,
- wrong in addition by slow errors that follow the pose, whose correlation is 0.9 from frame to
  frame at 30 per second: 0.05 torsos at the head, 0.12 at elbows, 0.18 at wrists. Errors of an
  elbow and its wrist correlate by 0.7, of both hips by 0.8, of the face by 0.65 to 0.99,
- behind the motion by about one frame.

The simulated detector is a distribution around these values. The depth of MediaPipe's hands is
relative to their wrist: `depth_errors.add_depth_errors` takes a table of their errors.
"""

from __future__ import annotations

import numpy as np

from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.simulation.detector.depth_errors import DepthErrors, DepthSettings, add_depth_errors
from signlift.simulation.detector.detection_difficulty import body_part, mixing_matrix
from signlift.simulation.detector.pose_errors import follow_pose
from signlift.utils.array_types import Float

__all__ = ["DepthSettings", "body_errors", "simulate_detector_depth"]

# Mean, standard deviation over recordings and over time of the error of the body, in torsos. In a
# recording, where poses are few, a third of the latter looks like an error of the recording.
_BODY_ERRORS = {
    "Nose": (0.03, 0.045, 0.068),
    "Eye": (-0.02, 0.04, 0.066),
    "Ear": (0.145, 0.045, 0.053),
    "Shoulder": (0.0, 0.03, 0.075),
    "Elbow": (-0.15, 0.06, 0.15),
    "Wrist": (-0.355, 0.08, 0.24),
    "Hip": (0.0, 0.065, 0.10),
    "Knee": (-0.28, 0.06, 0.13),
    "Ankle": (-0.11, 0.06, 0.13),
    "Heel": (-0.11, 0.10, 0.12),
}

# What errors have in common: keypoints, and the fraction of their standard deviation.
_HEAD = ("Nose", "LEye", "REye", "LEar", "REar")
_COMMON = (
    (_HEAD, 0.8),
    (("Nose", "LEye", "REye"), 0.97),
    (("LHip", "RHip"), 0.9),
    (("LElbow", "LWrist"), 0.82),
    (("RElbow", "RWrist"), 0.82),
)

#: Keypoints of which MediaPipe has no depth.
_WITHOUT_DEPTH = ("Keypoint26", "BigToe", "SmallToe")


def simulate_detector_depth(
    rng: np.random.Generator,
    depth: Float[np.ndarray, "B T J"],
    skeleton: str | Skeleton,
    fps: Float[np.ndarray, " B"] | float,
    scale: Float[np.ndarray, " B"] | float,
    settings: DepthSettings | None = None,
    keypoints: Float[np.ndarray, "B T J 2"] | None = None,
) -> Float[np.ndarray, "B T J"]:
    """Simulate the depth that a detector estimates for the body.

    Parameters
    ----------
    rng
        The random generator.
    depth
        [B, T, J], true depth in pixels, positive away from the camera, relative to any point; NaN
        where missing.
    skeleton
        The skeleton of the J keypoints, or its name.
    fps, scale
        Frames per second and the torso in pixels, [B] or one number for all.
    settings
        The distribution of the errors; None for the defaults of `DepthSettings`.
    keypoints
        [B, T, J, 2], the detections in pixels, y down. Depth is NaN where they are. None for depth
        of all keypoints without a tilt.

    Returns
    -------
    depth
        [B, T, J] float32 in pixels, relative to the Neck, the middle of the shoulders. NaN where
        the detector finds no keypoint, where a shoulder is missing, and in recordings whose
        detector estimates no depth.

    Examples
    --------
    >>> depth = np.zeros((2, 30, 17))
    >>> rng = np.random.default_rng(0)
    >>> simulate_detector_depth(rng, depth, "coco17", fps=30.0, scale=50.0).shape
    (2, 30, 17)
    """
    skeleton, settings = get_skeleton(skeleton), settings or DepthSettings()
    B = len(depth)
    out = np.full(depth.shape, np.nan, np.float32)
    rates, scales = (np.broadcast_to(np.asarray(value, np.float32), B) for value in (fps, scale))
    rows = np.flatnonzero(rng.random(B) < settings.probability)
    if not len(rows) or not depth.shape[1]:
        return out
    unit = scales[rows, None, None]
    true = depth[rows].astype(np.float32) / unit
    positions = None if keypoints is None else keypoints[rows].astype(np.float32) / unit[..., None]
    following = None
    if positions is not None:
        following = follow_pose(rng, positions, skeleton, 1)[..., 0]
    values = add_depth_errors(
        rng,
        true,
        body_errors(skeleton),
        rates[rows],
        settings,
        _relative(positions, skeleton),
        following,
    )
    _derive(values, skeleton)
    values -= skeleton.point(values[..., None], "Neck")
    if positions is not None:
        values[np.isnan(positions).any(-1)] = np.nan
        values[np.isnan(skeleton.point(positions, "Neck")).any(-1)] = np.nan
    lacking = [body_part(name) in _WITHOUT_DEPTH for name in skeleton.keypoints]
    values[..., np.array(lacking, bool)] = np.nan
    out[rows] = values * unit
    return out


def body_errors(skeleton: Skeleton) -> DepthErrors:
    """Return the errors of MediaPipe's depth of the body, in torsos."""
    default = _BODY_ERRORS["Ankle"]
    rows = []
    for name in skeleton.keypoints:
        part = body_part(name)
        middle = {"Neck": "Shoulder", "MidHip": "Hip"}.get(part, part)
        rows.append(_BODY_ERRORS.get(middle, default))
    mean, offset, slow = np.array(rows).reshape(-1, 3).T
    return DepthErrors(mean, offset, slow, mixing_matrix(skeleton, _COMMON))


def _relative(
    positions: Float[np.ndarray, "B T J 2"] | None, skeleton: Skeleton
) -> Float[np.ndarray, "B T J 2"] | None:
    """Return positions relative to the Neck."""
    if positions is None:
        return None
    return positions - skeleton.point(positions, "Neck")[:, :, None]


def _derive(values: Float[np.ndarray, "B T J"], skeleton: Skeleton) -> None:
    """Set Neck and MidHip to the middles of shoulders and hips, in place."""
    for name in ("Neck", "MidHip"):
        number, ends = skeleton.find(name), skeleton.find_ends(name)
        if number is not None and ends is not None:
            values[..., number] = (values[..., ends[0]] + values[..., ends[1]]) / 2
