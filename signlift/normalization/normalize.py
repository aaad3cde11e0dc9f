"""Normalisation of 2D keypoints for lifting.

Every frame is centred on the Neck, which is observed whenever a person signs. Every recording is
divided by one scale, about the length of the torso, so that the scale does not change from frame to
frame. Depth, hips and legs are not needed, and the normalisation can be undone exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem

#: Torso length over shoulder width of an upright person seen from the front, for recordings
#: without hips. From segment lengths as fractions of stature: the trunk from the shoulders to the
#: hips is 0.288, the shoulder width 0.259 (Drillis and Contini, 1966).
TORSO_OVER_SHOULDERS = 1.11

#: Torso length over the distance of the ears, for recordings without both shoulders.
TORSO_OVER_EARS = 3.4


class ScaleReference(NamedTuple):
    """A 2D length from which the scale of a recording can be computed.

    Attributes
    ----------
    start, end
        The keypoints at the two ends.
    percentile
        The percentile over the frames that is used.
    torso_ratio
        The torso length over this length.
    """

    start: str
    end: str
    percentile: float
    torso_ratio: float


#: The references for the scale, best first. The shoulders and the ears come nearer to each other
#: when the person turns, so that a high percentile is used.
SCALE_REFERENCES = (
    ScaleReference("Neck", "MidHip", 50, 1.0),
    ScaleReference("LShoulder", "RShoulder", 90, TORSO_OVER_SHOULDERS),
    ScaleReference("LEar", "REar", 90, TORSO_OVER_EARS),
)

#: The minimum fraction of the frames with keypoints in which a reference has to be observed.
MIN_OBSERVED_FRACTION = 0.1


def torso_length(keypoints: Float[np.ndarray, "T J 2"], skeleton: Skeleton) -> float:
    """Compute the median 2D torso length (Neck to MidHip) of a recording, in its unit.

    Parameters
    ----------
    keypoints
        [T, J, 2], NaN where not observed.
    skeleton
        The skeleton of the J keypoints.

    Returns
    -------
    The length; NaN if Neck and MidHip are observed together in less than a tenth of the frames.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.skeleton import PANOPTIC26
    >>> from signlift.normalization.normalize import torso_length
    >>> keypoints = np.zeros((5, 26, 2))
    >>> keypoints[:, PANOPTIC26.index("MidHip")] = (30, 40)
    >>> torso_length(keypoints, PANOPTIC26)
    50.0
    """
    return _percentile(measure_extent(keypoints, skeleton), 0)


def recording_scale(keypoints: Float[np.ndarray, "T J 2"], skeleton: Skeleton) -> float:
    """Compute the scale of a recording: one length, about that of the torso, in its unit.

    The scale is the median torso length, if that is observed. Otherwise it is the first of these
    that is observed, times the ratio of the torso to it: the distance of the shoulders, that of
    the ears (their 90th percentiles, as both become shorter when the person turns), and half the
    diagonal of all keypoints.

    Parameters
    ----------
    keypoints
        [T, J, 2], NaN where not observed.
    skeleton
        The skeleton of the J keypoints.

    Returns
    -------
    A length above 0; 1 if nothing has an extent (a single point, or no frame).
    """
    return scale_from_extent(measure_extent(keypoints, skeleton))


@dataclass(frozen=True, eq=False)
class Extent:
    """Measurements that determine the scale of a recording; those of windows can be joined.

    Attributes
    ----------
    lengths
        [T, 3] float32, the 2D lengths of `SCALE_REFERENCES`; NaN where not observed.
    frames
        The number of frames with any keypoint.
    box
        [2, 2], the minimum and the maximum x and y of all keypoints; inf and -inf without any.
    """

    lengths: Float[np.ndarray, "T 3"]
    frames: int
    box: Float[np.ndarray, "2 2"]


def measure_extent(keypoints: Float[np.ndarray, "T J 2"], skeleton: Skeleton) -> Extent:
    """Measure the keypoints [T, J, 2] of a recording, or of a window of one."""
    keypoints = keypoints.astype(np.float64)
    lengths = np.full((len(keypoints), len(SCALE_REFERENCES)), np.nan, np.float32)
    for number, (start, end, _, _) in enumerate(SCALE_REFERENCES):
        if skeleton.has(start) and skeleton.has(end):
            vectors = skeleton.point(keypoints, start) - skeleton.point(keypoints, end)
            lengths[:, number] = np.linalg.norm(vectors, axis=-1)
    observed = ~np.isnan(keypoints).any(-1)
    points = keypoints[observed]
    minimum, maximum = points.min(0, initial=np.inf), points.max(0, initial=-np.inf)
    return Extent(lengths, int(observed.any(-1).sum()), np.stack([minimum, maximum]))


def join_extents(extents: Sequence[Extent]) -> Extent:
    """Compute the extent of a recording from those of its windows."""
    boxes = np.stack([extent.box for extent in extents])
    return Extent(
        np.concatenate([extent.lengths for extent in extents]),
        sum(extent.frames for extent in extents),
        np.stack([boxes[:, 0].min(0), boxes[:, 1].max(0)]),
    )


def scale_from_extent(extent: Extent) -> float:
    """Compute the scale of a recording from its extent (see `recording_scale`)."""
    for number, reference in enumerate(SCALE_REFERENCES):
        length = reference.torso_ratio * _percentile(extent, number)
        if length > 0:
            return length
    if extent.frames == 0:
        return 1.0
    return float(np.linalg.norm(extent.box[1] - extent.box[0])) / 2 or 1.0


def _percentile(extent: Extent, number: int) -> float:
    lengths = extent.lengths[:, number]
    lengths = lengths[~np.isnan(lengths)]
    if len(lengths) == 0 or len(lengths) < MIN_OBSERVED_FRACTION * extent.frames:
        return float("nan")
    return float(np.percentile(lengths, SCALE_REFERENCES[number].percentile))


def frame_centers(
    keypoints: Float[np.ndarray, "*batch T J 2"],
    skeleton: Skeleton,
    last: Float[np.ndarray, "*batch 2"] | None = None,
) -> tuple[Float[np.ndarray, "*batch T 2"], Float[np.ndarray, "*batch 2"]]:
    """Compute the center of each frame: the Neck.

    Parameters
    ----------
    keypoints
        [..., T, J, 2], NaN where not observed.
    skeleton
        The skeleton of the J keypoints.
    last
        [..., 2], the last Neck before the first frame, for recordings that are processed in
        windows; NaN or None at the beginning of a recording.

    Returns
    -------
    centers
        [..., T, 2] float64. Where the Neck is missing, its last position; before it is first
        observed, the mean of the observed keypoints; NaN in a frame without any keypoint.
    last
        [..., 2], the last Neck, for the next window; NaN if it was not observed yet.
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
    without_neck = np.isnan(centers[..., 0])
    if without_neck.any():
        observed = ~np.isnan(keypoints[without_neck])
        counts = observed.sum(-2)
        sums = np.where(observed, keypoints[without_neck], 0).sum(-2)
        missing = np.full(sums.shape, np.nan)
        centers[without_neck] = np.divide(sums, counts, out=missing, where=counts > 0)
    return centers, held[..., -1, :]


def normalize(
    keypoints: Float[np.ndarray, "*batch T J 2"],
    centers: Float[np.ndarray, "*batch T 2"],
    scale: Float[np.ndarray, "*batch"] | float,
) -> Float[np.ndarray, "*batch T J 2"]:
    """Subtract the centers of the frames and divide by the scale of the recording.

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
    [..., T, J, 2] in torso lengths; float64, so that `denormalize` restores float32 keypoints
    exactly.

    Raises
    ------
    InputError
        A scale is not above 0.

    Examples
    --------
    >>> import numpy as np
    >>> from signlift import PANOPTIC26
    >>> from signlift.normalization.normalize import frame_centers, normalize
    >>> keypoints = np.full((1, 26, 2), 100.0)
    >>> keypoints[0, PANOPTIC26.index("LHand")] = (130, 60)
    >>> centers, _ = frame_centers(keypoints, PANOPTIC26)
    >>> normalize(keypoints, centers, 50.0)[0, PANOPTIC26.index("LHand")]
    array([ 0.6, -0.8])
    """
    return (keypoints.astype(np.float64) - centers[..., None, :]) / _divisor(scale)


def denormalize(
    keypoints: Float[np.ndarray, "*batch T J 2"],
    centers: Float[np.ndarray, "*batch T 2"],
    scale: Float[np.ndarray, "*batch"] | float,
) -> Float[np.ndarray, "*batch T J 2"]:
    """Undo `normalize`.

    Parameters
    ----------
    keypoints
        [..., T, J, 2] in torso lengths, from `normalize`; NaN stays NaN.
    centers, scale
        [..., T, 2] and [...], as in `normalize`.

    Returns
    -------
    [..., T, J, 2] float64 in the recording's unit.

    Raises
    ------
    InputError
        A scale is not above 0.
    """
    return keypoints.astype(np.float64) * _divisor(scale) + centers[..., None, :]


def _divisor(scale: NDArray[np.floating] | float) -> NDArray[np.floating]:
    scales = np.asarray(scale, np.float64)
    if not (scales > 0).all():
        raise InputError(parameter_problem("scale", expected="a length above 0", found=scale))
    return scales[..., None, None, None]
