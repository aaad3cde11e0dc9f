"""The hands of a mannequin: palm and fingers with round ends, or mittens without finger joints."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import numpy as np

from signlift.animation.mannequin.body_parts import SIDES, Part, RestPositions, body_size
from signlift.animation.mannequin.solids import Solid
from signlift.geometry.joint_hierarchy import END
from signlift.utils.array_types import Float

#: The fingers by the names of their joints, from the thumb.
FINGERS = ("Thumb", "Index", "Middle", "Ring", "Pinky")

#: The radii of a finger's bones, as fractions of the length of the hand (about 18.5 cm).
_RADII = {
    "Thumb": (0.072, 0.056, 0.052, 0.044),
    "Index": (0.049, 0.044, 0.040, 0.035),
    "Middle": (0.050, 0.045, 0.041, 0.036),
    "Ring": (0.047, 0.042, 0.038, 0.033),
    "Pinky": (0.041, 0.036, 0.033, 0.029),
}

#: The largest radius of a finger, as a fraction of the distance to the next knuckle, so that they
#: do not touch at rest; but at least this fraction of the radius above.
_MAX_RADIUS, _MIN_RADIUS = 0.4, 0.75


def hand_parts(rest: RestPositions) -> Iterator[Part]:
    """Make the hands.

    Parameters
    ----------
    rest
        The positions of the joints: with fingers (LeftHandIndex1 ...), or up to the hand's end.
    """
    size = body_size(rest)
    for side, x in SIDES:
        if all(name in rest for name in _finger_joints(side)):
            solids = tuple(_hand(rest, size, side))
        else:
            solids = tuple(_mitten(rest, size, side, x))
        yield Part(f"{side}Hand", "skin", solids, 0.31 * size, 0.12 * size)


def _finger_joints(side: str) -> list[str]:
    """Name the joints of a hand's fingers and their ends."""
    ends = ("1", "2", "3", f"3{END}")
    return [f"{side}Hand{finger}{end}" for finger in FINGERS for end in ends]


def _hand(rest: RestPositions, size: float, side: str) -> Iterator[Solid]:
    wrist = rest[f"{side}Hand"]
    chains = {
        finger: np.array([rest[f"{side}Hand{finger}{end}"] for end in ("1", "2", "3", f"3{END}")])
        for finger in FINGERS
    }
    knuckles = np.array([chains[finger][0] for finger in FINGERS[1:]])
    length = _distance(knuckles[1], wrist)
    length += float(np.linalg.norm(np.diff(chains["Middle"], axis=0), axis=-1).sum())
    across = (knuckles[0] - knuckles[-1]) / max(_distance(knuckles[0], knuckles[-1]), 1e-9)
    # The side of the wrist below each finger.
    starts = wrist + across * np.array([[1.5], [0.5], [-0.5], [-1.5]]) * 0.055 * length
    yield from _wrist(rest, size, side)
    for number, (finger, chain) in enumerate(chains.items()):
        radii = np.array(_RADII[finger]) * length
        if number:
            others = np.delete(knuckles, number - 1, 0)
            gap = min(_distance(chain[0], other) for other in others)
            radii = np.clip(radii, None, np.maximum(_MAX_RADIUS * gap, _MIN_RADIUS * radii))
            ends = starts[number - 1], chain[0]
            yield Solid(f"{side}Hand", *ends, (0.075 * length, 0.06 * length))
        else:
            yield Solid(f"{side}Hand", wrist, chain[0], (0.09 * length, 0.075 * length))
            ball = chain[0], _middle(chain[1], knuckles[0], 0.35)
            yield Solid(f"{side}Hand", *ball, (0.085 * length, 0.06 * length))
        for bone in range(3):
            joint, start, end = f"{side}Hand{finger}{bone + 1}", chain[bone], chain[bone + 1]
            if bone == 2:  # the skin ends at the tip
                back = (start - end) / max(_distance(start, end), 1e-9)
                end = end + 0.9 * radii[3] * back
            yield Solid(joint, start, end, (radii[bone], radii[bone + 1]))
    for (start, first), (other, second) in pairwise(zip(starts, knuckles, strict=True)):
        # The palm between two fingers, and the web.
        inner = wrist + 0.95 * ((first + second) / 2 - wrist)
        yield Solid(f"{side}Hand", (start + other) / 2, inner, (0.078 * length, 0.06 * length))
        web = wrist + 0.94 * (np.array([first, second]) - wrist)
        yield Solid(f"{side}Hand", web[0], web[1], (0.058 * length,) * 2)


def _mitten(rest: RestPositions, size: float, side: str, x: float) -> Iterator[Solid]:
    """Make a hand with closed fingers, for joints without fingers."""
    wrist, tip = rest[f"{side}Hand"], rest[f"{side}Hand{END}"]
    along = np.array([x, 0, 0]) * float(np.linalg.norm(tip - wrist))
    front = np.array([0, 0, 1.0]) * size
    yield from _wrist(rest, size, side)
    flat = (1.0, 2.3, 1.0)
    yield Solid(
        f"{side}Hand", wrist + 0.2 * along, wrist + 0.52 * along, (3.1 * size, 4.0 * size), flat
    )
    yield Solid(
        f"{side}Hand",
        wrist + 0.5 * along,
        wrist + 0.86 * along,
        (3.9 * size, 2.9 * size),
        (1, 3, 1),
    )
    thumb = [
        wrist + 0.2 * along + 2.0 * front,
        wrist + 0.42 * along + 4.6 * front,
        wrist + 0.62 * along + 5.6 * front,
    ]
    yield Solid(f"{side}Hand", thumb[0], thumb[1], (1.5 * size, 1.2 * size))
    yield Solid(f"{side}Hand", thumb[1], thumb[2], (1.2 * size, 0.9 * size))


def _wrist(rest: RestPositions, size: float, side: str) -> Iterator[Solid]:
    elbow, wrist = rest[f"{side}ForeArm"], rest[f"{side}Hand"]
    inner = _middle(elbow, wrist, 0.9)
    flat = (1.0, 1.25, 1.0)
    yield Solid(
        f"{side}ForeArm", inner, _middle(elbow, wrist, 0.97), (2.6 * size, 2.5 * size), flat
    )
    yield Solid(f"{side}Hand", wrist, wrist, (2.4 * size,) * 2, flat)


def _middle(
    start: Float[np.ndarray, "3"], end: Float[np.ndarray, "3"], fraction: float
) -> Float[np.ndarray, "3"]:
    return start + fraction * (end - start)


def _distance(first: Float[np.ndarray, "3"], second: Float[np.ndarray, "3"]) -> float:
    return float(np.linalg.norm(first - second))
