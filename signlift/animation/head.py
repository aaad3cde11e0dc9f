"""The head of an avatar: a rigid face, fitted to the observed keypoints by least squares."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from signlift.animation.gaps import Gaps
from signlift.animation.rest_pose import weighted_medians
from signlift.geometry.interpolation import slerp
from signlift.geometry.rotations import are_off_line, nearest_rotation
from signlift.utils.array_types import Bool, Float

#: The keypoints of the face: offsets from the middle of the ears as fractions of stature, in the
#: axes of the head (x to its left, y up, z forward). They are those of the procedural signer, so
#: that a level head is the same in both.
FACE_OFFSETS = {
    "Nose": (0.0, -0.008, 0.062),
    "LEye": (0.018, 0.012, 0.045),
    "REye": (-0.018, 0.012, 0.045),
    "LEar": (0.043, 0.0, 0.0),
    "REar": (-0.043, 0.0, 0.0),
}

#: Rounds of fitting rotations to a face shape and the shape to the rotations.
_ROUNDS = 3

#: The number of frames that the shape is measured in, evenly spread over the recording.
_MAX_FRAMES = 3000

#: The weight of the expected rotation relative to the keypoints, where these are too few.
_PRIOR_WEIGHT = 0.1

#: The minimum ratio of the second singular value of the keypoints' offsets to the first. Below it
#: the keypoints are nearly on a line, and do not determine all three angles.
MIN_SPAN_RATIO = 0.15


@dataclass(frozen=True, eq=False)
class Head:
    """A head over time.

    Attributes
    ----------
    rotation
        [T, 3, 3], its axes as columns, in the frame of the points.
    middle
        [T, 3], the middle of the ears; NaN where no keypoint of the face is observed.
    shape
        [5, 3], the keypoints of the face in its axes.
    """

    rotation: Float[np.ndarray, "T 3 3"]
    middle: Float[np.ndarray, "T 3"]
    shape: Float[np.ndarray, "5 3"]


def solve_head(
    points: Float[np.ndarray, "T 5 3"],
    neck: Float[np.ndarray, "T 3"],
    chest: Float[np.ndarray, "T 3 3"],
    lengths: dict[str, float],
    stature: float,
    gaps: Gaps,
    shape: Float[np.ndarray, "5 3"] | None = None,
) -> Head:
    """Compute the head in each frame.

    Parameters
    ----------
    points
        [T, 5, 3], the keypoints of `FACE_OFFSETS` in its order; NaN where missing.
    neck
        [T, 3], the middle of the shoulders.
    chest
        [T, 3, 3], the axes of the chest as columns.
    lengths
        The length of the `neck`, from there to the middle of the ears.
    stature
        The person's height in the unit of the points.
    gaps
        How gaps are filled.
    shape
        The keypoints of the face, if they were measured in other frames.

    Returns
    -------
    The rotation and the middle in each frame. Three or more keypoints that are not on a line
    determine the rotation. With fewer, the rotation fits these keypoints and the neck, as near as
    possible to the last rotation relative to the chest. Without any keypoint, the last rotation
    relative to the chest is kept. In both cases the last frames before the rotation is determined
    again blend to it. Before the face is first observed, it faces straight ahead.
    """
    observed = ~np.isnan(points[..., 0])
    if shape is None:
        shape = _measure_shape(points, observed, stature)
    rotation, determined = _fit_rotation(points, observed, shape)
    expected = _hold_on_chest("determined head", rotation, determined, chest, gaps)
    few = ~determined & observed.any(-1)
    if few.any():
        # The neck and the head are one rigid piece here, fitted to the observed keypoints.
        piece = shape + np.array([0.0, lengths["neck"], 0.0])
        offsets = np.where(observed[few, :, None], points[few] - neck[few, None], 0.0)
        correlation = np.einsum("tki,kj->tij", offsets, piece)
        weight = _PRIOR_WEIGHT * (piece**2).sum() / len(piece)
        rotation[few] = nearest_rotation(correlation + weight * expected[few])
        blends = gaps.find_blends(determined)
        if blends is not None:
            frames = blends.frames
            rotation[frames] = slerp(rotation[frames], expected[frames], blends.fractions)
    rotation = _hold_on_chest("head", rotation, determined | few, chest, gaps)
    middles = points - np.einsum("tij,kj->tki", rotation, shape)
    count = observed.sum(-1, keepdims=True)
    total = np.where(observed[..., None], middles, 0.0).sum(1)
    return Head(rotation, total / np.where(count > 0, count, np.nan), shape)


def _measure_shape(
    points: Float[np.ndarray, "T K 3"], observed: Bool[np.ndarray, "T K"], stature: float
) -> Float[np.ndarray, "K 3"]:
    """Estimate the shape of a face: the one that fits all frames."""
    if len(points) > _MAX_FRAMES:
        numbers = np.linspace(0, len(points) - 1, _MAX_FRAMES).astype(int)
        points, observed = points[numbers], observed[numbers]
    average_face = np.array(list(FACE_OFFSETS.values())) * stature
    shape = average_face.copy()
    for _ in range(_ROUNDS):
        rotation, determined = _fit_rotation(points, observed, shape)
        if not determined.any():
            break
        estimate = _estimate_shape(
            points[determined], observed[determined], rotation[determined], shape
        )
        shape = _align_shape(estimate, average_face)
    return shape


def _hold_on_chest(
    name: str,
    rotation: Float[np.ndarray, "T 3 3"],
    valid: Bool[np.ndarray, " T"],
    chest: Float[np.ndarray, "T 3 3"],
    gaps: Gaps,
) -> Float[np.ndarray, "T 3 3"]:
    """Replace invalid rotations by the last valid one relative to the chest."""
    relative = np.where(valid[:, None, None], np.swapaxes(chest, 1, 2) @ rotation, np.nan)
    held = chest @ gaps.hold(name, relative, np.eye(3), slerp)
    return np.where(valid[:, None, None], rotation, held)


def _fit_rotation(
    points: Float[np.ndarray, "T K 3"],
    observed: Bool[np.ndarray, "T K"],
    shape: Float[np.ndarray, "K 3"],
) -> tuple[Float[np.ndarray, "T 3 3"], Bool[np.ndarray, " T"]]:
    """Fit the rotation of a shape to the points of each frame.

    Returns
    -------
    The rotations, and True for the frames whose points determine the rotation.
    """
    offsets = np.swapaxes(_offsets(points, observed), 1, 2)
    # Both the points and the corresponding part of the shape must span a plane.
    determined = observed.sum(-1) >= 3
    determined &= are_off_line(offsets @ np.swapaxes(offsets, 1, 2), MIN_SPAN_RATIO)
    code = observed @ (1 << np.arange(len(shape)))
    _, examples, kind = np.unique(code, return_index=True, return_inverse=True)
    part = _offsets(np.broadcast_to(shape, (len(examples), *shape.shape)), observed[examples])
    determined &= are_off_line(np.swapaxes(part, 1, 2) @ part, MIN_SPAN_RATIO)[kind.reshape(-1)]
    return nearest_rotation(offsets @ shape), determined


def _offsets(
    points: Float[np.ndarray, "T K 3"], observed: Bool[np.ndarray, "T K"]
) -> Float[np.ndarray, "T K 3"]:
    """Compute the offsets of points from the middle of the observed ones; 0 where missing."""
    filled = np.where(observed[..., None], points, 0.0)
    count = np.maximum(observed.sum(-1), 1)[:, None]
    return np.where(observed[..., None], filled - (filled.sum(1) / count)[:, None], 0.0)


def _estimate_shape(
    points: Float[np.ndarray, "T K 3"],
    observed: Bool[np.ndarray, "T K"],
    rotation: Float[np.ndarray, "T 3 3"],
    shape: Float[np.ndarray, "K 3"],
) -> Float[np.ndarray, "K 3"]:
    """Compute the median face in its own axes, made symmetric; `shape` for unobserved keypoints."""
    local = points @ rotation
    difference = np.where(observed[..., None], local - shape, 0.0)
    local -= (difference.sum(1) / observed.sum(1)[:, None])[:, None]
    medians = weighted_medians(local.reshape(len(local), -1), np.ones((len(local), shape.size)))
    medians = medians.reshape(shape.shape)
    estimate = np.where(np.isnan(medians), shape, medians)
    mirrored = estimate[[0, 2, 1, 4, 3]] * [-1, 1, 1]
    return (estimate + mirrored) / 2


def _align_shape(
    shape: Float[np.ndarray, "K 3"], average_face: Float[np.ndarray, "K 3"]
) -> Float[np.ndarray, "K 3"]:
    """Move the middle of the ears to the origin, and rotate the shape as the average face."""
    shape = shape - (shape[3] + shape[4]) / 2
    all_observed = np.ones((1, len(shape)), bool)
    rotation, determined = _fit_rotation(shape[None], all_observed, average_face)
    return shape @ rotation[0] if determined[0] else average_face
