"""Methods: signlift, and baselines that need no training."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from benchmarks.held_out.cases import Case, Method, Prediction, hand_columns
from benchmarks.held_out.measures import neck_relative
from signlift.core.recording import Recording
from signlift.lifting.lifter import Lifter

_NO_VIEW = (float("nan"), float("nan"))


def lift_with(
    lifter: Lifter, *, causal: bool = False, given: bool = False, given_view: bool = False
) -> Method:
    """Return a method that lifts with a model.

    Parameters
    ----------
    lifter
        A lifter of a LiftingNet.
    causal
        Lift each frame from it and those before it.
    given
        Give the true body proportions.
    given_view
        Give the true pitch and field of view.
    """

    def predict(cases: list[Case]) -> list[Prediction]:
        predictions = []
        for case in cases:
            lifted = lifter.lift(
                case.recording,
                proportions=case.proportions if given else None,
                pitch=case.view[0] if given_view else None,
                fov=case.fov if given_view else None,
                causal=causal,
            )
            assert lifted.depth is not None
            view = _NO_VIEW if given_view else estimate_view(lifter, case.recording)
            predictions.append(Prediction(lifted.depth, lifted.depth_uncertainty, view))
        return predictions

    return predict


def estimate_view(lifter: Lifter, recording: Recording) -> tuple[float, float]:
    """Return the estimated pitch and yaw in degrees; NaN for a recording without keypoints."""
    if not recording.observed.any():
        return _NO_VIEW
    view = lifter.estimate_view(recording)
    return view.pitch, view.yaw


def predict_best_pose(cases: list[Case]) -> list[Prediction]:
    """Predict the median of the true depth of all cases, in cm: the best fixed pose and hand."""
    body = [neck_relative(case.depth, case.skeleton) * case.body_cm[:, None] for case in cases]
    counted = np.concatenate([case.counted for case in cases])
    pose = _median(np.concatenate(body), counted)
    columns = hand_columns(cases[0].skeleton)
    for hand in columns:
        relative = [
            (case.depth[:, hand] - case.depth[:, hand[:1]]) * case.hand_cm[:, None]
            for case in cases
        ]
        pose[hand] = _median(np.concatenate(relative), counted[:, hand])
    predictions = []
    for case in cases:
        depth = np.outer(1 / case.body_cm, pose)
        for hand in columns:
            depth[:, hand] = np.outer(1 / case.hand_cm, pose[hand])
        predictions.append(Prediction(depth))
    return predictions


def predict_flat_hands(cases: list[Case]) -> list[Prediction]:
    """Predict that every keypoint of a hand has the depth of its root."""
    return [Prediction(np.zeros_like(case.depth)) for case in cases]


def scale_depth(
    depths: Sequence[NDArray[np.floating]], factor: float, columns: slice
) -> list[Prediction]:
    """Return depths as predictions, with some columns multiplied by a factor."""
    predictions = []
    for depth in depths:
        scaled = np.array(depth, np.float64)
        scaled[:, columns] *= factor
        predictions.append(Prediction(scaled))
    return predictions


def _median(
    values: Float[np.ndarray, "N K"], counted: NDArray[np.bool_]
) -> Float[np.ndarray, " K"]:
    """Compute the median of each column over the counted values; 0 without any."""
    masked = np.where(counted, values, np.nan)
    empty = np.isnan(masked).all(0)
    masked[:, empty] = 0
    return np.nanmedian(masked, 0)
