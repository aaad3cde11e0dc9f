"""Rotation, scale and position of a head, by its landmarks: a scaled orthographic fit.

x and y of the landmarks are those of the rotated canonical face, scaled and moved; where depth of a
landmark is known (the network of the body lifts nose, eyes and ears), it counts as well. The fit is
robust (Cauchy's weights) and minimises the squared distances by Gauss-Newton steps. The sums over
the landmarks that it needs are few, so that all frames are fitted at once. POSIT is of the same
kind (DeMenthon and Davis, Model-Based Object Pose in 25 Lines of Code, 1995).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.lifting.face.head_steps import StepSums, take_steps

#: Gauss-Newton steps with all landmarks, and then with less weight for those that are off.
STEPS = (2, 2)

#: Distances of landmarks, in their standard deviations, beyond which their weight falls.
CAUCHY = 3.0

#: The number of landmarks whose deviations are independent: those of more go together, as a face
#: differs from the average as a whole.
INDEPENDENT = 6.0

#: Standard deviations before any landmark: of the log of the scale about the expected one, and of
#: the rotation in radians about a head that faces the camera.
SCALE_DEVIATION, ROTATION_DEVIATION = 0.15, 0.7

#: Standard deviation of given depth in millimetres.
DEPTH_DEVIATION = 20.0


@dataclass(frozen=True, eq=False)
class HeadPose:
    """The canonical face in each frame: X is at `scale * rotation @ X + position`.

    Attributes
    ----------
    rotation
        [T, 3, 3], from the axes of the canonical face to those of the camera.
    scale
        [T], units of the keypoints per millimetre.
    position
        [T, 3], the middle between the ears; z is NaN where no depth is given, x and y where no
        landmark is observed.
    deviation
        [T], standard deviation of the rotation in radians.
    """

    rotation: Float[np.ndarray, "T 3 3"]
    scale: Float[np.ndarray, " T"]
    position: Float[np.ndarray, "T 3"]
    deviation: Float[np.ndarray, " T"]

    def place(self, places: Float[np.ndarray, "K 3"]) -> Float[np.ndarray, "T 3 K"]:
        """Return places of the canonical face in each frame: x, y and z in the keypoints' unit."""
        return _place(self.rotation, self.scale, self.position, places)


def _place(
    rotation: NDArray[np.floating],
    size: NDArray[np.floating],
    position: NDArray[np.floating],
    places: NDArray[np.floating],
) -> NDArray[np.float32]:
    """Rotate, scale and move places, [T, R, K] for R rows of the rotation."""
    matrix = (size[:, None, None] * rotation).astype(np.float32).reshape(-1, 3)
    placed = matrix @ places.T.astype(np.float32)
    return placed.reshape(*rotation.shape[:2], len(places)) + position[..., None].astype(np.float32)


def fit_head(
    keypoints: Float[np.ndarray, "T K 2"],
    places: Float[np.ndarray, "K 3"],
    deviations: Float[np.ndarray, " K"],
    depth: Float[np.ndarray, "T D"],
    depth_places: Float[np.ndarray, "D 3"],
    scale: Float[np.ndarray, " T"],
) -> HeadPose:
    """Fit the canonical face to the landmarks of each frame.

    Parameters
    ----------
    keypoints
        [T, K, 2], landmarks; NaN where missing.
    places, deviations
        [K, 3] and [K], their places on the canonical face and the deviations from there, in
        millimetres (see `face_landmarks.landmark_places`).
    depth, depth_places
        [T, D], given depth of points of the head in the unit of the keypoints, NaN where unknown;
        and their places.
    scale
        [T], the expected scale in units of the keypoints per millimetre, NaN where unknown.

    Returns
    -------
    The pose in each frame; NaN where neither scale nor landmarks determine the scale.
    """
    observed = ~np.isnan(keypoints[..., 0])
    count = observed.sum(1)
    shares = np.minimum(1, INDEPENDENT / np.maximum(count, 1)).astype(np.float32)
    middle = np.zeros((len(keypoints), 2))
    rows = []
    for axis in (0, 1):
        values = np.where(observed, keypoints[..., axis], 0)
        middle[:, axis] = values.sum(1, dtype=np.float64) / np.maximum(count, 1)
        rows.append(np.where(observed, values - middle[:, axis, None], 0).astype(np.float32))
    x, y = rows
    deep = ~np.isnan(depth)
    depth_sums = _sum_up(deep / DEPTH_DEVIATION**2, [np.where(deep, depth, 0)], depth_places)
    base = observed * shares[:, None] / np.float32(deviations**2)
    sums = _sum_up(base, rows, places)
    rotation, size = _start(sums, scale)
    for number, steps in enumerate(STEPS):
        rotation, size, deviation = _improve(rotation, size, sums, depth_sums, scale, steps)
        position = _positions(rotation, size, sums, depth_sums)
        if number + 1 < len(STEPS):
            fitted = _place(rotation[:, :2], size, position[:, :2], places)
            squares = (x - fitted[:, 0]) ** 2 + (y - fitted[:, 1]) ** 2
            limit = np.float32(1 / deviations**2) / np.float32((CAUCHY * size) ** 2)[:, None]
            sums = _sum_up(base / (1 + np.nan_to_num(squares * limit, nan=0.0)), rows, places)
    position[:, :2] += middle
    position[count == 0, :2] = np.nan
    position[~deep.any(1), 2] = np.nan
    return HeadPose(rotation, size, position, deviation)


@dataclass(frozen=True, eq=False)
class _Sums:
    """Weighted sums over the landmarks of each frame, for R rows of coordinates.

    Attributes
    ----------
    weight
        [T], the sum of the weights.
    place, value
        [T, 3] and [T, R], the means of places and coordinates; 0 without any weight.
    places, values
        [T, 3, 3] and [T, R, 3], the sums of products of places with places, and of coordinates
        with places, about the means.
    """

    weight: NDArray[np.floating]
    place: NDArray[np.floating]
    value: NDArray[np.floating]
    places: NDArray[np.floating]
    values: NDArray[np.floating]


def _sum_up(
    weights: NDArray[np.floating], rows: list[NDArray[np.floating]], places: NDArray[np.floating]
) -> _Sums:
    weights = weights.astype(np.float32, copy=False)
    flat = places.astype(np.float32)
    products = (flat[:, :, None] * flat[:, None]).reshape(len(flat), 9)
    total = weights.sum(1).astype(np.float64)
    divisor = np.maximum(total, 1e-12)[:, None]
    place = (weights @ flat) / divisor
    squares = (weights @ products).reshape(-1, 3, 3).astype(np.float64)
    squares -= total[:, None, None] * place[:, :, None] * place[:, None]
    weighted = [weights * row for row in rows]
    value = np.stack([row.sum(1) for row in weighted], 1) / divisor
    crossed = np.stack([row @ flat for row in weighted], 1).astype(np.float64)
    crossed -= total[:, None, None] * value[:, :, None] * place[:, None]
    return _Sums(total, place, value, squares, crossed)


def _start(
    sums: _Sums, scale: NDArray[np.floating]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Compute a first rotation and scale: the nearest of an affine fit."""
    extent = np.sqrt((sums.values[:, 0, 0] ** 2 + sums.values[:, 1, 1] ** 2) / 2)
    spread = (sums.places[:, 0, 0] + sums.places[:, 1, 1]) / 2
    size = np.where(scale > 0, scale, extent / np.where(spread > 1, spread, np.nan))
    size = np.where(size > 0, size, np.nan)  # of landmarks at one place it is unknown
    prior = 1 / (2 * ROTATION_DEVIATION**2) * np.eye(3)
    # The sums of few landmarks are singular; the prior is not.
    target = sums.values / np.where(size > 0, size, 1)[:, None, None] + prior[:2]
    affine = np.linalg.solve(sums.places + prior, target.swapaxes(1, 2)).swapaxes(1, 2)
    norms = np.linalg.norm(affine, axis=2, keepdims=True)
    size = size * np.where(~(scale > 0), np.clip(norms.max(1)[:, 0], 0.2, 5), 1)
    rows = affine / np.maximum(norms, 1e-6)
    # Sum and difference of two vectors of length 1 are orthogonal, and so are those of these.
    halves = np.stack([rows[:, 0] + rows[:, 1], rows[:, 0] - rows[:, 1]], 1)
    halves /= np.maximum(np.linalg.norm(halves, axis=2, keepdims=True), 1e-6) * np.sqrt(2)
    first, second = halves[:, 0] + halves[:, 1], halves[:, 0] - halves[:, 1]
    return np.stack([first, second, np.cross(first, second)], 1), size


def _improve(
    rotation: NDArray[np.floating],
    size: NDArray[np.floating],
    sums: _Sums,
    depth_sums: _Sums,
    scale: NDArray[np.floating],
    steps: int,
) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]:
    """Improve rotation and scale by Gauss-Newton steps, and return the rotation's deviation."""
    prior = 1 / (2 * ROTATION_DEVIATION**2)
    crossed = np.concatenate([sums.values, depth_sums.values], 1)
    flat, deep, crossed, turned = (
        np.ascontiguousarray(np.moveaxis(values, 0, -1))
        for values in (
            sums.places + prior * np.eye(3),
            depth_sums.places + prior * np.eye(3),
            crossed,
            rotation,
        )
    )
    expects = scale > 0
    turned, size, deviation = take_steps(
        turned,
        size,
        StepSums(flat, deep, crossed, prior),
        np.log(np.where(expects, scale, np.nan)),
        np.where(expects, 1 / SCALE_DEVIATION**2, 1e-6),
        steps,
    )
    return np.ascontiguousarray(np.moveaxis(turned, -1, 0)), size, deviation


def _positions(
    rotation: NDArray[np.floating], size: NDArray[np.floating], sums: _Sums, depth_sums: _Sums
) -> NDArray[np.floating]:
    """Compute the position of the face's origin from the means of the landmarks and of depth."""
    matrix = size[:, None, None] * rotation
    flat = sums.value - np.einsum("trc,tc->tr", matrix[:, :2], sums.place)
    deep = depth_sums.value[:, 0] - np.einsum("tc,tc->t", matrix[:, 2], depth_sums.place)
    return np.concatenate([flat, deep[:, None]], 1)
