"""The face on the lifted head of one frame, as `signlift.lifting.face` lifts those of many.

It has no weights: what differs between layouts of landmarks are inputs.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from signlift.core.face.face_fit import (
    CAUCHY,
    HEAD_PLACES,
    INDEPENDENT,
    MAX_CHANGE,
    MAX_DISTANCE,
    MAX_SLIDE,
    MAX_TILT,
    SOFTENING,
)
from signlift.model.steps.head_fit_step import AXES, TABLE, HeadFitStep
from signlift.utils.array_types import Float

_HEADS = len(HEAD_PLACES)

#: Columns of the matrices of the pose: what means of landmarks (6) and of depth are multiplied
#: with, and the rotation.
_MEANS, _ROTATION = TABLE + 1, 3


class FaceStep(nn.Module):
    """Depth of the landmarks of a face in one frame, and of the head's keypoints, N in all."""

    to_residual: Tensor
    to_pose: Tensor
    mean_of_heads: Tensor
    size_of_axes: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.fit = HeadFitStep()
        constants = {
            "to_residual": _to_residual() / CAUCHY,
            "to_pose": _to_pose(),
            "mean_of_heads": np.full((_HEADS, 1), 1 / _HEADS),
            "size_of_axes": np.eye(AXES)[:, 9:10],
        }
        for name, value in constants.items():
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))

    def forward(
        self,
        points: Float[Tensor, "2 N"],
        across: Float[Tensor, "1 N"],
        heads: Float[Tensor, "N 5"],
        landmark: Float[Tensor, "N 1"],
        fitted: Float[Tensor, "N 1"],
        precision: Float[Tensor, "1 N"],
        basis: Float[Tensor, "4 N"],
        places: Float[Tensor, "3 N"],
        normals: Float[Tensor, "3 N"],
        own: Float[Tensor, "1 N"],
        origin: Float[Tensor, "2 1"],
        factor: Float[Tensor, "1 1"],
        centre: Float[Tensor, "2 1"],
        nearness: Float[Tensor, "1 1"],
        depth: Float[Tensor, "1 5"],
        head_depth: Float[Tensor, "1 1"],
        head_variance: Float[Tensor, "1 1"],
        unit: Float[Tensor, "1 1"],
        magnified: Float[Tensor, "1 1"],
    ) -> tuple[Tensor, ...]:
        """Lift a face. Lengths are in millimetres of the expected size of the face.

        Parameters
        ----------
        points
            [2, N], landmarks in the keypoints' unit, NaN where missing; then the refined
            `HEAD_KEYPOINTS`.
        across
            Their x again.
        heads
            [N, 5], what selects the last five.
        landmark
            1 for landmarks and a millionth for the others.
        fitted
            1 for those by which the face is fitted, 0 for others.
        precision, basis
            1 over the squared deviations of the points (0 for others), and ones and their places.
        places, normals, own
            The places again, the normals of the surface there, and their own variance.
        origin, factor
            What is subtracted from points, and what they are multiplied with then.
        centre
            The centre of the image, from the origin.
        nearness
            1 over the distance of the root; 0 if distance or centre are unknown.
        depth
            [1, 5], depth of `HEAD_KEYPOINTS` from their mean, over the magnification.
        head_depth, head_variance
            That mean, and its variance, in the keypoints' unit.
        unit, magnified
            A millimetre in the keypoints' unit at the head, and that times the magnification.

        Returns
        -------
        depth, uncertainty
            [1, N], in the keypoints' unit.
        flat
            [2, N], places of the canonical face, in its own millimetres.
        behind
            [1, N], their depth from its origin, along the line of sight, in its own millimetres.
        rotation, position, size, variance
            [3, 3], [3, 1], [1, 1] and [1, 1]: the pose of the face; its size in expected ones, and
            its position in its own millimetres; and the variance of its rotation.
        tilt, middle, head
            [2, 1] each: the line of sight and a point on it, and the middle of the head, both in
            its own millimetres.
        """
        local = (points - origin) * factor
        missing = torch.isnan(across)
        zero, one = torch.zeros(()), torch.ones(())
        observed, seen = torch.where(missing, zero, one), torch.where(missing, zero, local)
        nearby = _weigh_distance(seen - seen @ (heads @ self.mean_of_heads))
        count, total = torch.split((torch.cat([observed, seen]) * nearby) @ landmark, [1, 2])
        middle = total / count
        tilt = ((middle - centre) * nearness).clamp(-MAX_TILT, MAX_TILT)
        along = torch.addmm(depth, tilt.t(), seen @ heads - middle)
        share = (INDEPENDENT / (observed @ fitted)).clamp(max=1.0)
        weights = observed * precision * share * nearby
        table = torch.cat([basis, seen])
        mean, axes, size, variance = self._fit(table, weights, precision, along)

        matrices = (axes @ self.to_pose).reshape(5, _MEANS + _ROTATION)
        of_means, rotations = torch.split(matrices, [_MEANS, _ROTATION], 1)
        means = torch.cat([mean, along @ self.mean_of_heads])
        position, head = torch.split(of_means @ means, [3, 2])
        rotation, _ = torch.split(rotations, [3, 2])
        flat, behind = torch.split(rotation @ places + position, [2, 1])
        slope, away = torch.split(rotation @ normals, [2, 1])
        slides = (seen / size - flat) * observed
        lengths = torch.sqrt((slides * slides).sum(0, keepdim=True).clamp(min=MAX_SLIDE**2))
        change = (slope * slides).sum(0, keepdim=True) * away
        change = change / (lengths * (away * away + SOFTENING)) * -MAX_SLIDE
        behind = behind + change.clamp(-MAX_CHANGE, MAX_CHANGE)
        landmarks = flat + slides
        middle = middle / size
        lean = tilt.t() @ (landmarks - middle)
        out = (behind - lean) * (magnified * size) + head_depth
        offsets = landmarks - head
        turned = (offsets * offsets).sum(0, keepdim=True) * variance + own
        unit = unit * size
        uncertainty = torch.sqrt(turned * (unit * unit) + head_variance)
        pose = rotation, position, size, variance
        return out, uncertainty, flat, behind, *pose, tilt, middle, head

    def _fit(
        self,
        table: Float[Tensor, "6 N"],
        weights: Float[Tensor, "1 N"],
        precision: Float[Tensor, "1 N"],
        along: Float[Tensor, "1 5"],
    ) -> tuple[
        Float[Tensor, "6 1"], Float[Tensor, "1 11"], Float[Tensor, "1 1"], Float[Tensor, "1 1"]
    ]:
        """Fit the face: twice with all landmarks, then with less weight for those that are off.

        Returns
        -------
        The means of the table, the rotation, a 1 and 1 over twice the size, the size, and the
        variance of the rotation.
        """
        fit = self.fit
        sums, _, centred = fit.sum_up(table, weights, along)
        point = fit.start(sums)
        point, *_ = fit.improve(fit.system(sums), fit.derivatives(point), point)
        jacobian = fit.derivatives(point)
        axes = point @ jacobian.t()
        residual = ((axes / (axes @ self.size_of_axes)) @ self.to_residual).reshape(
            2, TABLE
        ) @ centred
        squares = (residual * residual).sum(0, keepdim=True)
        weights = weights / (squares * precision + 1)
        sums, mean, _ = fit.sum_up(table, weights, along)
        point, *solved = fit.improve(fit.system(sums), jacobian, point)
        axes = point @ fit.derivatives(point).t()
        twice = axes @ self.size_of_axes
        return mean, axes / twice, twice * 0.5, fit.variance(*solved) / twice


def _weigh_distance(offsets: Float[Tensor, "2 N"]) -> Float[Tensor, "1 N"]:
    """Return 1 for points near the head, and 0 for those far from it."""
    fractions = (offsets * offsets).sum(0, keepdim=True) * (1 / MAX_DISTANCE**2)
    fractions = fractions * fractions
    return 1 / (fractions * fractions + 1)


def _to_residual() -> Float[np.ndarray, "11 12"]:
    """Return what gives the residual of the centred table, from axes over their scale.

    The numbers are the rotation, a 1, and 1 over twice the scale.
    """
    out = np.zeros((AXES, 2, TABLE))
    for axis in range(2):
        for i in range(3):
            out[3 * axis + i, axis, 1 + i] = -1
        out[10, axis, 4 + axis] = 2
    return out.reshape(AXES, -1)


def _to_pose() -> Float[np.ndarray, "11 50"]:
    """Return what gives the matrices of the pose: three rows of the origin, and two of the head.

    The origin is where means of landmarks and of depth say that it is; the head's middle is turned
    about it.
    """
    out = np.zeros((AXES, 5, _MEANS + _ROTATION))
    middle = HEAD_PLACES.mean(0)
    for axis in range(2):
        for i in range(3):
            out[3 * axis + i, [axis, 3 + axis], 1 + i] = -1
            out[3 * axis + i, 3 + axis, 0] = middle[i]
        out[10, [axis, 3 + axis], 4 + axis] = 2
    out[6:9, 2, 0] = -middle
    out[10, 2, 6] = 2
    for row in range(3):
        for i in range(3):
            out[3 * row + i, row, _MEANS + i] = 1
    return out.reshape(AXES, -1)
