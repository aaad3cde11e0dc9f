"""Landmarks of the canonical face, and the sums over them by which a head is fitted.

The frames are the last axis, as in `head_pose`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float


class HeadModel:
    """Landmarks of the canonical face, and the products of their places that a fit sums up.

    Parameters
    ----------
    places, deviations
        [K, 3] and [K], their places and the deviations from there, in millimetres (see
        `face_landmarks.landmark_places`).
    depth_places
        [D, 3], places of points of which depth is given; none or more.

    Attributes
    ----------
    origin
        [3], the mean of the places. The others are relative to it, as their sums are float32.
    precision
        [K, 1], 1 over the squared deviations.
    basis, moments
        [4, K] and [10, K], ones, the places, and their products with each other.
    depth_basis, depth_moments
        [4, D] and [10, D], the same for given depth.
    """

    def __init__(
        self,
        places: Float[np.ndarray, "K 3"],
        deviations: Float[np.ndarray, " K"],
        depth_places: Float[np.ndarray, "D 3"],
    ) -> None:
        self.origin = places.mean(0) if len(places) else np.zeros(3)
        self.precision = (1 / deviations[:, None] ** 2).astype(np.float32)
        self.moments = _moments(places - self.origin).astype(np.float32)
        self.basis = self.moments[:4]
        self.depth_moments = _moments(depth_places - self.origin)
        self.depth_basis = self.depth_moments[:4]


def _moments(places: NDArray[np.floating]) -> Float[np.ndarray, "10 K"]:
    x, y, z = places.astype(np.float64).T
    ones = np.ones_like(x)
    return np.stack([ones, x, y, z, x * x, x * y, x * z, y * y, y * z, z * z])


class LandmarkSums(NamedTuple):
    """Weighted sums over the landmarks of each frame, for R rows of coordinates.

    Attributes
    ----------
    place, value
        [3, T] and [R, T], the means of places and coordinates; 0 without any weight.
    places, values
        [3, 3, T] and [R, 3, T], the sums of products of places with places, and of coordinates
        with places, about the means.
    """

    place: NDArray[np.float64]
    value: NDArray[np.float64]
    places: NDArray[np.float64]
    values: NDArray[np.float64]


#: The row of each product of two places among the last six of `HeadModel.moments`.
_PRODUCTS = np.array([[0, 1, 2], [1, 3, 4], [2, 4, 5]])


def sum_up(moments: NDArray[np.floating], rows: NDArray[np.floating]) -> LandmarkSums:
    """Compute sums about the means from the sums [10, T] and those of R coordinates [R, 4, T]."""
    moments, rows = moments.astype(np.float64), rows.astype(np.float64)
    total = moments[0]
    divisor = np.maximum(total, 1e-12)
    place, value = moments[1:4] / divisor, rows[:, 0] / divisor
    weighted = total * place
    places = moments[4:][_PRODUCTS]
    places -= weighted[:, None] * place
    return LandmarkSums(place, value, places, rows[:, 1:] - value[:, None] * weighted)
