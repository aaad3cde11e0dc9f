"""Errors of 3D points: x and y of the keypoints with predicted or true depth.

The functions follow the same rules. A value that is NaN in the prediction or in the truth does not
count; a mean of no values is NaN. All values that count have the same weight. Points are
[..., J, 3], x, y and depth in one unit, which is also the unit of the errors.
Results are float64. Arguments that are infinite or not real numbers, or that have the wrong shape,
raise InputError.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton
from signlift.errors import InputError, problem
from signlift.evaluation.argument_checks import (
    check_keypoint_count,
    check_points,
)
from signlift.evaluation.metrics.masked_means import masked_mean
from signlift.evaluation.metrics.procrustes import procrustes_align
from signlift.utils.array_types import Float


def point_errors(predicted: NDArray[Any], true: NDArray[Any]) -> Float[np.ndarray, "*frames J"]:
    """Compute the Euclidean distance between each predicted point and the true one.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.

    Returns
    -------
    [..., J] in the unit of the points; NaN where a coordinate of either point is missing.

    Examples
    --------
    >>> import numpy as np
    >>> point_errors(np.array([[3.0, 4.0, 0.0]]), np.zeros((1, 3)))
    array([5.])
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

    Examples
    --------
    >>> import numpy as np
    >>> mpjpe(np.array([[3.0, 4.0, 0.0], [0.0, 0.0, 1.0]]), np.zeros((2, 3)))
    3.0
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
    check_keypoint_count(predicted[..., 0], skeleton, "[..., {J}, 3]")
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

    Examples
    --------
    >>> import numpy as np
    >>> true = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    >>> round(procrustes_aligned_mpjpe(2 * true + 5, true), 9)
    0.0
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
        found = f"shape {list(predicted.shape)}"
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

    Examples
    --------
    >>> import numpy as np
    >>> true = np.zeros((3, 1, 3))
    >>> predicted = np.array([[[0.0, 0, 0]], [[2, 0, 0]], [[2, 0, 0]]])
    >>> mpjve(predicted, true)
    1.0
    """
    return float(masked_mean(velocity_errors(predicted, true)))
