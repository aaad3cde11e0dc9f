"""HeadFit: the canonical face, fitted to the landmarks of one frame."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from signlift.core.face.face_fit import CAUCHY, INDEPENDENT
from signlift.lifting.face.head_pose import STEPS
from signlift.lifting.steps.head_gauss_newton import FittedHead, LandmarkSums, improve, start
from signlift.utils.array_types import Float


class HeadFit:
    """Fitting of the canonical face, frame by frame.

    The same as `signlift.lifting.face.head_pose.fit_head` with frames of one, of unknown scale and
    without given depth. Once a body is lifted, `signlift.model.steps.face_step` fits it.

    Parameters
    ----------
    places, deviations
        [N, 3] and [N], the places of the landmarks, and their deviations from there.

    Attributes
    ----------
    landmarks
        [2, N], x and y of the next frame, NaN where missing; set before `fit`.
    basis
        [4, N], ones and the places.
    middle
        The mean of the landmarks.
    position
        x and y of the origin of the face.
    """

    def __init__(
        self,
        places: Float[np.ndarray, "N 3"],
        deviations: Float[np.ndarray, " N"],
    ) -> None:
        N = len(places)
        self.landmarks = np.full((2, N), np.nan)
        self.basis = np.concatenate([np.ones((1, N)), places.T])
        x, y, z = places.T
        self._moments = np.stack([np.ones(N), x, y, z, x * x, x * y, x * z, y * y, y * z, z * z], 1)
        self._precision = 1 / deviations**2
        self._centered = np.empty((2, N))
        self._weighted = np.empty((3, N))
        self._fitted = np.empty((2, N))
        self._squares = np.empty(N)
        self.middle = (math.nan, math.nan)
        self.position = (math.nan, math.nan)

    def fit(self) -> FittedHead:
        """Fit the face to `landmarks`."""
        base, count = self._center()
        sums = self._sum_up(base)
        head = FittedHead(*start(sums))
        for number, steps in enumerate(STEPS):
            head = improve(head, sums, steps)
            if number + 1 < len(STEPS):
                sums = self._sum_up(self._reweigh(base, head, sums))
        x, y = _position(head, sums)
        if count == 0:
            x = y = math.nan
        self.position = (x + self.middle[0], y + self.middle[1])
        return head

    def _center(self) -> tuple[NDArray[np.float64], int]:
        """Subtract the mean of the landmarks; return their weights, and how many there are."""
        landmarks, centered = self.landmarks, self._centered
        count = landmarks.shape[1]
        x, y = landmarks.sum(1).tolist()
        if x == x:
            self.middle = (x / count, y / count)
            np.subtract(landmarks, np.array(self.middle)[:, None], out=centered)
            return self._precision * min(1.0, INDEPENDENT / count), count
        observed = landmarks[0] == landmarks[0]
        count = int(np.count_nonzero(observed))
        x, y = np.where(observed, landmarks, 0).sum(1).tolist()
        self.middle = (x / max(count, 1), y / max(count, 1))
        np.subtract(landmarks, np.array(self.middle)[:, None], out=centered)
        centered[:, ~observed] = 0
        return self._precision * observed * min(1.0, INDEPENDENT / max(count, 1)), count

    def _sum_up(self, weights: NDArray[np.float64]) -> LandmarkSums:
        """Sum up places and coordinates."""
        self._weighted[0] = weights
        np.multiply(self._centered, weights, out=self._weighted[1:])
        rows: list[list[float]] = (self._weighted @ self._moments).tolist()
        total, px, py, pz, xx, xy, xz, yy, yz, zz = rows[0]
        total = max(total, 1e-12)
        px, py, pz = px / total, py / total, pz / total
        x, x1, x2, x3 = rows[1][:4]
        y, y1, y2, y3 = rows[2][:4]
        return LandmarkSums(
            (px, py, pz),
            (
                xx - total * px * px,
                xy - total * px * py,
                xz - total * px * pz,
                yy - total * py * py,
                yz - total * py * pz,
                zz - total * pz * pz,
            ),
            x / total,
            y / total,
            (x1 - x * px, x2 - x * py, x3 - x * pz),
            (y1 - y * px, y2 - y * py, y3 - y * pz),
        )

    def _reweigh(
        self, base: NDArray[np.float64], head: FittedHead, sums: LandmarkSums
    ) -> NDArray[np.float64]:
        """Return the weights, less for landmarks that are off."""
        size = head.scale
        a, b, c, d, e, f, *_ = head.rotation
        x, y = _position(head, sums)
        matrix = np.array(((x, size * a, size * b, size * c), (y, size * d, size * e, size * f)))
        fitted, squares = self._fitted, self._squares
        np.matmul(matrix, self.basis, out=fitted)
        np.subtract(self._centered, fitted, out=fitted)
        np.multiply(fitted, fitted, out=fitted)
        np.add(fitted[0], fitted[1], out=squares)
        limit = 1 / (CAUCHY * size) ** 2
        squares *= self._precision
        squares *= limit if limit == limit else 0.0
        squares += 1
        weights: NDArray[np.float64] = np.divide(base, squares, out=squares)
        return weights


def _position(head: FittedHead, sums: LandmarkSums) -> tuple[float, float]:
    """Return x and y of the face's origin, relative to the middle of the landmarks."""
    a, b, c, d, e, f, *_ = head.rotation
    u, v, w = sums.place
    size = head.scale
    return sums.x - size * (a * u + b * v + c * w), sums.y - size * (d * u + e * v + f * w)
