"""Measures of predicted depth, for body, hands, uncertainty and view."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from benchmarks.held_out.cases import Case, Prediction, hand_columns
from signlift.core.skeleton import Skeleton
from signlift.evaluation.keypoint_groups import find_groups

#: Minimum difference of the true depths of both wrists, in cm, for naming the nearer one.
MIN_DIFFERENCE = 5.0

#: Numbers of the finger tips among the 21 keypoints of a hand.
TIPS = [4, 8, 12, 16, 20]

_NAN = float("nan")


@dataclass(frozen=True)
class Score:
    """Means over all frames of all recordings; NaN where nothing can be measured.

    Errors of the body are absolute errors of depth relative to the Neck, in cm.

    Attributes
    ----------
    wrists, elbows, upper
        Error of the wrists, the elbows and the upper body.
    wrists_moved, elbows_moved, upper_moved
        The same without each recording's own constant: the mean error of each keypoint.
    wrists_turned
        Error of the wrists after pitch and yaw of each recording were corrected: without the plane
        through the Neck that fits the errors of wrists and elbows best.
    velocity, frozen_velocity
        Error of the wrists' change of depth from frame to frame in cm; and that of a frozen pose.
    nearer
        Fraction of the frames in which the nearer wrist is nearer, of those in which the depths
        differ by more than `MIN_DIFFERENCE`.
    joints, tips
        Error of the fingers' keypoints, and of their tips, relative to the root of their hand.
    lost_joints
        Error of the fingers' keypoints of hands that do not count, where the body counts.
    body_coverage, hand_coverage
        Fraction of the errors relative to MidHip within the uncertainty: of the upper body, and of
        the fingers' keypoints.
    pitch, yaw
        Absolute error of the estimated view in degrees.
    pitch_bias, yaw_bias
        Mean error of the estimated view in degrees.
    """

    wrists: float = _NAN
    elbows: float = _NAN
    upper: float = _NAN
    wrists_moved: float = _NAN
    elbows_moved: float = _NAN
    upper_moved: float = _NAN
    wrists_turned: float = _NAN
    velocity: float = _NAN
    frozen_velocity: float = _NAN
    nearer: float = _NAN
    joints: float = _NAN
    tips: float = _NAN
    lost_joints: float = _NAN
    body_coverage: float = _NAN
    hand_coverage: float = _NAN
    pitch: float = _NAN
    yaw: float = _NAN
    pitch_bias: float = _NAN
    yaw_bias: float = _NAN


def measure(cases: Sequence[Case], predictions: Sequence[Prediction]) -> Score:
    """Measure predictions.

    Parameters
    ----------
    cases
        The recordings with the truth.
    predictions
        A prediction for each.
    """
    values: dict[str, list[NDArray[np.floating]]] = {field.name: [] for field in fields(Score)}
    for case, prediction in zip(cases, predictions, strict=True):
        parts = (
            _measure_body(case, prediction)
            | _measure_hands(case, prediction)
            | _measure_coverage(case, prediction)
            | _measure_view(case, prediction)
        )
        for name, array in parts.items():
            values[name].append(np.ravel(array))
    return Score(**{name: _mean(arrays) for name, arrays in values.items()})


def average_scores(scores: Sequence[Score]) -> Score:
    """Compute the mean of scores, each with the same weight; NaN does not count."""
    return Score(
        **{
            field.name: _mean([np.array([getattr(score, field.name) for score in scores])])
            for field in fields(Score)
        }
    )


def neck_relative(depth: NDArray[np.floating], skeleton: Skeleton) -> Float[np.ndarray, "T J"]:
    """Return depth relative to the Neck, float64."""
    values = np.asarray(depth, np.float64)
    return values - skeleton.point(values[..., None], "Neck")


def body_errors(case: Case, prediction: Prediction) -> Float[np.ndarray, "T J"]:
    """Compute the signed errors of depth relative to the Neck in cm; NaN where not counted.

    Where nothing is predicted, the depth of the Neck counts as predicted.
    """
    predicted = neck_relative(prediction.depth, case.skeleton)
    predicted[np.isnan(predicted)] = 0
    error = (predicted - neck_relative(case.depth, case.skeleton)) * case.body_cm[:, None]
    return np.where(case.counted, error, np.nan)


def remove_constant(errors: Float[np.ndarray, "T K"]) -> Float[np.ndarray, "T K"]:
    """Subtract the mean of each keypoint."""
    known = ~np.isnan(errors)
    mean = np.where(known, errors, 0).sum(0) / np.maximum(known.sum(0), 1)
    return errors - mean


def remove_plane(
    errors: Float[np.ndarray, "T K"], positions: Float[np.ndarray, "T K 2"]
) -> Float[np.ndarray, "T K"]:
    """Subtract the plane through the origin that fits errors best, by least squares.

    Parameters
    ----------
    errors
        [T, K], NaN where unknown.
    positions
        [T, K, 2], x and y relative to the Neck.
    """
    rows, values = positions.reshape(-1, 2), errors.ravel()
    known = np.isfinite(values) & np.isfinite(rows).all(-1)
    slopes, *_ = np.linalg.lstsq(rows[known], values[known], rcond=None)
    return errors - positions @ slopes


def _measure_body(case: Case, prediction: Prediction) -> dict[str, NDArray[np.floating]]:
    groups = find_groups(case.skeleton)
    wrists, elbows, upper = groups["wrists"], groups["elbows"], groups["upper body"]
    error = body_errors(case, prediction)
    moved = remove_constant(error)
    neck = case.skeleton.point(case.keypoints, "Neck")[:, None]
    positions = (case.keypoints - neck).astype(np.float64) * case.body_cm[:, None, None]
    arms = [*wrists, *elbows]
    turned = remove_plane(error[:, arms], positions[:, arms])[:, : len(wrists)]
    true = neck_relative(case.depth, case.skeleton) * case.body_cm[:, None]
    true = np.where(case.counted, true, np.nan)[:, wrists]
    return {
        "wrists": np.abs(error[:, wrists]),
        "elbows": np.abs(error[:, elbows]),
        "upper": np.abs(error[:, upper]),
        "wrists_moved": np.abs(moved[:, wrists]),
        "elbows_moved": np.abs(moved[:, elbows]),
        "upper_moved": np.abs(moved[:, upper]),
        "wrists_turned": np.abs(turned),
        "velocity": np.abs(np.diff(error[:, wrists], axis=0)),
        "frozen_velocity": np.abs(np.diff(true, axis=0)),
        "nearer": _name_nearer(true, true + error[:, wrists]),
    }


def _name_nearer(
    true: Float[np.ndarray, "T 2"], predicted: Float[np.ndarray, "T 2"]
) -> Float[np.ndarray, " T"]:
    """Return 1 where the nearer wrist is named, 0 where not; NaN where it does not count."""
    difference, named = np.diff(true)[:, 0], np.diff(predicted)[:, 0]
    correct = (np.sign(difference) == np.sign(named)).astype(np.float64)
    return np.where(np.abs(difference) > MIN_DIFFERENCE, correct, np.nan)


def _measure_hands(case: Case, prediction: Prediction) -> dict[str, NDArray[np.floating]]:
    values: dict[str, list[NDArray[np.floating]]] = {"joints": [], "tips": [], "lost_joints": []}
    lost = case.counted.any(1, keepdims=True) & ~case.counted
    for columns in hand_columns(case.skeleton):
        true, predicted = (
            np.asarray(depth, np.float64)[:, columns] for depth in (case.depth, prediction.depth)
        )
        error = np.abs((predicted - predicted[:, :1]) - (true - true[:, :1]))
        error *= case.hand_cm[:, None]
        counted = np.where(case.counted[:, columns], error, np.nan)
        values["joints"].append(counted[:, 1:])
        values["tips"].append(counted[:, TIPS])
        values["lost_joints"].append(np.where(lost[:, columns], error, np.nan)[:, 1:])
    return {
        name: np.concatenate([np.empty(0), *map(np.ravel, each)]) for name, each in values.items()
    }


def _measure_coverage(case: Case, prediction: Prediction) -> dict[str, NDArray[np.floating]]:
    if prediction.uncertainty is None:
        return {}
    error = np.abs(np.asarray(prediction.depth, np.float64) - case.depth)
    covered = np.where(
        np.isnan(error + prediction.uncertainty), np.nan, error <= prediction.uncertainty
    )
    covered = np.where(case.counted, covered, np.nan)
    fingers = [number for columns in hand_columns(case.skeleton) for number in columns[1:]]
    upper = find_groups(case.skeleton)["upper body"]
    return {"body_coverage": covered[:, upper], "hand_coverage": covered[:, fingers]}


def _measure_view(case: Case, prediction: Prediction) -> dict[str, NDArray[np.floating]]:
    pitch, yaw = np.subtract(prediction.view, case.view)
    yaw = (yaw + 180) % 360 - 180
    return {"pitch": np.abs(pitch), "yaw": np.abs(yaw), "pitch_bias": pitch, "yaw_bias": yaw}


def _mean(arrays: Sequence[NDArray[np.floating]]) -> float:
    """Compute the mean of all values that are not NaN; NaN without any."""
    total, count = 0.0, 0
    for array in arrays:
        known = ~np.isnan(array)
        total += float(array.sum(where=known))
        count += int(known.sum())
    return total / count if count else _NAN
