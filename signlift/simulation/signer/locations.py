"""Locations of the wrists: in signs, in gestures and at rest.

All locations hold for either side of the body: x outwards to the hand's own side, y up, z forward,
from the middle of the shoulders (Neck), in the frame of the chest. They are in lengths of the body,
and so fit any body: see `scale_trunk_location` and `scale_head_location`.
The tables are our own estimates of the locations that signers use.
"""

from __future__ import annotations

import numpy as np

from signlift.geometry.interpolation import smoothstep
from signlift.simulation.signer.anthropometry import BodyDimensions
from signlift.utils.array_types import Float, Int

#: Draws are clipped to this many standard deviations.
_MAX_DEVIATION = 2.2

#: Wrist locations of signs in front of and beside the trunk, with relative frequencies: x in halves
#: of the shoulder width, y and z in arm lengths.
TRUNK_LOCATIONS: dict[str, tuple[tuple[float, float, float], float]] = {
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

#: The same at the head, in head lengths from the joint about which it rotates. A hand reaches
#: further than its wrist: for a hand on the chin the wrist is below and in front of it.
HEAD_LOCATIONS: dict[str, tuple[tuple[float, float, float], float]] = {
    "forehead": ((0.70, 0.15, 1.08), 0.9),
    "temple": ((0.95, 0.05, 0.60), 0.5),
    "cheek": ((0.92, -0.35, 0.73), 1.0),
    "nose": ((0.40, -0.45, 1.10), 0.6),
    "chin": ((0.50, -0.75, 1.15), 1.9),
}

#: Location of the non-dominant hand as a base for the dominant one; as in `TRUNK_LOCATIONS`.
BASE_LOCATION = (0.36, -0.42, 0.52)

#: Location of fingerspelling, in front of the shoulder; as in `TRUNK_LOCATIONS`.
FINGERSPELLING_LOCATION = (1.10, -0.04, 0.52)

#: Locations of gestures other than signs; as in `TRUNK_LOCATIONS`, with the swivel of the elbow in
#: radians.
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

#: Rest positions of the hands, with their probabilities standing and sitting.
REST_POSITIONS: dict[str, tuple[float, float]] = {
    "hanging": (0.66, 0.08),
    "folded": (0.12, 0.22),
    "clasped low": (0.07, 0.0),
    "in the lap": (0.0, 0.58),
    "on the hips": (0.06, 0.0),
    "arms crossed": (0.05, 0.12),
    "behind the back": (0.04, 0.0),
}


_TRUNK, _HEAD = (
    np.array([location for location, _ in table.values()])
    for table in (TRUNK_LOCATIONS, HEAD_LOCATIONS)
)
_FREQUENCIES = np.array(
    [frequency for _, frequency in (*TRUNK_LOCATIONS.values(), *HEAD_LOCATIONS.values())]
)
_PROBABILITIES = _FREQUENCIES / _FREQUENCIES.sum()
_CENTRE = np.array([0.60, -0.20, 0.50])
_GESTURES = np.array([(*location, swivel) for location, swivel in GESTURES.values()])


def draw_sign_locations(
    rng: np.random.Generator,
    body: BodyDimensions,
    size: float,
    shift: Float[np.ndarray, "3"],
    count: int,
) -> Float[np.ndarray, "signs 3"]:
    """Draw wrist locations of signs.

    Parameters
    ----------
    rng
        The random generator.
    body
        The body dimensions.
    size
        Size of the signing space, around 1.
    shift
        [3], displacement of the signing space except for the head; as in `TRUNK_LOCATIONS`.
    count
        Number of signs.

    Returns
    -------
    locations
        [signs, 3], wrists in metres from the Neck.
    """
    trunk = scale_trunk_location(_CENTRE + shift + (_TRUNK - _CENTRE) * size, body)
    numbers = draw_categories(rng, _PROBABILITIES, count)
    deviation = np.where(numbers[:, None] < len(trunk), 0.07, 0.045) * body.arm
    draws = np.clip(rng.standard_normal((count, 3)), -2.5, 2.5)
    return np.concatenate([trunk, scale_head_location(_HEAD, body)])[numbers] + deviation * draws


def draw_gesture_locations(
    rng: np.random.Generator, body: BodyDimensions, count: int
) -> Float[np.ndarray, "gestures 4"]:
    """Draw locations of gestures: from the table, or anywhere within reach.

    Parameters
    ----------
    rng
        The random generator.
    body
        The body dimensions.
    count
        Number of gestures.

    Returns
    -------
    locations
        [gestures, 4], wrists in metres from the Neck and the swivel of the elbow in radians.
    """
    deviation = np.array([0.25, 0.09, 0.08, 0.15])
    table = _GESTURES[rng.integers(len(_GESTURES), size=count)]
    draws = np.clip(rng.standard_normal((count, 4)), -_MAX_DEVIATION, _MAX_DEVIATION)
    table = table + deviation * draws
    named = np.concatenate([scale_trunk_location(table[:, :3], body), table[:, 3:]], 1)
    direction = rng.standard_normal((count, 3)) + np.array([0.2, 0.0, 0.5])
    direction = direction / np.linalg.norm(direction, axis=-1, keepdims=True)
    direction[:, 2] = np.where(direction[:, 2] < -0.25, -direction[:, 2], direction[:, 2])
    # Behind the shoulder, only a stretched arm is comfortable.
    distance = rng.uniform(np.where(direction[:, 2] < 0, 0.85, 0.5), 1.02)
    anywhere = np.empty_like(named)
    anywhere[:, :3] = direction * (distance * body.arm)[:, None]
    anywhere[:, 0] += body.shoulders / 2
    anywhere[:, 3] = rng.normal(0.65, 0.3, count)
    return np.where(rng.random((count, 1)) < 0.35, anywhere, named)


def min_forward_distance(
    wrist: Float[np.ndarray, "*rest 3"], body: BodyDimensions
) -> Float[np.ndarray, "*rest"]:
    """Compute the minimum of z of an active hand in metres, for its x and y.

    Only at the hip, above the head or far to the side of the shoulder may the hand be beside the
    body or behind it. Elsewhere trunk and head are in the way, or the arm would have to fold more
    than it can.
    """
    height = wrist[..., 1] / body.arm
    sideways = np.maximum(wrist[..., 0] / (body.shoulders / 2) - 1.0, 0.0)
    between = smoothstep((height + 0.65) / 0.25) * (1 - smoothstep((height - 0.6) / 0.3))
    return body.arm * (0.28 * between - 0.9 * sideways**2)


def draw_categories(
    rng: np.random.Generator, probabilities: Float[np.ndarray, " categories"], count: int
) -> Int[np.ndarray, " count"]:
    """Draw numbers of categories with given probabilities, which add up to 1."""
    return np.searchsorted(np.cumsum(probabilities)[:-1], rng.random(count), side="right")


def scale_trunk_location(
    location: Float[np.ndarray, "*rest 3"], body: BodyDimensions
) -> Float[np.ndarray, "*rest 3"]:
    """Convert locations as in `TRUNK_LOCATIONS` to metres from the Neck."""
    return location * np.array([body.shoulders / 2, body.arm, body.arm])


def scale_head_location(
    location: Float[np.ndarray, "*rest 3"], body: BodyDimensions
) -> Float[np.ndarray, "*rest 3"]:
    """Convert locations as in `HEAD_LOCATIONS` to metres from the Neck, for an upright head."""
    # The neck is inclined forward by about ten degrees.
    return location * body.head + np.array([0.0, 0.98, 0.17]) * body.neck


def draw_rest_positions(
    rng: np.random.Generator, body: BodyDimensions, seated: bool, count: int
) -> tuple[Float[np.ndarray, "rests 2 3"], Float[np.ndarray, "rests 2"]]:
    """Draw rest positions of both hands.

    Parameters
    ----------
    rng
        The random generator.
    body
        The body dimensions.
    seated
        The person sits.
    count
        Number of rests.

    Returns
    -------
    locations
        [rests, 2, 3], wrists in metres from the Neck, in each side's own coordinates.
    swivels
        [rests, 2], swivels of the elbows in radians.
    """
    probabilities = np.array([pair[int(seated)] for pair in REST_POSITIONS.values()])
    kinds = draw_categories(rng, probabilities / probabilities.sum(), count)
    draws = np.clip(rng.standard_normal((count, 1, 4)), -_MAX_DEVIATION, _MAX_DEVIATION)
    # Both hands rest in nearly the same way.
    individual = np.clip(rng.standard_normal((count, 2, 4)), -_MAX_DEVIATION, _MAX_DEVIATION)
    return _compute_rests(kinds, draws + 0.3 * individual, body)


def _compute_rests(
    kinds: Int[np.ndarray, " rests"], draws: Float[np.ndarray, "rests 2 4"], body: BodyDimensions
) -> tuple[Float[np.ndarray, "rests 2 3"], Float[np.ndarray, "rests 2"]]:
    """Compute rests of given kinds (numbers in `REST_POSITIONS`), varied by normal draws."""
    half, arm, depth = body.shoulders / 2, body.arm, 0.075 * body.stature
    # With a long trunk and short arms, the hands still reach the lap.
    trunk = min(body.trunk, 0.9 * arm)
    hip = 0.55 * half + 0.055 * body.stature
    means = {  # location and swivel; folded and crossed arms have one hand on the other
        "folded": ((0.30 * half, -0.68 * trunk, 1.25 * depth), 0.55),
        "clasped low": ((0.25 * half, -0.78 * arm, 1.9 * depth), 0.45),
        "in the lap": ((0.65 * half, -0.80 * trunk, 2.3 * depth), 0.4),
        "on the hips": ((hip, -0.74 * trunk, 0.3 * depth), 1.35),
        "arms crossed": ((-0.60 * half, -0.46 * trunk, 1.5 * depth), 0.5),
        "behind the back": ((0.25 * half, -0.72 * trunk, -1.25 * depth), 0.6),
    }
    locations = _compute_hanging(draws, body)
    swivels = 0.35 + 0.2 * draws[..., 3]
    names = tuple(REST_POSITIONS)
    deviation = np.array([0.18 * half, 0.06 * trunk, 0.2 * depth])
    for name, (location, swivel) in means.items():
        selected = kinds == names.index(name)
        if selected.any():
            locations[selected] = np.array(location) + deviation * draws[selected, :, :3]
            swivels[selected] = swivel + 0.12 * draws[selected, :, 3]
    locations[kinds == names.index("arms crossed"), 1, 2] -= 0.35 * depth
    return locations, swivels


def _compute_hanging(
    draws: Float[np.ndarray, "rests 2 4"], body: BodyDimensions
) -> Float[np.ndarray, "rests 2 3"]:
    """Compute wrists of hanging arms, with the elbow flexed by 8 to 68 degrees."""
    elbow = np.radians(np.clip(147.0 + 13.0 * draws[..., 0], 112.0, 172.0))
    upper, lower = body.upper_arm, body.forearm
    distance = np.sqrt(upper**2 + lower**2 - 2 * upper * lower * np.cos(elbow))
    out = np.maximum(0.11 + 0.05 * draws[..., 1], 0.02)
    # The more the elbow is flexed, the further forward the hand is.
    front = 0.07 + 0.5 * (1 - distance / body.arm) + 0.09 * draws[..., 2]
    direction = np.stack([out, -np.ones_like(out), front], -1)
    direction = direction / np.linalg.norm(direction, axis=-1, keepdims=True)
    return direction * distance[..., None] + np.array([body.shoulders / 2, 0.0, 0.0])
