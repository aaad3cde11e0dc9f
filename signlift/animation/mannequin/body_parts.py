"""The parts of a mannequin and the solids that they are made of: suit, cuffs, shoes and head.

Thicknesses are our own choices, in fractions of the stature that follows from the bones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from signlift.animation.mannequin.solids import Solid
from signlift.animation.rest_pose import SPINE_FRACTIONS
from signlift.core.bone_lengths import STATURE_FRACTIONS
from signlift.utils.array_types import Float

#: Positions of joints [3] in the rest pose by name, in cm.
RestPositions = Mapping[str, Float[np.ndarray, "3"]]

# The trunk in layers: heights and half widths as fractions of the torso and of the shoulders, radii
# from front to back and how far to the front in cm of an average body.
_TRUNK = np.array(
    [
        [0.0, 0.43, 10.8, 0.0],
        [0.13, 0.42, 11.0, 0.0],
        [0.35, 0.375, 10.0, 0.2],
        [0.52, 0.39, 10.3, 0.4],
        [0.70, 0.43, 10.8, 0.4],
        [0.87, 0.40, 8.4, 0.0],
    ]
)
_LAYERS = 14

Triple = tuple[float, float, float]

SIDES = (("Left", 1.0), ("Right", -1.0))


@dataclass(frozen=True, eq=False)
class Part:
    """A part of the mannequin that has one colour and one closed surface.

    Parameters
    ----------
    name
        The name, such as "LeftHand".
    colour
        The colour, "skin", "eyes", "suit", "left" or "right".
    solids
        Its shape: the smooth union of these.
    step
        The distance of the vertices, in cm.
    blend
        The size of what is rounded off between solids, in cm.
    """

    name: str
    colour: str
    solids: tuple[Solid, ...]
    step: float
    blend: float


def body_parts(rest: RestPositions) -> Iterator[Part]:
    """Make all parts but the hands.

    Parameters
    ----------
    rest
        The positions of the joints of `signlift.animation.rest_pose.rest_joints`.
    """
    size = body_size(rest)
    suit = (*_trunk_and_arms(rest, size), *_legs(rest, size))
    yield Part("Suit", "suit", suit, 1.8 * size, 1.2 * size)
    yield Part("Head", "skin", tuple(_head(rest, size)), 0.95 * size, 0.8 * size)
    yield Part("Eyes", "eyes", tuple(_eyes(rest, size)), 0.3 * size, 0.1 * size)
    for side, x in SIDES:
        cuff, shoe = tuple(_cuff(rest, size, side)), tuple(_shoe(rest, size, side, x))
        yield Part(f"{side}Cuff", side.lower(), cuff, 0.55 * size, 0.4 * size)
        yield Part(f"{side}Shoe", side.lower(), shoe, 1.2 * size, 0.8 * size)


def body_size(rest: RestPositions) -> float:
    """Return the size of a body, as a fraction of that of a person 178 cm tall."""
    bones = {
        "torso": ("Hips", "Neck"),
        "upper_arm": ("LeftArm", "LeftForeArm"),
        "forearm": ("LeftForeArm", "LeftHand"),
    }
    lengths = [np.linalg.norm(rest[start] - rest[end]) for start, end in bones.values()]
    return float(sum(lengths) / sum(STATURE_FRACTIONS[name] for name in bones) / 178)


def _trunk_and_arms(rest: RestPositions, size: float) -> Iterator[Solid]:
    """Make the trunk up to the collar, and the arms down to the wrists."""
    hips, neck = rest["Hips"], rest["Neck"]
    torso, width = neck[1] - hips[1], rest["LeftArm"][0] - rest["RightArm"][0]
    for height in np.linspace(0, _TRUNK[-1, 0], _LAYERS):
        half, radius, forward = (np.interp(height, _TRUNK[:, 0], _TRUNK[:, i]) for i in (1, 2, 3))
        centre = hips + np.array([0, height * torso, forward * size])
        reach = np.array([max(half * width - radius * size, 0.1), 0, 0])
        lower, upper = SPINE_FRACTIONS
        joint = "Hips" if height < lower else "Spine" if height < upper else "Spine1"
        ends = centre - reach, centre + reach
        yield Solid(joint, *ends, (radius * size, radius * size), (1.0, 1.0, 1.3))
    for side, _ in SIDES:
        arm, elbow, hand = (rest[f"{side}{name}"] for name in ("Arm", "ForeArm", "Hand"))
        collar = neck + np.array([0, 2.6 * size, -1.2 * size])
        yield Solid(f"{side}Shoulder", collar, arm, (5.4 * size, 5.0 * size))
        yield Solid(f"{side}Arm", arm, arm, (5.9 * size,) * 2)
        yield Solid(f"{side}Arm", arm, elbow, (5.3 * size, 3.8 * size))
        yield Solid(f"{side}ForeArm", elbow, elbow, (3.6 * size, 3.6 * size))
        yield Solid(f"{side}ForeArm", elbow, _between(elbow, hand, 0.85), (3.9 * size, 3.0 * size))


def _legs(rest: RestPositions, size: float) -> Iterator[Solid]:
    """Make the legs down to the ankles."""
    for side, x in SIDES:
        hip, knee, ankle = (rest[f"{side}{name}"] for name in ("UpLeg", "Leg", "Foot"))
        seat = hip + np.array([-1.5 * x, -1.0, -1.8]) * size
        yield Solid("Hips", seat, seat, (8.2 * size,) * 2)
        front = np.array([0, 0, 0.8]) * size
        yield Solid(f"{side}UpLeg", hip, knee + front, (8.2 * size, 5.6 * size))
        calf = _between(knee, ankle, 0.3) + np.array([0, 0, -1.0]) * size
        yield Solid(f"{side}Leg", knee + front, calf, (5.4 * size, 5.3 * size))
        yield Solid(f"{side}Leg", calf, _between(knee, ankle, 0.95), (5.3 * size, 3.9 * size))


def _shoe(rest: RestPositions, size: float, side: str, x: float) -> Iterator[Solid]:
    """Make a shoe: its sole is at the height of the toes' joint."""
    ankle, ball, tip = (rest[f"{side}{name}"] for name in ("Foot", "ToeBase", "ToeBase_End"))
    up, out = np.array([0, 1.0, 0]) * size, np.array([x, 0, 0]) * size
    heel = np.array([ankle[0], ball[1], ankle[2]]) - [0, 0, 2.5 * size] + 3.2 * up
    ball, tip = ball + 2.9 * up + 0.3 * out, tip + 2.3 * up - [0, 0, 1.0 * size]
    yield Solid(f"{side}Foot", ankle + 0.5 * up, heel, (4.0 * size, 3.4 * size))
    yield Solid(f"{side}Foot", heel, ball, (3.4 * size, 3.0 * size), (0.85, 1.0, 1.0))
    yield Solid(f"{side}Foot", ankle, ball, (3.7 * size, 3.0 * size), (0.9, 1.0, 1.0))
    yield Solid(f"{side}ToeBase", ball, tip, (3.1 * size, 2.4 * size), (0.75, 1.0, 1.0))


def _cuff(rest: RestPositions, size: float, side: str) -> Iterator[Solid]:
    """Make a band around the end of the forearm."""
    elbow, hand = rest[f"{side}ForeArm"], rest[f"{side}Hand"]
    middle = _between(elbow, hand, 0.93)
    along = (hand - elbow) / max(float(np.linalg.norm(hand - elbow)), 1e-9) * size
    ends = middle - 1.1 * along, middle + 1.1 * along
    # Arms are along x at rest: flat ends.
    yield Solid(f"{side}ForeArm", *ends, (3.4 * size, 3.2 * size), (2.5, 1.0, 1.0))


def _head(rest: RestPositions, size: float) -> Iterator[Solid]:
    """Make the head and the neck; the head's joint is midway between the ears."""
    head, neck = rest["Head"], rest["Neck"]

    def solid(
        start: Triple, end: Triple, radii: tuple[float, float], squeeze: Triple = (1, 1, 1)
    ) -> Solid:
        return Solid(
            "Head",
            head + np.array(start) * size,
            head + np.array(end) * size,
            (radii[0] * size, radii[1] * size),
            squeeze,
        )

    throat = head + np.array([0, -6.0, -0.6]) * size
    base = neck + np.array([0, 4.0, -0.8]) * size
    yield Solid("Neck", base, throat, (5.5 * size, 5.4 * size))
    yield Solid("Head", throat, head, (5.4 * size, 5.4 * size))
    yield solid((0, 3.6, -1.2), (0, 3.4, 0.6), (9.0, 9.0), (1.17, 1, 1))  # the skull
    yield solid((0, 0.0, 1.2), (0, -1.5, 1.8), (7.9, 7.6), (1.15, 0.86, 1))  # the face
    yield solid((0, -7.0, 4.6), (0, -7.0, 4.6), (3.9, 3.9), (0.85, 1, 1))  # the chin
    yield solid((0, 0.6, 9.3), (0, -2.2, 10.3), (0.6, 1.1))  # the nose
    for x in (-1, 1):
        yield solid((7.4 * x, 0.9, 0), (7.2 * x, -1.2, 0), (1.9, 1.4), (1.6, 1, 1))  # an ear


def _eyes(rest: RestPositions, size: float) -> Iterator[Solid]:
    for x in (-1.0, 1.0):
        centre = rest["Head"] + np.array([3.2 * x, 1.0, 8.65]) * size
        yield Solid("Head", centre, centre, (0.8 * size,) * 2)


def _between(
    start: Float[np.ndarray, "3"], end: Float[np.ndarray, "3"], fraction: float
) -> Float[np.ndarray, "3"]:
    return start + fraction * (end - start)
