"""Depth of landmarks without a place on the canonical face: where they are seen on its surface."""

from __future__ import annotations

import numpy as np

from signlift.core.face.face_surface import FREE_DEVIATION, MISSING_DEPTH, MISSING_DEVIATION
from signlift.lifting.face.head_pose import HeadPose
from signlift.lifting.face.head_surface import head_surface, intersect
from signlift.utils.array_types import Float


def lift_free(
    keypoints: Float[np.ndarray, "T F 2"],
    pose: HeadPose,
    guess: Float[np.ndarray, "T F"] | None,
) -> tuple[Float[np.ndarray, "T F"], Float[np.ndarray, "T F"]]:
    """Return the depth of the surface at landmarks, and its deviation in millimetres.

    Where a line of sight grazes the surface, the deviation is larger; where it misses it, that of
    a missing landmark.
    """
    scale = pose.scale[:, None]
    unit = 1 / np.where(scale > 0, scale, np.nan)
    sights = (keypoints - pose.position[:, None, :2]) * unit[..., None]
    missing = np.isnan(sights[..., 0])
    sights = np.where(missing[..., None], 0, sights)
    if guess is not None:
        guess = (guess - pose.position[:, 2, None]) * unit
    depth, steepness = intersect(head_surface(), pose.rotation, sights, guess)
    deviation = FREE_DEVIATION / np.maximum(steepness, FREE_DEVIATION / MISSING_DEVIATION)
    face = MISSING_DEPTH * pose.rotation[:, 2, 2, None]
    depth = pose.position[:, 2, None] + scale * np.where(missing, face, depth)
    return depth, np.where(missing, MISSING_DEVIATION, deviation)
