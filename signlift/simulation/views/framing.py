"""Where virtual cameras stand, and what part of a person they have in the picture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import check_fields
from signlift.simulation.detector.temporal_noise import median_over_frames

# Where things are on a standing person, in torsos from the Neck upwards, our own numbers.
_TOP = 0.75
_FEET = -3.3
#: The width that pictures have room for, in torsos.
WIDTH = 2.0
_TORSO = 0.5  # metres, for those whose torso is not known

_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class ViewSettings:
    """What cameras see B people; the numbers are our own.

    Parameters
    ----------
    distance
        Least and most metres from the camera to the middle of the person, log-uniform; more
        where a point would come nearer than half a metre.
    max_turn
        Most degrees that the camera stands to either side of the person's front.
    front
        The chance that it stands within `front_turn` degrees of it.
    front_turn
        See `front`.
    any_side
        The chance that it stands on any side at all, for people who turn around while they are
        recorded: who face away from their usual front, by more than 60 degrees, for a tenth of
        the time.
    max_tilt
        Most degrees that it looks up or down. Half of the cameras stand up to about a torso's
        length above or below what they look at; the others look up or down by any angle.
    max_roll
        Most degrees that it is turned about its line of sight.
    whole
        The chance that the picture is made for the whole person; otherwise its lower edge is
        somewhere between the belly and the knees. Keypoints may lie outside.
    fill
        Least and most part of the picture's height that is filled.
    off_center
        Most that the line of sight meets the picture from its middle, as a part of its size.

    Raises
    ------
    InputError
        Lists all that is wrong.
    """

    distance: tuple[float, float] = (1.0, 10.0)
    max_turn: float = 60.0
    front: float = 0.5
    front_turn: float = 20.0
    any_side: float = 0.3
    max_tilt: float = 15.0
    max_roll: float = 5.0
    whole: float = 0.35
    fill: tuple[float, float] = (0.6, 0.95)
    off_center: float = 0.08

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("distance", 0 < self.distance[0] <= self.distance[1] < np.inf, "0 < least <= most"),
            ("max_turn", 0 <= self.max_turn <= 180, "0 to 180 degrees"),
            ("front", 0 <= self.front <= 1, "a chance from 0 to 1"),
            ("front_turn", 0 <= self.front_turn <= 180, "0 to 180 degrees"),
            ("any_side", 0 <= self.any_side <= 1, "a chance from 0 to 1"),
            ("max_tilt", 0 <= self.max_tilt <= 80, "0 to 80 degrees"),
            ("max_roll", 0 <= self.max_roll <= 180, "0 to 180 degrees"),
            ("whole", 0 <= self.whole <= 1, "a chance from 0 to 1"),
            ("fill", 0 < self.fill[0] <= self.fill[1] <= 1, "0 < least <= most <= 1"),
            ("off_center", 0 <= self.off_center <= 0.5, "a part from 0 to 0.5"),
        )


def fronts(
    points: Float[np.ndarray, "B T J 3"], on: Skeleton
) -> tuple[Float[np.ndarray, "B 3"], Bool[np.ndarray, " B"]]:
    """Where people face, and who turns around.

    Parameters
    ----------
    points
        [B, T, J, 3], y up, on a skeleton with shoulders and hips.
    on
        The skeleton of the points.

    Returns
    -------
    front
        [B, 3], horizontal unit vectors: at right angles to the median over the frames of the
        way from right to left, of shoulders and hips together. +z where those say nothing.
    turns_around
        [B], who faces away from it by more than 60 degrees in a tenth of the frames.
    """
    shoulders, hips = (
        (on.point(points, f"L{part}") - on.point(points, f"R{part}"))[..., ::2]
        for part in ("Shoulder", "Hip")
    )
    # Either pair says something where the other one is missing.
    left = np.where(np.isnan(shoulders), 0, shoulders) + np.where(np.isnan(hips), 0, hips)
    length = np.sqrt(np.einsum("...i,...i->...", left, left))[..., None]
    left = np.divide(left, length, out=np.full_like(left, np.nan), where=length > 1e-6)
    usual = median_over_frames(left).astype(np.float64)
    size = np.sqrt((usual**2).sum(-1, keepdims=True))
    usual = np.divide(usual, size, out=np.tile([1.0, 0.0], (len(usual), 1)), where=size > 1e-6)
    known = ~np.isnan(left[..., 0])
    away = (np.einsum("bti,bi->bt", left, usual.astype(np.float32)) < 0.5) & known
    turns_around = away.sum(1) > 0.1 * known.sum(1)
    x, z = usual.T
    return np.stack([-z, np.zeros_like(x), x], -1), turns_around


def draw_turns(
    rng: np.random.Generator,
    front: NDArray[np.float64],
    turns_around: NDArray[np.bool_],
    settings: ViewSettings,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """By how much cameras stand aside, in radians, and the level directions to them, [B, 3]."""
    B = len(front)
    kind, side = rng.random(B), rng.uniform(-1, 1, B)
    most = np.where(kind < settings.front, settings.front_turn, settings.max_turn)
    most = np.minimum(most, settings.max_turn)
    anywhere = rng.random(B) < settings.any_side
    turn = np.radians(side * np.where(anywhere & turns_around, 180.0, most))
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    return turn, cos * front + sin * np.cross(_UP, front)


def draw_frames(
    rng: np.random.Generator,
    points: NDArray[np.floating],
    neck: NDArray[np.floating],
    root: NDArray[np.floating],
    settings: ViewSettings,
) -> tuple[NDArray[np.float64], ...]:
    """What pictures show: their middle [B, 3], height and the torso, [B]."""
    B = len(points)
    column = neck - root
    torso = median_over_frames(np.sqrt(np.einsum("...i,...i->...", column, column)))
    torso = np.where(torso > 0, torso, _TORSO).astype(np.float64)
    # fmin and fmax pass over what is missing, and give NaN where all is.
    low, high = (way.reduce(neck, axis=1, initial=np.nan) for way in (np.fmin, np.fmax))
    middle = ((low + high) / 2).astype(np.float64)
    middle[:, 1] = median_over_frames(neck[..., 1])
    for lane in np.flatnonzero(~np.isfinite(middle).all(-1)):
        places = points[lane].reshape(-1, 3)
        places = places[np.isfinite(places).all(-1)]
        middle[lane] = places.mean(0) if len(places) else 0.0
    whole = rng.random(B) < settings.whole
    bottom = np.where(whole, _FEET, -rng.uniform(0.6, 2.2, B))
    extent = (_TOP - bottom) * torso
    middle[:, 1] += (_TOP + bottom) / 2 * torso
    # People do not stand in the very middle of their pictures.
    middle += rng.uniform(-0.1, 0.1, (B, 3)) * torso[:, None]
    return middle, extent, torso
