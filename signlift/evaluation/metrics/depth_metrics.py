"""Errors of predicted depth, and coverage of its uncertainty.

The functions follow the same rules. A value that is NaN in the prediction or in the truth does not
count; a mean of no values is NaN. All values that count have the same weight. Errors are in the
unit of the depths.
Results are float64. Arguments that are infinite or not real numbers, or that have the wrong shape,
raise InputError.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.evaluation.argument_checks import (
    check_depths,
    check_keypoint_count,
    check_torso_length,
)
from signlift.evaluation.metrics.masked_means import masked_indicator, masked_mean
from signlift.utils.array_types import Float

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

    Examples
    --------
    >>> import numpy as np
    >>> mean_depth_error_per_keypoint(np.array([[1.0, 5.0], [2.0, 6.0]]), np.zeros((2, 2)))
    array([1.5, 5.5])
    """
    errors = depth_errors(predicted, true)
    return masked_mean(errors.reshape(-1, errors.shape[-1]), axis=0)


def neck_relative_depth_errors(
    predicted: NDArray[Any], true: NDArray[Any], skeleton: Skeleton
) -> Float[np.ndarray, "*frames J"]:
    """Compute the absolute error of depth relative to the Neck.

    The Neck is visible whenever a person signs, but MidHip often is not. Errors relative to the
    Neck are therefore comparable between methods and datasets.

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

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> true, predicted = np.zeros((1, 17)), np.full((1, 17), 10.0)  # a common shift does not count
    >>> predicted[0, sl.COCO17.index("LWrist")] = 13
    >>> errors = neck_relative_depth_errors(predicted, true, sl.COCO17)
    >>> float(errors[0, sl.COCO17.index("LWrist")]), float(errors[0, sl.COCO17.index("Nose")])
    (3.0, 0.0)
    """
    predicted, true = check_depths(predicted, true)
    check_keypoint_count(predicted, skeleton, "[..., {J}]")
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
