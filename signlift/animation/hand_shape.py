"""The shape of a person's hands: a rigid palm, and the bones of the fingers.

Both hands of a person have one shape, that of a left hand.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.animation.finger_rotations import REST_AXES, rest_frame
from signlift.animation.hand_points import MIRROR, HandPoints
from signlift.animation.palms import fit_palms
from signlift.animation.rest_pose import Offset, weighted_medians
from signlift.core.hand_proportions import FINGER_BONES, HAND_LENGTH, KNUCKLES
from signlift.core.hands import FINGERS
from signlift.geometry.rotations import unit_vectors
from signlift.utils.array_types import Bool, Float

#: Rounds of fitting palms to the shape, and the shape to the palms.
_ROUNDS = 4

#: The number of frames that the shape is measured in, evenly spread over the recording.
_MAX_FRAMES = 3000

#: Limits of the size of a person's hand relative to one that goes with the forearm.
_SCALES = (0.4, 2.5)

#: Limits of measured lengths relative to those of an average hand of the person's size: others
#: are errors of detection.
_RATIOS = (0.5, 1.8)

#: The maximum distance of a palm's point from that of the average palm, relative to the palm's
#: length. Sources of keypoints place the base of the thumb differently.
_MAX_DEVIATION = 0.5

#: The length of a hand from the wrist to the tip of the middle finger, as a fraction of the
#: forearm: 0.108 and 0.146 of stature (R. Drillis and R. Contini, Body segment parameters, 1966).
_HAND_OF_FOREARM = 0.108 / 0.146


@dataclass(frozen=True, eq=False)
class HandShape:
    """The shape of a person's left hand; the right one is its mirror image.

    Frame of a hand: x along it, y towards the thumb's side, z out of the palm; the wrist is at 0.

    Attributes
    ----------
    palm
        [5, 3] in cm, the base of the thumb and the knuckles.
    bones
        [5, 3] in cm, the lengths of the bones of each finger, from the palm to the tip.
    measured
        The names of the lengths that were observed.
    """

    palm: Float[np.ndarray, "5 3"]
    bones: Float[np.ndarray, "5 3"]
    measured: tuple[str, ...] = ()

    @property
    def lengths(self) -> dict[str, float]:
        """The bone lengths in cm by name: from the wrist to each finger, and within it."""
        palm = np.linalg.norm(self.palm, axis=1)
        names = [finger.lower() for finger in FINGERS]
        lengths = {f"palm_{name}": float(length) for name, length in zip(names, palm, strict=True)}
        for name, bones in zip(names, self.bones, strict=True):
            lengths |= {f"{name}{number}": float(bone) for number, bone in enumerate(bones, 1)}
        return lengths


def finger_offsets(shape: HandShape) -> dict[str, tuple[Offset, ...]]:
    """Return the offsets of the joints of the fingers in the rest pose.

    Returns
    -------
    By finger (LeftHandThumb, RightHandIndex): the offsets in cm of its three joints and of its
    tip, each relative to the one before, in the animation frame. Palms are down, fingers straight
    along the arm, and the thumb points forward by 45 degrees.
    """
    offsets = {}
    for side, mirror in (("Left", np.ones(3)), ("Right", MIRROR)):
        for finger, name in enumerate(FINGERS):
            bones = shape.bones[finger][:, None] * rest_frame(finger)[:, 0]
            local = np.concatenate([shape.palm[finger][None], bones]) @ REST_AXES.T * mirror
            offsets[f"{side}Hand{name}"] = tuple((x, y, z) for x, y, z in local.tolist())
    return offsets


def average_hand_shape(forearm: float) -> HandShape:
    """Return an average hand in proportion to a forearm.

    Examples
    --------
    >>> average_hand_shape(25.0).bones[1].round(1)
    array([4. , 2.3, 2. ])
    """
    scale = _HAND_OF_FOREARM * forearm / HAND_LENGTH
    return HandShape(KNUCKLES * scale, FINGER_BONES * scale)


def measure_hands(hands: HandPoints, forearm: float) -> HandShape:
    """Measure the shape of a person's hands.

    Parameters
    ----------
    hands
        Both hands in cm, as left hands.
    forearm
        The length of the forearm in cm, from which the size follows where no hand is observed.

    Returns
    -------
    The lengths of bones are weighted medians over all frames of both hands. Bones that point at the
    camera, whose length is mostly depth, count less. The palm is the one that fits all frames best:
    its points are medians in the axes of the palm. What was never observed is that of an average
    hand of the same size.
    """
    if len(hands.points) > _MAX_FRAMES:
        numbers = np.linspace(0, len(hands.points) - 1, _MAX_FRAMES).astype(int)
        hands = hands.select(numbers)
    average = average_hand_shape(forearm)
    palm, bones = _measure_lengths(hands)
    expected = np.concatenate([np.linalg.norm(average.palm, axis=1)[:, None], average.bones], 1)
    measured = np.concatenate([palm[:, None], bones], 1)
    ratios = measured / expected
    scale = float(np.nanmedian(ratios)) if np.isfinite(ratios).any() else np.nan
    if not _SCALES[0] < scale < _SCALES[1]:
        return average
    plausible = (ratios > _RATIOS[0] * scale) & (ratios < _RATIOS[1] * scale)
    lengths = np.where(plausible, measured, expected * scale)
    start = average.palm / expected[:, :1] * lengths[:, :1]
    points = _measure_palm(hands, start, lengths[:, 0], plausible[:, 0])
    shape = HandShape(points, lengths[:, 1:])
    names = np.array(list(shape.lengths)).copy()
    observed = np.concatenate([plausible[:, 0], plausible[:, 1:].ravel()])
    return HandShape(points, lengths[:, 1:], tuple(names[observed].tolist()))


def _measure_lengths(
    hands: HandPoints,
) -> tuple[Float[np.ndarray, "5"], Float[np.ndarray, "5 3"]]:
    """Measure the distances from the wrist to the palm's points, and the bones of the fingers."""
    fingers = hands.points[:, :, 1:].reshape(-1, 5, 4, 3)
    weights = hands.weights[:, :, 1:].reshape(-1, 5, 4)
    root = hands.points[:, :, 0].reshape(-1, 1, 3)
    root_weights = hands.weights[:, :, 0].reshape(-1, 1)
    vectors = np.concatenate([fingers[:, :, :1] - root[:, None], np.diff(fingers, axis=2)], 2)
    counts = np.concatenate(
        [
            np.minimum(weights[..., :1], root_weights[..., None]),
            np.minimum(weights[..., 1:], weights[..., :-1]),
        ],
        -1,
    )
    lengths = np.sqrt((vectors**2).sum(-1))
    in_image = (vectors[..., :2] ** 2).sum(-1) / np.where(lengths > 0, lengths, np.nan) ** 2
    counts = counts * (0.05 + np.nan_to_num(in_image))
    medians = weighted_medians(lengths.reshape(-1, 20), counts.reshape(-1, 20)).reshape(5, 4)
    medians = np.where(medians > 0, medians, np.nan)
    return medians[:, 0], medians[:, 1:]


def _measure_palm(
    hands: HandPoints,
    start: Float[np.ndarray, "5 3"],
    lengths: Float[np.ndarray, "5"],
    observed: Bool[np.ndarray, "5"],
) -> Float[np.ndarray, "5 3"]:
    """Fit one rigid palm to all frames, beginning with the palm `start`."""
    palm = start @ _palm_axes(start)
    points, weights = hands.points[:, :, 1::4], hands.weights[:, :, 1::4]
    for _ in range(_ROUNDS):
        axes = fit_palms(hands, palm)
        local = np.einsum("thji,thkj->thki", axes, points - hands.points[:, :, :1])
        counts = np.repeat(weights.reshape(-1, 5), 3, 1)
        places = weighted_medians(local.reshape(-1, 15), counts).reshape(5, 3)
        fitted = np.where(observed[:, None], lengths[:, None] * unit_vectors(places), palm)
        # Knuckles far from where people have them are errors of detection.
        away = np.linalg.norm(fitted - start, axis=1)
        fitted = np.where((away < _MAX_DEVIATION * lengths[2])[:, None], fitted, start)
        aligned = fitted @ _palm_axes(fitted)
        if not np.isfinite(aligned).all():  # the knuckles are at one place, or on a line
            break
        palm = aligned
    return palm


def _palm_axes(palm: Float[np.ndarray, "5 3"]) -> Float[np.ndarray, "3 3"]:
    """Compute the axes of a palm as columns: along it, to the thumb, out of it."""
    along = unit_vectors(palm[1:].mean(0))
    across = palm[1] - palm[4]
    across = unit_vectors(across - (across @ along) * along)
    return np.stack([along, across, np.cross(along, across)], -1)
