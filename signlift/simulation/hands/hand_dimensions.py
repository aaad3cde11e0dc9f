"""Dimensions of a hand, drawn at random around published measurements.

Sources
-------
The means are those of `signlift.core.hand_proportions`. The standard deviations are our own
choices: they also cover that sources of keypoints place the wrist, the base of the thumb and the
tips in different places.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.core.hand_proportions import FINGER_BONES, HAND_LENGTH, KNUCKLES
from signlift.utils.array_types import Float

_SPREAD = np.array([0.0, 0.07, 0.01, -0.06, -0.14])
_TILT = np.array([0.0, -0.06, 0.0, 0.05, 0.1])

#: Mean of the logarithm of the factors of bones between the joints of rigs and detectors.
_JOINT_SHIFT = np.array([0.0, 0.08, 0.05])

#: Draws are clipped to this many standard deviations.
_MAX_DEVIATION = 2.2


@dataclass(frozen=True, eq=False)
class HandDimensions:
    """Dimensions of a hand in hand lengths: from the wrist to the tip of the middle finger.

    Parameters
    ----------
    knuckles
        [5, 3], positions of the base of the thumb and of the knuckles relative to the wrist:
        along the hand, towards the thumb's side, out of the palm.
    bones
        [5, 3], lengths of the bones beyond them, from the palm to the tip.
    spread
        [5], directions of the stretched fingers in radians, towards the thumb's side; the thumb's
        is 0.
    tilt
        [5], sines of the angles between the planes in which the fingers bend and the normal of
        the palm: above 0 for tips that move to the thumb's side. For the thumb a difference from
        the usual plane.
    """

    knuckles: Float[np.ndarray, "5 3"]
    bones: Float[np.ndarray, "5 3"]
    spread: Float[np.ndarray, "5"]
    tilt: Float[np.ndarray, "5"]


def average_hand() -> HandDimensions:
    """Return the average hand.

    Examples
    --------
    >>> hand = average_hand()
    >>> round(float(np.linalg.norm(hand.knuckles[2]) + hand.bones[2].sum()), 3)
    1.0
    """
    return HandDimensions(KNUCKLES / HAND_LENGTH, FINGER_BONES / HAND_LENGTH, _SPREAD, _TILT)


def draw_hand(rng: np.random.Generator) -> HandDimensions:
    """Draw a hand, and where a source of keypoints has its joints.

    Parameters
    ----------
    rng
        The random generator.
    """
    draws = _normal(rng, 8)
    knuckles, bones = KNUCKLES.copy(), FINGER_BONES.copy()
    # The palm: its length, its width, and where a source has the wrist.
    knuckles[1:, 0] += 0.005 * draws[0]
    knuckles[1:] *= np.exp([0.05 * draws[1], 0.10 * draws[2], 0.3 * draws[3]])
    knuckles[1:] += 0.0022 * _normal(rng, (4, 3))
    # The base of the thumb is at the wrist in some sources, half-way to its next joint in others.
    knuckles[0] += [0.010 * draws[4], 0.004 * draws[5], 0.006 * draws[6]]
    bones[0, 0] -= 0.006 * draws[4]
    bones *= np.exp(0.05 * draws[7])
    bones *= np.exp(
        0.05 * _normal(rng, (5, 1)) + 0.04 * _normal(rng, 3) + 0.03 * _normal(rng, (5, 3))
    )
    bones[:, 2] *= np.exp(0.10 * _normal(rng, 1) + 0.05 * _normal(rng, 5))
    length = np.linalg.norm(knuckles[2]) + bones[2].sum()
    spread = _SPREAD * np.exp(0.25 * _normal(rng, 1)) + np.array([0.0, *(0.03 * _normal(rng, 4))])
    tilt = _TILT + np.array([0.3, *([0.1] * 4)]) * _normal(rng, 5)
    return HandDimensions(knuckles / length, bones / length, spread, tilt)


def _normal(rng: np.random.Generator, shape: int | tuple[int, ...]) -> Float[np.ndarray, "*shape"]:
    return np.clip(rng.standard_normal(shape), -_MAX_DEVIATION, _MAX_DEVIATION)
