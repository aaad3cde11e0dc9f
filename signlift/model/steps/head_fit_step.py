"""The rotation and the scale of a head by Gauss-Newton steps, as products with constant matrices.

The same fit as `signlift.lifting.face.head_pose`. Its unknowns are a quaternion q of any length,
whose square is the scale. All sums over landmarks are quadratic in the rotated and scaled axes, and
these are quadratic in q, so that J q = 2 a(q) for their derivatives J. A step from q is thus

    q / 2 + (Jᵀ M J)⁻¹ Jᵀ b

where M and b hold the sums. It is Babylon's square root in four dimensions, and converges as fast:
three steps from a head that faces the camera reach all others. The system of four equations is
solved by determinants (Cramer and Laplace), which are products of two by two of its numbers.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from signlift.core.face.face_fit import (
    DEPTH_DEVIATION,
    HEAD_PLACES,
    ROTATION_DEVIATION,
    SCALE_DEVIATION,
)
from signlift.utils.array_types import Float

#: The rows of axes: nine of the matrix, then the scale. A last one is of the right side.
AXES = 11

#: The numbers of q; then 1, for the right side.
_Q = 5

#: The rotation of a quaternion w, x, y, z: the factors of products of two of its numbers.
_ROTATION = (
    {"ww": 1, "xx": 1, "yy": -1, "zz": -1},
    {"xy": 2, "wz": -2},
    {"xz": 2, "wy": 2},
    {"xy": 2, "wz": 2},
    {"ww": 1, "xx": -1, "yy": 1, "zz": -1},
    {"yz": 2, "wx": -2},
    {"xz": 2, "wy": -2},
    {"yz": 2, "wx": 2},
    {"ww": 1, "xx": -1, "yy": -1, "zz": 1},
    {"ww": 1, "xx": 1, "yy": 1, "zz": 1},
)

#: Rows of the table of landmarks: 1, the place (3), x and y; and numbers of given depths.
TABLE, _DEPTHS = 6, len(HEAD_PLACES)


class HeadFitStep(nn.Module):
    """Steps of the fit; each returns q and a 1."""

    derive: Tensor
    to_first: Tensor
    first_prior: Tensor
    to_system: Tensor
    prior: Tensor
    factors: Tensor
    minors: Tensor
    solution: Tensor
    determinant: Tensor
    halve: Tensor
    frontal: Tensor
    entries: Tensor
    entry_minors: Tensor

    def __init__(self) -> None:
        super().__init__()
        derive = _derivatives()
        frontal = np.array([[1.0, 0, 0, 0, 1]])
        to_system, prior = _system()
        factors, minors, solution = _determinants()
        entries, entry_minors = _principal_minors(minors)
        jacobian = (frontal @ derive.reshape(_Q, -1)).reshape(AXES, _Q)
        to_first = np.kron(jacobian, jacobian) @ factors
        constants = {
            "derive": derive.reshape(_Q, -1),
            "to_first": to_system @ to_first,
            "first_prior": prior @ to_first,
            "to_system": to_system,
            "prior": prior,
            "factors": factors,
            "minors": minors[:, np.concatenate([_PAIRS_FIRST, _PAIRS_SECOND])],
            "solution": solution,
            "determinant": solution[:, 4:],
            "halve": np.diag([0.5] * 4 + [0]),
            "frontal": frontal * [0.5, 0, 0, 0, 0],
            "entries": entries,
            "entry_minors": entry_minors,
        }
        for name, value in constants.items():
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))

    def sum_up(
        self,
        table: Float[Tensor, "6 N"],
        weights: Float[Tensor, "1 N"],
        depth: Float[Tensor, "1 5"],
    ) -> tuple[Float[Tensor, "1 41"], Float[Tensor, "6 1"], Float[Tensor, "6 N"]]:
        """Sum up landmarks.

        Parameters
        ----------
        table
            See `TABLE`.
        weights
            Their weights.
        depth
            Given depths of `HEAD_KEYPOINTS`.

        Returns
        -------
        The sums, the weighted means of the rows, and the rows without them.
        """
        mean = (table @ weights.t()) / weights.sum(1, keepdim=True)
        centred = table - mean
        products = (centred * weights) @ centred.t()
        return torch.cat([products.reshape(1, -1), depth], 1), mean, centred

    def system(self, sums: Float[Tensor, "1 41"]) -> Float[Tensor, "11 11"]:
        """Return the system [[M, b], [bᵀ, 0]] of sums."""
        return torch.addmm(self.prior, sums, self.to_system).reshape(AXES, AXES)

    def derivatives(self, point: Float[Tensor, "1 5"]) -> Float[Tensor, "11 5"]:
        """Return J, and a row and a column of the right side."""
        return (point @ self.derive).reshape(AXES, _Q)

    def improve(
        self,
        system: Float[Tensor, "11 11"],
        jacobian: Float[Tensor, "11 5"],
        point: Float[Tensor, "1 5"],
    ) -> tuple[
        Float[Tensor, "1 5"], Float[Tensor, "1 1"], Float[Tensor, "1 40"], Float[Tensor, "1 25"]
    ]:
        """Take a step from a point.

        Returns
        -------
        The next point; the determinant, products of two numbers of the equations, and these.
        """
        equations = (jacobian.t() @ (system @ jacobian)).reshape(1, -1)
        step, determinant, products = self._solve(equations @ self.factors)
        return torch.addmm(step, point, self.halve), determinant, products, equations

    def start(self, sums: Float[Tensor, "1 41"]) -> Float[Tensor, "1 5"]:
        """Take a step from a head that faces the camera, whose derivatives are constant."""
        step, *_ = self._solve(torch.addmm(self.first_prior, sums, self.to_first))
        return step + self.frontal

    def _solve(
        self, factors: Float[Tensor, "1 80"]
    ) -> tuple[Float[Tensor, "1 5"], Float[Tensor, "1 1"], Float[Tensor, "1 40"]]:
        """Solve four equations; return the solution and a 1, the determinant, and products."""
        left, right = torch.split(factors, 2 * _NUM_MINORS * 2, 1)
        products = left * right
        left, right = torch.split(products @ self.minors, len(_PAIRS_FIRST), 1)
        terms = left * right
        determinant = terms @ self.determinant
        return (terms @ self.solution) / determinant, determinant, products

    def variance(
        self,
        determinant: Float[Tensor, "1 1"],
        products: Float[Tensor, "1 40"],
        equations: Float[Tensor, "1 25"],
    ) -> Float[Tensor, "1 1"]:
        """Return the variance of the rotation about an axis, times twice the scale.

        It is 4 / 3 of the trace of the inverse of Jᵀ M J over the scale, as half the angle of a
        turn is in q. The trace is that of the principal minors of three rows.
        """
        minors = (equations @ self.entries) * (products @ self.entry_minors)
        return minors.sum(1, keepdim=True) / determinant


def _derivatives() -> Float[np.ndarray, "5 11 5"]:
    """Return the derivatives of the axes by q, for each number of (q, 1)."""
    out = np.zeros((_Q, AXES, _Q))
    for row, products in enumerate(_ROTATION):
        for pair, factor in products.items():
            i, j = ("wxyz".index(letter) for letter in pair)
            out[i, row, j] += factor
            out[j, row, i] += factor
    out[4, AXES - 1, 4] = 1
    return out


def _system() -> tuple[Float[np.ndarray, "41 121"], Float[np.ndarray, " 121"]]:
    """Return what sums and depths are multiplied with to give the system, and what is added.

    What is added are the sums of the places of given depth, and the weights of what is expected: a
    head that faces the camera, of scale 1.
    """
    to_system = np.zeros((TABLE * TABLE + _DEPTHS, AXES, AXES))
    prior = np.zeros((AXES, AXES))
    rotation, depth = 1 / (2 * ROTATION_DEVIATION**2), 1 / DEPTH_DEVIATION**2
    scale = 1 / SCALE_DEVIATION**2
    offsets = HEAD_PLACES - HEAD_PLACES.mean(0)
    for axis in range(2):
        for i in range(3):
            for j in range(3):
                to_system[TABLE * (1 + i) + 1 + j, 3 * axis + i, 3 * axis + j] = 1
            to_system[TABLE * (4 + axis) + 1 + i, 3 * axis + i, AXES - 1] = 1
    to_system[TABLE * TABLE :, 6:9, AXES - 1] = depth * offsets
    prior[6:9, 6:9] = depth * offsets.T @ offsets
    prior[range(9), range(9)] += rotation
    prior[[0, 4, 8], AXES - 1] = rotation
    prior[9, 9] = prior[9, AXES - 1] = scale
    to_system[:, AXES - 1] = to_system[:, :, AXES - 1]
    prior[AXES - 1] = prior[:, AXES - 1]
    return to_system.reshape(len(to_system), -1), prior.reshape(-1)


#: Pairs of the columns of four equations and of their right side: of the minors of two rows.
_COLUMN_PAIRS = tuple(combinations(range(_Q), 2))
_NUM_MINORS = len(_COLUMN_PAIRS)

#: A minor of the first two rows and one of the last two, in each term of each determinant.
_PAIRS_FIRST: list[int] = []
_PAIRS_SECOND: list[int] = []
_TERMS: list[tuple[int, int]] = []
for _left_out in range(_Q):
    _columns = [column for column in range(_Q) if column != _left_out]
    for _i, _j in combinations(range(4), 2):
        _first = (_columns[_i], _columns[_j])
        _rest = tuple(column for column in _columns if column not in _first)
        _PAIRS_FIRST.append(_COLUMN_PAIRS.index(_first))
        _PAIRS_SECOND.append(_NUM_MINORS + _COLUMN_PAIRS.index((_rest[0], _rest[1])))
        _TERMS.append((_left_out, 1 if (1 + _i + _j) % 2 == 0 else -1))


def _determinants() -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return the constant matrices that solve four equations.

    Returns
    -------
    factors
        [25, 80], from the equations to both factors of 40 products.
    minors
        [40, 20], from these to the minors of the first two and of the last two rows.
    solution
        [30, 5], from products of two minors to the solution times the determinant, and that.
    """
    factors = np.zeros((_Q * _Q, 2, 2 * _NUM_MINORS * 2))
    minors: list[float] = []
    for rows in ((0, 1), (2, 3)):
        for i, j in _COLUMN_PAIRS:
            for columns, sign in (((i, j), 1.0), ((j, i), -1.0)):
                for side in (0, 1):
                    factors[_Q * rows[side] + columns[side], side, len(minors)] = 1
                minors.append(sign)
    combine = np.zeros((len(minors), 2 * _NUM_MINORS))
    combine[range(len(minors)), np.arange(len(minors)) // 2] = minors
    solution = np.zeros((len(_TERMS), _Q))
    for number, (left_out, sign) in enumerate(_TERMS):
        # The right side stands last, and not in the place of the column that is left out.
        moved = 1 if left_out == 4 else (-1) ** (3 - left_out)
        solution[number, left_out] = sign * moved
    return factors.reshape(_Q * _Q, -1), combine, solution


def _principal_minors(
    minors: Float[np.ndarray, "40 20"],
) -> tuple[Float[np.ndarray, "25 12"], Float[np.ndarray, "40 12"]]:
    """Return what gives entries and minors whose products are the minors of three rows."""
    entries, others = np.zeros((_Q * _Q, 12)), np.zeros((len(minors), 12))
    number = 0
    for rows in combinations(range(4), 3):
        pair = (0, 1) if rows[:2] == (0, 1) else (2, 3)
        (row,) = set(rows) - set(pair)
        place = rows.index(row)
        for column in range(3):
            rest = tuple(other for other in rows if other != rows[column])
            sign = 1 if (place + column) % 2 == 0 else -1
            entries[_Q * row + rows[column], number] = sign * 8 / 3
            offset = 0 if pair == (0, 1) else _NUM_MINORS
            others[:, number] = minors[:, offset + _COLUMN_PAIRS.index((rest[0], rest[1]))]
            number += 1
    return entries, others
