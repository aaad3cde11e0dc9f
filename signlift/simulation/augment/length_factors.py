"""Bone lengths of people in a motion, and random factors that change them to other bodies."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from signlift.core.bone_lengths import BONE_LENGTHS, Bones, measure_lengths
from signlift.core.skeleton import DERIVED, ROOT, Skeleton, common_name, get_skeleton
from signlift.errors import InputError, problem
from signlift.utils.array_types import Float

#: Lengths that are measured in addition to `signlift.core.bone_lengths.BONE_LENGTHS`; `head` is
#: the middle of the ears.
HEAD_LENGTHS: dict[str, Bones] = {
    "ears": (("LEar", "REar"),),
    "neck": (("Neck", "head"),),
    "face": (("head", "Nose"),),
}


def measure_body_lengths(
    points: Float[np.ndarray, "B T J 3"], skeleton: str | Skeleton
) -> dict[str, Float[np.ndarray, " B"]]:
    """Measure the bone lengths of B people.

    Parameters
    ----------
    points
        [B, T, J, 3], NaN where missing.
    skeleton
        The skeleton of the J keypoints, or its name.

    Returns
    -------
    lengths
        [B] for each name of `BONE_LENGTHS` and `HEAD_LENGTHS`, in the unit of the points: the
        median over the frames, and the mean of both sides. `neck` and `face` are the distances
        from the Neck and from the Nose to the middle of the ears (to the Nose where the ears are
        missing). NaN where missing in all frames. Neck and MidHip are the middles of the shoulders
        and of the hips, as in `retarget`.

    Raises
    ------
    InputError
        The points do not have the skeleton's number of keypoints.
    """
    skeleton = get_skeleton(skeleton)
    if points.shape[2] != len(skeleton):
        expected, found = f"shape [B, T, {len(skeleton)}, 3]", f"shape {list(points.shape)}"
        raise InputError(problem(f"points of {skeleton.name}", expected=expected, found=found))
    joints = collect_joints(points.astype(np.float32, copy=False), skeleton)
    joints |= {f"{side}Hand": joints[f"{side}Wrist"] for side in "LR" if f"{side}Wrist" in joints}
    lengths = BONE_LENGTHS | HEAD_LENGTHS
    return dict(zip(lengths, np.moveaxis(measure_lengths(joints, lengths), -1, 0), strict=True))


# The average body in metres: joint centres as in P. de Leva, Adjustments to Zatsiorsky-Seluyanov's
# segment inertia parameters, Journal of Biomechanics 29, 1996 (upper arm 0.28, forearm 0.27, trunk
# between the middles of the shoulders and hips 0.51), moved a little towards the shoulders and hips
# of detectors and motion capture systems. The forearm is 0.96 times as long as the upper arm there
# and here. The standard deviations below are our own: they cover the differences between people and
# between the joint definitions of such systems.
_MEAN_LENGTHS = {
    "torso": 0.470,
    "shoulders": 0.360,
    "upper_arm": 0.276,
    "forearm": 0.264,
    "thigh": 0.415,
    "shank": 0.405,
    "hips": 0.210,
    "neck_nose": 0.240,
    "ears": 0.150,
}

# Independent traits of a body: standard deviation of the logarithm, and the loading of each length.
_TRAITS: tuple[tuple[float, dict[str, float]], ...] = (
    (0.06, dict.fromkeys(_MEAN_LENGTHS, 1.0)),  # size
    (0.128, {"torso": 0.65, "shoulders": -0.35}),  # a long trunk or broad shoulders
    (0.10, {"upper_arm": 1.0, "forearm": 1.0}),
    (0.113, {"upper_arm": -0.5, "forearm": 0.5}),  # position of the elbow
    (0.12, {"neck_nose": 1.0, "ears": 0.4}),
    (0.09, {"ears": 1.0}),
    (0.08, {"thigh": 1.0, "shank": 1.0}),
    (0.08, {"thigh": -0.5, "shank": 0.5}),  # position of the knee
    (0.18, {"hips": 1.0}),  # systems differ most in the definition of a hip
)

#: Maximum of each trait in standard deviations.
_MAX_DEVIATION = 2.5

#: Minimum and maximum factor of the distance from the Neck to the head, which depends on two
#: lengths.
_NECK_FACTORS = (0.4, 2.5)


def draw_length_factors(
    rng: np.random.Generator, lengths: Mapping[str, Float[np.ndarray, " B"]]
) -> dict[str, Float[np.ndarray, " B"]]:
    """Draw factors of bone lengths that give the people of B recordings other bodies.

    The new bodies do not depend on the old ones: their lengths are log-normal about those of an
    average person, and correlated. In 19 of 20 bodies the torso is 1.01 to 1.67 times as long as
    the shoulders are wide, the forearm 0.77 to 1.20 times as long as the upper arm, and the arm
    1.21 to 1.86 times as long as the shoulders are wide.

    Parameters
    ----------
    rng
        The random generator.
    lengths
        The lengths of the people in metres, from `measure_body_lengths`; NaN where unknown.

    Returns
    -------
    factors
        [B] float32 for each of `retarget.SEGMENTS`, to be passed to `retarget`; 1 where unknown.
    """
    B = len(lengths["torso"])
    draws = rng.standard_normal((B, len(_TRAITS)))
    traits = np.clip(draws, -_MAX_DEVIATION, _MAX_DEVIATION)
    targets = {}
    for name, mean in _MEAN_LENGTHS.items():
        loadings = np.array([spread * loading.get(name, 0.0) for spread, loading in _TRAITS])
        targets[name] = mean * np.exp(traits @ loadings)
    factors = {name: _nan_to_one(targets[name] / _nan_if_zero(lengths[name])) for name in targets}
    head, nose = factors.pop("ears"), factors.pop("neck_nose")
    factors["head"] = head
    factors["neck"] = _neck_factor(lengths, head, nose)
    # Hands and feet are scaled with their limbs.
    factors["hand"] = np.sqrt(factors["upper_arm"] * factors["forearm"])
    factors["foot"] = np.sqrt(factors["thigh"] * factors["shank"])
    return {name: factor.astype(np.float32) for name, factor in factors.items()}


def _neck_factor(
    lengths: Mapping[str, NDArray[np.floating]],
    head: NDArray[np.floating],
    nose: NDArray[np.floating],
) -> NDArray[np.floating]:
    """Compute the neck's factor for which the Nose, on the new head, is at the new distance.

    Neck, middle of the ears and Nose are a triangle whose angle at the ears is kept.
    """
    face, neck_nose = (lengths[name].astype(np.float64) for name in ("face", "neck_nose"))
    neck = _nan_if_zero(lengths["neck"].astype(np.float64))
    # The Nose relative to the middle of the ears: along the neck, and squared across it.
    along = (neck_nose**2 - neck**2 - face**2) / (2 * neck)
    across = face**2 - along**2
    remaining = np.maximum((nose * neck_nose) ** 2 - np.maximum(across, 0.0) * head**2, 0.0)
    return np.clip(_nan_to_one((np.sqrt(remaining) - along * head) / neck), *_NECK_FACTORS)


def _nan_if_zero(length: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.where(length > 0, length, np.nan)


def _nan_to_one(factor: NDArray[np.floating]) -> NDArray[np.floating]:
    return np.where(np.isnan(factor), 1.0, factor)


def collect_joints(
    points: NDArray[np.floating], skeleton: Skeleton
) -> dict[str, NDArray[np.floating]]:
    """Collect the positions [B, T, 3] of joints by name.

    Neck and MidHip are the middles of the shoulders and hips, and `head` is the middle of the ears
    (the keypoints themselves, and the Nose, where those are missing).
    """
    joints = {
        common_name(name): points[:, :, number] for number, name in enumerate(skeleton.keypoints)
    }
    for name, sides in (*DERIVED.items(), ("head", ("LEar", "REar"))):
        fallback = joints.get("Nose" if name == "head" else name)
        if all(side in joints for side in sides):
            middle = (joints[sides[0]] + joints[sides[1]]) / 2
            if fallback is not None:
                middle = np.where(np.isnan(middle), fallback, middle)
            joints[name] = middle
        elif fallback is not None:
            joints[name] = fallback
    if ROOT not in joints:
        where, expected = f"skeleton {skeleton.name}", f"{ROOT} or both hips"
        raise InputError(problem(where, expected=expected, found="neither"))
    return joints
