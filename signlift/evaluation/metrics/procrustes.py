"""Procrustes alignment of poses."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.evaluation.argument_checks import check_points
from signlift.utils.array_types import Float


def procrustes_align(
    predicted: NDArray[Any], true: NDArray[Any]
) -> Float[np.ndarray, "*frames J 3"]:
    """Align each predicted frame to the true one by rotation, scale and translation.

    The similarity transform (a proper rotation, never a reflection, one scale >= 0, a
    translation) minimises the sum of squared distances of the points of the frame that are not
    missing (Gower, Generalized Procrustes Analysis, 1975; Umeyama, Least-Squares Estimation of
    Transformation Parameters Between Two Point Patterns, 1991).

    Parameters
    ----------
    predicted, true
        [..., J, 3], points; NaN for missing ones.

    Returns
    -------
    [..., J, 3] in the unit of `true`. NaN where a point is missing in either array, and in a
    whole frame that has fewer than 3 points (any two pairs of points can be aligned exactly) or
    whose points all coincide in either array (no rotation is defined).

    Examples
    --------
    >>> import numpy as np
    >>> true = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0]])
    >>> predicted = 2 * true[:, [1, 0, 2]] + 5  # in another unit, mirrored, moved
    >>> np.allclose(procrustes_align(predicted, true), true)
    True
    """
    predicted, true = check_points(predicted, true)
    valid = np.logical_and.reduce(~np.isnan(predicted + true), -1, keepdims=True)
    count = valid.sum(axis=-2, keepdims=True)
    alignable = count >= 3
    source, _ = _center(predicted, valid, count)
    target, target_mean = _center(true, valid, count)
    for centred, points in ((source, predicted), (target, true)):
        # Coinciding points differ from their mean by rounding errors.
        magnitude = np.abs(points).max(axis=(-2, -1), keepdims=True, initial=0, where=valid)
        spread = np.abs(centred).max(axis=(-2, -1), keepdims=True, initial=0)
        alignable &= spread > 4 * count * np.finfo(np.float64).eps * magnitude
    U, S, Vt = np.linalg.svd(source.swapaxes(-1, -2) @ target)
    # Where the best orthogonal matrix is a reflection, flip the axis of least variance.
    sign = np.where(np.linalg.det(U) * np.linalg.det(Vt) < 0, -1.0, 1.0)[..., None]
    U[..., 2] *= sign
    S[..., 2:] *= sign
    variance = (source**2).sum((-2, -1), keepdims=True)
    scale = S.sum(-1)[..., None, None] / np.where(alignable, variance, np.nan)
    return np.where(valid, scale * source @ (U @ Vt) + target_mean, np.nan)


def _center(
    points: NDArray[np.float64], valid: NDArray[np.bool_], count: NDArray[np.integer]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Subtract the mean of the valid points, set the others to 0, and return the mean too."""
    mean = points.sum(-2, keepdims=True, where=valid) / np.maximum(count, 1)
    return np.where(valid, points - mean, 0.0), mean
