"""The rest pose of an avatar, and the bone lengths of the signer.

Joints are named as in HumanIK and Mixamo, which retargeting tools support. The rest pose is a T
pose: upright, facing +z, arms out to the sides, palms down, left at +x.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS, STATURE_FRACTIONS
from signlift.core.person_size import scale_of_height
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError, parameter_problem, problem
from signlift.geometry.joint_hierarchy import END, Joint
from signlift.utils.array_types import Float

#: The torso length of a person of unknown size, in cm.
DEFAULT_TORSO = 50.0

#: Lengths that keypoints do not determine, as fractions of stature; our own estimates (see
#: `signlift.simulation.signer.anthropometry`). The foot extends from the ankle forward to the
#: toes, the head to its top.
_OTHER_FRACTIONS = {
    "hand": 0.09,
    "foot_height": 0.039,
    "foot": 0.10,
    "toes": 0.03,
    "top": 0.075,
}

#: The distance from the middle of the shoulders to the middle of the ears, likewise.
NECK_FRACTION = 0.13

#: The joints of the spine: fractions of the torso from MidHip to the lower and the upper spine.
SPINE_FRACTIONS = (0.15, 0.5)

#: The distance of the collar bones from the middle, as a fraction of the shoulder width.
COLLAR_FRACTION = 0.08

#: The bone lengths that are measured from keypoints.
MEASURED_LENGTHS = tuple(name for name in BONE_LENGTHS if name != "neck_nose")

Offset = tuple[float, float, float]

_ROOT_CHANNELS = ("Xposition", "Yposition", "Zposition", "Zrotation", "Xrotation", "Yrotation")
_CHANNELS = _ROOT_CHANNELS[3:]


def measure_body(
    points: Float[np.ndarray, "T 26 3"], weights: Float[np.ndarray, "T 26"]
) -> dict[str, float]:
    """Measure the bone lengths of a recording: one for all frames, and for both sides.

    Parameters
    ----------
    points
        [T, 26, 3] on panoptic26, camera frame, any unit; NaN where missing.
    weights
        [T, 26], the weight of each keypoint.

    Returns
    -------
    The weighted medians of the observed lengths, by name (out of `MEASURED_LENGTHS`). The weight
    of a bone is the lower weight of its two ends. It is reduced for bones that point towards the
    camera, whose length is mostly depth.
    """
    measured = {}
    for name in MEASURED_LENGTHS:
        lengths, counts = [], []
        for start, end in BONE_LENGTHS[name]:
            i, j = PANOPTIC26.index(start), PANOPTIC26.index(end)
            vectors = points[:, i] - points[:, j]
            length = np.sqrt((vectors**2).sum(-1))
            in_image = (vectors[:, :2] ** 2).sum(-1) / np.where(length > 0, length, np.nan) ** 2
            lengths.append(length)
            counts.append(np.minimum(weights[:, i], weights[:, j]) * (0.05 + in_image))
        median = weighted_median(np.concatenate(lengths), np.concatenate(counts))
        if median > 0:
            measured[name] = median
    return measured


def weighted_median(values: Float[np.ndarray, " n"], weights: Float[np.ndarray, " n"]) -> float:
    """Compute the value with half of the weight on either side, without NaN.

    Returns
    -------
    The median; NaN if no value has a weight.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.animation.rest_pose import weighted_median
    >>> weighted_median(np.array([1.0, 2.0, 30.0]), np.array([1.0, 1.0, 5.0]))
    30.0
    """
    return float(weighted_medians(values[:, None], weights[:, None])[0])


def weighted_medians(
    values: Float[np.ndarray, "n K"], weights: Float[np.ndarray, "n K"]
) -> Float[np.ndarray, " K"]:
    """Compute the weighted median of each column (see `weighted_median`)."""
    valid = np.isfinite(values) & np.isfinite(weights) & (weights > 0)
    medians = np.full(values.shape[1], np.nan)
    columns = np.flatnonzero(valid.any(0))
    if not len(columns):
        return medians
    valid = valid[:, columns]
    order = np.argsort(np.where(valid, values[:, columns], np.inf), 0)
    ordered = np.take_along_axis(values[:, columns], order, 0)
    counted = np.where(valid, weights[:, columns], 0.0)
    cumulative = np.cumsum(np.take_along_axis(counted, order, 0), 0)
    half, number = cumulative[-1] / 2, np.arange(len(columns))
    middle = (cumulative < half).sum(0)
    after = np.minimum(middle + 1, valid.sum(0) - 1)
    after = np.where(np.isclose(cumulative[middle, number], half), after, middle)
    medians[columns] = (ordered[middle, number] + ordered[after, number]) / 2
    return medians


def centimetres_per_unit(
    lengths: dict[str, float], recording: Recording, height: float | None, scale: float | None
) -> float:
    """Determine the number of centimetres in one unit of a recording.

    Parameters
    ----------
    lengths
        The bone lengths in the unit of the recording.
    recording
        The recording; its unit is used if it is cm or m and nothing else is given.
    height
        The person's stature in cm.
    scale
        Centimetres per unit, if known.

    Returns
    -------
    Centimetres per unit, from the first of these that is known: `scale`, `height`, the unit of
    the recording, and a torso of `DEFAULT_TORSO`.

    Raises
    ------
    InputError
        `height` and `scale` are both given, one is out of range, or no bone of the upper body is
        ever observed.
    """
    if height is not None and scale is not None:
        expected, found = "none together with `scale`", f"{height} and {scale}"
        raise InputError(parameter_problem("height", expected=expected, found=found))
    if scale is not None:
        if not 0 < scale < np.inf:
            expected = "centimetres per unit, a number above 0"
            raise InputError(parameter_problem("scale", expected=expected, found=scale))
        return float(scale)
    body = _upper_body(lengths)
    if height is not None and recording.proportions is not None:
        return scale_of_height(height, recording.proportions)
    if height is None:
        if recording.unit in ("cm", "m"):
            return 100.0 if recording.unit == "m" else 1.0
        if body.torso is not None:
            return DEFAULT_TORSO / body.torso
    stature = DEFAULT_TORSO / STATURE_FRACTIONS["torso"] if height is None else height
    ratio = scale_of_height(stature, body)
    if not np.isfinite(ratio):
        expected = "shoulders, arms or a torso with depth in some frame"
        raise InputError(problem(recording.name, expected=expected, found="none"))
    return ratio


def _upper_body(lengths: dict[str, float]) -> BodyProportions:
    return BodyProportions(
        torso=lengths.get("torso"),
        shoulders=lengths.get("shoulders"),
        upper_arm=lengths.get("upper_arm"),
        forearm=lengths.get("forearm"),
    )


def apply_proportions(
    lengths: dict[str, float], proportions: BodyProportions | None
) -> dict[str, float]:
    """Replace measured lengths by given ones, which may be in another unit.

    Returns
    -------
    The lengths, in the unit of `lengths`. They are unchanged without proportions, and where no
    length of the upper body is both measured and given.
    """
    if proportions is None:
        return lengths
    ratio = _upper_body(lengths).unit_ratio(proportions)
    if not np.isfinite(ratio):
        return lengths
    given = proportions.scaled(ratio).lengths
    return lengths | {name: given[name] for name in MEASURED_LENGTHS if name in given}


def complete_lengths(lengths: dict[str, float]) -> dict[str, float]:
    """Add the missing lengths of a body, by average proportions of the stature of the others."""
    statures = [
        lengths[name] / fraction for name, fraction in STATURE_FRACTIONS.items() if name in lengths
    ]
    stature = float(np.median(statures)) if statures else DEFAULT_TORSO / STATURE_FRACTIONS["torso"]
    fractions = STATURE_FRACTIONS | _OTHER_FRACTIONS | {"neck": NECK_FRACTION}
    return {name: fraction * stature for name, fraction in fractions.items()} | lengths


def rest_joints(
    lengths: dict[str, float], fingers: Mapping[str, Sequence[Offset]] | None = None
) -> tuple[Joint, ...]:
    """Build the joints of the avatar in the rest pose.

    Parameters
    ----------
    lengths
        All lengths in cm, from `complete_lengths`.
    fingers
        For an avatar with fingers, by name (LeftHandThumb): the offsets of their three joints and
        of the end, each relative to the one before.

    Returns
    -------
    The joints and ends. Hands have an end only without fingers. The hips are at the origin, as
    programs that add the position of a root to its offset would move it twice.
    """
    torso, shoulders = lengths["torso"], lengths["shoulders"]
    lower, upper = (fraction * torso for fraction in SPINE_FRACTIONS)
    joints: list[Joint] = []

    def add(name: str, parent: str | None, x: float, y: float, z: float = 0.0) -> None:
        number = -1 if parent is None else [joint.name for joint in joints].index(parent)
        end = name.endswith(END)
        channels = () if end else _ROOT_CHANNELS if parent is None else _CHANNELS
        joints.append(Joint(name, number, (x, y, z), channels, end))

    add("Hips", None, 0, 0)
    add("Spine", "Hips", 0, lower)
    add("Spine1", "Spine", 0, upper - lower)
    add("Neck", "Spine1", 0, torso - upper)
    add("Head", "Neck", 0, lengths["neck"])
    add("Head_End", "Head", 0, lengths["top"])
    for side, x in (("Left", 1), ("Right", -1)):
        collar = COLLAR_FRACTION * shoulders
        add(f"{side}Shoulder", "Spine1", x * collar, torso - upper)
        add(f"{side}Arm", f"{side}Shoulder", x * (shoulders / 2 - collar), 0)
        add(f"{side}ForeArm", f"{side}Arm", x * lengths["upper_arm"], 0)
        add(f"{side}Hand", f"{side}ForeArm", x * lengths["forearm"], 0)
        if fingers is None:
            add(f"{side}Hand_End", f"{side}Hand", x * lengths["hand"], 0)
            continue
        for name in (name for name in fingers if name.startswith(side)):
            parent = f"{side}Hand"
            for joint, offset in zip(("1", "2", "3", f"3{END}"), fingers[name], strict=True):
                add(f"{name}{joint}", parent, *offset)
                parent = f"{name}{joint}"
    for side, x in (("Left", 1), ("Right", -1)):
        add(f"{side}UpLeg", "Hips", x * lengths["hips"] / 2, 0)
        add(f"{side}Leg", f"{side}UpLeg", 0, -lengths["thigh"])
        add(f"{side}Foot", f"{side}Leg", 0, -lengths["shank"])
        add(f"{side}ToeBase", f"{side}Foot", 0, -lengths["foot_height"], lengths["foot"])
        add(f"{side}ToeBase_End", f"{side}ToeBase", 0, 0, lengths["toes"])
    return tuple(joints)
