"""Body lengths: the bone lengths by which a signer's depth is found, and how they are measured."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton

#: From where to where a length runs; two where it has a left and a right side.
Bones = tuple[tuple[str, str], ...]

#: The lengths of a body that the lifter goes by: each is between two keypoints, and those with a
#: left and a right side are the mean of both.
BONE_LENGTHS: dict[str, Bones] = {
    "torso": (("MidHip", "Neck"),),
    "shoulders": (("LShoulder", "RShoulder"),),
    "upper_arm": (("LShoulder", "LElbow"), ("RShoulder", "RElbow")),
    "forearm": (("LElbow", "LHand"), ("RElbow", "RHand")),
    "neck_nose": (("Neck", "Nose"),),
    "hips": (("LHip", "RHip"),),
    "thigh": (("LHip", "LKnee"), ("RHip", "RKnee")),
    "shank": (("LKnee", "LAnkle"), ("RKnee", "RAnkle")),
}

#: What the unit of lengths is told by, where it is known: what is seen whenever a person signs.
UPPER_BODY_LENGTHS = ("torso", "shoulders", "upper_arm", "forearm")

#: What is estimated of a signer: the log of each of `BONE_LENGTHS`, and of one over the distance to
#: the camera, all in torso lengths.
NUM_PROPORTIONS = len(BONE_LENGTHS) + 1

#: The log error of lengths that are given: they are taken as 2 % off.
GIVEN_LOG_ERROR = -4.0

#: Where the proportions come from that a recording is lifted with: what it tells as a whole with
#: lengths that are given, what it tells as a whole, or what its frames so far tell.
GIVEN, OFFLINE, CAUSAL = range(3)

#: Lengths between joints as fractions of stature. R. Drillis and R. Contini, Body Segment
#: Parameters, 1966, as reproduced in D. A. Winter, Biomechanics and Motor Control of Human
#: Movement, chapter 4; the trunk, the upper arm, the shoulders and the hips less than theirs, as
#: keypoints lie at the joints and theirs on the skin
#: (see `signlift.simulation.signer.anthropometry`).
STATURE_FRACTIONS = {
    "torso": 0.280,
    "shoulders": 0.225,
    "upper_arm": 0.172,
    "forearm": 0.146,
    "hips": 0.108,
    "thigh": 0.245,
    "shank": 0.246,
}


def measure_bone_lengths(
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
    [..., L] in the order of `BONE_LENGTHS`, in the unit of the points, as `measured` gives them.
    """
    names = {name for bones in BONE_LENGTHS.values() for bone in bones for name in bone}
    places = {name: skeleton.point(points, name) for name in names if skeleton.has(name)}
    return measure_lengths(places, BONE_LENGTHS)


def measure_lengths(
    places: Mapping[str, Float[np.ndarray, "*lanes T 3"]], lengths: Mapping[str, Bones]
) -> Float[np.ndarray, "*lanes L"]:
    """Lengths between places: of each side the median over the frames, then the sides' mean.

    Parameters
    ----------
    places
        [..., T, 3] by name, at least one; NaN where unknown.
    lengths
        Between which places each length runs. Places that are not there are unknown.

    Returns
    -------
    [..., L] in the order of `lengths`; of the one side where the other is unknown, and NaN for
    a length whose ends are never known together.
    """
    bones = [bone for sides in lengths.values() for bone in sides]
    some = next(iter(places.values()))
    across = np.full((*some.shape[:-2], len(bones), some.shape[-2]), np.nan, some.dtype)
    for number, (one, other) in enumerate(bones):
        if one in places and other in places:
            vectors = places[one] - places[other]
            across[..., number, :] = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    medians = _median(across)
    out = np.empty((*medians.shape[:-1], len(lengths)), medians.dtype)
    first = 0
    for number, sides in enumerate(lengths.values()):
        out[..., number] = _mean(medians[..., first : first + len(sides)])
        first += len(sides)
    return out


def _median(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Over the last axis, of what is not NaN; NaN where nothing is."""
    missing = np.isnan(values)
    out = np.full(values.shape[:-1], np.nan, values.dtype)
    gone, gaps = missing.all(-1), missing.any(-1)
    # Most have no gaps, and numpy is many times faster at those.
    for chosen, median in ((~gaps & ~gone, np.median), (gaps & ~gone, np.nanmedian)):
        if chosen.any():
            out[chosen] = median(values[chosen], axis=-1)
    return out


def _mean(sides: NDArray[np.floating]) -> NDArray[np.floating]:
    """Over the last axis, of what is not NaN; NaN where nothing is."""
    known = ~np.isnan(sides)
    count = known.sum(-1)
    total = np.where(known, sides, 0).sum(-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(sides.dtype)
