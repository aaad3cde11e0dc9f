"""The scale of a recording: one length, about that of the torso, in the unit of its keypoints.

A recording has one scale, so that the size of the person does not change from frame to frame. It
needs neither depth nor hips nor legs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.utils.array_types import Float

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
    >>> from signlift.normalization.scale import torso_length
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

    Examples
    --------
    >>> import numpy as np
    >>> from signlift.core.skeleton import PANOPTIC26
    >>> from signlift.normalization.scale import TORSO_OVER_SHOULDERS, recording_scale
    >>> keypoints = np.full((5, 26, 2), np.nan)
    >>> keypoints[:, PANOPTIC26.index("LShoulder")] = (100, 0)
    >>> keypoints[:, PANOPTIC26.index("RShoulder")] = (0, 0)
    >>> recording_scale(keypoints, PANOPTIC26) == 100 * TORSO_OVER_SHOULDERS
    True
    """
    return scale_from_extent(measure_extent(keypoints, skeleton))


@dataclass(frozen=True, eq=False)
class Extent:
    """Measurements from which the scale of a recording is computed; windows can be joined.

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
    """Measure the extent of the keypoints of a recording, or of a window of one.

    Parameters
    ----------
    keypoints
        [T, J, 2], NaN where not observed.
    skeleton
        The skeleton of the J keypoints.
    """
    lengths = np.full((len(keypoints), len(SCALE_REFERENCES)), np.nan, np.float32)
    for number, (start, end, _, _) in enumerate(SCALE_REFERENCES):
        if skeleton.has(start) and skeleton.has(end):
            ends = (skeleton.point(keypoints, name).astype(np.float64) for name in (start, end))
            x, y = np.subtract(*ends).T
            lengths[:, number] = np.sqrt(x * x + y * y)
    x, y = keypoints[..., 0], keypoints[..., 1]
    missing = np.isnan(x + y)
    frames = int(np.count_nonzero(~missing.all(-1)))
    box = np.array([[np.inf, np.inf], [-np.inf, -np.inf]])
    if frames:
        x, y = (np.where(missing, np.nan, values) for values in (x, y))
        for row, function in enumerate((np.fmin, np.fmax)):
            box[row] = [function.reduce(values, axis=None) for values in (x, y)]
    return Extent(lengths, frames, box)


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
    return quantile(np.sort(lengths), SCALE_REFERENCES[number].percentile / 100)


def quantile(ordered: Sequence[float] | NDArray[np.float32], fraction: float) -> float:
    """Compute a quantile of ordered values, as `np.percentile` does, in a tenth of the time.

    Examples
    --------
    >>> quantile([1.0, 2.0, 4.0], 0.75)
    3.0
    """
    position = fraction * (len(ordered) - 1)
    below = int(position)
    above = min(below + 1, len(ordered) - 1)
    low, high = float(ordered[below]), float(ordered[above])
    return low + (high - low) * (position - below)
