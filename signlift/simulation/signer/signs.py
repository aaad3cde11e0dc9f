"""What the hands do: a plan's strokes as places of the wrists, elbows, hands and fingers.

Places are those of a wrist in the signing space: x outwards to the hand's own side, y up, z to
the front, from the middle of the shoulders (Neck), turned with the chest.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from signlift.simulation.signer.anthropometry import Proportions
from signlift.simulation.signer.manner import Manner, draw_manner
from signlift.simulation.signer.motion import Moves
from signlift.simulation.signer.places import (
    BASE,
    SPELLING,
    gesture_places,
    least_front,
    rest_poses,
    sign_places,
    trunk_place,
)
from signlift.simulation.signer.plan import (
    ALIKE,
    GESTURE,
    IN_TURN,
    ON_BASE,
    PAUSE,
    SPELL,
    Plan,
    draw_plan,
    draw_timing,
    last_unit,
)

__all__ = ["CURL", "SWIVEL", "TURN", "VALUES", "WRIST", "Manner", "draw_manner", "hand_moves"]

#: The columns of a hand's values.
WRIST, SWIVEL, TURN, CURL = slice(0, 3), 3, slice(4, 7), slice(7, 12)
VALUES = 12

_READY = np.array([0.60, -0.44, 0.50])
_RELAXED = np.array([0.0, 0.1, 0.0, 0.3, 0.4, 0.45, 0.5, 0.55])


def hand_moves(
    rng: np.random.Generator, manner: Manner, body: Proportions, seconds: float
) -> tuple[tuple[Moves, Float[np.ndarray, "K D"]], tuple[Moves, Float[np.ndarray, "K D"]]]:
    """Draw what both hands do for so many seconds.

    Parameters
    ----------
    rng
        The source of chance.
    manner
        How the person signs.
    body
        The person's lengths.
    seconds
        How long.

    Returns
    -------
    The left and the right hand's moves and arcs (see `follow`), `VALUES` columns each: the
    wrist's place in metres (own side, see above), the elbow's swivel, the hand's twist, flexion
    and deviation, and the curl of thumb to little finger, all in radians.
    """
    plan = draw_plan(rng, manner, seconds)
    values, rest = _values(rng, manner, body, plan)
    timing = draw_timing(rng, manner, plan)
    starts, durations = timing.times(values[..., WRIST])
    if plan.ends:
        until = seconds - float(rng.uniform(0.4, 1.3))
        unit = last_unit(plan, starts + durations, until)
        if unit < len(plan.kinds):
            values[plan.unit >= unit] = rest[unit]
            starts, durations = timing.times(values[..., WRIST])
    hands = []
    for hand in (0, 1):
        # The hands are not quite in step.
        late = 0.0 if hand == 0 else float(rng.uniform(0.0, 0.06))
        moves = Moves(starts + late, durations, values[:, hand])
        hands.append((moves, _arcs(rng, moves, body)))
    signing, other = hands
    return (signing, other) if manner.left_handed else (other, signing)


def _values(
    rng: np.random.Generator, manner: Manner, body: Proportions, plan: Plan
) -> tuple[Float[np.ndarray, "strokes 2 C"], Float[np.ndarray, "units 2 C"]]:
    """The signing and the other hand's values after each stroke, and those at rest."""
    kinds, units = plan.kinds, len(plan.kinds)
    rest = _rests(rng, manner, body, plan)
    path = rng.standard_normal((units, 3)) * (0.14 * manner.size * body.arm)
    path *= np.array([0.4, 1.0, 1.7])[rng.integers(3, size=(units, 1))]
    path[kinds == SPELL] *= 0.12
    path[kinds == GESTURE] *= 1.5
    start = np.empty((units, 2, VALUES))
    start[:, 0] = _first_hand(rng, manner, body, kinds)
    start[:, 1] = _second_hand(rng, body, kinds, start[:, 0], rest[:, 1])
    _bases(rng, body, kinds, start)
    start[kinds == PAUSE] = rest[kinds == PAUSE]

    both = (kinds == ALIKE) | (kinds == IN_TURN)
    both |= (kinds == GESTURE) & (rng.random(units) < 0.5) & (start[:, 1] != rest[:, 1]).any(-1)
    busy = np.stack([kinds != PAUSE, both], -1)  # [units, 2]
    values = start[plan.unit]
    back = np.stack([plan.odd, plan.odd ^ (kinds == IN_TURN)[plan.unit]], -1)  # [strokes, 2]
    away = (back & busy[plan.unit]).astype(float)[..., None]
    # Repeated strokes often are a turn of the hand.
    shake = rng.standard_normal((units, 1, 3)) * [0.35, 0.25, 0.1]
    values[..., WRIST] += away * path[plan.unit][:, None]
    values[..., TURN] += away * shake[plan.unit]
    wobble = rng.standard_normal((len(values), 2, 4)) * ([0.012 * body.arm] * 3 + [0.03])
    values[..., : SWIVEL + 1] += wobble * busy[plan.unit][..., None]
    # Each letter has a place, a turn and a shape of its own.
    letter = (kinds == SPELL)[plan.unit]
    n = int(letter.sum())
    values[letter, 0, WRIST] += rng.standard_normal((n, 3)) * (0.024 * body.arm)
    values[letter, 0, TURN] += rng.standard_normal((n, 3)) * [0.3, 0.2, 0.08]
    values[letter, 0, CURL] = _shapes(rng, n)
    alike = both[plan.unit] & (kinds != GESTURE)[plan.unit]
    least = np.where(alike[:, None], 0.018 * body.stature, -np.inf)
    values[..., 0] = np.maximum(values[..., 0], least)
    values[..., 2] = np.where(
        (kinds == PAUSE)[plan.unit][:, None] | ~busy[plan.unit],
        values[..., 2],
        np.maximum(values[..., 2], least_front(values[..., WRIST], body)),
    )
    values[..., SWIVEL] = np.clip(values[..., SWIVEL], -0.25, 1.5)
    values[..., TURN] = np.clip(values[..., TURN], [-1.4, -0.9, -0.4], [1.4, 0.9, 0.4])
    return values, rest


def _rests(
    rng: np.random.Generator, manner: Manner, body: Proportions, plan: Plan
) -> Float[np.ndarray, "units 2 C"]:
    """Both hands at rest, the same throughout a phrase and most often throughout all of them."""
    phrases = int(plan.phrase[-1]) + 1
    places, swivels = rest_poses(rng, body, manner.seated, phrases)
    which = np.where(rng.random(phrases) < 0.6, 0, np.arange(phrases))[plan.phrase]
    rest = np.empty((len(which), 2, VALUES))
    rest[..., WRIST], rest[..., SWIVEL] = places[which], swivels[which]
    rest[..., TURN.start :] = _RELAXED
    return rest


def _first_hand(
    rng: np.random.Generator, manner: Manner, body: Proportions, kinds: Int[np.ndarray, " units"]
) -> Float[np.ndarray, "units C"]:
    """The signing hand's values at the first stroke of each unit."""
    units = len(kinds)
    own = np.array([manner.outward, manner.height, manner.reach])
    place = sign_places(rng, body, manner.size, own, units)
    draws = np.clip(rng.standard_normal((units, 3)), -2.2, 2.2)
    spelled = np.array(SPELLING) + 0.7 * own + np.array([0.18, 0.09, 0.06]) * draws
    place = np.where((kinds == SPELL)[:, None], trunk_place(spelled, body), place)

    values = np.empty((units, VALUES))
    values[:, WRIST] = place
    values[:, SWIVEL] = manner.swivel + rng.normal(0, 0.2, units)
    # While spelling, the elbow is kept close to the body.
    values[kinds == SPELL, SWIVEL] *= 0.5
    # Palms rather look forward and down than back and up.
    values[:, TURN] = rng.standard_normal((units, 3)) * [0.7, 0.3, 0.15] - [0.4, 0.0, 0.0]
    values[:, CURL] = _shapes(rng, units)
    gestures = kinds == GESTURE
    values[gestures, : SWIVEL + 1] = gesture_places(rng, body, int(gestures.sum()))
    return values


def _second_hand(
    rng: np.random.Generator,
    body: Proportions,
    kinds: Int[np.ndarray, " units"],
    first: Float[np.ndarray, "units C"],
    rest: Float[np.ndarray, "units C"],
) -> Float[np.ndarray, "units C"]:
    """The other hand's values at the first stroke of each unit, but for bases."""
    units = len(kinds)
    # With one hand busy, the other one stays at rest, or ready in front of the body.
    second = rest.copy()
    three = np.arange(units) // 3  # for three units on end
    draws = np.clip(rng.standard_normal((units, 4)), -2.2, 2.2)[three]
    ready = (rng.random(units) < 0.18)[three]
    place = trunk_place(_READY + np.array([0.3, 0.09, 0.07]) * draws[:, :3], body)
    second[ready, WRIST] = place[ready]
    second[ready, SWIVEL] = 0.55 + 0.2 * draws[ready, 3]
    alike = (kinds == ALIKE) | (kinds == IN_TURN)
    with_it = rng.random(units)
    alike |= (kinds == GESTURE) & (with_it < 0.4)
    second[alike] = first[alike]
    apart = (kinds == GESTURE) & (with_it > 0.8)
    second[apart, : SWIVEL + 1] = gesture_places(rng, body, int(apart.sum()))
    return second


def _bases(
    rng: np.random.Generator,
    body: Proportions,
    kinds: Int[np.ndarray, " units"],
    start: Float[np.ndarray, "units 2 C"],
) -> None:
    """Put one hand on the other where that is a base."""
    based = kinds == ON_BASE
    n = int(based.sum())
    base = trunk_place(np.array(BASE), body) + 0.04 * body.arm * rng.standard_normal((n, 3))
    # The signing hand works just above the other one, whose own side is the opposite one.
    above = np.array([0.18, 0.17, 0.03]) + 0.04 * rng.standard_normal((n, 3))
    start[based, 0, WRIST] = base * [-1, 1, 1] + above * body.arm
    start[based, 1, WRIST] = base
    start[based, 1, SWIVEL] = start[based, 0, SWIVEL]
    start[based, 1, TURN] = rng.standard_normal((n, 3)) * [0.5, 0.2, 0.1]
    start[based, 1, CURL] = _shapes(rng, n)


def _shapes(rng: np.random.Generator, count: int) -> Float[np.ndarray, "shapes 5"]:
    """Handshapes: fingers stretched or bent, each somewhere in between, in radians of curl."""
    bent = rng.random((count, 5)) < rng.random((count, 1))
    curl = np.where(bent, 1.2, 0.15) + 0.12 * rng.standard_normal((count, 5))
    return np.clip(curl, 0.0, 1.5)


def _arcs(rng: np.random.Generator, moves: Moves, body: Proportions) -> Float[np.ndarray, "K D"]:
    """How far each move's way bulges: outwards and to the front, clear of the body."""
    wrist = moves.values[:, WRIST]
    far = np.linalg.norm(np.diff(wrist, axis=0), axis=-1, keepdims=True)
    arcs = np.zeros((len(far), VALUES))
    arcs[:, WRIST] = far * (rng.standard_normal((len(far), 3)) * 0.06 + [0.03, 0.0, 0.08])
    # From low to high, it passes before the shoulder and not through it.
    climb = np.abs(np.diff(wrist[:, 1]))
    arcs[:, 2] += 0.35 * np.maximum(climb - 0.5 * body.arm, 0.0)
    # From before the body to behind it, a hand goes around: past the hip, or over the shoulder.
    around = (wrist[1:, 2] > 0) != (wrist[:-1, 2] > 0)
    behind = np.where(wrist[1:, 2] > 0, wrist[:-1, 1], wrist[1:, 1])
    arcs[around, 0] += 0.35 * body.arm
    arcs[around, 1] += np.where(behind > 0, 0.15, -0.25)[around] * body.arm
    return arcs
