"""How the trunk, the neck and the head are held, and how they move."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from signlift.simulation.signer.anthropometry import Proportions
from signlift.simulation.signer.manner import Manner
from signlift.simulation.signer.motion import Moves, follow, timetable, wander

# Standard deviations in degrees of turn, nod and tilt from one posture to the next.
_CHEST = np.array([6.0, 3.0, 2.2])
_NECK = np.array([3.0, 4.0, 3.0])
_HEAD = np.array([9.0, 5.0, 4.0])
_BEAT = np.array([7.0, 5.0, 0.0])  # of shaking and nodding

# How the person is held throughout, mean and standard deviation in degrees.
_STANDS = (np.array([0.0, -2.5, 0.0]), np.array([5.0, 3.7, 1.3]))
_NECK_IS = (np.array([0.0, 9.0, 0.0]), np.array([1.0, 5.0, 1.5]))
_HEAD_IS = (np.array([0.0, -4.0, 0.0]), np.array([4.0, 6.0, 2.0]))

# How far the chest and the head turn, nod and tilt at most, in degrees.
_CHEST_LIMITS, _HEAD_LIMITS = np.array([50.0, 40.0, 22.0]), np.array([55.0, 40.0, 28.0])

#: The share of people who bend and turn widely, as actors do.
_WIDE = 0.12
_SHRUG = 0.022  # statures


@dataclass(frozen=True, eq=False)
class Posture:
    """How a body is held over time; angles in radians (see `kinematics.rotation`).

    Parameters
    ----------
    shift
        [T, 3], by how much the hips are displaced, in metres.
    pelvis, chest
        [T, 3], angles against the world.
    neck, head
        [T, 3], angles of the neck against the chest, and of the head against the neck.
    shrug
        [T], by how much both shoulders are lifted, in metres.
    """

    shift: Float[np.ndarray, "T 3"]
    pelvis: Float[np.ndarray, "T 3"]
    chest: Float[np.ndarray, "T 3"]
    neck: Float[np.ndarray, "T 3"]
    head: Float[np.ndarray, "T 3"]
    shrug: Float[np.ndarray, " T"]


def draw_posture(
    rng: np.random.Generator, manner: Manner, body: Proportions, times: Float[np.ndarray, " T"]
) -> Posture:
    """Draw how a body is held.

    Parameters
    ----------
    rng
        The source of chance.
    manner
        How the person signs.
    body
        The person's lengths.
    times
        [T] in seconds.
    """
    lively = manner.trunk * (2.5 if rng.random() < _WIDE else 1.0)
    # A fourth column for the shoulders: they are lifted now and then, with a change of posture.
    spread = np.append(np.radians(_CHEST) * lively, 1.0)
    neck_spread, head_spread = np.radians(_NECK), np.radians(_HEAD)
    chest = postures(rng, times, spread, every=1.6)
    shrug = _SHRUG * body.stature * np.logaddexp(0.0, 5.0 * (chest[:, 3] - 1.4)) / 5.0
    chest = _within(chest[:, :3] + _held(rng, *_STANDS), _CHEST_LIMITS)
    neck = postures(rng, times, neck_spread, every=1.4) + _held(rng, *_NECK_IS)
    head = postures(rng, times, head_spread, every=0.9, beat=np.radians(_BEAT))
    head = _within(head + _held(rng, *_HEAD_IS), _HEAD_LIMITS)
    # A body never is quite still.
    sway = np.array([0.008, 0.001, 0.008]) * (0.3 if manner.seated else 1.0)
    still = 0.12 * np.concatenate([spread[:3], neck_spread, head_spread])
    waves = wander(rng, times, np.concatenate([sway, still]), period=2.5)
    shift = waves[:, :3]
    chest, neck, head = chest + waves[:, 3:6], neck + waves[:, 6:9], head + waves[:, 9:]
    if not manner.seated:
        # The weight goes from one leg to the other, and the hip of the free leg sinks.
        weight = postures(rng, times, np.array([0.016, 0.008]) * lively, every=2.5)
        weight = 0.07 * np.tanh(weight / 0.07)
        shift[:, ::2] += weight
    # Bending forward, the hips go back.
    shift[:, 2] -= (0.05 if manner.seated else 0.12) * np.sin(chest[:, 1])
    pelvis = chest * ([0.0, 0.0, 0.3] if manner.seated else [0.4, 0.0, 0.3])
    pelvis[:, 2] += (0.0 if manner.seated else 0.8) * shift[:, 0]
    return Posture(shift, pelvis, chest, neck, head, shrug)


def postures(
    rng: np.random.Generator,
    times: Float[np.ndarray, " T"],
    spread: Float[np.ndarray, " D"],
    *,
    every: float,
    beat: Float[np.ndarray, " D"] | None = None,
) -> Float[np.ndarray, "T D"]:
    """Values that change from posture to posture.

    Parameters
    ----------
    rng
        The source of chance.
    times
        [T] in seconds.
    spread
        [D], about the standard deviation of each value.
    every
        How long a posture lasts, in seconds.
    beat
        [D], of some short moves to and fro in either the first or the second value, as in
        shaking and nodding the head, which come with some of the postures.
    """
    seconds, D = float(times[-1]) if len(times) else 0.0, len(spread)
    count = 2 + int(1.5 * seconds / every)
    # Large turns, as in taking the part of another person, are rarer than a bell curve has them.
    large = np.where(rng.random((count, 1)) < 0.12, 2.0, 0.8)
    values = spread * large * np.clip(rng.standard_normal((count, D)), -2.2, 2.2)
    first = np.ones(count, dtype=bool)
    if beat is not None:
        strokes = np.where(rng.random(count) < 0.25, 5, 1)
        posture = np.repeat(np.arange(count), strokes)
        first = np.diff(posture, prepend=-1) > 0
        to_and_fro = np.where(np.arange(len(posture)) % 2 == 1, 1.0, -1.0) * (strokes[posture] > 1)
        one_way = np.zeros((count, D))
        one_way[np.arange(count), rng.integers(2, size=count)] = 1.0
        values = values[posture] + to_and_fro[:, None] * beat * one_way[posture]
    first = first[1:]
    draws = rng.uniform(0.7, 1.3, (2, len(first)))
    durations = np.where(first, 0.35 * every, 0.2) * draws[0]
    holds = np.where(first, 0.65 * every * draws[1], -0.04)
    starts = timetable(durations, holds, first=-every * float(rng.random()))
    return follow(Moves(starts, durations, values), times)


def _within(
    angles: Float[np.ndarray, "T 3"], limits: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "T 3"]:
    """Angles in radians that come to limits in degrees ever more slowly."""
    most = np.radians(limits)
    return most * np.tanh(angles / most)


def _held(
    rng: np.random.Generator, mean: Float[np.ndarray, "3"], spread: Float[np.ndarray, "3"]
) -> Float[np.ndarray, "3"]:
    """Angles in radians that a person keeps."""
    return np.radians(mean + spread * np.clip(rng.standard_normal(3), -2.2, 2.2))
