"""Rotation, scale and position of a head, by its landmarks: a scaled orthographic fit.

x and y of the landmarks are those of the rotated canonical face, scaled and moved; where depth of a
landmark is known (the network of the body lifts nose, eyes and ears), it counts as well. The fit is
robust (Cauchy's weights) and minimises the squared distances by Gauss-Newton steps. The sums over
the landmarks that it needs are few, so that all frames are fitted at once. POSIT is of the same
kind (DeMenthon and Davis, Model-Based Object Pose in 25 Lines of Code, 1995).

The frames are the last axis of all arrays, except for those of `fit_head` and `HeadPose`: a number
for each frame is then multiplied with rows of landmarks, and the sums are matrix products.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.face.face_fit import (
    CAUCHY,
    DEPTH_DEVIATION,
    INDEPENDENT,
    MAX_DISTANCE,
    ROTATION_DEVIATION,
    SCALE_DEVIATION,
)
from signlift.lifting.face.head_model import HeadModel, LandmarkSums, sum_up
from signlift.lifting.face.head_steps import StepSums, take_steps
from signlift.utils.array_types import Bool, Float

#: Gauss-Newton steps with all landmarks, and then with less weight for those that are off.
STEPS = (2, 2)


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
        matrix = (self.scale[:, None, None] * self.rotation).astype(np.float32).reshape(-1, 3)
        placed = matrix @ places.T.astype(np.float32)
        return placed.reshape(-1, 3, len(places)) + self.position[..., None].astype(np.float32)


class FittedHeads(NamedTuple):
    """Heads in T frames, and their landmarks as the fit has centred them.

    Attributes
    ----------
    rotation, scale, deviation
        [3, 3, T], [T] and [T], as of `HeadPose`.
    position
        [3, T]; x and y are relative to `middle`.
    middle
        [2, T], the mean of the observed landmarks.
    landmarks
        [2, K, T], x and y of the landmarks relative to `middle`; 0 where missing.
    observed
        [K, T].
    """

    rotation: Float[np.ndarray, "3 3 T"]
    scale: Float[np.ndarray, " T"]
    deviation: Float[np.ndarray, " T"]
    position: Float[np.ndarray, "3 T"]
    middle: Float[np.ndarray, "2 T"]
    landmarks: Float[np.ndarray, "2 K T"]
    observed: Bool[np.ndarray, "K T"]

    def pose(self) -> HeadPose:
        """Return the pose in each frame, in the image."""
        position = self.position.copy()
        position[:2] += self.middle
        return HeadPose(
            np.ascontiguousarray(np.moveaxis(self.rotation, -1, 0)),
            self.scale,
            np.ascontiguousarray(position.T),
            self.deviation,
        )


def fit_head(
    keypoints: Float[np.ndarray, "T K 2"],
    places: Float[np.ndarray, "K 3"],
    deviations: Float[np.ndarray, " K"],
    depth: Float[np.ndarray, "T D"],
    depth_places: Float[np.ndarray, "D 3"],
    scale: Float[np.ndarray, " T"],
) -> HeadPose:
    """Fit the canonical face to landmarks.

    Parameters
    ----------
    keypoints
        [T, K, 2], NaN where missing.
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
    landmarks = np.array(keypoints.transpose(2, 1, 0), np.float32, order="C")
    model = HeadModel(places, deviations, depth_places)
    return fit_heads(landmarks, model, depth.T, scale).pose()


def fit_heads(
    landmarks: Float[np.ndarray, "2 K T"],
    model: HeadModel,
    depth: Float[np.ndarray, "D T"],
    scale: Float[np.ndarray, " T"],
) -> FittedHeads:
    """Fit the canonical face to landmarks (see `fit_head`).

    Parameters
    ----------
    landmarks
        [2, K, T] float32, NaN where missing. The array is changed: it becomes that of the result.
    model
        The landmarks, of which the last D are the points of which depth is given, or D is 0.
    depth
        [D, T], NaN where unknown.
    scale
        [T], NaN where unknown.
    """
    observed = ~np.isnan(landmarks[0])
    mask = observed.astype(np.float32)
    centred = landmarks
    complete = observed.all()
    if not complete:
        np.copyto(centred, 0, where=~observed)
    count = mask.sum(0)
    middle = centred.sum(1) / np.maximum(count, 1)
    centred -= middle[:, None]
    if not complete:
        centred *= mask
    base = mask * (model.precision * np.minimum(1, INDEPENDENT / np.maximum(count, 1)))
    if len(depth):
        base = _leave_out_far(base, centred, centred[:, -len(depth) :].mean(1), scale)
    sums = sum_up(model.moments @ base, model.basis @ (centred * base))
    deep = ~np.isnan(depth)
    depth_weights = deep / DEPTH_DEVIATION**2
    depth_sums = sum_up(
        model.depth_moments @ depth_weights,
        model.depth_basis @ (np.where(deep, depth, 0) * depth_weights)[None],
    )
    rotation, size = _start(sums, scale)
    for number, steps in enumerate(STEPS):
        rotation, size, deviation = _improve(rotation, size, sums, depth_sums, scale, steps)
        position = _positions(rotation, size, sums, depth_sums)
        if number + 1 < len(STEPS):
            weights = _reweigh(base, centred, model, rotation, size, position)
            sums = sum_up(model.moments @ weights, model.basis @ (centred * weights))
    position -= size * np.einsum("rct,c->rt", rotation, model.origin)
    position[:2, count == 0] = np.nan
    position[2, ~deep.any(0)] = np.nan
    return FittedHeads(
        rotation, size, deviation, position, middle.astype(np.float64), centred, observed
    )


def _leave_out_far(
    base: Float[np.ndarray, "K T"],
    centred: Float[np.ndarray, "2 K T"],
    head: Float[np.ndarray, "2 T"],
    scale: Float[np.ndarray, " T"],
) -> Float[np.ndarray, "K T"]:
    """Return the weights, none for landmarks that are far from the head of an expected scale."""
    unit = np.where(scale > 0, scale, np.inf).astype(np.float32) * np.float32(MAX_DISTANCE)
    reach = np.abs(centred).max((0, 1)) > unit / 2
    if not reach.any():  # nearly always
        return base
    out = base.copy()
    out[:, reach] *= weigh_distances(centred[:, :, reach] - head[:, None, reach], unit[reach])
    return out


def weigh_distances(
    offsets: Float[np.ndarray, "2 K T"], unit: Float[np.ndarray, " T"]
) -> Float[np.ndarray, "K T"]:
    """Return 1 for landmarks near the lifted head, and 0 for those far from it.

    Parameters
    ----------
    offsets
        [2, K, T], x and y from the middle of the head.
    unit
        [T], `MAX_DISTANCE` in the unit of the keypoints.
    """
    fractions = (offsets / unit) ** 2
    with np.errstate(over="ignore"):
        weights: NDArray[np.float32] = 1 / (fractions.sum(0) ** 4 + 1)
    return weights


def _reweigh(
    base: Float[np.ndarray, "K T"],
    centred: Float[np.ndarray, "2 K T"],
    model: HeadModel,
    rotation: Float[np.ndarray, "3 3 T"],
    size: Float[np.ndarray, " T"],
    position: Float[np.ndarray, "3 T"],
) -> Float[np.ndarray, "K T"]:
    """Return the weights of the landmarks, less for those that are off."""
    matrix = np.concatenate([position[:2, None], size * rotation[:2]], 1).astype(np.float32)
    off = model.basis.T @ matrix
    np.subtract(centred, off, out=off)
    np.multiply(off, off, out=off)
    squares = np.add(off[0], off[1], out=off[0])
    squares *= model.precision
    # Without a size, landmarks have no distance from their places.
    squares *= np.nan_to_num(1 / (CAUCHY * size) ** 2).astype(np.float32)
    if np.isnan(size).any():
        squares[:, np.isnan(size)] = 0
    squares += 1
    weights: NDArray[np.float32] = np.divide(base, squares, out=squares)
    return weights


def _start(
    sums: LandmarkSums, scale: NDArray[np.floating]
) -> tuple[NDArray[np.floating], NDArray[np.floating]]:
    """Compute a first rotation and scale: the nearest of an affine fit."""
    extent = np.sqrt((sums.values[0, 0] ** 2 + sums.values[1, 1] ** 2) / 2)
    spread = (sums.places[0, 0] + sums.places[1, 1]) / 2
    expects = scale > 0
    size = np.where(expects, scale, extent / np.where(spread > 1, spread, np.nan))
    size = np.where(size > 0, size, np.nan)  # of landmarks at one place it is unknown
    prior = 1 / (2 * ROTATION_DEVIATION**2)
    # The sums of few landmarks are singular; the prior is not.
    rows = sums.values / np.where(size > 0, size, 1)
    rows[[0, 1], [0, 1]] += prior
    rows = _solve_symmetric(sums.places, prior, rows)
    norms = np.sqrt((rows**2).sum(1))
    size = size * np.where(expects, 1, np.clip(norms.max(0), 0.2, 5))
    rows /= np.maximum(norms, 1e-6)[:, None]
    # Sum and difference of two vectors of length 1 are orthogonal, and so are those of these.
    halves = np.stack([rows[0] + rows[1], rows[0] - rows[1]])
    norms = np.sqrt((halves**2).sum(1))
    halves /= (np.sqrt(2) * np.maximum(norms, 1e-6))[:, None]
    first, second = halves[0] + halves[1], halves[0] - halves[1]
    return np.stack([first, second, np.cross(first, second, axis=0)]), size


def _solve_symmetric(
    matrix: Float[np.ndarray, "3 3 T"], prior: float, rows: Float[np.ndarray, "R 3 T"]
) -> Float[np.ndarray, "R 3 T"]:
    """Multiply rows with the inverses of symmetric matrices, with `prior` added to the diagonal."""
    a, b, c = matrix[0, 0] + prior, matrix[0, 1], matrix[0, 2]
    d, e, f = matrix[1, 1] + prior, matrix[1, 2], matrix[2, 2] + prior
    aa, ab, ac = d * f - e * e, c * e - b * f, b * e - c * d
    dd, de, ff = a * f - c * c, b * c - a * e, a * d - b * b
    adjugate = np.stack([aa, ab, ac, ab, dd, de, ac, de, ff]).reshape(3, 3, -1)
    solved: NDArray[np.float64] = np.einsum("rit,ijt->rjt", rows, adjugate)
    solved /= a * aa + b * ab + c * ac
    return solved


def _improve(
    rotation: NDArray[np.floating],
    size: NDArray[np.floating],
    sums: LandmarkSums,
    depth_sums: LandmarkSums,
    scale: NDArray[np.floating],
    steps: int,
) -> tuple[NDArray[np.floating], NDArray[np.floating], NDArray[np.floating]]:
    """Improve rotation and scale by Gauss-Newton steps, and return the rotation's deviation."""
    prior = np.float32(1 / (2 * ROTATION_DEVIATION**2))
    flat, deep, crossed, rotation, size = (
        values.astype(np.float32)
        for values in (
            sums.places,
            depth_sums.places,
            np.concatenate([sums.values, depth_sums.values]),
            rotation,
            size,
        )
    )
    for places in (flat, deep):
        places[[0, 1, 2], [0, 1, 2]] += prior
    expects = scale > 0
    return take_steps(
        rotation,
        size,
        StepSums(flat, deep, crossed, float(prior)),
        np.log(np.where(expects, scale, np.nan)).astype(np.float32),
        np.where(expects, 1 / SCALE_DEVIATION**2, 1e-6).astype(np.float32),
        steps,
    )


def _positions(
    rotation: NDArray[np.floating],
    size: NDArray[np.floating],
    sums: LandmarkSums,
    depth_sums: LandmarkSums,
) -> NDArray[np.float64]:
    """Compute the position [3, T] of the face's origin from the means of landmarks and depth."""
    flat = (rotation[:2] * sums.place).sum(1)
    deep = (rotation[2] * depth_sums.place).sum(0)
    return np.concatenate([sums.value - size * flat, depth_sums.value - size * deep])
