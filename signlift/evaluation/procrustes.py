"""Procrustes alignment: two poses compared but for place, size and heading."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.evaluation.masked_means import checked_pair


def procrustes_align(
    predicted: NDArray[Any], true: NDArray[Any]
) -> Float[np.ndarray, "*frames J 3"]:
    """Each predicted frame moved, turned and scaled to lie closest to the true one.

    The similarity (a proper rotation, never a reflection, one scale >= 0, a translation) that
    minimises the sum of squared distances of the counted points of the frame (Gower, Generalized
    Procrustes Analysis, 1975; Umeyama, Least-Squares Estimation of Transformation Parameters
    Between Two Point Patterns, 1991).

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.

    Returns
    -------
    [..., J, 3] in the unit of `true`. NaN where a point is missing in either, and in all of a
    frame with fewer than 3 counted points (any two pairs can be laid onto each other) or whose
    counted points all coincide, in the prediction or in the truth (there is nothing to turn).
    """
    predicted, true = checked_pair(predicted, true, coordinates=True)
    counted = np.logical_and.reduce(~np.isnan(predicted + true), -1, keepdims=True)
    number = counted.sum(axis=-2, keepdims=True)
    usable = number >= 3
    source, _ = _centred(predicted, counted, number)
    target, middle = _centred(true, counted, number)
    for centred, points in ((source, predicted), (target, true)):
        # Coinciding points differ from their middle by rounding.
        size = np.abs(points).max(axis=(-2, -1), keepdims=True, initial=0, where=counted)
        spread = np.abs(centred).max(axis=(-2, -1), keepdims=True, initial=0)
        usable &= spread > 4 * number * np.finfo(np.float64).eps * size
    U, S, Vt = np.linalg.svd(source.swapaxes(-1, -2) @ target)
    # A reflection would fit best where this is negative: turn the weakest axis around instead.
    handed = np.where(np.linalg.det(U) * np.linalg.det(Vt) < 0, -1.0, 1.0)[..., None]
    U[..., 2] *= handed
    S[..., 2:] *= handed
    extent = (source**2).sum((-2, -1), keepdims=True)
    scale = S.sum(-1)[..., None, None] / np.where(usable, extent, np.nan)
    return np.where(counted, scale * source @ (U @ Vt) + middle, np.nan)


def _centred(
    points: NDArray[np.float64], counted: NDArray[np.bool_], number: NDArray[np.integer]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The points less the middle of those that count, 0 for the others; and that middle."""
    middle = points.sum(-2, keepdims=True, where=counted) / np.maximum(number, 1)
    return np.where(counted, points - middle, 0.0), middle
