"""Body lengths: the bone lengths by which a signer's depth is found, and what they are called."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.skeleton import Skeleton

#: The lengths of a body that the lifter goes by: each is between two keypoints, and those with a
#: left and a right side are the mean of both.
LENGTHS: dict[str, tuple[tuple[str, str], ...]] = {
    "torso": (("MidHip", "Neck"),),
    "shoulders": (("LShoulder", "RShoulder"),),
    "upper_arm": (("LShoulder", "LElbow"), ("RShoulder", "RElbow")),
    "forearm": (("LElbow", "LHand"), ("RElbow", "RHand")),
    "neck_nose": (("Neck", "Nose"),),
    "hips": (("LHip", "RHip"),),
    "thigh": (("LHip", "LKnee"), ("RHip", "RKnee")),
    "shank": (("LKnee", "LAnkle"), ("RKnee", "RAnkle")),
}


def bone_lengths(
    points: Float[np.ndarray, "*lanes T J 3"], skeleton: Skeleton
) -> Float[np.ndarray, "*lanes L"]:
    """The lengths of a body from its motion.

    Parameters
    ----------
    points
        [..., T, J, 3] in any unit; NaN where unknown.
    skeleton
        What the J keypoints are.

    Returns
    -------
    [..., L] in the order of `LENGTHS`, the median over the frames, in the unit of the points;
    NaN for a length whose ends are never known together.
    """
    out = np.full((*points.shape[:-3], len(LENGTHS)), np.nan)
    for number, bones in enumerate(LENGTHS.values()):
        sides = [
            np.linalg.norm(skeleton.point(points, one) - skeleton.point(points, other), axis=-1)
            for one, other in bones
            if skeleton.has(one) and skeleton.has(other)
        ]
        if sides:
            lengths = np.concatenate(sides, -1)
            known = ~np.isnan(lengths).all(-1)
            out[known, number] = np.nanmedian(lengths[known], -1)
    return out
