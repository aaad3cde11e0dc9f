"""How long the parts of bodies are in a motion, and how long they might be in another one."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.bone_lengths import BONE_LENGTHS, Bones, measure_lengths
from signlift.core.skeleton import DERIVED, ROOT, Skeleton, get_skeleton
from signlift.errors import InputError, problem

#: What is measured beside `signlift.core.bone_lengths.BONE_LENGTHS`; `head` is the middle of the
#: ears.
FURTHER: dict[str, Bones] = {
    "ears": (("LEar", "REar"),),
    "neck": (("Neck", "head"),),
    "face": (("head", "Nose"),),
}


def measure_bodies(
    points: Float[np.ndarray, "B T J 3"], skeleton: str | Skeleton
) -> dict[str, Float[np.ndarray, " B"]]:
    """How long the bones of B people are (see `signlift.core.bone_lengths.measured`).

    Parameters
    ----------
    points
        [B, T, J, 3], NaN for what is missing.
    skeleton
        What the J keypoints are: a skeleton or its name.

    Returns
    -------
    [B] for each name of `BONE_LENGTHS` and `FURTHER`, in the unit of the points; `neck` and `face`
    are from the Neck and from the Nose to the middle of the ears (where those are missing: to the
    Nose). NaN for what is never seen. Neck and MidHip are the middles of the shoulders and of the
    hips, as `retarget` has them.

    Raises
    ------
    InputError
        The points do not have the skeleton's number of keypoints.
    """
    on = get_skeleton(skeleton)
    if points.shape[2] != len(on):
        expected, found = f"shape [B, T, {len(on)}, 3]", str(list(points.shape))
        raise InputError(problem(f"points for {on.name}", expected=expected, found=found))
    places = joints_of(points.astype(np.float32, copy=False), on)
    places |= {f"{side}Hand": places[f"{side}Wrist"] for side in "LR" if f"{side}Wrist" in places}
    lengths = BONE_LENGTHS | FURTHER
    return dict(zip(lengths, np.moveaxis(measure_lengths(places, lengths), -1, 0), strict=True))


# The typical body in metres: joint centres as in P. de Leva, Adjustments to Zatsiorsky-Seluyanov's
# segment inertia parameters, Journal of Biomechanics 29, 1996 (upper arm 0.28, forearm 0.27, trunk
# between the middles of the shoulders and hips 0.51), drawn a little towards what detectors and
# motion capture systems call a shoulder, hip or wrist. The spreads below are our own: they go from
# measured people to where such systems put their joints.
_TYPICAL = {
    "torso": 0.470,
    "shoulders": 0.375,
    "upper_arm": 0.280,
    "forearm": 0.247,
    "thigh": 0.415,
    "shank": 0.405,
    "hips": 0.210,
    "neck_nose": 0.240,
    "ears": 0.150,
}

# What bodies differ in: standard deviations of the logarithm, and how much of it each length has.
_SPREADS: tuple[tuple[float, dict[str, float]], ...] = (
    (0.06, dict.fromkeys(_TYPICAL, 1.0)),  # size
    (0.128, {"torso": 0.65, "shoulders": -0.35}),  # a long trunk or broad shoulders
    (0.10, {"upper_arm": 1.0, "forearm": 1.0}),
    (0.113, {"upper_arm": -0.5, "forearm": 0.5}),  # where the elbow is
    (0.12, {"neck_nose": 1.0, "ears": 0.4}),
    (0.09, {"ears": 1.0}),
    (0.08, {"thigh": 1.0, "shank": 1.0}),
    (0.08, {"thigh": -0.5, "shank": 0.5}),  # where the knee is
    (0.18, {"hips": 1.0}),  # systems differ most in what they call a hip
)

#: No trait strays further than this, in standard deviations.
_MOST = 2.5

#: Least and most factor of the way from the Neck to the head, which two lengths decide.
_NECK = (0.4, 2.5)


def target_factors(
    rng: np.random.Generator, lengths: Mapping[str, Float[np.ndarray, " B"]]
) -> dict[str, Float[np.ndarray, " B"]]:
    """Draw other bodies for the people of B recordings.

    What comes out does not depend on the bodies that come in: lengths are log-normal about
    those of a typical person, and vary together. In 19 of 20 bodies the torso is 0.97 to 1.62 times
    as long as the shoulders are wide, the forearm 0.71 to 1.10 times as long as the upper arm,
    and the arm 1.13 to 1.75 times as long as the shoulders are wide.

    Parameters
    ----------
    rng
        The source of chance.
    lengths
        What people have now, in metres, from `measure_bodies`; NaN for what is not known.

    Returns
    -------
    [B] float32 for each of `retarget.PARTS`, to be given to `retarget`; 1 for what is not known.
    """
    B = len(lengths["torso"])
    traits = np.clip(rng.standard_normal((B, len(_SPREADS))), -_MOST, _MOST)
    wanted = {}
    for name, typical in _TYPICAL.items():
        loads = np.array([spread * on.get(name, 0.0) for spread, on in _SPREADS])
        wanted[name] = typical * np.exp(traits @ loads)
    factors = {name: _known(wanted[name] / _above_zero(lengths[name])) for name in wanted}
    head, nose = factors.pop("ears"), factors.pop("neck_nose")
    factors["head"] = head
    factors["neck"] = _neck(lengths, head, nose)
    # Hands and feet go by the limbs that they hang on.
    factors["hand"] = np.sqrt(factors["upper_arm"] * factors["forearm"])
    factors["foot"] = np.sqrt(factors["thigh"] * factors["shank"])
    return {name: factor.astype(np.float32) for name, factor in factors.items()}


def _neck(
    lengths: Mapping[str, NDArray[np.floating]],
    head: NDArray[np.floating],
    nose: NDArray[np.floating],
) -> NDArray[np.floating]:
    """By how much to stretch the neck so that, with a new head, the Nose is as far as wanted.

    Neck, middle of the ears and Nose are a triangle whose angle at the ears stays.
    """
    face, now = (lengths[name].astype(np.float64) for name in ("face", "neck_nose"))
    neck = _above_zero(lengths["neck"].astype(np.float64))
    # The Nose from the middle of the ears: along the neck, and across it.
    along = (now**2 - neck**2 - face**2) / (2 * neck)
    across = face**2 - along**2
    room = np.maximum((nose * now) ** 2 - np.maximum(across, 0.0) * head**2, 0.0)
    return np.clip(_known((np.sqrt(room) - along * head) / neck), *_NECK)


def _above_zero(length: NDArray[np.floating]) -> NDArray[np.floating]:
    """The lengths, NaN for those that are not above 0."""
    return np.where(length > 0, length, np.nan)


def _known(factor: NDArray[np.floating]) -> NDArray[np.floating]:
    """The factors, 1 for those that are not known."""
    return np.where(np.isnan(factor), 1.0, factor)


def joints_of(points: NDArray[np.floating], on: Skeleton) -> dict[str, NDArray[np.floating]]:
    """All named places of each frame, [B, T, 3]: Neck and MidHip as middles, the head's too."""
    joints = {common_name(name): points[:, :, number] for number, name in enumerate(on.keypoints)}
    for name, parts in (*DERIVED.items(), ("head", ("LEar", "REar"))):
        own = joints.get("Nose" if name == "head" else name)
        if all(part in joints for part in parts):
            middle = (joints[parts[0]] + joints[parts[1]]) / 2
            joints[name] = middle if own is None else np.where(np.isnan(middle), own, middle)
        elif own is not None:
            joints[name] = own
    if ROOT not in joints:
        raise InputError(
            problem(f"skeleton {on.name}", expected=f"{ROOT} or both hips", found="neither")
        )
    return joints


def common_name(name: str) -> str:
    """One name for the wrist, which some skeletons call the hand."""
    return f"{name[0]}Wrist" if name in ("LHand", "RHand") else name
