"""Guessing of the unit and the axes of motion capture from the people in it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signlift.core.bone_lengths import BONE_LENGTHS, STATURE_FRACTIONS, measure_bone_lengths
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError, problem
from signlift.io.mocap.rig import UNITS

#: Average stature in cm, and largest factor between it and that of a person in a guessed unit.
_AVERAGE_STATURE = 170.0
_MAX_FACTOR = 1.9

#: Units that are guessed.
_GUESSED_UNITS = ("m", "cm", "mm", "in", "cmu")


def estimate_stature(points: NDArray[np.float64]) -> float:
    """Estimate the stature of a person from the bones.

    Parameters
    ----------
    points
        [T, 26, 3] on panoptic26, NaN for missing keypoints.

    Returns
    -------
    Stature in the unit of the points; NaN without bones.
    """
    with np.errstate(all="ignore"):
        lengths = dict(
            zip(BONE_LENGTHS, measure_bone_lengths(points, PANOPTIC26).tolist(), strict=True)
        )
    estimates = [
        lengths[name] / fraction
        for name, fraction in STATURE_FRACTIONS.items()
        if lengths[name] > 0
    ]
    return float(np.median(estimates)) if estimates else float("nan")


def guess_unit(path: Path, stature: float) -> float:
    """Guess the unit in which a stature is most plausible.

    Returns
    -------
    Centimetres in the unit.

    Raises
    ------
    InputError
        The stature is not plausible in any unit.

    Examples
    --------
    >>> guess_unit(Path("walk.npy"), 1.75)
    100.0
    """
    deviation = {
        name: abs(np.log(stature * UNITS[name] / _AVERAGE_STATURE)) for name in _GUESSED_UNITS
    }
    best = min(deviation, key=lambda name: deviation[name])
    if deviation[best] > np.log(_MAX_FACTOR):
        expected = f"the size of people in {', '.join(_GUESSED_UNITS)} (or `unit`)"
        found = f"a stature of {stature:.4g} units"
        raise InputError(problem(path, expected=expected, found=found))
    return UNITS[best]


def guess_up(clips: Sequence[NDArray[np.float64]]) -> str:
    """Guess the axis that points up: "y", "-z", ...

    Parameters
    ----------
    clips
        [T, 26, 3] each on panoptic26. The axis is that along which trunks and legs stand.
    """
    total = np.zeros(3)
    for points in clips:
        for top, bottom in (("Neck", "MidHip"), ("LHip", "LAnkle"), ("RHip", "RAnkle")):
            upward = points[:, PANOPTIC26.index(top)] - points[:, PANOPTIC26.index(bottom)]
            upward = upward[np.isfinite(upward).all(-1)]
            if len(upward):
                total += upward.mean(0)
    axis = int(np.argmax(np.abs(total)))
    return ("-" if total[axis] < 0 else "") + "xyz"[axis]


def is_left_handed(clips: Sequence[NDArray[np.float64]]) -> bool:
    """Recognise left-handed axes by toes, or else noses, that point backwards.

    Parameters
    ----------
    clips
        [T, 26, 3] each on panoptic26, y up.
    """
    for front, back in (("BigToe", "Ankle"), ("Nose", "Ear")):
        votes = [0, 0]  # forwards, backwards
        for points in clips:
            pair = "Shoulder" if front == "Nose" else "Hip"
            left = points[:, PANOPTIC26.index(f"L{pair}")] - points[:, PANOPTIC26.index(f"R{pair}")]
            forward = np.cross(left, [0.0, 1.0, 0.0])
            for side in "LR":
                tip = points[:, PANOPTIC26.index(front if front == "Nose" else side + front)]
                direction = tip - points[:, PANOPTIC26.index(side + back)]
                projection = (direction * forward).sum(-1)
                votes[0] += int((projection > 0).sum())
                votes[1] += int((projection < 0).sum())
        if sum(votes):
            return votes[1] > 4 * votes[0]
    return False
