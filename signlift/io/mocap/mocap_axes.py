"""In what unit and axes motion capture is, told by the people in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signlift.core.bone_lengths import BONE_LENGTHS, STATURE_FRACTIONS, measure_bone_lengths
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError, problem
from signlift.io.mocap.rig import UNITS

#: A person's usual height in cm, and how far from it, as a factor, a guessed unit may lead.
_STATURE = 170.0
_FACTOR = 1.9

#: Units that are guessed.
_GUESSED = ("m", "cm", "mm", "in", "cmu")


def stature_of(points: NDArray[np.float64]) -> float:
    """The height of a person with joints [T, 26, 3], in their unit; NaN without bones."""
    with np.errstate(all="ignore"):
        lengths = dict(
            zip(BONE_LENGTHS, measure_bone_lengths(points, PANOPTIC26).tolist(), strict=True)
        )
    known = [lengths[name] / part for name, part in STATURE_FRACTIONS.items() if lengths[name] > 0]
    return float(np.median(known)) if known else float("nan")


def guess_unit(path: Path, stature: float) -> float:
    """The unit, in cm, that makes a stature in it a person's; InputError where none does."""
    off = {name: abs(np.log(stature * UNITS[name] / _STATURE)) for name in _GUESSED}
    best = min(off, key=lambda name: off[name])
    if off[best] > np.log(_FACTOR):
        expected = f"people's sizes in {', '.join(_GUESSED)} (or `unit`)"
        found = f"{stature:.4g} units of height"
        raise InputError(problem(path, expected=expected, found=found))
    return UNITS[best]


def guess_up(sources: Sequence[NDArray[np.float64]]) -> str:
    """The axis ("y", "-z", ...) along which trunks and legs of clips [T, 26, 3] stand."""
    total = np.zeros(3)
    for points in sources:
        for top, bottom in (("Neck", "MidHip"), ("LHip", "LAnkle"), ("RHip", "RAnkle")):
            way = points[:, PANOPTIC26.index(top)] - points[:, PANOPTIC26.index(bottom)]
            way = way[np.isfinite(way).all(-1)]
            if len(way):
                total += way.mean(0)
    axis = int(np.argmax(np.abs(total)))
    return ("-" if total[axis] < 0 else "") + "xyz"[axis]


def left_handed(clips: Sequence[NDArray[np.float64]]) -> bool:
    """Whether toes, or noses, of clips [T, 26, 3] point backwards where left is left (y up)."""
    for front, back in (("BigToe", "Ankle"), ("Nose", "Ear")):
        votes = [0, 0]
        for points in clips:
            left = points[:, PANOPTIC26.index("LHip")] - points[:, PANOPTIC26.index("RHip")]
            if front == "Nose":
                left = (
                    points[:, PANOPTIC26.index("LShoulder")]
                    - points[:, PANOPTIC26.index("RShoulder")]
                )
            forward = np.cross(left, [0.0, 1.0, 0.0])
            for side in "LR":
                tip = points[:, PANOPTIC26.index(front if front == "Nose" else side + front)]
                way = ((tip - points[:, PANOPTIC26.index(side + back)]) * forward).sum(-1)
                votes[0] += int((way > 0).sum())
                votes[1] += int((way < 0).sum())
        if sum(votes):
            return votes[1] > 4 * votes[0]
    return False
