"""Sequence and timing of signs, letters and gestures in phrases, with rests between them.

A unit is a sign, a fingerspelled word, a gesture or a rest. It consists of strokes, each of which
moves the hands from one location to the next. Consecutive units form a phrase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.simulation.signer.locations import draw_categories
from signlift.simulation.signer.movements import PEAK_SPEED, schedule_movements
from signlift.simulation.signer.signing_style import SigningStyle
from signlift.utils.array_types import Bool, Float, Int

# Kinds of units: one-handed signs; two-handed signs with symmetric hands, with alternating hands,
# or with the non-dominant hand as a base; a fingerspelled word; a gesture; a rest.
ONE_HANDED, SYMMETRIC, ALTERNATING, BASE_HAND, FINGERSPELLING, GESTURE, REST = range(7)

#: Probabilities of each kind of unit except rests (columns) in phrases of two-handed signs, of
#: one-handed signs, of fingerspelling and of gestures (rows).
_KINDS = np.array(
    [
        [0.26, 0.38, 0.12, 0.20, 0.03, 0.01],
        [0.94, 0.00, 0.00, 0.03, 0.02, 0.01],
        [0.10, 0.00, 0.00, 0.00, 0.90, 0.00],
        [0.10, 0.05, 0.00, 0.00, 0.00, 0.85],
    ]
)
_CUMULATIVE_KINDS = np.cumsum(_KINDS, 1)
_PHRASES = np.array([0.38, 0.34, 0.12, 0.16])
_NEW_PHRASE = 0.25

# Numbers of strokes of a unit, with their probabilities.
_STROKES = {
    ONE_HANDED: (np.array([1, 2, 3, 4, 6]), np.array([0.26, 0.32, 0.19, 0.14, 0.09])),
    FINGERSPELLING: (np.array([1, 2, 4, 7, 11]), np.array([0.28, 0.18, 0.24, 0.18, 0.12])),
    GESTURE: (np.array([1, 2, 3, 5]), np.array([0.45, 0.2, 0.2, 0.15])),
    REST: (np.array([1]), np.array([1.0])),
}

#: Maximum peak speed of a movement in metres per second.
_MAX_SPEED = 3.2

#: Minimum duration of a movement in seconds.
_MIN_DURATION = 0.13


@dataclass(frozen=True, eq=False)
class SigningPlan:
    """Sequence of units and strokes.

    Parameters
    ----------
    kinds, phrase
        [units], the kind of each unit and the number of its phrase, from 0.
    unit
        [strokes], the unit of each stroke.
    is_return
        [strokes], True for the way back of a repeated stroke.
    ends_at_rest
        The hands rest at the end of the time.
    """

    kinds: Int[np.ndarray, " units"]
    phrase: Int[np.ndarray, " units"]
    unit: Int[np.ndarray, " strokes"]
    is_return: Bool[np.ndarray, " strokes"]
    ends_at_rest: bool


def draw_plan(rng: np.random.Generator, style: SigningStyle, seconds: float) -> SigningPlan:
    """Draw a sequence of units that lasts longer than the time.

    Half of all plans begin at rest, as recordings of single signs do; most of these end at rest.
    """
    units = 4 + int(seconds * 2.0 * style.tempo)
    phrase = np.cumsum(rng.random(units) < _NEW_PHRASE, dtype=np.int64)
    phrase = phrase - phrase[0]
    phrases = int(phrase[-1]) + 1
    phrase_kinds = draw_categories(rng, _PHRASES, phrases)
    # Many recordings have one kind of phrase throughout.
    uniform = rng.random() < 0.4
    phrase_kinds = (np.full(phrases, phrase_kinds[0]) if uniform else phrase_kinds)[phrase]
    thresholds = _CUMULATIVE_KINDS[phrase_kinds]
    kinds = (rng.random((units, 1)) * thresholds[:, -1:] > thresholds).sum(1)
    new_phrase = np.diff(phrase, prepend=0) > 0
    kinds[new_phrase & (rng.random(units) < style.rest_probability)] = REST
    begin_draw, end_draw = rng.random(2)
    begins_at_rest = begin_draw < 0.5
    if begins_at_rest:
        kinds[0] = REST
    count = np.empty(units, dtype=np.int64)
    for kind, (counts, probabilities) in _STROKES.items():
        selected = (kinds < FINGERSPELLING) if kind == ONE_HANDED else (kinds == kind)
        count[selected] = counts[draw_categories(rng, probabilities, int(selected.sum()))]
    unit = np.repeat(np.arange(units), count)
    within = np.arange(len(unit)) - np.repeat(np.cumsum(count) - count, count)
    ends_at_rest = bool(end_draw < (0.7 if begins_at_rest else 0.25))
    return SigningPlan(kinds, phrase, unit, within % 2 == 1, ends_at_rest)


@dataclass(frozen=True, eq=False)
class Timing:
    """Slowness of the movements from stroke to stroke, and the holds before them.

    Parameters
    ----------
    slowness
        [movements], factor of the duration, around 1.
    holds
        [movements] in seconds; if negative, a movement begins before the previous one ends.
    first
        Start of the first hold in seconds.
    """

    slowness: Float[np.ndarray, " movements"]
    holds: Float[np.ndarray, " movements"]
    first: float

    def schedule(
        self, wrists: Float[np.ndarray, "strokes 2 3"]
    ) -> tuple[Float[np.ndarray, " movements"], Float[np.ndarray, " movements"]]:
        """Compute the start and the duration in seconds of each movement between the wrists."""
        distance = np.linalg.norm(np.diff(wrists, axis=0), axis=-1).max(-1)
        behind = (wrists[..., 2] < 0).astype(int).max(-1)
        # The path around the body is longer than the distance.
        distance *= np.where(np.diff(behind) != 0, 1.7, 1.0)
        # Longer movements are faster.
        durations = (0.18 + 0.5 * np.sqrt(distance)) * self.slowness
        durations = np.maximum(durations, PEAK_SPEED * distance / _MAX_SPEED)
        durations = np.maximum(durations, _MIN_DURATION)
        return schedule_movements(durations, self.holds, first=self.first), durations


def draw_timing(rng: np.random.Generator, style: SigningStyle, plan: SigningPlan) -> Timing:
    """Draw the timing of the movements of a plan."""
    movements = len(plan.unit) - 1
    draws = np.clip(rng.standard_normal(movements), -2.2, 2.2)
    slowness = np.exp(0.22 * draws) / style.tempo
    kind = plan.kinds[plan.unit[:-1]]
    between = plan.unit[1:] != plan.unit[:-1]
    # A sign merges into the next one, or its end is held; some are held for a long time.
    draws = rng.random(movements)
    holds = np.where(between, -0.15 + 0.5 * draws, -0.12 + 0.2 * draws)
    holds = np.where(between & (rng.random(movements) < 0.1), 0.4 + 0.8 * draws, holds)
    spelling = np.where(between, -0.05 + draws, -0.05 + 0.3 * draws)
    holds = np.where(kind == FINGERSPELLING, spelling, holds)
    holds = np.where((kind == GESTURE) & between, -0.1 + 0.9 * draws, holds)
    holds = np.where(kind == REST, 0.1 + 1.3 * draws**2, holds) / style.tempo
    return Timing(slowness, holds, -float(rng.uniform(0.0, 0.6)))


def find_last_unit(plan: SigningPlan, ends: Float[np.ndarray, " movements"], until: float) -> int:
    """Find the first unit for which no time is left, so that the hands go to rest instead.

    Parameters
    ----------
    plan
        The sequence of units.
    ends
        [movements], end of each movement in seconds.
    until
        Time in seconds at which the hands have to go down.

    Returns
    -------
    unit
        The number of the unit, or the number of units if there is time for all. At least 2, so
        that something is signed.
    """
    late = plan.unit[1:][ends > until]
    return max(2, int(late[0])) if len(late) else len(plan.kinds)
