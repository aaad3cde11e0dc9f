"""Normalisation of 2D keypoints for lifting: it needs no depth, holds still, and can be undone.

Every frame is centred on the Neck, which is seen whenever a person signs, and every recording is
divided by one scale, about the length of the torso. Hips and legs are not needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, problem

#: Neck to MidHip over shoulder to shoulder of an upright person seen from the front, for those
#: whose hips are never seen. From segment lengths as fractions of stature: the trunk from the
#: shoulders to the hips 0.288, the shoulders 0.259 apart (Drillis and Contini, 1966).
TORSO_OVER_SHOULDERS = 1.11

#: The same over ear to ear, for those whose shoulders are not both seen either.
TORSO_OVER_EARS = 3.4

#: From where to where, which percentile over the frames, and the torso's length in it.
PARTS = (
    ("Neck", "MidHip", 50, 1.0),
    ("LShoulder", "RShoulder", 90, TORSO_OVER_SHOULDERS),
    ("LEar", "REar", 90, TORSO_OVER_EARS),
)

#: A part is measured when it is seen in at least this share of the frames that have any keypoint.
MIN_SHARE = 0.1


def torso_length(keypoints: Float[np.ndarray, "T J 2"], skeleton: Skeleton) -> float:
    """The median 2D length of Neck to MidHip over a recording, in its unit.

    Parameters
    ----------
    keypoints
        [T, J, 2], NaN where not observed.
    skeleton
        What the J keypoints are.

    Returns
    -------
    NaN when Neck and MidHip are never seen together, or in less than a tenth of the frames.
    """
    return _percentile(measure_extent(keypoints, skeleton), 0)


def recording_scale(keypoints: Float[np.ndarray, "T J 2"], skeleton: Skeleton) -> float:
    """One length for a whole recording, about that of the torso, in its unit.

    The median length of the torso where it is seen. Else, from what is seen, the first of: the
    distance of the shoulders, that of the ears (their 90th percentile, as both shorten when the
    person turns), half the diagonal of all keypoints; times what the torso measures in it.

    Parameters
    ----------
    keypoints
        [T, J, 2], NaN where not observed.
    skeleton
        What the J keypoints are.

    Returns
    -------
    A length above zero; 1 when nothing has any extent (a single point, or no frame).
    """
    return scale_of(measure_extent(keypoints, skeleton))


@dataclass(frozen=True, eq=False)
class Extent:
    """What the scale of a recording is found from; those of its windows can be joined.

    Attributes
    ----------
    parts
        [T, 3] float32: 2D lengths of the torso, between the shoulders and between the ears, NaN
        where not seen.
    frames
        How many frames have any keypoint.
    box
        [2, 2]: the least and the largest x and y of all keypoints; inf and -inf for none.
    """

    parts: Float[np.ndarray, "T 3"]
    frames: int
    box: Float[np.ndarray, "2 2"]


def measure_extent(keypoints: Float[np.ndarray, "T J 2"], skeleton: Skeleton) -> Extent:
    """Measure [T, J, 2] keypoints, of a recording or of a window of one."""
    keypoints = keypoints.astype(np.float64)
    parts = np.full((len(keypoints), len(PARTS)), np.nan, np.float32)
    for number, (one, other, _, _) in enumerate(PARTS):
        if skeleton.has(one) and skeleton.has(other):
            vectors = skeleton.point(keypoints, one) - skeleton.point(keypoints, other)
            parts[:, number] = np.linalg.norm(vectors, axis=-1)
    seen = ~np.isnan(keypoints).any(-1)
    points = keypoints[seen]
    least, largest = points.min(0, initial=np.inf), points.max(0, initial=-np.inf)
    return Extent(parts, int(seen.any(-1).sum()), np.stack([least, largest]))


def join_extents(extents: Sequence[Extent]) -> Extent:
    """The extent of a recording from those of its windows."""
    boxes = np.stack([extent.box for extent in extents])
    return Extent(
        np.concatenate([extent.parts for extent in extents]),
        sum(extent.frames for extent in extents),
        np.stack([boxes[:, 0].min(0), boxes[:, 1].max(0)]),
    )


def scale_of(extent: Extent) -> float:
    """The scale of a recording of this extent (see `recording_scale`)."""
    for number, (_, _, _, factor) in enumerate(PARTS):
        length = factor * _percentile(extent, number)
        if length > 0:
            return length
    if extent.frames == 0:
        return 1.0
    return float(np.linalg.norm(extent.box[1] - extent.box[0])) / 2 or 1.0


def _percentile(extent: Extent, number: int) -> float:
    lengths = extent.parts[:, number]
    lengths = lengths[~np.isnan(lengths)]
    if len(lengths) == 0 or len(lengths) < MIN_SHARE * extent.frames:
        return float("nan")
    return float(np.percentile(lengths, PARTS[number][2]))


def frame_centers(
    keypoints: Float[np.ndarray, "*lanes T J 2"],
    skeleton: Skeleton,
    last: Float[np.ndarray, "*lanes 2"] | None = None,
) -> tuple[Float[np.ndarray, "*lanes T 2"], Float[np.ndarray, "*lanes 2"]]:
    """The point that each frame is centred on: the Neck.

    Parameters
    ----------
    keypoints
        [..., T, J, 2], NaN where not observed.
    skeleton
        What the J keypoints are.
    last
        [..., 2], where the Neck was last before the first frame, for a recording that is gone
        through in windows; NaN or None at a recording's beginning.

    Returns
    -------
    centers
        [..., T, 2] float64. Where the Neck is missing, it stays where it was last; before it was
        ever seen, the middle of the keypoints that are; NaN in a frame without any keypoint.
    last
        [..., 2], where the Neck was last, for the next window; NaN when it was not seen yet.
    """
    keypoints = keypoints.astype(np.float64)
    neck = skeleton.point(keypoints, "Neck")
    if last is None:
        last = np.full((*neck.shape[:-2], 2), np.nan)
    neck = np.concatenate([last[..., None, :], neck], -2)
    frames = np.arange(neck.shape[-2])
    latest = np.maximum.accumulate(np.where(np.isnan(neck[..., 0]), 0, frames), axis=-1)
    held = np.take_along_axis(neck, latest[..., None], -2)
    centers = held[..., 1:, :].copy()
    unseen = np.isnan(centers[..., 0])
    if unseen.any():
        seen = ~np.isnan(keypoints[unseen])
        counts = seen.sum(-2)
        sums = np.where(seen, keypoints[unseen], 0).sum(-2)
        nowhere = np.full(sums.shape, np.nan)
        centers[unseen] = np.divide(sums, counts, out=nowhere, where=counts > 0)
    return centers, held[..., -1, :]


def normalize(
    keypoints: Float[np.ndarray, "*lanes T J 2"],
    centers: Float[np.ndarray, "*lanes T 2"],
    scale: Float[np.ndarray, "*lanes"] | float,
) -> Float[np.ndarray, "*lanes T J 2"]:
    """Centre every frame and divide by the recording's scale.

    Parameters
    ----------
    keypoints
        [..., T, J, 2], NaN where not observed (and so in the result).
    centers
        [..., T, 2], from `frame_centers`.
    scale
        [...], from `recording_scale`.

    Returns
    -------
    [..., T, J, 2] float64, in torso lengths: so that `denormalize` gives float32 keypoints back
    to the last bit.

    Raises
    ------
    InputError
        A scale that is not above zero.
    """
    return (keypoints.astype(np.float64) - centers[..., None, :]) / _divisor(scale)


def denormalize(
    keypoints: Float[np.ndarray, "*lanes T J 2"],
    centers: Float[np.ndarray, "*lanes T 2"],
    scale: Float[np.ndarray, "*lanes"] | float,
) -> Float[np.ndarray, "*lanes T J 2"]:
    """Undo `normalize`: the keypoints in the recording's unit, where they were.

    Parameters
    ----------
    keypoints
        [..., T, J, 2] in torso lengths, as `normalize` gave them; NaN stays NaN.
    centers, scale
        [..., T, 2] and [...], those that `normalize` was given.

    Returns
    -------
    [..., T, J, 2] float64 in the recording's unit.

    Raises
    ------
    InputError
        A scale that is not above zero.
    """
    return keypoints.astype(np.float64) * _divisor(scale) + centers[..., None, :]


def _divisor(scale: NDArray[np.floating] | float) -> NDArray[np.floating]:
    scales = np.asarray(scale, np.float64)
    if not (scales > 0).all():
        raise InputError(problem("scale", expected="a length above zero", found=str(scale)))
    return scales[..., None, None, None]
