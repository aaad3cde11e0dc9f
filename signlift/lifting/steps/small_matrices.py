"""Small matrices as tuples of numbers: for a few of them, Python is faster than NumPy.

Matrices of 3 x 3 are tuples of 9 numbers, row by row; symmetric ones of 6: xx, xy, xz, yy, yz, zz.
"""

from __future__ import annotations

import math

Vector = tuple[float, float, float]
Matrix = tuple[float, float, float, float, float, float, float, float, float]
Symmetric = tuple[float, float, float, float, float, float]


def conjugate(rotation: Matrix, matrix: Symmetric) -> Symmetric:
    """Compute R M Rᵀ.

    Examples
    --------
    >>> turn = (0, -1, 0, 1, 0, 0, 0, 0, 1)
    >>> conjugate(turn, (1, 0, 0, 2, 0, 3))
    (2, 0, 0, 1, 0, 3)
    """
    a, b, c, d, e, f, g, h, i = rotation
    xx, xy, xz, yy, yz, zz = matrix
    p, q, r = a * xx + b * xy + c * xz, a * xy + b * yy + c * yz, a * xz + b * yz + c * zz
    s, t, u = d * xx + e * xy + f * xz, d * xy + e * yy + f * yz, d * xz + e * yz + f * zz
    v, w, x = g * xx + h * xy + i * xz, g * xy + h * yy + i * yz, g * xz + h * yz + i * zz
    return (
        p * a + q * b + r * c,
        p * d + q * e + r * f,
        p * g + q * h + r * i,
        s * d + t * e + u * f,
        s * g + t * h + u * i,
        v * g + w * h + x * i,
    )


def multiply(first: Matrix, second: Matrix) -> Matrix:
    """Multiply two matrices."""
    a, b, c, d, e, f, g, h, i = first
    j, k, m, n, o, p, q, r, s = second
    return (
        a * j + b * n + c * q,
        a * k + b * o + c * r,
        a * m + b * p + c * s,
        d * j + e * n + f * q,
        d * k + e * o + f * r,
        d * m + e * p + f * s,
        g * j + h * n + i * q,
        g * k + h * o + i * r,
        g * m + h * p + i * s,
    )


def rotate_by_vector(x: float, y: float, z: float, rotation: Matrix) -> Matrix:
    """Turn a rotation further by a rotation vector (see `rotations.rotation_from_vector`)."""
    squared = x * x + y * y + z * z
    if squared < 1e-16:
        linear, square = 1.0, 0.5
    else:
        angle = math.sqrt(squared)
        linear, square = math.sin(angle) / angle, (1 - math.cos(angle)) / squared
    xy, xz, yz = square * x * y, square * x * z, square * y * z
    x2, y2, z2 = square * x * x, square * y * y, square * z * z
    x, y, z = linear * x, linear * y, linear * z
    turn = (1 - y2 - z2, xy - z, xz + y, xy + z, 1 - x2 - z2, yz - x, xz - y, yz + x, 1 - x2 - y2)
    return multiply(turn, rotation)


def solve_symmetric(matrix: Symmetric, first: Vector, second: Vector) -> tuple[Vector, Vector]:
    """Solve M x = b for two b."""
    xx, xy, xz, yy, yz, zz = matrix
    a, b, c = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    d, e, f = xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy
    inverse = 1 / (xx * a + xy * b + xz * c)
    x, y, z = first
    u, v, w = second
    return (
        (
            (a * x + b * y + c * z) * inverse,
            (b * x + d * y + e * z) * inverse,
            (c * x + e * y + f * z) * inverse,
        ),
        (
            (a * u + b * v + c * w) * inverse,
            (b * u + d * v + e * w) * inverse,
            (c * u + e * v + f * w) * inverse,
        ),
    )
