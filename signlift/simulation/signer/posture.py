"""Posture: pose and motion of the trunk, the neck and the head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.simulation.signer.anthropometry import BodyDimensions
from signlift.simulation.signer.movements import (
    Movements,
    draw_sway,
    evaluate_movements,
    schedule_movements,
)
from signlift.simulation.signer.signing_style import SigningStyle
from signlift.utils.array_types import Float

# Standard deviations in degrees of turn, nod and tilt between postures, and of a shake or nod of
# the head.
_CHEST = np.array([6.0, 3.0, 2.2])
_NECK = np.array([3.0, 4.0, 3.0])
_HEAD = np.array([9.0, 5.0, 4.0])
_BEAT = np.array([7.0, 5.0, 0.0])

# Mean and standard deviation over people of their constant posture, in degrees.
_CHEST_OFFSET = (np.array([0.0, -2.5, 0.0]), np.array([5.0, 3.7, 1.3]))
_NECK_OFFSET = (np.array([0.0, 9.0, 0.0]), np.array([1.0, 5.0, 1.5]))
_HEAD_OFFSET = (np.array([0.0, -4.0, 0.0]), np.array([4.0, 6.0, 2.0]))

# Maximum turn, nod and tilt of the chest and the head, in degrees.
_CHEST_LIMITS, _HEAD_LIMITS = np.array([50.0, 40.0, 22.0]), np.array([55.0, 40.0, 28.0])

#: Fraction of people with large trunk motion, as actors have.
_LARGE_MOTION = 0.12
_SHRUG = 0.022  # statures

#: Draws are clipped to this many standard deviations.
_MAX_DEVIATION = 2.2


@dataclass(frozen=True, eq=False)
class Posture:
    """Posture over T frames; angles are turn, nod and tilt in radians (see `body.Pose`).

    Parameters
    ----------
    shift
        [T, 3], displacement of the hips in metres.
    pelvis, chest
        [T, 3], angles relative to the world.
    neck, head
        [T, 3], angles of the neck relative to the chest, and of the head relative to the neck.
    shrug
        [T], rise of both shoulders in metres.
    """

    shift: Float[np.ndarray, "T 3"]
    pelvis: Float[np.ndarray, "T 3"]
    chest: Float[np.ndarray, "T 3"]
    neck: Float[np.ndarray, "T 3"]
    head: Float[np.ndarray, "T 3"]
    shrug: Float[np.ndarray, " T"]


def draw_posture(
    rng: np.random.Generator,
    style: SigningStyle,
    body: BodyDimensions,
    times: Float[np.ndarray, " T"],
) -> Posture:
    """Draw the posture of a person over time.

    Parameters
    ----------
    rng
        The random generator.
    style
        The signing style.
    body
        The body dimensions.
    times
        [T] in seconds.
    """
    mobility = style.trunk_mobility * (2.5 if rng.random() < _LARGE_MOTION else 1.0)
    # The fourth column is for the shoulders, which rise in some of the postures.
    chest_deviation = np.append(np.radians(_CHEST) * mobility, 1.0)
    neck_deviation, head_deviation = np.radians(_NECK), np.radians(_HEAD)
    chest = draw_posture_changes(rng, times, chest_deviation, duration=1.6)
    shrug = _SHRUG * body.stature * np.logaddexp(0.0, 5.0 * (chest[:, 3] - 1.4)) / 5.0
    chest = _soft_limit(chest[:, :3] + _draw_offset(rng, *_CHEST_OFFSET), _CHEST_LIMITS)
    neck = draw_posture_changes(rng, times, neck_deviation, duration=1.4)
    neck = neck + _draw_offset(rng, *_NECK_OFFSET)
    beat = np.radians(_BEAT)
    head = draw_posture_changes(rng, times, head_deviation, duration=0.9, beat=beat)
    head = _soft_limit(head + _draw_offset(rng, *_HEAD_OFFSET), _HEAD_LIMITS)
    # A body never stops moving.
    sway = np.array([0.008, 0.001, 0.008]) * (0.3 if style.seated else 1.0)
    angles = 0.12 * np.concatenate([chest_deviation[:3], neck_deviation, head_deviation])
    waves = draw_sway(rng, times, np.concatenate([sway, angles]), period=2.5)
    shift = waves[:, :3]
    chest, neck, head = chest + waves[:, 3:6], neck + waves[:, 6:9], head + waves[:, 9:]
    if not style.seated:
        # The weight shifts from one leg to the other, and the hip of the free leg sinks.
        deviation = np.array([0.016, 0.008]) * mobility
        weight = draw_posture_changes(rng, times, deviation, duration=2.5)
        weight = 0.07 * np.tanh(weight / 0.07)
        shift[:, ::2] += weight
    # When the trunk bends forward, the hips move back.
    shift[:, 2] -= (0.05 if style.seated else 0.12) * np.sin(chest[:, 1])
    pelvis = chest * ([0.0, 0.0, 0.3] if style.seated else [0.4, 0.0, 0.3])
    pelvis[:, 2] += (0.0 if style.seated else 0.8) * shift[:, 0]
    return Posture(shift, pelvis, chest, neck, head, shrug)


def draw_posture_changes(
    rng: np.random.Generator,
    times: Float[np.ndarray, " T"],
    deviation: Float[np.ndarray, " D"],
    *,
    duration: float,
    beat: Float[np.ndarray, " D"] | None = None,
) -> Float[np.ndarray, "T D"]:
    """Draw values that change from posture to posture.

    Parameters
    ----------
    rng
        The random generator.
    times
        [T] in seconds.
    deviation
        [D], approximate standard deviation of each value.
    duration
        Mean duration of a posture in seconds.
    beat
        [D], amplitude of short oscillations of either the first or the second value, as in
        shaking and nodding the head, which come with some of the postures.

    Returns
    -------
    values
        [T, D].
    """
    seconds, D = float(times[-1]) if len(times) else 0.0, len(deviation)
    count = 2 + int(1.5 * seconds / duration)
    # A heavy-tailed distribution: few changes are large, as in role shift.
    size = np.where(rng.random((count, 1)) < 0.12, 2.0, 0.8)
    draws = np.clip(rng.standard_normal((count, D)), -_MAX_DEVIATION, _MAX_DEVIATION)
    values = deviation * size * draws
    is_first = np.ones(count, dtype=bool)
    if beat is not None:
        strokes = np.where(rng.random(count) < 0.25, 5, 1)
        posture = np.repeat(np.arange(count), strokes)
        is_first = np.diff(posture, prepend=-1) > 0
        sign = np.where(np.arange(len(posture)) % 2 == 1, 1.0, -1.0) * (strokes[posture] > 1)
        axis = np.zeros((count, D))
        axis[np.arange(count), rng.integers(2, size=count)] = 1.0
        values = values[posture] + sign[:, None] * beat * axis[posture]
    is_first = is_first[1:]
    factors = rng.uniform(0.7, 1.3, (2, len(is_first)))
    durations = np.where(is_first, 0.35 * duration, 0.2) * factors[0]
    holds = np.where(is_first, 0.65 * duration * factors[1], -0.04)
    starts = schedule_movements(durations, holds, first=-duration * float(rng.random()))
    return evaluate_movements(Movements(starts, durations, values), times)


def _soft_limit(
    angles: Float[np.ndarray, "T 3"], limits: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "T 3"]:
    """Limit angles in radians smoothly to limits in degrees."""
    maximum = np.radians(limits)
    return maximum * np.tanh(angles / maximum)


def _draw_offset(
    rng: np.random.Generator, mean: Float[np.ndarray, "3"], deviation: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "3"]:
    """Draw constant angles of a person in radians."""
    draws = np.clip(rng.standard_normal(3), -_MAX_DEVIATION, _MAX_DEVIATION)
    return np.radians(mean + deviation * draws)
