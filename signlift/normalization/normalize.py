"""Normalisation of 2D keypoints for lifting.

Every frame is centred on the Neck, which is observed whenever a person signs. Every recording is
divided by one scale, about the length of the torso, so that the scale does not change from frame to
frame. Depth, hips and legs are not needed, and the normalisation can be undone exactly.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem
from signlift.utils.array_types import Float


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
    neck = skeleton.point(keypoints, "Neck").astype(np.float64)
    if last is None:
        last = np.full((*neck.shape[:-2], 2), np.nan)
    neck = np.concatenate([last[..., None, :], neck], -2)
    frames = np.arange(neck.shape[-2])
    latest = np.maximum.accumulate(np.where(np.isnan(neck[..., 0]), 0, frames), axis=-1)
    held = np.take_along_axis(neck, latest[..., None], -2)
    centers = held[..., 1:, :].copy()
    without_neck = np.isnan(centers[..., 0])
    if without_neck.any():
        others = keypoints[without_neck].astype(np.float64)
        observed = ~np.isnan(others)
        counts = observed.sum(-2)
        sums = np.where(observed, others, 0).sum(-2)
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
