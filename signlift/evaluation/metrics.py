"""Measures of the error of predicted depth, and of the 3D points that it gives.

All functions follow the same rules. A value that is NaN in the prediction or in the truth does
not count; a mean of no values is NaN. All values that count have the same weight. Points are
[..., J, 3]: x, y and depth in one unit, which is also the unit of the errors. Results are
float64. Arguments that are infinite or not real numbers, or that have the wrong shape, raise
InputError.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton
from signlift.errors import InputError, problem
from signlift.evaluation.argument_checks import check_depths, check_points, check_torso_length
from signlift.evaluation.masked_means import masked_indicator, masked_mean
from signlift.evaluation.procrustes import procrustes_align

#: Thresholds of `pck_depth`, in torso lengths.
DEFAULT_THRESHOLDS = (0.05, 0.1, 0.2, 0.3)


def depth_errors(predicted: NDArray[Any], true: NDArray[Any]) -> Float[np.ndarray, "*frames J"]:
    """Compute the absolute error of depth, |predicted - true|.

    Parameters
    ----------
    predicted, true
        [..., J], depth.

    Returns
    -------
    [..., J] in the unit of the depths; NaN where either depth is missing.

    Examples
    --------
    >>> import numpy as np
    >>> depth_errors(np.array([1.0, 5.0]), np.array([2.0, np.nan]))
    array([ 1., nan])
    """
    predicted, true = check_depths(predicted, true)
    return np.abs(predicted - true)


def mse(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """Compute the mean squared error of depth, in the unit of the depths squared.

    Parameters
    ----------
    predicted, true
        [..., J], depth.

    Examples
    --------
    >>> import numpy as np
    >>> mse(np.array([1.0, 5.0]), np.array([2.0, 8.0]))
    5.0
    """
    return float(masked_mean(depth_errors(predicted, true) ** 2))


def mean_depth_error(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """Compute the mean absolute error of depth, in the unit of the depths.

    Parameters
    ----------
    predicted, true
        [..., J], depth.

    Examples
    --------
    >>> import numpy as np
    >>> mean_depth_error(np.array([1.0, 5.0]), np.array([2.0, 8.0]))
    2.0
    """
    return float(masked_mean(depth_errors(predicted, true)))


def mean_depth_error_per_keypoint(
    predicted: NDArray[Any], true: NDArray[Any]
) -> Float[np.ndarray, " J"]:
    """Compute the mean absolute error of depth of each keypoint over all frames.

    Parameters
    ----------
    predicted, true
        [..., J], depth.

    Returns
    -------
    [J] in the unit of the depths; NaN for a keypoint whose depth is never known.
    """
    errors = depth_errors(predicted, true)
    return masked_mean(errors.reshape(-1, errors.shape[-1]), axis=0)


def neck_relative_depth_errors(
    predicted: NDArray[Any], true: NDArray[Any], skeleton: Skeleton
) -> Float[np.ndarray, "*frames J"]:
    """Compute the absolute error of depth relative to the Neck.

    The Neck is visible whenever a person signs, MidHip often is not. Therefore the figures of
    different methods and data are compared relative to the Neck.

    Parameters
    ----------
    predicted, true
        [..., J], depth.
    skeleton
        The skeleton of the J keypoints. It has a Neck, or both shoulders.

    Returns
    -------
    [..., J] in the unit of the depths; NaN where a depth is missing in either array, and in a
    whole frame without the depth of the Neck.
    """
    predicted, true = check_depths(predicted, true)
    _check_keypoints(predicted, skeleton, "[..., {J}]")
    difference = predicted - true
    return np.abs(difference - skeleton.point(difference[..., None], "Neck"))


def coverage(predicted: NDArray[Any], true: NDArray[Any], uncertainty: NDArray[Any]) -> float:
    """Compute the fraction of true depths that lie within the predicted uncertainty.

    Calibrated uncertainty, the half-width of a central 68 % interval, has a coverage of 0.68.

    Parameters
    ----------
    predicted, true
        [..., J], depth.
    uncertainty
        [..., J], half-widths in the unit of the depths; NaN where unknown.

    Examples
    --------
    >>> import numpy as np
    >>> coverage(np.array([1.0, 5.0]), np.array([2.0, 8.0]), np.array([2.0, 2.0]))
    0.5
    """
    return float(masked_mean(coverage_indicator(predicted, true, uncertainty)))


def coverage_indicator(
    predicted: NDArray[Any], true: NDArray[Any], uncertainty: NDArray[Any]
) -> Float[np.ndarray, "*frames J"]:
    """Return 1 where the true depth lies within the uncertainty, 0 where not, NaN if missing.

    Parameters
    ----------
    predicted, true, uncertainty
        As for `coverage`.
    """
    errors = depth_errors(predicted, true)
    _, uncertainty = check_depths(predicted, uncertainty)
    return masked_indicator(errors <= uncertainty, errors + uncertainty)


def pck_depth(
    predicted: NDArray[Any],
    true: NDArray[Any],
    torso_length: float,
    thresholds: Sequence[float] = DEFAULT_THRESHOLDS,
) -> Float[np.ndarray, " thresholds"]:
    """Compute the fraction of depths whose absolute error is below each threshold.

    This applies the percentage of correct keypoints (PCK) to depth. PCK counts 2D keypoints
    within a fraction of the size of the person (Yang & Ramanan, Articulated Human Detection with
    Flexible Mixtures of Parts, 2013).

    Parameters
    ----------
    predicted, true
        [..., J], depth.
    torso_length
        The length of the person's torso in the unit of the depths.
    thresholds
        In torso lengths.

    Returns
    -------
    A fraction in 0 ... 1 for each threshold.

    Examples
    --------
    >>> import numpy as np
    >>> pck_depth(np.array([1.0, 5.0]), np.array([2.0, 8.0]), torso_length=10.0)
    array([0. , 0. , 0.5, 0.5])
    """
    errors = depth_errors(predicted, true) / check_torso_length(torso_length)
    return np.array(
        [float(masked_mean(masked_indicator(errors < limit, errors))) for limit in thresholds]
    )


def point_errors(predicted: NDArray[Any], true: NDArray[Any]) -> Float[np.ndarray, "*frames J"]:
    """Compute the Euclidean distance between each predicted point and the true one.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.

    Returns
    -------
    [..., J] in the unit of the points; NaN where a coordinate of either point is missing.
    """
    predicted, true = check_points(predicted, true)
    return np.linalg.norm(predicted - true, axis=-1)


def mpjpe(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """Compute the mean per-joint position error: the mean of `point_errors`, without alignment.

    Ionescu et al., Human3.6M: Large Scale Datasets and Predictive Methods for 3D Human Sensing
    in Natural Environments, 2014 (there with both roots at the origin: `root_aligned_mpjpe`).

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.
    """
    return float(masked_mean(point_errors(predicted, true)))


def root_aligned_errors(
    predicted: NDArray[Any], true: NDArray[Any], skeleton: Skeleton, root: str = ROOT
) -> Float[np.ndarray, "*frames J"]:
    """Compute `point_errors` after moving the root of each frame to the origin in both arrays.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.
    skeleton
        The skeleton of the J keypoints.
    root
        A keypoint, or a point derived from two (see `Skeleton.point`). MidHip, the default, is
        never observed in many recordings of signers; use Neck for them.

    Returns
    -------
    [..., J] in the unit of the points; NaN where a point is missing in either array, and in a
    whole frame without a root.
    """
    predicted, true = check_points(predicted, true)
    _check_keypoints(predicted[..., 0], skeleton, "[..., {J}, 3]")
    # A root that is missing in one array alone must not be derived from other keypoints there.
    missing = np.isnan(predicted + true).any(-1, keepdims=True)
    difference = np.where(missing, np.nan, predicted - true)
    return np.linalg.norm(difference - skeleton.point(difference, root)[..., None, :], axis=-1)


def root_aligned_mpjpe(
    predicted: NDArray[Any], true: NDArray[Any], skeleton: Skeleton, root: str = ROOT
) -> float:
    """Compute the mean of `root_aligned_errors`: protocol 1 of Human3.6M.

    If the root is a keypoint, its own error of 0 counts, as is usual.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.
    skeleton, root
        As for `root_aligned_errors`.
    """
    return float(masked_mean(root_aligned_errors(predicted, true, skeleton, root)))


def procrustes_aligned_mpjpe(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """Compute `mpjpe` after `procrustes_align`: the error of the pose alone.

    It is also known as PA-MPJPE, or protocol 2 of Human3.6M (Martinez et al., A Simple Yet
    Effective Baseline for 3D Human Pose Estimation, 2017; Pavllo et al., 2019). The alignment
    minimises squared distances; in rare frames it increases the mean distance. Frames that cannot
    be aligned do not count.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.
    """
    return mpjpe(procrustes_align(predicted, true), true)


def velocity_errors(
    predicted: NDArray[Any], true: NDArray[Any]
) -> Float[np.ndarray, "*recordings steps J"]:
    """Compute the Euclidean distance between predicted and true velocities.

    A velocity is the difference of two successive frames.

    Parameters
    ----------
    predicted, true
        [..., T, J, 3], points over the frames of one recording. Leading axes hold several
        recordings; no difference is taken across the end of one.

    Returns
    -------
    [..., T - 1, J] in the unit of the points per frame; NaN where the point is missing, in
    either array, in one of the two frames. Empty for fewer than two frames.
    """
    predicted, true = check_points(predicted, true)
    if predicted.ndim < 3:
        found = str(list(predicted.shape))
        raise InputError(problem("predicted", expected="shape [..., T, J, 3]", found=found))
    return np.linalg.norm(np.diff(predicted - true, axis=-3), axis=-1)


def mpjve(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """Compute the mean per-joint velocity error, a measure of jitter.

    It is the mean of `velocity_errors`, in the unit of the points per frame. Pavllo et al., 3D
    Human Pose Estimation in Video with Temporal Convolutions and Semi-Supervised Training, 2019.

    Parameters
    ----------
    predicted, true
        [..., T, J, 3], points over the frames of one recording, or of several along leading axes.
    """
    return float(masked_mean(velocity_errors(predicted, true)))


def _check_keypoints(values: NDArray[np.float64], skeleton: Skeleton, form: str) -> None:
    """Raise InputError if the last axis of [..., J] is not that of a skeleton."""
    if values.shape[-1] != len(skeleton):
        expected = f"shape {form.format(J=len(skeleton))} ({skeleton.name})"
        found = f"{values.shape[-1]} keypoints"
        raise InputError(problem("predicted", expected=expected, found=found))
