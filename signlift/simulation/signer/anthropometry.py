"""How long the parts of a body are, drawn at random around published measurements.

Sources
-------
Mean lengths as fractions of stature: R. Drillis and R. Contini, Body Segment Parameters, New York
University Technical Report 1166.03, 1966, as reproduced in D. A. Winter, Biomechanics and Motor
Control of Human Movement, chapter 4. They run between landmarks on the skin; keypoint detectors
mark joint centres, which lie further in at the shoulders and hips, and there the fractions are
smaller: the trunk ends below Winter's shoulder, and the upper arm lies between his 0.186 and the
0.162 of P. de Leva, Adjustments to Zatsiorsky-Seluyanov's segment inertia parameters, Journal of
Biomechanics 29, 1996, which is measured between joint centres.
Stature: C. C. Gordon et al., 2012 Anthropometric Survey of U.S. Army Personnel: Methods and
Summary Statistics (ANSUR II), Natick/TR-15/007, 2014.
How the lengths vary together: 32 consecutive men of ANSUR II's public file. As fractions of
stature, their upper arms (acromion-radiale), forearms (radiale-stylion), biacromial breadths and
sitting heights spread by 3.2, 4.2, 3.7 and 3.1 %. Long upper arms go with long forearms (0.57) and
both with a short trunk (-0.59, -0.54); the shoulders go by themselves (-0.01 to 0.28).

Our own choices: the widths of the hips and the face, the neck and the nose, set so that the joints
add up to the stature; the spread of what is not named above; how women's shoulders and hips differ
from men's; and all of `draw_definitions`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from signlift.core.bone_lengths import STATURE_FRACTIONS as JOINTS

#: Mean and standard deviation of stature in metres: women, men.
STATURE = ((1.63, 0.065), (1.755, 0.069))

#: Nothing that is drawn strays further from its mean than so many standard deviations.
FURTHEST = 2.5


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
        From chin to the top of the head; the heights of the eyes and ears go by it.
    nose, nose_height
        How far the nose lies ahead of the joint on which the head turns, and above it.
    face
        From ear to ear; the distance of the eyes goes by it.
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
    nose: float
    nose_height: float
    face: float

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
    "trunk": JOINTS["torso"],
    "shoulders": JOINTS["shoulders"],
    "hips": JOINTS["hips"],
    "upper_arm": JOINTS["upper_arm"],
    "forearm": JOINTS["forearm"],
    "hand": 0.108,
    "thigh": JOINTS["thigh"],
    "shank": JOINTS["shank"],
    "foot_height": 0.039,
    "foot": 0.152,
    "neck": 0.100,
    "head": 0.130,
    "nose": 0.068,
    "nose_height": 0.017,
    "face": 0.086,
}

# How the logarithm of each fraction spreads: with the length of the limbs, with the breadth of
# the build, and on its own. The first two reproduce the correlations above.
_SPREAD = {
    "trunk": (-0.026, 0.0, 0.031),
    "shoulders": (0.003, 0.020, 0.030),
    "hips": (0.0, 0.030, 0.040),
    "upper_arm": (0.028, 0.0, 0.016),
    "forearm": (0.028, 0.0, 0.031),
    "hand": (0.022, 0.005, 0.025),
    "thigh": (0.020, 0.0, 0.020),
    "shank": (0.022, 0.0, 0.020),
    "foot_height": (0.0, 0.0, 0.030),
    "foot": (0.018, 0.008, 0.025),
    "neck": (0.0, 0.0, 0.050),
    "head": (0.0, 0.012, 0.035),
    "nose": (0.0, 0.0, 0.060),
    "nose_height": (0.0, 0.0, 0.100),
    "face": (0.0, 0.015, 0.040),
}
# Women's and men's shoulders and hips against the mean of both.
_BUILD = ({"shoulders": 0.975, "hips": 1.04}, {"shoulders": 1.025, "hips": 0.96})

# Where other sources of keypoints put joints: mean and standard deviation of each length's
# factor, and the least and most of it.
_DEFINITIONS = {
    "trunk": (0.97, 0.10, 0.74, 1.18),
    "shoulders": (1.00, 0.08, 0.82, 1.18),
    "hips": (1.05, 0.18, 0.65, 1.55),
    "hand": (1.00, 0.06, 0.85, 1.15),
    "neck": (1.02, 0.08, 0.82, 1.22),
    "head": (1.00, 0.07, 0.82, 1.18),
    "nose": (1.08, 0.18, 0.65, 1.50),
    "face": (1.00, 0.12, 0.70, 1.30),
}
_ARM_FACTOR = (1.0, 0.05, 0.88, 1.12)
# Of the forearm against the upper arm: between joint centres the two are nearly alike (de Leva).
_FOREARM_FACTOR = (1.04, 0.10, 0.76, 1.26)
_NOSE_SHIFT = 0.012  # statures


def average_proportions(stature: float = 1.7) -> Proportions:
    """The mean body of a stature in metres."""
    return Proportions(stature, **{name: part * stature for name, part in FRACTIONS.items()})


def draw_proportions(rng: np.random.Generator, *, definitions: bool = False) -> Proportions:
    """Draw a body: a woman's or a man's stature, and lengths around the mean for it.

    Each length is its fraction of stature times log-normal factors that have the spread and the
    correlations of measured people (see the module's text).

    Parameters
    ----------
    rng
        The source of chance.
    definitions
        Also draw where the joints are said to be (see `draw_definitions`).
    """
    sex = int(rng.integers(len(STATURE)))
    mean, spread = STATURE[sex]
    draws = np.clip(rng.standard_normal(3 + len(FRACTIONS)), -FURTHEST, FURTHEST)
    body = average_proportions(float(mean + spread * draws[0]))
    limbs, build = draws[1:3]
    lengths = {}
    for part, own in zip(fields(body)[1:], draws[3:], strict=True):
        name = part.name
        by_limbs, by_build, by_itself = _SPREAD[name]
        factor = float(np.exp(by_limbs * limbs + by_build * build + by_itself * own))
        lengths[name] = getattr(body, name) * factor * _BUILD[sex].get(name, 1.0)
    drawn = Proportions(body.stature, **lengths)
    return draw_definitions(rng, drawn) if definitions else drawn


def draw_definitions(rng: np.random.Generator, body: Proportions) -> Proportions:
    """Draw where a detector or a motion capture system puts the joints of a body.

    What is called a hip may be the joint, the crest of the pelvis or the top of the leg; a
    shoulder, neck, wrist or nose differs likewise from source to source, by more than bodies
    do. A model that is to work on any of them has to see all of them. The ranges are our own.

    Parameters
    ----------
    rng
        The source of chance.
    body
        The body with joints at their anatomical centres.

    Returns
    -------
    A body whose trunk is 0.74 to 1.18 times as long, shoulders 0.82 to 1.18 times as wide, and
    so on; the forearm may gain length from the upper arm or lose to it.
    """
    draws = np.clip(rng.standard_normal(len(_DEFINITIONS) + 3), -FURTHEST, FURTHEST)
    lengths = {
        name: getattr(body, name) * _factor(limits, draw)
        for (name, limits), draw in zip(_DEFINITIONS.items(), draws[3:], strict=True)
    }
    arm = body.arm * _factor(_ARM_FACTOR, draws[0])
    ratio = body.forearm / body.upper_arm * _factor(_FOREARM_FACTOR, draws[1])
    return replace(
        body,
        **lengths,
        upper_arm=arm / (1 + ratio),
        forearm=arm * ratio / (1 + ratio),
        nose_height=body.nose_height + _NOSE_SHIFT * body.stature * float(draws[2]),
    )


def _factor(limits: tuple[float, float, float, float], draw: float) -> float:
    mean, spread, least, most = limits
    return float(min(max(mean + spread * draw, least), most))
