"""Measures of how far predicted depth, or the 3D points with that depth, is from the truth.

Throughout: NaN in the prediction or in the truth means that the value is not counted; a mean
over nothing is NaN. Means are over all counted values, each with the same weight. Points are
[..., J, 3] with x, y and depth in one unit, which is also the unit of the errors. All is computed
in float64. Arguments that are not finite real numbers or NaN, or not of the shape that is asked
for, raise InputError.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton
from signlift.errors import InputError, problem
from signlift.evaluation.masked_means import checked_pair, checked_torso, counted_mean, hits
from signlift.evaluation.procrustes import procrustes_align

#: The thresholds of `pck_depth`, in torso lengths.
THRESHOLDS = (0.05, 0.1, 0.2, 0.3)


def depth_errors(predicted: NDArray[Any], true: NDArray[Any]) -> Float[np.ndarray, "*frames J"]:
    """The absolute difference of depths, |predicted - true|.

    Parameters
    ----------
    predicted, true
        [..., J], depth.

    Returns
    -------
    [..., J] in the unit of the depths; NaN where either depth is missing.
    """
    predicted, true = checked_pair(predicted, true)
    return np.abs(predicted - true)


def mse(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """The mean squared error of depth, in the unit of the depths squared.

    Parameters
    ----------
    predicted, true
        [..., J], depth.
    """
    return float(counted_mean(depth_errors(predicted, true) ** 2))


def mean_depth_error(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """The mean absolute error of depth, in the unit of the depths.

    Parameters
    ----------
    predicted, true
        [..., J], depth.
    """
    return float(counted_mean(depth_errors(predicted, true)))


def mean_depth_error_per_keypoint(
    predicted: NDArray[Any], true: NDArray[Any]
) -> Float[np.ndarray, " J"]:
    """The mean absolute error of depth of each keypoint over all frames.

    Parameters
    ----------
    predicted, true
        [..., J], depth.

    Returns
    -------
    [J] in the unit of the depths; NaN for a keypoint that is never counted.
    """
    errors = depth_errors(predicted, true)
    return counted_mean(errors.reshape(-1, errors.shape[-1]), axis=0)


def pck_depth(
    predicted: NDArray[Any],
    true: NDArray[Any],
    torso: float,
    thresholds: Sequence[float] = THRESHOLDS,
) -> Float[np.ndarray, " thresholds"]:
    """The share of depths whose absolute error is below a threshold, for several thresholds.

    The analogue for depth of the percentage of correct keypoints (PCK; Yang & Ramanan,
    Articulated Human Detection with Flexible Mixtures of Parts, 2013), which counts 2D keypoints
    within a share of the size of the person.

    Parameters
    ----------
    predicted, true
        [..., J], depth.
    torso
        The length of the person's torso in the unit of the depths.
    thresholds
        In torso lengths.

    Returns
    -------
    One share in 0 ... 1 for each threshold.
    """
    errors = depth_errors(predicted, true) / checked_torso(torso)
    return np.array([float(counted_mean(hits(errors, each))) for each in thresholds])


def point_errors(predicted: NDArray[Any], true: NDArray[Any]) -> Float[np.ndarray, "*frames J"]:
    """The Euclidean distance of each predicted point to the true one.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.

    Returns
    -------
    [..., J] in the unit of the points; NaN where any coordinate of the two is missing.
    """
    predicted, true = checked_pair(predicted, true, coordinates=True)
    return np.linalg.norm(predicted - true, axis=-1)


def mpjpe(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """The mean per-joint position error: the mean of `point_errors`, nothing aligned.

    Ionescu et al., Human3.6M: Large Scale Datasets and Predictive Methods for 3D Human Sensing
    in Natural Environments, 2014 (there with both roots at the origin: `root_aligned_mpjpe`).

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.
    """
    return float(counted_mean(point_errors(predicted, true)))


def root_aligned_errors(
    predicted: NDArray[Any], true: NDArray[Any], skeleton: Skeleton, root: str = ROOT
) -> Float[np.ndarray, "*frames J"]:
    """`point_errors` after moving the root of every frame to the origin, in both.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.
    skeleton
        What the J keypoints are.
    root
        A keypoint, or a point derived from two (see `Skeleton.point`). The default, MidHip, is
        never seen in many recordings of signers; Neck serves there.

    Returns
    -------
    [..., J] in the unit of the points; NaN where a point is missing in either, and in all of a
    frame whose root is.
    """
    predicted, true = checked_pair(predicted, true, coordinates=True)
    if predicted.shape[-2] != len(skeleton):
        raise InputError(
            problem(
                "predicted",
                expected=f"shape [..., {len(skeleton)}, 3] ({skeleton.name})",
                found=str(list(predicted.shape)),
            )
        )
    # A root that one of them lacks must not be replaced by its stand-in there alone.
    missing = np.isnan(predicted + true).any(-1, keepdims=True)
    difference = np.where(missing, np.nan, predicted - true)
    return np.linalg.norm(difference - skeleton.point(difference, root)[..., None, :], axis=-1)


def root_aligned_mpjpe(
    predicted: NDArray[Any], true: NDArray[Any], skeleton: Skeleton, root: str = ROOT
) -> float:
    """The mean of `root_aligned_errors`: protocol 1 of Human3.6M.

    Where the root is a keypoint, its own error of 0 is counted, as is usual.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.
    skeleton, root
        As for `root_aligned_errors`.
    """
    return float(counted_mean(root_aligned_errors(predicted, true, skeleton, root)))


def procrustes_aligned_mpjpe(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """`mpjpe` after `procrustes_align`: the error of the pose but for place, size and heading.

    Known as PA-MPJPE, or protocol 2 of Human3.6M (Martinez et al., A Simple Yet Effective
    Baseline for 3D Human Pose Estimation, 2017; Pavllo et al., 2019). The alignment minimises
    squared distances, so that in rare frames it makes the mean distance larger. Frames that
    cannot be aligned are not counted.

    Parameters
    ----------
    predicted, true
        [..., J, 3], points.
    """
    return mpjpe(procrustes_align(predicted, true), true)


def velocity_errors(
    predicted: NDArray[Any], true: NDArray[Any]
) -> Float[np.ndarray, "*recordings steps J"]:
    """The Euclidean distance of predicted to true velocities: differences of successive frames.

    Parameters
    ----------
    predicted, true
        [..., T, J, 3], points over the frames of one recording (or of several, along leading
        axes, so that no difference is taken across the end of one).

    Returns
    -------
    [..., T - 1, J] in the unit of the points per frame; NaN where the point is missing, in
    either, in one of the two frames. No steps for fewer than two frames.
    """
    predicted, true = checked_pair(predicted, true, coordinates=True)
    if predicted.ndim < 3:
        raise InputError(
            problem("points", expected="shape [..., T, J, 3]", found=str(list(predicted.shape)))
        )
    return np.linalg.norm(np.diff(predicted - true, axis=-3), axis=-1)


def mpjve(predicted: NDArray[Any], true: NDArray[Any]) -> float:
    """The mean per-joint velocity error: the mean of `velocity_errors`, how much it jitters.

    In the unit of the points per frame. Pavllo et al., 3D Human Pose Estimation in Video with
    Temporal Convolutions and Semi-Supervised Training, 2019.

    Parameters
    ----------
    predicted, true
        [..., T, J, 3], points over the frames of one recording (or of several, along leading
        axes).
    """
    return float(counted_mean(velocity_errors(predicted, true)))
