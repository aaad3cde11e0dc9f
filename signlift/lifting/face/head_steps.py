"""Gauss-Newton steps of the pose of a head, in all frames at once.

The arrays have the frames last, as operations on many small matrices take a multiple of the time.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.utils.array_types import Float

#: Longest turn of a step, in radians, and largest change of the log of the scale.
_MAX_STEP = 0.6


class StepSums(NamedTuple):
    """Sums over all landmarks, which the steps need.

    Attributes
    ----------
    flat, deep
        [3, 3, T], weighted sums of products of places with places, for x and y and for depth, with
        those of the prior.
    crossed
        [3, 3, T], those of coordinates with places.
    prior
        The weight of a head that faces the camera.
    """

    flat: Float[np.ndarray, "3 3 T"]
    deep: Float[np.ndarray, "3 3 T"]
    crossed: Float[np.ndarray, "3 3 T"]
    prior: float


def take_steps(
    rotation: Float[np.ndarray, "3 3 T"],
    size: Float[np.ndarray, " T"],
    sums: StepSums,
    expected: Float[np.ndarray, " T"],
    scale_weight: Float[np.ndarray, " T"],
    steps: int,
) -> tuple[Float[np.ndarray, "3 3 T"], Float[np.ndarray, " T"], Float[np.ndarray, " T"]]:
    """Improve rotation and scale.

    Parameters
    ----------
    rotation, size
        The rotation from the axes of the face to those of the camera, and the scale.
    sums
        The sums over the landmarks.
    expected, scale_weight
        [T], the log of the expected scale, NaN where there is none, and its weight.
    steps
        Number of steps.

    Returns
    -------
    The rotation, the scale, and the standard deviation of the rotation in radians.
    """
    flat, deep, crossed, prior = sums
    known = ~np.isnan(expected)
    for _ in range(steps):
        w, v = _turn(rotation, flat), _turn(rotation, deep)
        scaled = crossed / size
        scaled[[0, 1, 2], [0, 1, 2]] += prior
        g = np.einsum("ijt,kjt->ikt", scaled, rotation)
        g[:2] -= w[:2]
        g[2] -= v[2]
        logs = np.where(known, expected - np.log(np.where(size > 0, size, 1)), 0)
        along = w[0, 0] + w[1, 1]
        # The changes of the fitted places by a turn about x, y and z, and by the log of the scale.
        factors = _factorize(
            (w[2, 2] + v[1, 1], w[2, 2] + v[0, 0], along, along + v[2, 2] + scale_weight),
            (-v[0, 1], -w[0, 2], -w[1, 2], v[1, 2] - w[1, 2], w[0, 2] - v[0, 2]),
        )
        gradient = np.stack(
            [
                g[2, 1] - g[1, 2],
                g[0, 2] - g[2, 0],
                g[1, 0] - g[0, 1],
                g[0, 0] + g[1, 1] + g[2, 2] + scale_weight * logs,
            ]
        )
        gradient[:, ~np.isfinite(gradient).all(0)] = 0
        step = np.clip(_solve(factors, gradient), -_MAX_STEP, _MAX_STEP)
        rotation = np.einsum("ijt,jkt->ikt", _rotation(step[:3]), rotation)
        size = size * np.exp(step[3])
    return rotation, size, _deviation(factors)


def _turn(rotation: NDArray[np.floating], matrices: NDArray[np.floating]) -> NDArray[np.floating]:
    """Return R M R^T."""
    return np.einsum("ijt,kjt->ikt", np.einsum("ijt,jkt->ikt", rotation, matrices), rotation)


def _rotation(vector: Float[np.ndarray, "3 T"]) -> Float[np.ndarray, "3 3 T"]:
    """Convert rotation vectors to matrices (see `geometry.rotations.rotation_from_vector`)."""
    x, y, z = vector
    squares = (vector**2).sum(0)
    angle = np.sqrt(squares)
    linear, square = np.sinc(angle / np.pi), np.sinc(angle / (2 * np.pi)) ** 2 / 2
    out = square * vector[:, None] * vector[None]
    out[[0, 1, 2], [0, 1, 2]] += 1 - square * squares
    for (row, column), value in {(2, 1): x, (0, 2): y, (1, 0): z}.items():
        out[row, column] += linear * value
        out[column, row] -= linear * value
    return out


class _Factors(NamedTuple):
    """L and D of symmetric matrices L D L^T of four rows, each [T]."""

    d: tuple[NDArray[np.floating], ...]
    l10: NDArray[np.floating]
    l20: NDArray[np.floating]
    l30: NDArray[np.floating]
    l21: NDArray[np.floating]
    l31: NDArray[np.floating]
    l32: NDArray[np.floating]


def _factorize(
    diagonal: tuple[NDArray[np.floating], ...], others: tuple[NDArray[np.floating], ...]
) -> _Factors:
    """Factorise symmetric matrices: 00, 11, 22, 33, and 01, 02, 12, 03, 13; 23 is 0."""
    h00, h11, h22, h33 = diagonal
    h01, h02, h12, h03, h13 = others
    l10, l20, l30 = h01 / h00, h02 / h00, h03 / h00
    d1 = h11 - l10 * h01
    m21, m31 = h12 - l20 * h01, h13 - l30 * h01
    l21, l31 = m21 / d1, m31 / d1
    d2 = h22 - l20 * h02 - l21 * m21
    m32 = -l30 * h02 - l31 * m21
    l32 = m32 / d2
    d3 = h33 - l30 * h03 - l31 * m31 - l32 * m32
    return _Factors((h00, d1, d2, d3), l10, l20, l30, l21, l31, l32)


def _solve(factors: _Factors, right: Float[np.ndarray, "4 T"]) -> Float[np.ndarray, "4 T"]:
    (d0, d1, d2, d3), l10, l20, l30, l21, l31, l32 = factors
    y0 = right[0]
    y1 = right[1] - l10 * y0
    y2 = right[2] - l20 * y0 - l21 * y1
    y3 = right[3] - l30 * y0 - l31 * y1 - l32 * y2
    x3 = y3 / d3
    x2 = y2 / d2 - l32 * x3
    x1 = y1 / d1 - l21 * x2 - l31 * x3
    x0 = y0 / d0 - l10 * x1 - l20 * x2 - l30 * x3
    return np.stack([x0, x1, x2, x3])


def _deviation(factors: _Factors) -> Float[np.ndarray, " T"]:
    """Return the root of the mean of the first three numbers on the diagonal of the inverse."""
    (d0, d1, d2, d3), l10, l20, l30, l21, l31, l32 = factors
    n20 = l21 * l10 - l20  # of the inverse of L
    n31 = l32 * l21 - l31
    n30 = -l30 + l31 * l10 - l32 * n20
    trace = 1 / d0 + 1 / d1 + 1 / d2 + (l10**2) / d1 + (n20**2 + l21**2) / d2
    return np.sqrt((trace + (n30**2 + n31**2 + l32**2) / d3) / 3)
