"""The skeleton of an avatar in its rest pose, and how long a signer's bones are.

Joints are named as in HumanIK and Mixamo, which retargeting tools know. The rest pose is a T:
upright, facing +z, arms out to the sides, palms down, left at +x.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS, STATURE_FRACTIONS
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError, problem
from signlift.geometry.joint_hierarchy import END, Joint

#: The torso of a person of whom no size is known, in cm.
TORSO = 50.0

#: Lengths that keypoints do not tell, as parts of stature: our own numbers (see
#: `signlift.simulation.signer.anthropometry`). The foot runs from the ankle ahead to the toes.
_OTHERS = {"hand": 0.09, "foot_height": 0.039, "foot": 0.10, "toes": 0.03, "top": 0.075}

#: The way from the middle of the shoulders to the middle of the ears, likewise.
NECK = 0.13

#: Where the trunk bends: parts of the torso from MidHip to the lower and to the upper spine.
SPINE = (0.15, 0.5)

#: Where the collar bones begin, as a part of the shoulders' width from the middle.
COLLAR = 0.08

#: The body's own lengths, and the keypoints between which they are measured.
MEASURED = tuple(name for name in BONE_LENGTHS if name != "neck_nose")

_ROOT_CHANNELS = ("Xposition", "Yposition", "Zposition", "Zrotation", "Xrotation", "Yrotation")
_CHANNELS = _ROOT_CHANNELS[3:]


def measure(
    points: Float[np.ndarray, "T 26 3"], weights: Float[np.ndarray, "T 26"]
) -> dict[str, float]:
    """The lengths of a body over a recording: one number each, left and right alike.

    Parameters
    ----------
    points
        [T, 26, 3] on panoptic26, camera frame, any unit; NaN for what is missing.
    weights
        [T, 26], how much each keypoint counts.

    Returns
    -------
    The weighted medians of what is ever seen, by the names of `MEASURED`. A bone counts as much
    as the lesser of its ends, and the less the more it points towards the camera, as its length
    is then mostly depth.
    """
    lengths = {}
    for name in MEASURED:
        found, counts = [], []
        for one, other in BONE_LENGTHS[name]:
            i, j = PANOPTIC26.index(one), PANOPTIC26.index(other)
            vectors = points[:, i] - points[:, j]
            length = np.sqrt((vectors**2).sum(-1))
            level = (vectors[:, :2] ** 2).sum(-1) / np.where(length > 0, length, np.nan) ** 2
            found.append(length)
            counts.append(np.minimum(weights[:, i], weights[:, j]) * (0.05 + level))
        length = weighted_median(np.concatenate(found), np.concatenate(counts))
        if length > 0:
            lengths[name] = length
    return lengths


def weighted_median(values: Float[np.ndarray, " n"], weights: Float[np.ndarray, " n"]) -> float:
    """The value that has half of the weight on either side; NaN where no value is known."""
    known = np.isfinite(values) & np.isfinite(weights) & (weights > 0)
    if not known.any():
        return float("nan")
    order = np.argsort(values[known])
    ordered, heap = values[known][order], np.cumsum(weights[known][order])
    place = int(np.searchsorted(heap, heap[-1] / 2))
    if np.isclose(heap[place], heap[-1] / 2) and place + 1 < len(ordered):
        return float((ordered[place] + ordered[place + 1]) / 2)
    return float(ordered[place])


def centimetres(
    lengths: dict[str, float], recording: Recording, height: float | None, scale: float | None
) -> float:
    """How many cm there are in a unit of a recording.

    Parameters
    ----------
    lengths
        Of the body, in the recording's unit.
    recording
        Its unit is taken where it is cm or m and nothing else is given.
    height
        The person's stature in cm.
    scale
        The answer, if it is known.

    Returns
    -------
    By `scale`, `height`, the recording's unit, or a torso of 50 cm, whichever is there first.

    Raises
    ------
    InputError
        Both are given, one is not a size, or nothing of the body is ever seen.
    """
    if height is not None and scale is not None:
        raise InputError(problem("size", expected="one of height and scale", found="both"))
    if scale is not None:
        if not 0 < scale < np.inf:
            expected = "cm in a unit, a number above 0"
            raise InputError(problem("scale", expected=expected, found=str(scale)))
        return float(scale)
    get = lengths.get
    known = BodyProportions(
        torso=get("torso"),
        shoulders=get("shoulders"),
        upper_arm=get("upper_arm"),
        forearm=get("forearm"),
    )
    if height is None:
        if recording.unit in ("cm", "m"):
            return 100.0 if recording.unit == "m" else 1.0
        if known.torso is not None:
            return TORSO / known.torso
    person = BodyProportions.from_stature(
        TORSO / STATURE_FRACTIONS["torso"] if height is None else height
    )
    units = person.unit_ratio(known)
    if not np.isfinite(units):
        expected = "shoulders, arms or a torso with depth in some frame"
        raise InputError(problem(recording.name, expected=expected, found="none"))
    return units


def completed(lengths: dict[str, float]) -> dict[str, float]:
    """All lengths of a body: those that are not known by those that are, as people are built."""
    known = [name for name in STATURE_FRACTIONS if name in lengths]
    statures = [lengths[name] / STATURE_FRACTIONS[name] for name in known]
    stature = float(np.median(statures)) if statures else TORSO / STATURE_FRACTIONS["torso"]
    parts = STATURE_FRACTIONS | _OTHERS | {"neck": NECK}
    return {name: part * stature for name, part in parts.items()} | lengths


def rest_joints(lengths: dict[str, float]) -> tuple[Joint, ...]:
    """The avatar's joints in the rest pose.

    Parameters
    ----------
    lengths
        All lengths in cm, as `completed` gives them.

    Returns
    -------
    The hips are at the origin: a root with an offset is moved twice by programs that add its
    position to it.
    """
    size = lengths
    low, middle = SPINE[0] * size["torso"], SPINE[1] * size["torso"]
    joints: list[Joint] = []

    def add(name: str, parent: str | None, x: float, y: float, z: float = 0.0) -> None:
        number = -1 if parent is None else [joint.name for joint in joints].index(parent)
        end = name.endswith(END)
        channels = () if end else _ROOT_CHANNELS if parent is None else _CHANNELS
        joints.append(Joint(name, number, (x, y, z), channels, end))

    add("Hips", None, 0, 0)
    add("Spine", "Hips", 0, low)
    add("Spine1", "Spine", 0, middle - low)
    add("Neck", "Spine1", 0, size["torso"] - middle)
    add("Head", "Neck", 0, size["neck"])
    add("Head_End", "Head", 0, size["top"])
    for name, x in (("Left", 1), ("Right", -1)):
        collar = COLLAR * size["shoulders"]
        add(f"{name}Shoulder", "Spine1", x * collar, size["torso"] - middle)
        add(f"{name}Arm", f"{name}Shoulder", x * (size["shoulders"] / 2 - collar), 0)
        add(f"{name}ForeArm", f"{name}Arm", x * size["upper_arm"], 0)
        add(f"{name}Hand", f"{name}ForeArm", x * size["forearm"], 0)
        add(f"{name}Hand_End", f"{name}Hand", x * size["hand"], 0)
    for name, x in (("Left", 1), ("Right", -1)):
        add(f"{name}UpLeg", "Hips", x * size["hips"] / 2, 0)
        add(f"{name}Leg", f"{name}UpLeg", 0, -size["thigh"])
        add(f"{name}Foot", f"{name}Leg", 0, -size["shank"])
        add(f"{name}ToeBase", f"{name}Foot", 0, -size["foot_height"], size["foot"])
        add(f"{name}ToeBase_End", f"{name}ToeBase", 0, 0, size["toes"])
    return tuple(joints)
