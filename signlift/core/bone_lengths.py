"""Names of bone lengths, and their measurement from motion."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Float

#: The bones that a length is measured on, each by its two ends: one, or a left and a right one.
Bones = tuple[tuple[str, str], ...]

#: The bone lengths of a person and the keypoints between which they are measured. A length with a
#: left and a right side is the mean of both.
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

#: The lengths that are observed whenever a person signs, and that two bodies are compared by.
UPPER_BODY_LENGTHS = ("torso", "shoulders", "upper_arm", "forearm")

#: What the network estimates of a recording, in order: the logarithms of `BONE_LENGTHS` and of one
#: over the distance to the camera, all in torso lengths; then the view in radians: the angle that
#: the camera looks down, and its turn about the person (positive to the person's left).
ESTIMATES = (*BONE_LENGTHS, "inverse_distance", "pitch", "yaw")

#: The number of `ESTIMATES`, and the columns of those that are not lengths.
NUM_PROPORTIONS = len(ESTIMATES)
INVERSE_DISTANCE, PITCH, YAW = range(len(BONE_LENGTHS), NUM_PROPORTIONS)

#: The logarithm of the relative uncertainty of given lengths: about 2 %.
GIVEN_LOG_SCALE = -4.0

#: The source of the proportions that a recording is lifted with: an estimate from the whole
#: recording together with given lengths, an estimate from the whole recording, or an estimate
#: from the frames so far.
GIVEN, OFFLINE, CAUSAL = range(3)

#: Bone lengths between joints as fractions of stature. R. Drillis and R. Contini, Body Segment
#: Parameters, 1966, as reproduced in D. A. Winter, Biomechanics and Motor Control of Human
#: Movement, chapter 4. The trunk, the upper arm, the shoulders and the hips are shorter here, as
#: keypoints are at the joints and their landmarks on the skin (see
#: `signlift.simulation.signer.anthropometry`).
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
    points: Float[np.ndarray, "*batch T J 3"], skeleton: Skeleton
) -> Float[np.ndarray, "*batch L"]:
    """Measure the bone lengths of a person from their motion.

    Parameters
    ----------
    points
        [..., T, J, 3] in any unit; NaN where missing.
    skeleton
        The skeleton of the J keypoints.

    Returns
    -------
    [..., L] in the order of `BONE_LENGTHS`, in the unit of the points; NaN for a length whose
    ends are never observed together (see `measure_lengths`).

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.bone_lengths import BONE_LENGTHS, measure_bone_lengths
    >>> from signlift.core.skeleton import COCO17
    >>> points = np.zeros((5, 17, 3))
    >>> points[:, COCO17.index("LShoulder")] = (0.3, 0, 0.4)
    >>> lengths = measure_bone_lengths(points, COCO17)
    >>> dict(zip(BONE_LENGTHS, lengths.tolist()))["shoulders"]
    0.5
    """
    names = {name for bones in BONE_LENGTHS.values() for bone in bones for name in bone}
    joints = {name: skeleton.point(points, name) for name in names if skeleton.has(name)}
    return measure_lengths(joints, BONE_LENGTHS)


def measure_lengths(
    joints: Mapping[str, Float[np.ndarray, "*batch T 3"]], lengths: Mapping[str, Bones]
) -> Float[np.ndarray, "*batch L"]:
    """Measure lengths between joints: the median over the frames, then the mean of both sides.

    Parameters
    ----------
    joints
        [..., T, 3] by name, at least one; NaN where missing.
    lengths
        The bones of each length. Joints that are not in `joints` count as missing.

    Returns
    -------
    [..., L] in the order of `lengths`. Where only one side can be measured, its length; NaN where
    none can.
    """
    bones = [bone for sides in lengths.values() for bone in sides]
    first = next(iter(joints.values()))
    shape = (*first.shape[:-2], len(bones), first.shape[-2])
    distances = np.full(shape, np.nan, first.dtype)
    for number, (start, end) in enumerate(bones):
        if start in joints and end in joints:
            vectors = joints[start] - joints[end]
            distances[..., number, :] = np.sqrt(np.einsum("...i,...i->...", vectors, vectors))
    medians = _median(distances)
    out = np.empty((*medians.shape[:-1], len(lengths)), medians.dtype)
    begin = 0
    for number, sides in enumerate(lengths.values()):
        out[..., number] = _mean(medians[..., begin : begin + len(sides)])
        begin += len(sides)
    return out


def _median(values: NDArray[np.floating]) -> NDArray[np.floating]:
    """Compute the median over the last axis, without NaN; NaN where all values are NaN."""
    missing = np.isnan(values)
    out = np.full(values.shape[:-1], np.nan, values.dtype)
    empty, incomplete = missing.all(-1), missing.any(-1)
    # Most rows are complete, and np.median is many times as fast as sorting.
    complete, rows = ~incomplete & ~empty, incomplete & ~empty
    if complete.any():
        out[complete] = np.median(values[complete], axis=-1)
    if rows.any():
        ordered, count = np.sort(values[rows], -1), (~missing[rows]).sum(-1)  # NaN is last
        number = np.arange(len(ordered))
        out[rows] = (ordered[number, (count - 1) // 2] + ordered[number, count // 2]) / 2
    return out


def _mean(sides: NDArray[np.floating]) -> NDArray[np.floating]:
    """Compute the mean over the last axis, without NaN; NaN where all values are NaN."""
    valid = ~np.isnan(sides)
    count = valid.sum(-1)
    total = np.where(valid, sides, 0).sum(-1)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan).astype(sides.dtype)
