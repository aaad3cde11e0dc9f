"""Camera directions and image framing of virtual cameras."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import check_fields
from signlift.simulation.detector.temporal_noise import median_over_frames
from signlift.simulation.views.placement import Placement
from signlift.utils.array_types import Bool, Float

# Vertical extent of a standing person, in torsos above the Neck; our own numbers.
_TOP = 0.75
_FEET = -3.3

#: Width that fits into an image, in torsos.
WIDTH = 2.0

#: Torso length in metres where it cannot be measured.
_DEFAULT_TORSO = 0.5

_UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True)
class ViewSettings:
    """Distribution of virtual cameras. The numbers are our own.

    Parameters
    ----------
    placed_probability
        Probability of a camera as people place it to film a signer (see
        `signlift.simulation.views.placement`): `distance`, `fill` of wide lenses and
        `whole_body_probability` do not apply to it. The others are placed anywhere.
    distance
        Minimum and maximum distance from the camera to the middle of the person in metres,
        log-uniform. It is enlarged where a point would be nearer than half a metre.
    max_turn
        Maximum angle in degrees between the person's front and the direction to the camera.
    front_probability
        Probability that this angle is at most `front_turn`.
    front_turn
        Maximum angle in degrees of cameras near the front.
    any_side_probability
        Probability of a camera on any side, for people who turn around during the recording: who
        face away from their main direction, by more than 60 degrees, in a tenth of the frames.
    max_tilt
        Maximum angle in degrees that the camera looks up or down. Half of the cameras are up to
        about a torso length above or below the point that they look at; the others look up or down
        by any angle.
    max_roll
        Maximum rotation in degrees about the line of sight.
    whole_body_probability
        Probability that the image is framed for the whole person. Otherwise its lower edge is
        between the belly and the knees. Keypoints may be outside.
    fill
        Minimum and maximum fraction of the image's height that the framed part fills.
    max_offset
        Maximum distance of the principal point from the image centre, as a fraction of its size.

    Raises
    ------
    InputError
        Lists all invalid settings.
    """

    placed_probability: float = 0.8
    distance: tuple[float, float] = (1.0, 10.0)
    max_turn: float = 60.0
    front_probability: float = 0.5
    front_turn: float = 20.0
    any_side_probability: float = 0.3
    max_tilt: float = 15.0
    max_roll: float = 5.0
    whole_body_probability: float = 0.35
    fill: tuple[float, float] = (0.6, 0.95)
    max_offset: float = 0.08

    def __post_init__(self) -> None:
        near, far = self.distance
        low, high = self.fill
        probabilities = (
            *("placed_probability", "front_probability", "any_side_probability"),
            "whole_body_probability",
        )
        angles = (("max_turn", 180), ("front_turn", 180), ("max_tilt", 80), ("max_roll", 180))
        check_fields(
            self,
            ("distance", 0 < near <= far < np.inf, "0 < minimum <= maximum"),
            ("fill", 0 < low <= high <= 1, "0 < minimum <= maximum <= 1"),
            ("max_offset", 0 <= self.max_offset <= 0.5, "a fraction from 0 to 0.5"),
            *(
                (name, 0 <= getattr(self, name) <= limit, f"0 to {limit} degrees")
                for name, limit in angles
            ),
            *(
                (name, 0 <= getattr(self, name) <= 1, "a probability from 0 to 1")
                for name in probabilities
            ),
        )


def estimate_fronts(
    points: Float[np.ndarray, "B T J 3"], skeleton: Skeleton
) -> tuple[Float[np.ndarray, "B 3"], Bool[np.ndarray, " B"]]:
    """Estimate the direction that each person faces, and find people who turn around.

    Parameters
    ----------
    points
        [B, T, J, 3], y up, of a skeleton with shoulders and hips.
    skeleton
        The skeleton of the J keypoints.

    Returns
    -------
    front
        [B, 3], horizontal unit vectors, perpendicular to the median over the frames of the
        direction from right to left, of shoulders and hips together. +z if all are missing.
    turns_around
        [B], True for people who face away from it by more than 60 degrees in a tenth of the
        frames.
    """
    shoulders, hips = (
        (skeleton.point(points, f"L{part}") - skeleton.point(points, f"R{part}"))[..., ::2]
        for part in ("Shoulder", "Hip")
    )
    # Either pair is used alone where the other one is missing.
    left = np.where(np.isnan(shoulders), 0, shoulders) + np.where(np.isnan(hips), 0, hips)
    length = np.sqrt(np.einsum("...i,...i->...", left, left))[..., None]
    left = np.divide(left, length, out=np.full_like(left, np.nan), where=length > 1e-6)
    median = median_over_frames(left).astype(np.float64)
    size = np.sqrt((median**2).sum(-1, keepdims=True))
    median = np.divide(median, size, out=np.tile([1.0, 0.0], (len(median), 1)), where=size > 1e-6)
    defined = ~np.isnan(left[..., 0])
    cosine = np.einsum("bti,bi->bt", left, median.astype(np.float32))
    turned = (cosine < 0.5) & defined
    turns_around = turned.sum(1) > 0.1 * defined.sum(1)
    x, z = median.T
    return np.stack([-z, np.zeros_like(x), x], -1), turns_around


def draw_turns(
    rng: np.random.Generator,
    front: NDArray[np.float64],
    turns_around: NDArray[np.bool_],
    settings: ViewSettings,
    placement: Placement,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draw the angles [B] from the fronts to the cameras in radians, and horizontal directions.

    The directions [B, 3] are unit vectors from the people to the cameras.
    """
    B = len(front)
    kind, side = rng.random(B), rng.uniform(-1, 1, B)
    limit = np.where(kind < settings.front_probability, settings.front_turn, settings.max_turn)
    limit = np.minimum(limit, settings.max_turn)
    limit = np.where(placement.placed, np.minimum(limit, placement.max_turn), limit)
    any_side = rng.random(B) < settings.any_side_probability
    turn = np.radians(side * np.where(any_side & turns_around, 180.0, limit))
    cos, sin = np.cos(turn)[:, None], np.sin(turn)[:, None]
    return turn, cos * front + sin * np.cross(_UP, front)


def draw_framing(
    rng: np.random.Generator,
    points: NDArray[np.floating],
    neck: NDArray[np.floating],
    root: NDArray[np.floating],
    settings: ViewSettings,
    placement: Placement,
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Draw the part of the world that each image shows.

    Parameters
    ----------
    rng
        The random generator.
    points, neck, root
        [B, T, J, 3] and [B, T, 3] in metres, y up, NaN where missing.
    settings, placement
        The distribution of cameras, and those that people place.

    Returns
    -------
    middle
        [B, 3], the point that the camera looks at.
    extent
        [B], the height of the framed part in metres.
    torso
        [B], the torso length in metres.
    """
    B = len(points)
    trunk = neck - root
    torso = median_over_frames(np.sqrt(np.einsum("...i,...i->...", trunk, trunk)))
    torso = np.where(torso > 0, torso, _DEFAULT_TORSO).astype(np.float64)
    # fmin and fmax ignore missing values, and return NaN where all are missing.
    low, high = (bound.reduce(neck, axis=1, initial=np.nan) for bound in (np.fmin, np.fmax))
    middle = ((low + high) / 2).astype(np.float64)
    middle[:, 1] = median_over_frames(neck[..., 1])
    for number in np.flatnonzero(~np.isfinite(middle).all(-1)):
        observed = points[number].reshape(-1, 3)
        observed = observed[np.isfinite(observed).all(-1)]
        middle[number] = observed.mean(0) if len(observed) else 0.0
    whole_body = rng.random(B) < settings.whole_body_probability
    bottom = np.where(whole_body, _FEET, -rng.uniform(0.6, 2.2, B))
    bottom = np.where(placement.placed, placement.bottom, bottom)
    extent = (_TOP - bottom) * torso
    middle[:, 1] += (_TOP + bottom) / 2 * torso
    # People are not exactly in the middle of an image.
    middle += rng.uniform(-0.1, 0.1, (B, 3)) * torso[:, None]
    return middle, extent, torso
