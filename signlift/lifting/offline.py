"""Offline lifting: a whole recording, forward and backward in time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.skeleton import Skeleton
from signlift.lifting.body_frames import BodyFrames, Given
from signlift.lifting.lanes import Part, join_windows, longest_first, run_lanes, run_to_ends
from signlift.lifting.network import ConditionedPredictor, LiftingNetwork, Network, Predictor, State
from signlift.lifting.network_data import FrameWindow, Prediction, ProportionsEstimate
from signlift.lifting.proportions_fusion import to_body_proportions
from signlift.lifting.view import FrameSizes, View, fuse_given
from signlift.normalization.normalize import frame_centers
from signlift.normalization.scale import recording_scale
from signlift.utils.array_types import Float

#: Nothing given: everything is estimated.
NOTHING = Given()

#: Frames that a network processes in reverse before the first frame of a recording.
WARM_UP = 200

#: The predictor of the first lanes of several recordings, by their number.
_Choice = Callable[[int], Predictor]

#: Proportions, person, view and sizes of a `LiftResult`.
_Estimates = tuple[BodyProportions | None, BodyProportions | None, View | None, FrameSizes | None]


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
    """Lift a whole recording (see `lift_all_offline`)."""
    return lift_all_offline(network, [frames], given)[0]


def lift_all_offline(
    network: Network, recordings: Sequence[BodyFrames], given: Given = NOTHING
) -> list[LiftResult]:
    """Lift whole recordings side by side. The result of each is that of lifting it alone.

    A LiftingNet first estimates the body proportions and the view from all frames. From these it
    predicts depth once forward and once backward in time, and the mean of both is returned. Before
    the first frame it processes the first `WARM_UP` frames in reverse, so that its recurrent state
    has adapted to the recording.

    Parameters
    ----------
    network
        The network.
    recordings
        At least one frame each, on its skeleton.
    given
        Given proportions and angles, for all recordings.
    """
    order = longest_first([len(frames) for frames in recordings])
    lanes = [recordings[place] for place in order]
    normalized = [_normalize_recording(frames, network.skeleton) for frames in lanes]
    windows = [window for window, _, _ in normalized]
    estimates: list[_Estimates] = [(None, None, None, None)] * len(lanes)
    if isinstance(network, LiftingNetwork):
        fused = []
        for number, estimate in enumerate(_estimate_from_all_frames(network, windows)):
            frames, scale = lanes[number], normalized[number][2]
            fused.append(fuse_given(estimate, given, scale, frames.size))
            estimates[number] = (
                to_body_proportions(fused[-1], scale),
                describe_person(estimate, fused[-1], scale, given.proportions),
                View.from_estimate(fused[-1]),
                FrameSizes.from_estimate(fused[-1], np.full(len(frames), scale)),
            )
        predictions = _predict_in_both_directions(network, fused, windows)
    else:
        predictions = _predict_forward(network, windows)
    results: list[LiftResult | None] = [None] * len(lanes)
    for number, place in enumerate(order):
        _, centers, scale = normalized[number]
        prediction = _in_recording_units(predictions[number], centers, scale)
        results[place] = LiftResult(prediction, *estimates[number])
    return [result for result in results if result is not None]


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
    (estimate,) = _estimate_from_all_frames(network, [window])
    return to_body_proportions(estimate, scale)


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
    (estimate,) = _estimate_from_all_frames(network, [window])
    return View.from_estimate(estimate)


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
    """Predict all frames of a window, part by part, from a state of zeros.

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
    state = predictor.initial_state(window.lanes)
    lengths = [len(window)] * window.lanes
    return _predict_lanes(lambda _: predictor, window, lengths, state)


def _predict_lanes(
    choose: _Choice, window: FrameWindow, lengths: Sequence[int], state: State
) -> Prediction:
    """Predict lanes of several lengths, the longest first: [B, T, ...]."""

    def run(part: Part, state: State) -> tuple[list[NDArray[np.float32] | None], State]:
        prediction, state = choose(part.lanes).predict(window.select(*part), state)
        return [prediction.depth, prediction.uncertainty, prediction.refined], state

    depth, uncertainty, refined = run_lanes(lengths, run, state)
    assert depth is not None
    return Prediction(depth, uncertainty, refined)


def _condition_lanes(
    network: LiftingNetwork, proportions: Sequence[ProportionsEstimate], lanes: int
) -> ConditionedPredictor:
    """Return the predictor of the first lanes of recordings, which have two lanes each."""
    mean = np.stack([each.mean for each in proportions])
    log_scale = np.stack([each.log_scale for each in proportions])
    doubled = [np.repeat(values, 2, 0)[:lanes, None] for values in (mean, log_scale)]
    return network.condition_on(ProportionsEstimate(*doubled))


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
        None if refined is None else _denormalize(refined[0], centers, scale),
    )


def _denormalize(
    keypoints: Float[np.ndarray, "T J 2"], centers: Float[np.ndarray, "T 2"], scale: float
) -> Float[np.ndarray, "T J 2"]:
    """Undo the normalisation of predicted keypoints, as float32."""
    out = keypoints * np.float32(scale)
    for axis in (0, 1):  # an axis of two numbers would be an inner loop of two
        out[..., axis] += centers[:, axis, None].astype(np.float32)
    return out


def _estimate_from_all_frames(
    network: LiftingNetwork, windows: Sequence[FrameWindow]
) -> list[ProportionsEstimate]:
    """Estimate the proportions [P] of recordings, the longest first, from all frames of each."""
    window, lengths = join_windows(windows), np.array([len(window) for window in windows])

    def advance(part: Part, state: State) -> State:
        return network.advance_proportions(window.select(*part), state)

    state = run_to_ends(
        (lengths - 1).tolist(), advance, network.initial_proportions_state(len(windows))
    )
    estimates, _ = network.estimate_proportions(window.frame_of_each(lengths - 1), state)
    return [estimates.at(lane, 0) for lane in range(len(windows))]


def _predict_forward(network: Predictor, windows: Sequence[FrameWindow]) -> list[Prediction]:
    """Predict recordings, the longest first, from a state of zeros; each in a lane."""
    lengths = [len(window) for window in windows]
    state = network.initial_state(len(lengths))
    together = _predict_lanes(lambda _: network, join_windows(windows), lengths, state)
    return [together.map(partial(_select, lane, length)) for lane, length in enumerate(lengths)]


def _select(lane: int, length: int, values: NDArray[np.float32]) -> NDArray[np.float32]:
    return values[lane : lane + 1, :length]


def _predict_in_both_directions(
    network: LiftingNetwork,
    proportions: Sequence[ProportionsEstimate],
    windows: Sequence[FrameWindow],
) -> list[Prediction]:
    """Predict forward and backward in time, each after a warm-up, and return the means.

    The longest window comes first. Each has one lane, and so has its prediction.
    """
    doubled = [window.in_both_directions() for window in windows]
    before = [window.first_in_reverse(WARM_UP) for window in doubled]
    lengths, warm_up = (
        [len(window) for window in each for _ in range(window.lanes)] for each in (doubled, before)
    )
    choose, first = partial(_condition_lanes, network, proportions), join_windows(before)

    def advance(part: Part, state: State) -> State:
        return choose(part.lanes).advance(first.select(*part), state)

    state = run_to_ends(warm_up, advance, network.initial_state(len(lengths)))
    together = _predict_lanes(choose, join_windows(doubled), lengths, state)
    return [
        together.map(partial(_average, number, len(window)))
        for number, window in enumerate(windows)
    ]


def _average(number: int, length: int, values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the mean [1, T, ...] of both directions of a recording, in frames of their lanes."""
    forward, backward = values[2 * number : 2 * number + 2, :length]
    mean: NDArray[np.float32] = forward + backward[::-1]
    mean /= np.float32(2)
    return mean[None]
