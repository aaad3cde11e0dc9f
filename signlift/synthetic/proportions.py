"""How long the parts of a body are, drawn at random around published measurements.

Sources
-------
Segment lengths as fractions of stature: R. Drillis and R. Contini, Body Segment Parameters,
New York University Technical Report 1166.03, 1966, as reproduced in D. A. Winter, Biomechanics
and Motor Control of Human Movement, chapter 4. They run between landmarks on the skin; keypoint
detectors mark joint centres, which lie further in at the shoulders and hips, and there the
fractions are smaller: the trunk ends below Winter's shoulder, and the upper arm lies between his
0.186 and the 0.162 of P. de Leva, Adjustments to Zatsiorsky-Seluyanov's segment inertia
parameters, Journal of Biomechanics 29, 1996, which is measured between joint centres.
The widths of the shoulders and the hips, the trunk and the neck are our own, set so that the
joints add up to the stature.
Stature: C. C. Gordon et al., 2012 Anthropometric Survey of U.S. Army Personnel (ANSUR II), 2014.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

#: Mean and standard deviation of stature in metres: women, men.
STATURE = ((1.63, 0.065), (1.755, 0.069))


@dataclass(frozen=True)
class Proportions:
    """Lengths of a body in metres.

    Parameters
    ----------
    stature
        Height of the person who stands upright.
    trunk
        From the middle of the hips to the middle of the shoulders.
    shoulders, hips
        From the left joint centre to the right one.
    upper_arm, forearm, hand
        From shoulder to elbow to wrist to the tip of the middle finger.
    thigh, shank, foot_height, foot
        From hip to knee to ankle, the ankle above the floor, from heel to big toe.
    neck
        From the middle of the shoulders to the joint on which the head turns.
    head
        From chin to the top of the head; the face goes by it.
    """

    stature: float
    trunk: float
    shoulders: float
    hips: float
    upper_arm: float
    forearm: float
    hand: float
    thigh: float
    shank: float
    foot_height: float
    foot: float
    neck: float
    head: float

    @property
    def arm(self) -> float:
        """From shoulder to wrist with the elbow straight."""
        return self.upper_arm + self.forearm

    @property
    def leg(self) -> float:
        """From hip to ankle with the knee straight."""
        return self.thigh + self.shank


#: Fractions of stature.
FRACTIONS = {
    "trunk": 0.280,
    "shoulders": 0.225,
    "hips": 0.108,
    "upper_arm": 0.172,
    "forearm": 0.146,
    "hand": 0.108,
    "thigh": 0.245,
    "shank": 0.246,
    "foot_height": 0.039,
    "foot": 0.152,
    "neck": 0.100,
    "head": 0.130,
}

# Lengths that vary together: people have long limbs, or a broad build, or a large head.
_GROUPS = (
    ("upper_arm", "forearm", "hand", "thigh", "shank", "foot"),
    ("shoulders", "hips", "foot_height"),
    ("head", "neck"),
    ("trunk",),
)
_GROUP_SPREAD = 0.03
_OWN_SPREAD = 0.02


def average_proportions(stature: float = 1.7) -> Proportions:
    """The mean body of a stature in metres."""
    return Proportions(stature, **{name: part * stature for name, part in FRACTIONS.items()})


def draw_proportions(rng: np.random.Generator) -> Proportions:
    """Draw a body: a woman's or a man's stature, and lengths around the mean for it.

    Each length is its fraction of stature times two log-normal factors, one that it shares with
    its group (3 %) and one of its own (2 %). Nothing strays further than 2.5 standard deviations.
    """
    mean, spread = STATURE[int(rng.integers(len(STATURE)))]
    draws = np.clip(rng.standard_normal(1 + len(_GROUPS) + len(FRACTIONS)), -2.5, 2.5)
    body = average_proportions(float(mean + spread * draws[0]))
    shared = {name: draws[1 + i] for i, group in enumerate(_GROUPS) for name in group}
    lengths = {
        field.name: getattr(body, field.name)
        * float(np.exp(_GROUP_SPREAD * shared[field.name] + _OWN_SPREAD * own))
        for field, own in zip(fields(body)[1:], draws[1 + len(_GROUPS) :], strict=True)
    }
    return Proportions(body.stature, **lengths)
