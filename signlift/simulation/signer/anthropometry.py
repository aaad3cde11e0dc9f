"""Body dimensions, drawn at random around published measurements.

Sources
-------
Mean lengths as fractions of stature: R. Drillis and R. Contini, Body Segment Parameters, New York
University Technical Report 1166.03, 1966, as reproduced in D. A. Winter, Biomechanics and Motor
Control of Human Movement, chapter 4. They are measured between landmarks on the skin; keypoint
detectors mark joint centres, which are further inside at the shoulders and hips, and there the
fractions are smaller: the trunk ends below Winter's shoulder, and the upper arm is between his
0.186 and the 0.162 of P. de Leva, Adjustments to Zatsiorsky-Seluyanov's segment inertia parameters,
Journal of Biomechanics 29, 1996, which is measured between joint centres.
Stature: C. C. Gordon et al., 2012 Anthropometric Survey of U.S. Army Personnel: Methods and
Summary Statistics (ANSUR II), Natick/TR-15/007, 2014.
Correlations of lengths: 32 consecutive men of ANSUR II's public file. As fractions of stature,
their upper arms (acromion-radiale), forearms (radiale-stylion), biacromial breadths and sitting
heights have standard deviations of 3.2, 4.2, 3.7 and 3.1 %. Long upper arms go with long forearms
(0.57) and both with a short trunk (-0.59, -0.54); the shoulders are independent (-0.01 to 0.28).

Our own choices: the widths of the hips and the face, the neck and the nose, set so that the joints
add up to the stature; the standard deviations that are not given above; the differences between
women's and men's shoulders and hips; and all of `draw_joint_definitions`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from signlift.core.bone_lengths import STATURE_FRACTIONS

#: Mean and standard deviation of stature in metres: women, men.
STATURE = ((1.63, 0.065), (1.755, 0.069))

#: Draws are clipped to this many standard deviations.
MAX_DEVIATION = 2.5


@dataclass(frozen=True)
class BodyDimensions:
    """Lengths of a body in metres.

    Parameters
    ----------
    stature
        Height of the person standing upright.
    trunk
        From the middle of the hips to the middle of the shoulders.
    shoulders, hips
        From the left joint centre to the right one.
    upper_arm, forearm, hand
        From shoulder to elbow, to wrist, to the tip of the middle finger.
    thigh, shank, foot_height, foot
        From hip to knee, to ankle; the ankle above the floor; from heel to big toe.
    neck
        Height of the joint about which the head rotates above the middle of the shoulders.
    head
        From chin to the top of the head; the heights of eyes and ears are proportional to it.
    nose, nose_height
        Position of the nose in front of and above the joint about which the head rotates.
    face
        From ear to ear; the distance of the eyes is proportional to it.
    neck_forward
        Distance of the joint about which the head rotates before the middle of the shoulders.
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
    neck_forward: float = 0.0

    @property
    def arm(self) -> float:
        """From shoulder to wrist with a straight elbow."""
        return self.upper_arm + self.forearm

    @property
    def leg(self) -> float:
        """From hip to ankle with a straight knee."""
        return self.thigh + self.shank


#: Mean dimensions as fractions of stature.
MEAN_FRACTIONS = {
    "trunk": STATURE_FRACTIONS["torso"],
    "shoulders": STATURE_FRACTIONS["shoulders"],
    "hips": STATURE_FRACTIONS["hips"],
    "upper_arm": STATURE_FRACTIONS["upper_arm"],
    "forearm": STATURE_FRACTIONS["forearm"],
    "hand": 0.108,
    "thigh": STATURE_FRACTIONS["thigh"],
    "shank": STATURE_FRACTIONS["shank"],
    "foot_height": 0.039,
    "foot": 0.152,
    "neck": 0.100,
    "head": 0.130,
    "nose": 0.068,
    "nose_height": 0.017,
    "face": 0.086,
}

# Standard deviations of the logarithm of each fraction: common to the length of the limbs, common
# to the breadth of the build, and independent. The first two give the correlations above.
_DEVIATIONS = {
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
# Factors of women's and men's shoulders and hips relative to the mean of both.
_SEX_FACTORS = ({"shoulders": 0.975, "hips": 1.04}, {"shoulders": 1.025, "hips": 0.96})

# Joint definitions of other sources: mean, standard deviation, minimum and maximum of the factor of
# each length.
_DEFINITIONS = {
    "trunk": (0.97, 0.10, 0.74, 1.18),
    "shoulders": (0.96, 0.08, 0.78, 1.14),
    "hips": (1.05, 0.18, 0.65, 1.55),
    "hand": (1.00, 0.06, 0.85, 1.15),
    "neck": (1.02, 0.08, 0.82, 1.22),
    "head": (1.00, 0.07, 0.82, 1.18),
    "nose": (1.08, 0.18, 0.65, 1.50),
    "face": (1.00, 0.12, 0.70, 1.30),
}
_ARM_FACTOR = (1.0, 0.05, 0.88, 1.12)
# Of the forearm relative to the upper arm: between joint centres they are nearly equal (de Leva).
_FOREARM_FACTOR = (1.12, 0.12, 0.80, 1.44)
_NOSE_SHIFT = 0.012  # statures
# How far the head is before the shoulders, in statures: a forward head has its ears several
# centimetres before the shoulder joint, an upright one above it, and sources differ in that joint.
_NECK_FORWARD = (0.012, 0.014)


def average_dimensions(stature: float = 1.7) -> BodyDimensions:
    """Return the mean body of a stature in metres.

    Examples
    --------
    >>> round(average_dimensions(2.0).forearm, 3)
    0.292
    """
    lengths = {name: fraction * stature for name, fraction in MEAN_FRACTIONS.items()}
    return BodyDimensions(stature, **lengths)


def draw_dimensions(rng: np.random.Generator, *, definitions: bool = False) -> BodyDimensions:
    """Draw a body: the stature of a woman or a man, and lengths around the mean for it.

    Each length is its fraction of stature times log-normal factors that have the standard
    deviations and the correlations of measured people (see the module's docstring).

    Parameters
    ----------
    rng
        The random generator.
    definitions
        Also draw the definition of the joints (see `draw_joint_definitions`).
    """
    sex = int(rng.integers(len(STATURE)))
    mean, deviation = STATURE[sex]
    draws = rng.standard_normal(3 + len(MEAN_FRACTIONS))
    draws = np.clip(draws, -MAX_DEVIATION, MAX_DEVIATION)
    average = average_dimensions(float(mean + deviation * draws[0]))
    limbs, build = draws[1:3]
    lengths = {}
    for name, individual in zip(MEAN_FRACTIONS, draws[3:], strict=True):
        by_limbs, by_build, by_individual = _DEVIATIONS[name]
        factor = np.exp(by_limbs * limbs + by_build * build + by_individual * individual)
        lengths[name] = getattr(average, name) * float(factor) * _SEX_FACTORS[sex].get(name, 1.0)
    body = BodyDimensions(average.stature, **lengths)
    return draw_joint_definitions(rng, body) if definitions else body


def draw_joint_definitions(rng: np.random.Generator, body: BodyDimensions) -> BodyDimensions:
    """Draw the joint positions that a detector or a motion capture system defines for a body.

    A hip may be the joint, the crest of the pelvis or the top of the leg. The definitions of a
    shoulder, neck, wrist or nose differ likewise between sources, by more than bodies do. A model
    for all of them has to be trained on all of them. The ranges are our own.

    Parameters
    ----------
    rng
        The random generator.
    body
        The body with joints at their anatomical centres.

    Returns
    -------
    BodyDimensions
        The trunk is 0.74 to 1.18 times as long, the shoulders are 0.82 to 1.18 times as wide, and
        so on; the elbow moves between forearm and upper arm.
    """
    draws = rng.standard_normal(len(_DEFINITIONS) + 4)
    draws = np.clip(draws, -MAX_DEVIATION, MAX_DEVIATION)
    lengths = {
        name: getattr(body, name) * _factor(distribution, draw)
        for (name, distribution), draw in zip(_DEFINITIONS.items(), draws[4:], strict=True)
    }
    arm = body.arm * _factor(_ARM_FACTOR, draws[0])
    ratio = body.forearm / body.upper_arm * _factor(_FOREARM_FACTOR, draws[1])
    return replace(
        body,
        **lengths,
        upper_arm=arm / (1 + ratio),
        forearm=arm * ratio / (1 + ratio),
        nose_height=body.nose_height + _NOSE_SHIFT * body.stature * float(draws[2]),
        neck_forward=(_NECK_FORWARD[0] + _NECK_FORWARD[1] * float(draws[3])) * body.stature,
    )


def _factor(distribution: tuple[float, float, float, float], draw: float) -> float:
    mean, deviation, minimum, maximum = distribution
    return float(min(max(mean + deviation * draw, minimum), maximum))
