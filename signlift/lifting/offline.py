"""Offline lifting: a whole recording, forward and backward in time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.skeleton import Skeleton
from signlift.lifting.body_frames import BodyFrames, Given
from signlift.lifting.network import (
    FrameWindow,
    LiftingNetwork,
    Network,
    Prediction,
    Predictor,
    ProportionsEstimate,
)
from signlift.lifting.proportions_fusion import to_body_proportions
from signlift.lifting.view import FrameSizes, View, fuse_given
from signlift.normalization.normalize import denormalize, frame_centers
from signlift.normalization.scale import recording_scale

#: Nothing given: everything is estimated.
NOTHING = Given()

#: Frames that a network processes at a time. It affects the memory, not the result.
WINDOW = 512

#: Frames that a network processes in reverse before the first frame of a recording.
WARM_UP = 200


@dataclass(frozen=True, eq=False)
class LiftResult:
    """The prediction of a recording, with the body proportions that it is based on.

    Attributes
    ----------
    prediction
        [T, J] on the network's skeleton, in the recording's unit.
    proportions
        Body proportions in the recording's unit. None for a network that does not estimate them.
    person
        The same without given averages, which are not those of this person. They determine the
        person's size.
    view
        The estimated view. None for a network that does not estimate it.
    sizes
        Sizes of each frame. None for a network that does not estimate them.
    """

    prediction: Prediction
    proportions: BodyProportions | None
    person: BodyProportions | None
    view: View | None = None
    sizes: FrameSizes | None = None


def lift_offline(network: Network, frames: BodyFrames, given: Given = NOTHING) -> LiftResult:
    """Lift a whole recording.

    A LiftingNet first estimates the body proportions and the view from all frames. From these it
    predicts depth once forward and once backward in time, and the mean of both is returned. Before
    the first frame it processes the first `WARM_UP` frames in reverse, so that its recurrent state
    has adapted to the recording.

    Parameters
    ----------
    network
        The network.
    frames
        At least one frame, on its skeleton.
    given
        Given proportions and angles.
    """
    window, centers, scale = _normalize_recording(frames, network.skeleton)
    proportions = person = view = sizes = None
    if isinstance(network, LiftingNetwork):
        estimate = _estimate_from_all_frames(network, window)
        fused = fuse_given(estimate, given, scale, frames.size)
        proportions = to_body_proportions(fused, scale)
        person = describe_person(estimate, fused, scale, given.proportions)
        view = View.from_estimate(fused)
        sizes = FrameSizes.from_estimate(fused, np.full(len(frames), scale))
        prediction = _predict_in_both_directions(network.condition_on(fused), window)
    else:
        prediction = predict_frames(network, window)
    prediction = _in_recording_units(prediction, centers, scale)
    return LiftResult(prediction, proportions, person, view, sizes)


def estimate_proportions(network: LiftingNetwork, frames: BodyFrames) -> BodyProportions:
    """Estimate the body proportions of a recording from all its frames, in its unit.

    Parameters
    ----------
    network
        The network.
    frames
        At least one frame, on its skeleton.
    """
    window, _, scale = _normalize_recording(frames, network.skeleton)
    return to_body_proportions(_estimate_from_all_frames(network, window), scale)


def estimate_view(network: LiftingNetwork, frames: BodyFrames) -> View:
    """Estimate the view of a recording from all its frames.

    Parameters
    ----------
    network
        The network.
    frames
        At least one frame, on its skeleton.
    """
    window, _, _ = _normalize_recording(frames, network.skeleton)
    return View.from_estimate(_estimate_from_all_frames(network, window))


def describe_person(
    estimate: ProportionsEstimate,
    fused: ProportionsEstimate,
    scale: float,
    given: BodyProportions | None,
) -> BodyProportions:
    """Return the proportions of a person, without given averages (see `LiftResult.person`).

    Parameters
    ----------
    estimate, fused
        [P], from the network, and fused with the given proportions.
    scale
        The recording's scale, in its unit.
    given
        The given proportions.
    """
    return to_body_proportions(estimate if given is not None and given.average else fused, scale)


def predict_frames(predictor: Predictor, window: FrameWindow) -> Prediction:
    """Predict all frames of a window, in parts of `WINDOW` frames, from a state of zeros.

    Parameters
    ----------
    predictor
        A network.
    window
        Frames of B recordings, of any length.

    Returns
    -------
    The prediction [B, T, ...], normalised as the window is.
    """
    predictions = []
    state = predictor.initial_state(window.lanes)
    for part in _split(window):
        prediction, state = predictor.predict(part, state)
        predictions.append(prediction)
    return concatenate_predictions(predictions, axis=1)


def concatenate_predictions(predictions: Sequence[Prediction], axis: int) -> Prediction:
    """Concatenate the predictions of successive windows along the axis of frames."""

    def join(arrays: list[NDArray[np.floating] | None]) -> NDArray[np.floating] | None:
        present = [array for array in arrays if array is not None]
        return np.concatenate(present, axis) if present else None

    return Prediction(
        np.concatenate([prediction.depth for prediction in predictions], axis),
        join([prediction.uncertainty for prediction in predictions]),
        join([prediction.refined for prediction in predictions]),
    )


def _normalize_recording(
    frames: BodyFrames, skeleton: Skeleton
) -> tuple[FrameWindow, Float[np.ndarray, "T 2"], float]:
    """Return a recording as one window of network inputs, its centers [T, 2] and its scale."""
    scale = recording_scale(frames.keypoints, skeleton)
    centers, _ = frame_centers(frames.keypoints, skeleton)
    return frames.normalize(skeleton, centers, np.full(len(frames), scale)), centers, scale


def _in_recording_units(
    prediction: Prediction, centers: Float[np.ndarray, "T 2"], scale: float
) -> Prediction:
    """Undo the normalisation of a prediction of one lane."""
    uncertainty, refined = prediction.uncertainty, prediction.refined
    return Prediction(
        prediction.depth[0] * scale,
        None if uncertainty is None else uncertainty[0] * scale,
        None if refined is None else denormalize(refined[0], centers, scale),
    )


def _split(window: FrameWindow) -> Iterator[FrameWindow]:
    return (window.select(start, WINDOW) for start in range(0, len(window), WINDOW))


def _estimate_from_all_frames(network: LiftingNetwork, window: FrameWindow) -> ProportionsEstimate:
    """Estimate proportions [P] from all frames of the first lane."""
    state = network.initial_proportions_state(window.lanes)
    for part in _split(window):
        estimate, state = network.estimate_proportions(part, state)
    return estimate.at(0, -1)


def _predict_in_both_directions(predictor: Predictor, window: FrameWindow) -> Prediction:
    """Predict forward and backward in time, each after a warm-up, and return the mean."""
    lanes = window.lanes
    doubled = window.in_both_directions(WARM_UP)
    warm_up = len(doubled) - len(window)
    prediction = predict_frames(predictor, doubled)

    def average(values: NDArray[np.float32]) -> NDArray[np.float32]:
        values = values[:, warm_up:]
        return (values[:lanes] + values[lanes:, ::-1]) / np.float32(2)

    uncertainty, refined = prediction.uncertainty, prediction.refined
    return Prediction(
        average(prediction.depth),
        None if uncertainty is None else average(uncertainty),
        None if refined is None else average(refined),
    )
