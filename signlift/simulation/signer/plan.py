"""What comes when: signs, letters and gestures in phrases, rests between them, and the time of it.

A unit is a sign, a spelled word, a gesture or a rest. It is made of strokes: each brings the
hands from one place to the next. Units that go together form a phrase.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from signlift.simulation.signer.manner import Manner
from signlift.simulation.signer.motion import PEAK, timetable
from signlift.simulation.signer.places import pick

# Kinds of units: signs of one hand, of both alike, of both in turn, with the other as a base; a
# spelled word; a gesture that is no sign; hands at rest.
ONE, ALIKE, IN_TURN, ON_BASE, SPELL, GESTURE, PAUSE = range(7)

#: How often units of each kind but rests occur in phrases of signs of both hands, of signs of
#: one hand, of letters and of gestures.
_KINDS = np.array(
    [
        [0.26, 0.38, 0.12, 0.20, 0.03, 0.01],
        [0.94, 0.00, 0.00, 0.03, 0.02, 0.01],
        [0.10, 0.00, 0.00, 0.00, 0.90, 0.00],
        [0.10, 0.05, 0.00, 0.00, 0.00, 0.85],
    ]
)
_PHRASES = np.array([0.38, 0.34, 0.12, 0.16])
_NEW_PHRASE = 0.25
_ENDS = np.cumsum(_KINDS, 1)

# How many strokes a unit has, and how often.
_STROKES = {
    ONE: (np.array([1, 2, 3, 4, 6]), np.array([0.26, 0.32, 0.19, 0.14, 0.09])),
    SPELL: (np.array([1, 2, 4, 7, 11]), np.array([0.28, 0.18, 0.24, 0.18, 0.12])),
    GESTURE: (np.array([1, 2, 3, 5]), np.array([0.45, 0.2, 0.2, 0.15])),
    PAUSE: (np.array([1]), np.array([1.0])),
}

#: The fastest moves peak at some so many metres per second.
_FASTEST = 3.2


@dataclass(frozen=True, eq=False)
class Plan:
    """What comes one after the other.

    Parameters
    ----------
    kinds, phrase
        [units], the kind of each unit and the number of its phrase, from 0.
    unit, odd
        [strokes], the unit of each stroke, and whether it is the way back of a repeated one.
    ends
        Whether the hands are to rest at the end of the time.
    """

    kinds: Int[np.ndarray, " units"]
    phrase: Int[np.ndarray, " units"]
    unit: Int[np.ndarray, " strokes"]
    odd: Bool[np.ndarray, " strokes"]
    ends: bool


def draw_plan(rng: np.random.Generator, manner: Manner, seconds: float) -> Plan:
    """Draw what comes one after the other, and more of it than there is time for.

    Half of all plans begin at rest, as recordings of single signs do; most of these end at rest.
    """
    units = 4 + int(seconds * 2.0 * manner.tempo)
    phrase = np.cumsum(rng.random(units) < _NEW_PHRASE, dtype=np.int64)
    phrase = phrase - phrase[0]
    phrases = int(phrase[-1]) + 1
    what = pick(rng, _PHRASES, phrases)
    # Many recordings are of one thing throughout.
    what = (np.full(phrases, what[0]) if rng.random() < 0.4 else what)[phrase]
    kinds = (rng.random((units, 1)) * _ENDS[what, -1:] > _ENDS[what]).sum(1)
    new = np.diff(phrase, prepend=0) > 0
    kinds[new & (rng.random(units) < manner.rests)] = PAUSE
    begins, ends = rng.random(2)
    if begins < 0.5:
        kinds[0] = PAUSE
    count = np.empty(units, dtype=np.int64)
    for kind, (counts, chances) in _STROKES.items():
        ours = (kinds < SPELL) if kind == ONE else (kinds == kind)
        count[ours] = counts[pick(rng, chances, int(ours.sum()))]
    unit = np.repeat(np.arange(units), count)
    within = np.arange(len(unit)) - np.repeat(np.cumsum(count) - count, count)
    at_end = bool(ends < (0.7 if begins < 0.5 else 0.25))
    return Plan(kinds, phrase, unit, within % 2 == 1, at_end)


@dataclass(frozen=True, eq=False)
class Timing:
    """How quick the moves from stroke to stroke are, and how long hands are held before them.

    Parameters
    ----------
    slow
        [moves], how slow, around 1.
    holds
        [moves] in seconds; below 0, a move begins before the last one ends.
    first
        When the first hold begins, in seconds.
    """

    slow: Float[np.ndarray, " moves"]
    holds: Float[np.ndarray, " moves"]
    first: float

    def times(
        self, wrists: Float[np.ndarray, "strokes 2 3"]
    ) -> tuple[Float[np.ndarray, " moves"], Float[np.ndarray, " moves"]]:
        """When each move between places in metres starts, and how long it takes, in seconds."""
        far = np.linalg.norm(np.diff(wrists, axis=0), axis=-1).max(-1)
        behind = (wrists[..., 2] < 0).astype(int).max(-1)
        # The way around the body is longer than it looks.
        far *= np.where(np.diff(behind) != 0, 1.7, 1.0)
        # Longer ways are gone faster.
        durations = np.maximum((0.18 + 0.5 * np.sqrt(far)) * self.slow, PEAK * far / _FASTEST)
        durations = np.maximum(durations, 0.13)
        return timetable(durations, self.holds, first=self.first), durations


def draw_timing(rng: np.random.Generator, manner: Manner, plan: Plan) -> Timing:
    """Draw how quick a plan's moves are."""
    moves = len(plan.unit) - 1
    slow = np.exp(0.22 * np.clip(rng.standard_normal(moves), -2.2, 2.2)) / manner.tempo
    kind = plan.kinds[plan.unit[:-1]]
    between = plan.unit[1:] != plan.unit[:-1]
    # A sign runs into the next one, or its end is held; some are held for long.
    part = rng.random(moves)
    holds = np.where(between, -0.15 + 0.5 * part, -0.12 + 0.2 * part)
    holds = np.where(between & (rng.random(moves) < 0.1), 0.4 + 0.8 * part, holds)
    holds = np.where((kind == SPELL), np.where(between, -0.05 + part, -0.05 + 0.3 * part), holds)
    holds = np.where((kind == GESTURE) & between, -0.1 + 0.9 * part, holds)
    holds = np.where(kind == PAUSE, 0.1 + 1.3 * part**2, holds) / manner.tempo
    return Timing(slow, holds, -float(rng.uniform(0.0, 0.6)))


def last_unit(plan: Plan, ends: Float[np.ndarray, " moves"], until: float) -> int:
    """The first unit that has no time left, so that the hands go to rest instead.

    Parameters
    ----------
    plan
        What comes one after the other.
    ends
        [moves], when each move ends, in seconds.
    until
        When the hands have to go down, in seconds.

    Returns
    -------
    A unit's number, or the number of units. Never one of the first two: something is signed.
    """
    late = plan.unit[1:][ends > until]
    return max(2, int(late[0])) if len(late) else len(plan.kinds)
