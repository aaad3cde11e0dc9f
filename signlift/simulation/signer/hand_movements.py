"""Hand movements: wrist locations, elbow swivels, hand rotations and handshapes of a plan.

Locations are those of a wrist in the signing space: x outwards to the hand's own side, y up, z
forward, from the middle of the shoulders (Neck), in the frame of the chest.
"""

from __future__ import annotations

import numpy as np

from signlift.simulation.hands.handshapes import draw_handshapes, handshape
from signlift.simulation.signer.anthropometry import BodyDimensions
from signlift.simulation.signer.locations import (
    BASE_LOCATION,
    FINGERSPELLING_LOCATION,
    draw_gesture_locations,
    draw_rest_positions,
    draw_sign_locations,
    min_forward_distance,
    scale_trunk_location,
)
from signlift.simulation.signer.movements import Movements
from signlift.simulation.signer.signing_plan import (
    ALTERNATING,
    BASE_HAND,
    FINGERSPELLING,
    GESTURE,
    REST,
    SYMMETRIC,
    SigningPlan,
    draw_plan,
    draw_timing,
    find_last_unit,
)
from signlift.simulation.signer.signing_style import SigningStyle
from signlift.utils.array_types import Bool, Float, Int

#: The columns of a hand's values: wrist location, elbow swivel, rotation of the hand, joint angles.
WRIST, SWIVEL, TURN, JOINTS = slice(0, 3), 3, slice(4, 7), slice(7, 27)
VALUES = 27

_READY = np.array([0.60, -0.44, 0.50])
_RELAXED = np.concatenate([[0.0, 0.1, 0.0], handshape("relaxed").ravel()])

#: Fraction of the units in which the hand opens or closes, or changes its shape otherwise.
_SHAPE_CHANGE = 0.25

#: Draws are clipped to this many standard deviations.
_MAX_DEVIATION = 2.2

#: Minimum of x of symmetric hands, in statures: they do not cross the middle of the body.
_MIN_SYMMETRIC = 0.018

#: One hand: its movements and their arcs.
Hand = tuple[Movements, Float[np.ndarray, "K D"]]


def draw_hand_movements(
    rng: np.random.Generator, style: SigningStyle, body: BodyDimensions, seconds: float
) -> tuple[Hand, Hand]:
    """Draw the movements of both hands.

    Parameters
    ----------
    rng
        The random generator.
    style
        The signing style.
    body
        The body dimensions.
    seconds
        The duration.

    Returns
    -------
    left, right
        Movements and arcs of each hand (see `evaluate_movements`) with `VALUES` columns: the wrist
        location in metres (own side, see the module's docstring), the swivel of the elbow, the
        twist, flexion and deviation of the hand, and the joint angles of the fingers (see
        `signlift.simulation.hands`), all in radians.
    """
    plan = draw_plan(rng, style, seconds)
    values, rest = _draw_values(rng, style, body, plan)
    timing = draw_timing(rng, style, plan)
    starts, durations = timing.schedule(values[..., WRIST])
    if plan.ends_at_rest:
        until = seconds - float(rng.uniform(0.4, 1.3))
        unit = find_last_unit(plan, starts + durations, until)
        if unit < len(plan.kinds):
            values[plan.unit >= unit] = rest[unit]
            starts, durations = timing.schedule(values[..., WRIST])
    hands = []
    for hand in (0, 1):
        # The non-dominant hand is a little late.
        delay = 0.0 if hand == 0 else float(rng.uniform(0.0, 0.06))
        movements = Movements(starts + delay, durations, values[:, hand])
        hands.append((movements, _draw_arcs(rng, movements, body)))
    dominant, nondominant = hands
    return (dominant, nondominant) if style.left_handed else (nondominant, dominant)


def _draw_values(
    rng: np.random.Generator, style: SigningStyle, body: BodyDimensions, plan: SigningPlan
) -> tuple[Float[np.ndarray, "strokes 2 C"], Float[np.ndarray, "units 2 C"]]:
    """Draw the values of the dominant and the other hand after each stroke, and at rest."""
    kinds, units = plan.kinds, len(plan.kinds)
    rest = _draw_rests(rng, style, body, plan)
    path = rng.standard_normal((units, 3)) * (0.14 * style.size * body.arm)
    path *= np.array([0.4, 1.0, 1.7])[rng.integers(3, size=(units, 1))]
    path[kinds == FINGERSPELLING] *= 0.12
    path[kinds == GESTURE] *= 1.5
    start = np.empty((units, 2, VALUES))
    start[:, 0] = _draw_dominant_hand(rng, style, body, kinds)
    start[:, 1] = _draw_nondominant_hand(rng, body, kinds, start[:, 0], rest[:, 1])
    _set_base_hands(rng, body, kinds, start)
    start[kinds == REST] = rest[kinds == REST]

    both = (kinds == SYMMETRIC) | (kinds == ALTERNATING)
    moving = (start[:, 1] != rest[:, 1]).any(-1)
    both |= (kinds == GESTURE) & (rng.random(units) < 0.5) & moving
    active = np.stack([kinds != REST, both], -1)  # [units, 2]
    values = start[plan.unit]
    alternating = (kinds == ALTERNATING)[plan.unit]
    returns = np.stack([plan.is_return, plan.is_return ^ alternating], -1)  # [strokes, 2]
    displaced = (returns & active[plan.unit]).astype(float)[..., None]
    # Repeated strokes often are rotations of the hand.
    rotation = rng.standard_normal((units, 1, 3)) * [0.35, 0.25, 0.1]
    values[..., WRIST] += displaced * path[plan.unit][:, None]
    values[..., TURN] += displaced * rotation[plan.unit]
    _change_shapes(rng, plan, values, displaced[..., 0] > 0)
    jitter = rng.standard_normal((len(values), 2, 4)) * ([0.012 * body.arm] * 3 + [0.03])
    values[..., : SWIVEL + 1] += jitter * active[plan.unit][..., None]
    # Each letter has its own location, rotation and handshape.
    letter = (kinds == FINGERSPELLING)[plan.unit]
    n = int(letter.sum())
    values[letter, 0, WRIST] += rng.standard_normal((n, 3)) * (0.024 * body.arm)
    values[letter, 0, TURN] += rng.standard_normal((n, 3)) * [0.3, 0.2, 0.08]
    values[letter, 0, JOINTS] = _draw_handshapes(rng, n)
    return _limit_values(values, active, plan, body, both), rest


def _change_shapes(
    rng: np.random.Generator,
    plan: SigningPlan,
    values: Float[np.ndarray, "strokes 2 C"],
    displaced: Bool[np.ndarray, "strokes 2"],
) -> None:
    """Give some units a second handshape at the other end of their strokes, in place."""
    units = len(plan.kinds)
    shapes = _draw_handshapes(rng, units)
    changes = (rng.random(units) < _SHAPE_CHANGE)[plan.unit]
    for hand in (0, 1):
        selected = changes & displaced[:, hand]
        values[selected, hand, JOINTS] = shapes[plan.unit[selected]]


def _limit_values(
    values: Float[np.ndarray, "strokes 2 C"],
    active: Bool[np.ndarray, "units 2"],
    plan: SigningPlan,
    body: BodyDimensions,
    both: Bool[np.ndarray, " units"],
) -> Float[np.ndarray, "strokes 2 C"]:
    """Limit values to what a body can do, in place."""
    symmetric = (both & (plan.kinds != GESTURE))[plan.unit]
    min_x = np.where(symmetric[:, None], _MIN_SYMMETRIC * body.stature, -np.inf)
    values[..., 0] = np.maximum(values[..., 0], min_x)
    free = (plan.kinds == REST)[plan.unit][:, None] | ~active[plan.unit]
    min_z = min_forward_distance(values[..., WRIST], body)
    values[..., 2] = np.where(free, values[..., 2], np.maximum(values[..., 2], min_z))
    values[..., SWIVEL] = np.clip(values[..., SWIVEL], -0.25, 1.5)
    values[..., TURN] = np.clip(values[..., TURN], [-1.4, -0.9, -0.4], [1.4, 0.9, 0.4])
    return values


def _draw_rests(
    rng: np.random.Generator, style: SigningStyle, body: BodyDimensions, plan: SigningPlan
) -> Float[np.ndarray, "units 2 C"]:
    """Draw rests of both hands: the same throughout a phrase, and often in all phrases."""
    phrases = int(plan.phrase[-1]) + 1
    locations, swivels = draw_rest_positions(rng, body, style.seated, phrases)
    number = np.where(rng.random(phrases) < 0.6, 0, np.arange(phrases))[plan.phrase]
    rest = np.empty((len(number), 2, VALUES))
    rest[..., WRIST], rest[..., SWIVEL] = locations[number], swivels[number]
    rest[..., TURN.start :] = _RELAXED
    return rest


def _draw_dominant_hand(
    rng: np.random.Generator,
    style: SigningStyle,
    body: BodyDimensions,
    kinds: Int[np.ndarray, " units"],
) -> Float[np.ndarray, "units C"]:
    """Draw the values of the dominant hand at the first stroke of each unit."""
    units = len(kinds)
    shift = np.array([style.outward, style.height, style.reach])
    location = draw_sign_locations(rng, body, style.size, shift, units)
    draws = np.clip(rng.standard_normal((units, 3)), -_MAX_DEVIATION, _MAX_DEVIATION)
    spelling = np.array(FINGERSPELLING_LOCATION) + 0.7 * shift
    spelling = scale_trunk_location(spelling + np.array([0.18, 0.09, 0.06]) * draws, body)

    values = np.empty((units, VALUES))
    values[:, WRIST] = np.where((kinds == FINGERSPELLING)[:, None], spelling, location)
    values[:, SWIVEL] = style.swivel + rng.normal(0, 0.2, units)
    # The elbow stays close to the body during fingerspelling.
    values[kinds == FINGERSPELLING, SWIVEL] *= 0.5
    # Palms face forward and down more often than back and up.
    values[:, TURN] = rng.standard_normal((units, 3)) * [0.7, 0.3, 0.15] - [0.4, 0.0, 0.0]
    values[:, JOINTS] = _draw_handshapes(rng, units)
    gestures = kinds == GESTURE
    values[gestures, : SWIVEL + 1] = draw_gesture_locations(rng, body, int(gestures.sum()))
    return values


def _draw_nondominant_hand(
    rng: np.random.Generator,
    body: BodyDimensions,
    kinds: Int[np.ndarray, " units"],
    dominant: Float[np.ndarray, "units C"],
    rest: Float[np.ndarray, "units C"],
) -> Float[np.ndarray, "units C"]:
    """Draw the values of the other hand at the first stroke of each unit, except base hands."""
    units = len(kinds)
    # During one-handed signs the other hand rests, or waits in front of the body.
    nondominant = rest.copy()
    group = np.arange(units) // 3  # for three consecutive units
    draws = np.clip(rng.standard_normal((units, 4)), -_MAX_DEVIATION, _MAX_DEVIATION)[group]
    ready = (rng.random(units) < 0.18)[group]
    deviation = np.array([0.3, 0.09, 0.07])
    location = scale_trunk_location(_READY + deviation * draws[:, :3], body)
    nondominant[ready, WRIST] = location[ready]
    nondominant[ready, SWIVEL] = 0.55 + 0.2 * draws[ready, 3]
    symmetric = (kinds == SYMMETRIC) | (kinds == ALTERNATING)
    gesture_draws = rng.random(units)
    symmetric |= (kinds == GESTURE) & (gesture_draws < 0.4)
    nondominant[symmetric] = dominant[symmetric]
    independent = (kinds == GESTURE) & (gesture_draws > 0.8)
    count = int(independent.sum())
    nondominant[independent, : SWIVEL + 1] = draw_gesture_locations(rng, body, count)
    return nondominant


def _set_base_hands(
    rng: np.random.Generator,
    body: BodyDimensions,
    kinds: Int[np.ndarray, " units"],
    start: Float[np.ndarray, "units 2 C"],
) -> None:
    """Place the dominant hand on the other one in units with a base hand, in place."""
    selected = kinds == BASE_HAND
    n = int(selected.sum())
    base = scale_trunk_location(np.array(BASE_LOCATION), body)
    base = base + 0.04 * body.arm * rng.standard_normal((n, 3))
    # The dominant hand moves just above the other one, whose own side is the opposite one.
    above = np.array([0.18, 0.17, 0.03]) + 0.04 * rng.standard_normal((n, 3))
    start[selected, 0, WRIST] = base * [-1, 1, 1] + above * body.arm
    start[selected, 1, WRIST] = base
    start[selected, 1, SWIVEL] = start[selected, 0, SWIVEL]
    start[selected, 1, TURN] = rng.standard_normal((n, 3)) * [0.5, 0.2, 0.1]
    start[selected, 1, JOINTS] = _draw_handshapes(rng, n)


def _draw_handshapes(rng: np.random.Generator, count: int) -> Float[np.ndarray, "shapes 20"]:
    """Draw the joint angles of handshapes, as columns."""
    return draw_handshapes(rng, count).reshape(count, JOINTS.stop - JOINTS.start)


def _draw_arcs(
    rng: np.random.Generator, movements: Movements, body: BodyDimensions
) -> Float[np.ndarray, "K D"]:
    """Draw the arc of each movement: outwards and forward, clear of the body."""
    wrist = movements.values[:, WRIST]
    distance = np.linalg.norm(np.diff(wrist, axis=0), axis=-1, keepdims=True)
    arcs = np.zeros((len(distance), VALUES))
    draws = rng.standard_normal((len(distance), 3))
    arcs[:, WRIST] = distance * (draws * 0.06 + [0.03, 0.0, 0.08])
    # Between low and high, the hand passes in front of the shoulder and not through it.
    climb = np.abs(np.diff(wrist[:, 1]))
    arcs[:, 2] += 0.35 * np.maximum(climb - 0.5 * body.arm, 0.0)
    # Between front and back, the hand moves around the body: past the hip, or over the shoulder.
    around = (wrist[1:, 2] > 0) != (wrist[:-1, 2] > 0)
    behind = np.where(wrist[1:, 2] > 0, wrist[:-1, 1], wrist[1:, 1])
    arcs[around, 0] += 0.35 * body.arm
    arcs[around, 1] += np.where(behind > 0, 0.15, -0.25)[around] * body.arm
    return arcs
