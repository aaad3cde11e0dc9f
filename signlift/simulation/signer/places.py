"""Where wrists are: the places of signs, of gestures and of hands at rest.

All places are given for one side of the body and hold for both: x outwards to the hand's own
side, y up, z to the front, from the middle of the shoulders (Neck), turned with the chest. They
are in lengths of the body, so that they fit any: see `trunk_place` and `head_place`.
The tables are our own, after where signers put their hands.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from signlift.geometry.interpolation import smoothstep
from signlift.simulation.signer.anthropometry import Proportions

#: Where wrists are while people sign before the trunk or in the room around it, and how often:
#: x in halves of the shoulders' width, y and z in arm lengths.
SPACE: dict[str, tuple[tuple[float, float, float], float]] = {
    "own shoulder": ((1.00, -0.09, 0.39), 0.5),
    "chest": ((0.50, -0.28, 0.42), 1.3),
    "belly": ((0.53, -0.58, 0.45), 0.7),
    "other shoulder": ((-0.35, -0.06, 0.40), 0.5),
    "other arm": ((-0.50, -0.38, 0.46), 0.5),
    "front": ((0.85, -0.22, 0.66), 2.4),
    "front of the shoulder": ((1.25, -0.06, 0.66), 2.5),
    "raised": ((1.25, 0.18, 0.62), 1.8),
    "low": ((1.05, -0.44, 0.64), 1.4),
    "forward": ((1.00, -0.04, 0.98), 2.2),
    "side": ((2.15, -0.14, 0.60), 1.0),
    "high side": ((1.95, 0.20, 0.58), 0.6),
    "across": ((-0.40, -0.20, 0.58), 0.7),
    "above": ((1.25, 0.60, 0.50), 0.3),
}

#: The same at the head, in head lengths from the joint on which the head turns. The hand
#: reaches further than the wrist: a hand on the chin has its wrist below and before it.
HEAD: dict[str, tuple[tuple[float, float, float], float]] = {
    "forehead": ((0.70, 0.15, 1.08), 0.9),
    "temple": ((0.95, 0.05, 0.60), 0.5),
    "cheek": ((0.92, -0.35, 0.73), 1.0),
    "nose": ((0.40, -0.45, 1.10), 0.6),
    "chin": ((0.50, -0.75, 1.15), 1.9),
}

#: Where the other hand lies as a base for the signing one; as in `SPACE`.
BASE = (0.36, -0.42, 0.52)

#: A letter is spelled in front of the shoulder; as in `SPACE`.
SPELLING = (1.10, -0.04, 0.52)

#: Places of gestures that are no signs; as in `SPACE`, with the elbow's swivel in radians.
GESTURES: dict[str, tuple[tuple[float, float, float], float]] = {
    "arm up": ((1.20, 0.95, 0.10), 1.0),
    "arm up to the side": ((2.60, 0.75, 0.15), 0.9),
    "out to the side": ((3.00, -0.05, 0.15), 0.7),
    "open arms": ((2.30, -0.25, 0.55), 0.6),
    "shrug": ((2.00, -0.42, 0.42), 0.3),
    "to the camera": ((0.90, -0.05, 1.00), 0.6),
    "pointing up": ((1.10, 0.45, 0.55), 0.7),
    "pointing across": ((-0.80, -0.05, 0.75), 0.8),
    "pointing down": ((1.20, -0.75, 0.55), 0.4),
    "waving": ((1.70, 0.30, 0.40), 0.5),
    "at the ear": ((1.05, 0.40, 0.04), 1.2),
    "hand on the heart": ((0.10, -0.32, 0.36), 0.6),
    "arms crossed": ((-0.55, -0.46, 0.40), 0.5),
    "hand to the mouth": ((0.30, 0.12, 0.42), 0.7),
    "on the hips": ((1.20, -0.66, 0.06), 1.4),
    "praying": ((0.15, -0.18, 0.45), 0.7),
}

#: Ways to rest the hands, how often standing and sitting.
RESTS: dict[str, tuple[float, float]] = {
    "hanging": (0.66, 0.08),
    "folded": (0.12, 0.22),
    "clasped low": (0.07, 0.0),
    "in the lap": (0.0, 0.58),
    "on the hips": (0.06, 0.0),
    "arms crossed": (0.05, 0.12),
    "behind the back": (0.04, 0.0),
}


_SPACE, _HEAD = (np.array([place for place, _ in table.values()]) for table in (SPACE, HEAD))
_CHANCES = np.array([often for _, often in (*SPACE.values(), *HEAD.values())])
_CHANCES = _CHANCES / _CHANCES.sum()
_CENTRE = np.array([0.60, -0.20, 0.50])
_GESTURES = np.array([(*place, swivel) for place, swivel in GESTURES.values()])


def sign_places(
    rng: np.random.Generator,
    body: Proportions,
    size: float,
    shift: Float[np.ndarray, "3"],
    count: int,
) -> Float[np.ndarray, "signs 3"]:
    """Draw where signs are made.

    Parameters
    ----------
    rng
        The source of chance.
    body
        Whose hands they are.
    size
        How large the signing space is, around 1.
    shift
        [3], by how much all of it but the head is displaced; as in `SPACE`.
    count
        How many.

    Returns
    -------
    [signs, 3], wrists in metres from the Neck.
    """
    space = trunk_place(_CENTRE + shift + (_SPACE - _CENTRE) * size, body)
    chosen = pick(rng, _CHANCES, count)
    stray = np.where(chosen[:, None] < len(space), 0.07, 0.045) * body.arm
    draws = np.clip(rng.standard_normal((count, 3)), -2.5, 2.5)
    return np.concatenate([space, head_place(_HEAD, body)])[chosen] + stray * draws


def gesture_places(
    rng: np.random.Generator, body: Proportions, count: int
) -> Float[np.ndarray, "gestures 4"]:
    """Draw places of gestures: of the table, or anywhere within reach.

    Parameters
    ----------
    rng
        The source of chance.
    body
        Whose hands they are.
    count
        How many.

    Returns
    -------
    [gestures, 4], wrists in metres from the Neck and the elbow's swivel in radians.
    """
    spread = np.array([0.25, 0.09, 0.08, 0.15])
    table = _GESTURES[rng.integers(len(_GESTURES), size=count)]
    table = table + spread * np.clip(rng.standard_normal((count, 4)), -2.2, 2.2)
    named = np.concatenate([trunk_place(table[:, :3], body), table[:, 3:]], 1)
    way = rng.standard_normal((count, 3)) + np.array([0.2, 0.0, 0.5])
    way = way / np.linalg.norm(way, axis=-1, keepdims=True)
    way[:, 2] = np.where(way[:, 2] < -0.25, -way[:, 2], way[:, 2])
    # Behind the shoulder, only a stretched arm is at ease.
    far = rng.uniform(np.where(way[:, 2] < 0, 0.85, 0.5), 1.02)
    anywhere = np.empty_like(named)
    anywhere[:, :3] = way * (far * body.arm)[:, None]
    anywhere[:, 0] += body.shoulders / 2
    anywhere[:, 3] = rng.normal(0.65, 0.3, count)
    return np.where(rng.random((count, 1)) < 0.35, anywhere, named)


def least_front(
    wrist: Float[np.ndarray, "*rest 3"], body: Proportions
) -> Float[np.ndarray, "*rest"]:
    """How far in front a busy hand has to be at least, in metres, by where it is.

    Only at the hip, above the head or well to the side of the shoulder may it be beside the body
    or behind it: elsewhere trunk and head are in the way, or the arm would have to fold more
    than it can.
    """
    height = wrist[..., 1] / body.arm
    aside = np.maximum(wrist[..., 0] / (body.shoulders / 2) - 1.0, 0.0)
    between = smoothstep((height + 0.65) / 0.25) * (1 - smoothstep((height - 0.6) / 0.3))
    return body.arm * (0.28 * between - 0.9 * aside**2)


def pick(
    rng: np.random.Generator, chances: Float[np.ndarray, " kinds"], count: int
) -> Int[np.ndarray, " count"]:
    """Draw numbers of kinds with these chances, which add up to 1."""
    return np.searchsorted(np.cumsum(chances)[:-1], rng.random(count), side="right")


def trunk_place(
    place: Float[np.ndarray, "*rest 3"], body: Proportions
) -> Float[np.ndarray, "*rest 3"]:
    """Metres from the Neck of places as in `SPACE`."""
    return place * np.array([body.shoulders / 2, body.arm, body.arm])


def head_place(
    place: Float[np.ndarray, "*rest 3"], body: Proportions
) -> Float[np.ndarray, "*rest 3"]:
    """Metres from the Neck of places as in `HEAD`, on a head that is held upright."""
    # The neck slopes to the front, by about ten degrees.
    return place * body.head + np.array([0.0, 0.98, 0.17]) * body.neck


def rest_poses(
    rng: np.random.Generator, body: Proportions, seated: bool, count: int
) -> tuple[Float[np.ndarray, "rests 2 3"], Float[np.ndarray, "rests 2"]]:
    """Draw ways to rest both hands.

    Parameters
    ----------
    rng
        The source of chance.
    body
        Whose hands they are.
    seated
        Whether the person sits.
    count
        How many.

    Returns
    -------
    places, swivels
        [rests, 2, 3] in metres from the Neck, each hand on its own side; [rests, 2] in radians.
    """
    chances = np.array([chance[int(seated)] for chance in RESTS.values()])
    kinds = pick(rng, chances / chances.sum(), count)
    draws = np.clip(rng.standard_normal((count, 1, 4)), -2.2, 2.2)
    # Both hands rest alike, but not quite.
    draws = draws + 0.3 * np.clip(rng.standard_normal((count, 2, 4)), -2.2, 2.2)
    return _rest_places(kinds, draws, body)


def _rest_places(
    kinds: Int[np.ndarray, " rests"], draws: Float[np.ndarray, "rests 2 4"], body: Proportions
) -> tuple[Float[np.ndarray, "rests 2 3"], Float[np.ndarray, "rests 2"]]:
    """The places of rests of some kinds (numbers in `RESTS`), varied by standard draws."""
    half, arm, depth = body.shoulders / 2, body.arm, 0.075 * body.stature
    # Where the trunk is said to be long and the arms short, they still reach the lap.
    trunk = min(body.trunk, 0.9 * arm)
    middle = {  # the mean of each; the hands of folded and crossed arms lie one over the other
        "folded": ((0.30 * half, -0.68 * trunk, 1.25 * depth), 0.55),
        "clasped low": ((0.25 * half, -0.78 * arm, 1.9 * depth), 0.45),
        "in the lap": ((0.65 * half, -0.80 * trunk, 2.3 * depth), 0.4),
        "on the hips": ((0.55 * half + 0.055 * body.stature, -0.74 * trunk, 0.3 * depth), 1.35),
        "arms crossed": ((-0.60 * half, -0.46 * trunk, 1.5 * depth), 0.5),
        "behind the back": ((0.25 * half, -0.72 * trunk, -1.25 * depth), 0.6),
    }
    places = _hanging(draws, body)
    swivels = 0.35 + 0.2 * draws[..., 3]
    names = tuple(RESTS)
    spread = np.array([0.18 * half, 0.06 * trunk, 0.2 * depth])
    for name, (place, swivel) in middle.items():
        ours = kinds == names.index(name)
        if ours.any():
            places[ours] = np.array(place) + spread * draws[ours, :, :3]
            swivels[ours] = swivel + 0.12 * draws[ours, :, 3]
    places[kinds == names.index("arms crossed"), 1, 2] -= 0.35 * depth
    return places, swivels


def _hanging(
    draws: Float[np.ndarray, "rests 2 4"], body: Proportions
) -> Float[np.ndarray, "r 2 3"]:
    """Wrists of arms that hang down, with the elbow bent by 10 to 70 degrees."""
    elbow = np.radians(np.clip(147.0 + 13.0 * draws[..., 0], 112.0, 172.0))
    upper, lower = body.upper_arm, body.forearm
    far = np.sqrt(upper**2 + lower**2 - 2 * upper * lower * np.cos(elbow))
    out = np.maximum(0.11 + 0.05 * draws[..., 1], 0.02)
    # The more the elbow is bent, the further in front the hand is.
    front = 0.07 + 0.5 * (1 - far / body.arm) + 0.09 * draws[..., 2]
    ways = np.stack([out, -np.ones_like(out), front], -1)
    ways = ways / np.linalg.norm(ways, axis=-1, keepdims=True)
    return ways * far[..., None] + np.array([body.shoulders / 2, 0.0, 0.0])
