"""Points of a drawn body: its keypoints, and the points that drawings derive from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Bool, Float
from signlift.visualization.body.head_shape import HeadShape, fit_head_shape

#: Points that stand for another one where it is missing: a hip for the middle of the hips, a wrist
#: for the root of the hand.
_SUBSTITUTES = {
    "+LHip": ("LHip", "MidHip"),
    "+RHip": ("RHip", "MidHip"),
    "+LWrist": ("LWrist", "LHandRoot"),
    "+RWrist": ("RWrist", "RHandRoot"),
}

#: Ends of the names of keypoints that are drawn only where a recording shows the legs: of people
#: from the waist up they are guesses.
_LEGS = ("Knee", "Ankle", "Heel", "BigToe", "SmallToe", "FootIndex")
_MIN_DETECTED = 0.02

#: Names of the derived points, in order after the keypoints.
DERIVED_NAMES = ("+Neck", "+MidHip", *_SUBSTITUTES, "+Head")


def point_names(skeleton: Skeleton) -> tuple[str, ...]:
    """Name the points of a drawn body: the keypoints, then the derived ones.

    Keypoints of the wrist are LWrist and RWrist in all skeletons.
    """
    return (*(skeleton.keypoints), *DERIVED_NAMES)


@dataclass(frozen=True, eq=False)
class DrawnPoints:
    """Points of a body over a whole recording.

    Attributes
    ----------
    points
        [T, N, 3] in the camera frame, named by `point_names`; NaN where missing.
    detected
        [T, N], False for points that were completed.
    uncertainty
        [T, N], of the depth; NaN where unknown.
    head
        The shape of the head.
    """

    points: Float[np.ndarray, "T N 3"]
    detected: Bool[np.ndarray, "T N"]
    uncertainty: Float[np.ndarray, "T N"]
    head: HeadShape


def derive_points(body: Recording, unit: float) -> DrawnPoints:
    """Derive the points of a drawing from a recording with depth.

    Parameters
    ----------
    body
        A recording with depth. Its keypoints with a confidence of 0 were completed.
    unit
        Length of a centimetre of the person in the unit of the recording.

    Returns
    -------
    The points. A derived point of two keypoints is detected where both are.
    """
    skeleton, points = body.skeleton, body.points
    T = len(body)
    depth_uncertainty = body.depth_uncertainty
    if depth_uncertainty is None:
        depth_uncertainty = np.full(points.shape[:2], np.nan, np.float32)
    seldom = body.detected.mean(0) < _MIN_DETECTED if T else np.zeros(len(skeleton), bool)
    hidden = seldom & np.array([name.endswith(_LEGS) for name in skeleton.keypoints], bool)
    points = np.where(hidden[:, None], np.nan, points)
    # Where the detector found a point, how certain its depth is, and whether it was detected go
    # the same ways.
    values = np.concatenate(
        [points, body.detected[..., None].astype(np.float32), depth_uncertainty[..., None]], -1
    )
    values[np.isnan(points[..., 0])] = np.nan
    head = fit_head_shape(points, body.detected, skeleton, unit)
    missing = np.full((T, 5), np.nan, np.float32)

    def select(name: str) -> Float[np.ndarray, "T 5"]:
        return skeleton.point(values, name) if skeleton.has(name) else missing

    derived = [select("Neck"), select("MidHip")]
    for first, second in _SUBSTITUTES.values():
        chosen, other = select(first), select(second)
        derived.append(np.where(np.isnan(chosen[:, :1]), other, chosen))
    derived.append(
        np.concatenate([head.base, head.detected[:, None], head.uncertainty(values[..., 4])], 1)
    )
    everything = np.concatenate([values, np.stack(derived, 1)], 1)
    return DrawnPoints(everything[..., :3], everything[..., 3] > 0.9, everything[..., 4], head)
