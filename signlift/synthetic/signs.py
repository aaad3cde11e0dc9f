"""What the hands do: where signs are made, by which hands, and one after the other.

Places are those of a wrist in the signing space. They are given for one side of the body and
hold for both: x outwards to the hand's own side, y up, z to the front, from the middle of the
shoulders (Neck), turned with the chest, in statures.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from signlift.synthetic.motion import PEAK, Moves, timetable

#: Where wrists are while people sign, how often, and how far they stray from there.
#: The hand reaches further than the wrist: a hand on the chin has its wrist below and before it.
PLACES: dict[str, tuple[tuple[float, float, float], float]] = {
    "forehead": ((0.090, 0.120, 0.140), 1.2),
    "cheek": ((0.120, 0.055, 0.095), 1.2),
    "chin": ((0.065, 0.000, 0.155), 2.0),
    "above": ((0.145, 0.190, 0.165), 0.4),
    "shoulder": ((0.115, -0.030, 0.125), 0.5),
    "chest": ((0.055, -0.110, 0.140), 1.5),
    "belly": ((0.060, -0.190, 0.150), 0.7),
    "other shoulder": ((-0.035, -0.020, 0.130), 0.4),
    "other arm": ((-0.055, -0.130, 0.155), 0.4),
    "front": ((0.075, -0.090, 0.205), 2.5),
    "front of the shoulder": ((0.140, -0.050, 0.205), 2.5),
    "low": ((0.105, -0.165, 0.200), 1.5),
    "forward": ((0.095, -0.040, 0.290), 0.8),
    "side": ((0.240, -0.060, 0.180), 0.9),
    "high side": ((0.215, 0.060, 0.180), 0.5),
    "across": ((-0.045, -0.075, 0.195), 0.6),
}
_PLACES = np.array([place for place, _ in PLACES.values()])
_CHANCES = np.array([often for _, often in PLACES.values()])
_CHANCES = _CHANCES / _CHANCES.sum()
_STRAY = 0.022

#: Where the other hand lies as a base for the signing one.
BASE = np.array([0.040, -0.140, 0.165])

#: Hands at rest: hanging down, folded before the belly, in the lap.
RESTS = np.array([[0.150, -0.292, 0.055], [0.040, -0.245, 0.120], [0.090, -0.225, 0.170]])
_REST_CHANCES = {False: np.array([0.75, 0.25, 0.0]), True: np.array([0.0, 0.3, 0.7])}

# How signs use the two hands: one hand, both alike, both in turn, the other as a base.
ONE, ALIKE, IN_TURN, ON_BASE, PAUSE = range(5)
_KINDS = np.array([0.42, 0.27, 0.09, 0.14, 0.08])

#: The columns of a hand's values.
WRIST, SWIVEL, TURN, CURL = slice(0, 3), 3, slice(4, 7), slice(7, 12)
VALUES = 12


@dataclass(frozen=True)
class Manner:
    """How a person signs.

    Parameters
    ----------
    left_handed
        Whether the left hand is the one that signs with one hand.
    seated
        Whether the person sits.
    tempo
        How fast, around 1.
    size
        How large the signs are, around 1.
    swivel
        How far the elbows stand out, in radians from hanging straight down.
    """

    left_handed: bool = False
    seated: bool = False
    tempo: float = 1.0
    size: float = 1.0
    swivel: float = 0.75


def draw_manner(rng: np.random.Generator) -> Manner:
    """Draw a way to sign: one in ten is left-handed, one in four sits."""
    left_handed, seated = rng.random(2) < (0.1, 0.25)
    return Manner(
        bool(left_handed),
        bool(seated),
        tempo=float(np.exp(0.2 * np.clip(rng.standard_normal(), -2, 2))),
        size=float(np.exp(0.12 * np.clip(rng.standard_normal(), -2, 2))),
        swivel=float(np.clip(rng.normal(0.75, 0.15), 0.3, 1.2)),
    )


def hand_moves(
    rng: np.random.Generator, manner: Manner, stature: float, seconds: float
) -> tuple[tuple[Moves, Float[np.ndarray, "K D"]], tuple[Moves, Float[np.ndarray, "K D"]]]:
    """Draw what both hands do for so many seconds.

    Parameters
    ----------
    manner
        How the person signs.
    stature
        The person's, in metres.
    seconds
        How long.

    Returns
    -------
    The left and the right hand's moves and arcs (see `follow`), `VALUES` columns each: the
    wrist's place in metres (own side, see above), the elbow's swivel, the hand's twist, flexion
    and deviation, and the curl of thumb to little finger, all in radians.
    """
    # More signs than time: a sign takes about a second.
    signs = 3 + int(seconds * 2.0 * manner.tempo)
    kinds = rng.choice(5, signs, p=_KINDS)
    if rng.random() < 0.6:
        kinds[0] = PAUSE
    sign, odd = _strokes(rng, kinds)
    places = _stroke_places(rng, manner, kinds, sign, odd)  # [strokes, 2, 3]
    poses = _stroke_poses(rng, manner, kinds, sign, odd)  # [strokes, 2, VALUES - 3]
    values = np.concatenate([places * stature, poses], -1)
    durations, starts = _when(rng, manner, kinds, sign, values[..., WRIST])
    hands = []
    for hand in (0, 1):
        # The hands are not quite in step.
        late = 0.0 if hand == 0 else float(rng.uniform(0.0, 0.06))
        moves = Moves(starts + late, durations, values[:, hand])
        hands.append((moves, _arcs(rng, moves)))
    signing, other = hands
    return (signing, other) if manner.left_handed else (other, signing)


def _strokes(
    rng: np.random.Generator, kinds: Int[np.ndarray, " signs"]
) -> tuple[Int[np.ndarray, " strokes"], Bool[np.ndarray, " strokes"]]:
    """The strokes of all signs: the sign of each, and whether it is the way out or back."""
    count = rng.choice([1, 2, 3, 4, 6], len(kinds), p=[0.22, 0.33, 0.2, 0.15, 0.1])
    count[kinds == PAUSE] = 1
    sign = np.repeat(np.arange(len(kinds)), count)
    within = np.arange(len(sign)) - np.repeat(np.cumsum(count) - count, count)
    return sign, within % 2 == 1


def _stroke_places(
    rng: np.random.Generator,
    manner: Manner,
    kinds: Int[np.ndarray, " signs"],
    sign: Int[np.ndarray, " strokes"],
    odd: Bool[np.ndarray, " strokes"],
) -> Float[np.ndarray, "strokes 2 3"]:
    """Where the wrists of the signing and of the other hand are after each stroke, in statures."""
    signs = len(kinds)
    start = _PLACES[rng.choice(len(_PLACES), signs, p=_CHANCES)]
    start = start + _STRAY * np.clip(rng.standard_normal((signs, 3)), -2.5, 2.5)
    start = start * manner.size
    path = (
        rng.standard_normal((signs, 3))
        * (0.045 * manner.size)
        * rng.choice([0.5, 1.0, 1.6], (signs, 1))
    )
    on_base = kinds == ON_BASE
    base = BASE + 0.5 * _STRAY * rng.standard_normal((signs, 3))
    # The signing hand works just above the other one, whose own side is the opposite one.
    over = base * [-1, 1, 1] + [0.06, 0.055, 0.01] + 0.5 * _STRAY * rng.standard_normal((signs, 3))
    start = np.where(on_base[:, None], over, start)
    both = (kinds == ALIKE) | (kinds == IN_TURN)
    rest = RESTS[rng.choice(3, p=_REST_CHANCES[manner.seated])] + 0.01 * rng.standard_normal(3)
    # With one hand busy, the other one stays at rest, or ready in front of the body.
    ready = rest if rng.random() < 0.6 else RESTS[1] + [0.03, 0.03, 0.03]

    first = start[sign] + odd[:, None] * path[sign]
    in_turn = start[sign] + (odd ^ (kinds == IN_TURN)[sign])[:, None] * path[sign]
    second = np.where(both[sign][:, None], in_turn, ready)
    second = np.where(on_base[sign][:, None], base[sign], second)
    pause = (kinds == PAUSE)[sign][:, None]
    places = np.stack([np.where(pause, rest, first), np.where(pause, rest, second)], 1)
    places = places + 0.004 * rng.standard_normal(places.shape)
    # Hands do not go through the trunk, nor through each other.
    places[..., 2] = np.maximum(places[..., 2], 0.03)
    lifted = places[..., 1] > -0.22
    places[..., 2] = np.where(lifted, np.maximum(places[..., 2], 0.07), places[..., 2])
    places[..., 0] = np.where(both[sign][:, None], np.maximum(places[..., 0], 0.03), places[..., 0])
    return places


def _stroke_poses(
    rng: np.random.Generator,
    manner: Manner,
    kinds: Int[np.ndarray, " signs"],
    sign: Int[np.ndarray, " strokes"],
    odd: Bool[np.ndarray, " strokes"],
) -> Float[np.ndarray, "strokes 2 C"]:
    """Elbow swivel, the hand's turn and the fingers' curl after each stroke, in radians."""
    signs = len(kinds)
    swivel = manner.swivel + rng.normal(0, 0.16, (signs, 2, 1))
    # Palms rather look forward and down than back and up.
    turn = rng.standard_normal((signs, 2, 3)) * [0.7, 0.3, 0.15] - [0.4, 0.0, 0.0]
    # A handshape: fingers stretched or bent, each somewhere in between.
    bent = rng.random((signs, 2, 5)) < rng.random((signs, 2, 1))
    curl = np.where(bent, 1.2, 0.15) + 0.12 * rng.standard_normal((signs, 2, 5))
    poses = np.concatenate([swivel, turn, np.clip(curl, 0.0, 1.5)], -1)
    relaxed = np.array([manner.swivel, 0.0, 0.1, 0.0, 0.3, 0.4, 0.45, 0.5, 0.55])
    poses[kinds == PAUSE] = relaxed
    poses[kinds == ONE, 1] = relaxed
    both = (kinds == ALIKE) | (kinds == IN_TURN)
    poses[both, 1] = poses[both, 0]
    # Repeated strokes often are a turn of the hand.
    poses = poses[sign]
    shake = rng.standard_normal((signs, 1, 3)) * [0.35, 0.25, 0.1]
    busy = np.stack([kinds != PAUSE, both], -1)[sign]
    poses[..., 1:4] += odd[:, None, None] * busy[..., None] * shake[sign]
    poses[..., 0] = np.clip(poses[..., 0] + 0.03 * rng.standard_normal(poses.shape[:2]), 0.05, 1.4)
    poses[..., 1:4] = np.clip(poses[..., 1:4], [-1.4, -0.9, -0.4], [1.4, 0.9, 0.4])
    return poses


def _when(
    rng: np.random.Generator,
    manner: Manner,
    kinds: Int[np.ndarray, " signs"],
    sign: Int[np.ndarray, " strokes"],
    wrists: Float[np.ndarray, "strokes 2 3"],
) -> tuple[Float[np.ndarray, " moves"], Float[np.ndarray, " moves"]]:
    """How long each move from stroke to stroke takes, and when it starts, in seconds."""
    moves = len(sign) - 1
    far = np.linalg.norm(np.diff(wrists, axis=0), axis=-1).max(-1)
    # Longer ways are gone faster; the fastest strokes peak at some 3 m/s.
    slow = np.exp(0.2 * np.clip(rng.standard_normal(moves), -2, 2)) / manner.tempo
    durations = np.maximum((0.18 + 0.5 * np.sqrt(far)) * slow, PEAK * far / 3.0)
    durations = np.maximum(durations, 0.13)
    between = sign[1:] != sign[:-1]
    holds = np.where(between, rng.uniform(-0.15, 0.35, moves), rng.uniform(-0.12, 0.08, moves))
    paused = kinds[sign[:-1]] == PAUSE
    holds = np.where(paused, rng.uniform(0.2, 1.2, moves), holds) / manner.tempo
    return durations, timetable(durations, holds, first=-float(rng.uniform(0.0, 0.4)))


def _arcs(rng: np.random.Generator, moves: Moves) -> Float[np.ndarray, "K D"]:
    """How far each move's way bulges: outwards and to the front, clear of the body."""
    far = np.linalg.norm(np.diff(moves.values[:, WRIST], axis=0), axis=-1, keepdims=True)
    arcs = np.zeros((len(far), VALUES))
    arcs[:, WRIST] = far * (rng.standard_normal((len(far), 3)) * 0.06 + [0.03, 0.0, 0.08])
    return arcs
