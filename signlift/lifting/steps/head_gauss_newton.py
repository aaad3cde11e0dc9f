"""The head of one frame by Gauss-Newton steps, as `face.head_pose` fits those of many frames."""

from __future__ import annotations

import math
from typing import NamedTuple

from signlift.core.face.face_fit import ROTATION_DEVIATION
from signlift.lifting.steps.small_matrices import (
    Matrix,
    Symmetric,
    Vector,
    conjugate,
    rotate_by_vector,
    solve_symmetric,
)

#: The precision of the prior of the rotation, on the diagonal.
_PRIOR = 1 / (2 * ROTATION_DEVIATION**2)

#: The precision of the log of the scale, of which nothing is known before.
_SCALE_WEIGHT = 1e-6

#: The largest change of an angle, and of the log of the scale, in a step.
_MAX_STEP = 0.6


class LandmarkSums(NamedTuple):
    """Sums over the landmarks of a frame (see `face.head_pose`).

    Attributes
    ----------
    place
        The mean of their places.
    places
        The sums of products of places with places, about the mean.
    x, y
        The means of the coordinates of landmarks.
    x_places, y_places
        The sums of products of coordinates with places, about the means.
    """

    place: Vector
    places: Symmetric
    x: float
    y: float
    x_places: Vector
    y_places: Vector


class FittedHead(NamedTuple):
    """Rotation and scale of the canonical face in a frame (see `HeadPose`)."""

    rotation: Matrix
    scale: float


def start(sums: LandmarkSums) -> tuple[Matrix, float]:
    """Compute a first rotation and scale: the nearest of an affine fit."""
    extent = math.sqrt((sums.x_places[0] ** 2 + sums.y_places[1] ** 2) / 2)
    spread = (sums.places[0] + sums.places[3]) / 2
    size = extent / spread if spread > 1 and extent > 0 else math.nan
    unit = size if size > 0 else 1.0
    xx, xy, xz, yy, yz, zz = sums.places
    a, b, c = sums.x_places
    d, e, f = sums.y_places
    first, second = solve_symmetric(
        (xx + _PRIOR, xy, xz, yy + _PRIOR, yz, zz + _PRIOR),
        (a / unit + _PRIOR, b / unit, c / unit),
        (d / unit, e / unit + _PRIOR, f / unit),
    )
    one, two = math.hypot(*first), math.hypot(*second)
    size *= min(max(one, two, 0.2), 5.0)
    one, two = max(one, 1e-6), max(two, 1e-6)
    a, b, c = first[0] / one, first[1] / one, first[2] / one
    d, e, f = second[0] / two, second[1] / two, second[2] / two
    # Sum and difference of two vectors of length 1 are orthogonal, and so are those of these.
    p, q, r = a + d, b + e, c + f
    s, t, u = a - d, b - e, c - f
    one = max(math.sqrt(p * p + q * q + r * r), 1e-6) * math.sqrt(2)
    two = max(math.sqrt(s * s + t * t + u * u), 1e-6) * math.sqrt(2)
    p, q, r, s, t, u = p / one, q / one, r / one, s / two, t / two, u / two
    a, b, c, d, e, f = p + s, q + t, r + u, p - s, q - t, r - u
    return (a, b, c, d, e, f, b * f - c * e, c * d - a * f, a * e - b * d), size


def improve(head: FittedHead, sums: LandmarkSums, steps: int) -> FittedHead:
    """Improve rotation and scale by Gauss-Newton steps."""
    rotation, size = head
    xx, xy, xz, yy, yz, zz = sums.places
    flat = (xx + _PRIOR, xy, xz, yy + _PRIOR, yz, zz + _PRIOR)
    for _ in range(steps):
        w00, _, w02, w11, w12, w22 = conjugate(rotation, flat)
        g00, g01, g02, g10, g11, g12, g20, g21, g22 = _cross(rotation, size, sums)
        # The changes of the fitted places by a turn about x, y and z, and by the log of the scale.
        turn_x, turn_y, turn_z, growth = _solve(
            (w22 + _PRIOR, 0.0, -w02, -w12, w22 + _PRIOR, -w12, w02, w00 + w11),
            w00 + w11 + _PRIOR + _SCALE_WEIGHT,
            (
                g21 - g12 + w12,
                g02 - w02 - g20,
                g10 - g01,
                g00 - w00 + g11 - w11 + g22 - _PRIOR,
            ),
        )
        rotation = rotate_by_vector(turn_x, turn_y, turn_z, rotation)
        size *= math.exp(growth)
    return FittedHead(rotation, size)


def _cross(rotation: Matrix, size: float, sums: LandmarkSums) -> Matrix:
    """Compute the products of coordinates, in the unit of the face, with rotated places."""
    a, b, c, d, e, f, g, h, i = rotation
    x, y, z = sums.x_places
    j, k, m = x / size + _PRIOR, y / size, z / size
    x, y, z = sums.y_places
    n, o, p = x / size, y / size + _PRIOR, z / size
    return (
        j * a + k * b + m * c,
        j * d + k * e + m * f,
        j * g + k * h + m * i,
        n * a + o * b + p * c,
        n * d + o * e + p * f,
        n * g + o * h + p * i,
        _PRIOR * c,
        _PRIOR * f,
        _PRIOR * i,
    )


def _solve(
    turns: tuple[float, float, float, float, float, float, float, float],
    growth: float,
    gradient: tuple[float, float, float, float],
) -> tuple[float, float, float, float]:
    """Solve a system of a turn about x, y and z and of a growth, by Cholesky's method.

    Parameters
    ----------
    turns
        The rows of x (4 numbers), y (3, from the diagonal on) and z (1; its last one is 0).
    growth
        The last number of the diagonal.
    gradient
        The right side.

    Returns
    -------
    The turn and the growth, limited.
    """
    a, b, c, d, e, f, g, h = turns
    # L D Lᵀ with ones on the diagonal of L.
    l1, l2, l3 = b / a, c / a, d / a
    d1 = e - l1 * b
    f1, g1 = f - l1 * c, g - l1 * d
    m2, m3 = f1 / d1, g1 / d1
    d2 = h - l2 * c - m2 * f1
    h1 = -l2 * d - m2 * g1
    n3 = h1 / d2
    d3 = growth - l3 * d - m3 * g1 - n3 * h1
    p, q, r, s = gradient
    if not math.isfinite(p + q + r + s):
        p = q = r = s = 0.0
    q -= l1 * p
    r -= l2 * p + m2 * q
    s -= l3 * p + m3 * q + n3 * r
    w = s / d3
    z = r / d2 - n3 * w
    y = q / d1 - m2 * z - m3 * w
    x = p / a - l1 * y - l2 * z - l3 * w
    if max(x, y, z, w) > _MAX_STEP or min(x, y, z, w) < -_MAX_STEP:
        x, y, z, w = (min(max(value, -_MAX_STEP), _MAX_STEP) for value in (x, y, z, w))
    return x, y, z, w
