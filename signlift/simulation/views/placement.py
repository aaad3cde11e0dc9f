"""Cameras as people place them to film a signer: webcam, phone, tripod, studio.

Such a camera is aimed at the chest or at the whole person, nearly level, and is in the middle of
its image. The numbers are our own, about common set-ups.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from signlift.utils.array_types import Bool, Float, Int

Range = tuple[float, float]


class _Kind(NamedTuple):
    """A kind of camera.

    Parameters
    ----------
    probability
        Its part of all placed cameras.
    distance
        Minimum and maximum distance to the point that it is aimed at in metres, log-uniform.
    tilt
        Mean and standard deviation of the angle that it looks down, in degrees.
    max_turn
        Maximum angle from the person's front in degrees.
    bottom
        Minimum and maximum of the lower edge of the framed part in torsos below the Neck.
    fov
        Minimum and maximum angle of view of the longer side in degrees; None where the lens is
        chosen for the framed part.
    """

    probability: float
    distance: Range
    tilt: Range
    max_turn: float
    bottom: Range
    fov: Range | None


_KINDS = (
    # A webcam or laptop on a desk: near, wide, mostly a little from below.
    _Kind(0.22, (0.8, 1.35), (-3.5, 4.5), 30.0, (0.3, 1.1), (55.0, 78.0)),
    # A phone that is leant against something.
    _Kind(0.12, (1.0, 2.2), (-1.0, 4.5), 45.0, (0.6, 1.5), (45.0, 70.0)),
    # A camera on a tripod: head to waist or hips.
    _Kind(0.36, (1.6, 3.2), (0.5, 4.0), 60.0, (0.7, 1.5), None),
    # The whole body.
    _Kind(0.12, (2.8, 5.0), (0.5, 3.0), 60.0, (3.2, 3.5), None),
    # A studio: a long lens from far away.
    _Kind(0.18, (3.0, 8.0), (0.5, 2.5), 60.0, (0.8, 2.2), None),
)

#: Fraction of cameras whose tilt is drawn with twice the standard deviation.
_LARGE_TILTS = 0.3

#: Largest tilt of a placed camera in degrees.
_MAX_TILT = 14.0

#: Probability that an image is cropped, so that its centre is not that of the lens.
_CROPPED = 0.25

#: Standard deviation of the principal point of an image that is not cropped, relative to its size.
_CENTRE_STD = 0.004


@dataclass(frozen=True, eq=False)
class Placement:
    """Placed cameras of B recordings.

    Attributes
    ----------
    placed
        [B], True for a camera as people place it; the other values are for those.
    distance, tilt, max_turn
        [B], metres, and degrees.
    bottom
        [B], lower edge of the framed part in torsos above the Neck.
    fov
        [B], angle of view of the longer side in radians; NaN where the framed part decides.
    """

    placed: Bool[np.ndarray, " B"]
    distance: Float[np.ndarray, " B"]
    tilt: Float[np.ndarray, " B"]
    max_turn: Float[np.ndarray, " B"]
    bottom: Float[np.ndarray, " B"]
    fov: Float[np.ndarray, " B"]


def draw_placement(rng: np.random.Generator, count: int, probability: float) -> Placement:
    """Draw whether a camera is placed by people, and how.

    Parameters
    ----------
    rng
        The random generator.
    count
        B, the number of recordings.
    probability
        Probability of a placed camera.
    """
    weights = np.array([kind.probability for kind in _KINDS])
    kind: Int[np.ndarray, " B"] = rng.choice(len(_KINDS), count, p=weights / weights.sum())
    draws = rng.random((4, count))
    low, high = np.log([one.distance for one in _KINDS]).T[:, kind]
    mean, deviation = np.array([one.tilt for one in _KINDS]).T[:, kind]
    top, bottom = np.array([one.bottom for one in _KINDS]).T[:, kind]
    missing = (np.nan, np.nan)
    narrow, wide = np.radians([one.fov or missing for one in _KINDS]).T[:, kind]
    deviation = deviation * np.where(draws[3] < _LARGE_TILTS, 2.0, 1.0)
    tilt = mean + deviation * rng.standard_normal(count)
    return Placement(
        placed=rng.random(count) < probability,
        distance=np.exp(low + (high - low) * draws[0]),
        tilt=_MAX_TILT * np.tanh(tilt / _MAX_TILT),
        max_turn=np.array([one.max_turn for one in _KINDS])[kind],
        bottom=-(top + (bottom - top) * draws[1]),
        fov=narrow + (wide - narrow) * draws[2],
    )


def draw_principal(
    rng: np.random.Generator,
    size: Float[np.ndarray, "B 2"],
    placed: Bool[np.ndarray, " B"],
    max_offset: float,
) -> Float[np.ndarray, "B 2"]:
    """Draw the principal points of images: in the middle, unless a placed camera is cropped.

    Parameters
    ----------
    rng
        The random generator.
    size
        [B, 2], width and height in pixels.
    placed
        [B], placed cameras; those of the others are anywhere within the maximum.
    max_offset
        Maximum distance from the middle as a fraction of the size.
    """
    B = len(size)
    anywhere = max_offset * rng.uniform(-1, 1, (B, 2))
    middle = np.minimum(_CENTRE_STD, max_offset) * np.clip(rng.standard_normal((B, 2)), -2, 2)
    centred = placed & (rng.random(B) >= _CROPPED)
    return size * (0.5 + np.where(centred[:, None], middle, anywhere))
