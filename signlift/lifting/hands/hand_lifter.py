"""Lifting of both hands of a person: a whole recording, or frame after frame."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from signlift.lifting.hands.hand_network import (
    HandLengths,
    HandNetwork,
    HandPrediction,
    HandWindow,
)
from signlift.lifting.lanes import Part, join_lanes, longest_first, run_lanes
from signlift.lifting.network import State

#: Frames that the network processes in reverse before the first frame of a recording.
_WARM_UP = 60


def lift_hands_offline(network: HandNetwork, window: HandWindow) -> HandPrediction:
    """Lift both hands in a whole recording (see `lift_all_hands_offline`)."""
    return lift_all_hands_offline(network, [window])[0]


def lift_all_hands_offline(
    network: HandNetwork, windows: Sequence[HandWindow], *, refine: bool = True
) -> list[HandPrediction]:
    """Lift both hands in whole recordings side by side. Each result is that of lifting it alone.

    The bone lengths are estimated from all frames of both hands. Depth is predicted once forward
    and once backward in time, each after a warm-up; the mean of both is returned (see
    `signlift.lifting.offline.lift_all_offline`).

    Parameters
    ----------
    network
        The network.
    windows
        Both hands in each recording, with at least one frame.
    refine
        Also return refined keypoints.
    """
    order = longest_first([window.num_frames for window in windows])
    ordered = [windows[place] for place in order]
    known = _estimate_from_all_frames(network, ordered)
    doubled = [window.in_both_directions(_WARM_UP) for window in ordered]
    lengths = [window.num_frames for window in doubled for _ in window.fps]
    together = _join(doubled)
    lanes_of = np.repeat(np.arange(len(ordered)), [len(window.fps) for window in doubled])

    def run(part: Part, state: State) -> tuple[list[NDArray[np.float32] | None], State]:
        people = lanes_of[: part.lanes]
        chosen = HandLengths(known.mean[people, None], known.log_scale[people, None])
        prediction, state = network.predict(together.select(*part), chosen, state)
        depth, uncertainty, refined = prediction
        return [depth, uncertainty, refined if refine else None], state

    outputs = run_lanes(lengths, run, network.initial_state(len(lengths)))
    predictions: list[HandPrediction] = list(range(len(windows)))  # type: ignore[arg-type]
    for number, place in enumerate(order):
        end = doubled[number].num_frames
        start = end - ordered[number].num_frames
        first, last = np.searchsorted(lanes_of, [number, number + 1])
        predictions[place] = HandPrediction(
            *(_average(values, slice(first, last), slice(start, end)) for values in outputs)  # type: ignore[arg-type]
        )
    return predictions


def _average(
    values: NDArray[np.float32] | None, lanes: slice, frames: slice
) -> NDArray[np.float32] | None:
    """Return the mean of both directions of lanes, of which the second half is in reverse."""
    if values is None:
        return None
    forward, backward = np.split(values[lanes, frames], 2)
    mean: NDArray[np.float32] = forward + backward[:, ::-1]
    mean /= np.float32(2)
    return mean


def _estimate_from_all_frames(network: HandNetwork, windows: Sequence[HandWindow]) -> HandLengths:
    """Estimate the bone lengths [N, 20] of people, the longest recording first."""
    turns = [window.in_turns() for window in windows]
    together, lengths = _join(turns), [window.num_frames for window in turns]

    def run(part: Part, state: State) -> tuple[list[NDArray[np.float32] | None], State]:
        estimate, state = network.estimate_in_turns(together.select(*part), state)
        return [*estimate], state

    outputs = run_lanes(lengths, run, network.initial_lengths_state(len(turns)))
    last = (np.arange(len(turns)), np.array(lengths) - 1)
    return HandLengths(*(values[last] for values in outputs if values is not None))


def _join(windows: Sequence[HandWindow]) -> HandWindow:
    """Return the windows of recordings as one, the longest first; the others end in zeros."""
    if len(windows) == 1:
        return windows[0]
    *arrays, fps = zip(*windows, strict=True)
    keypoints, confidence, depth, forearm, sight, wrist = (join_lanes(each, 0) for each in arrays)
    return HandWindow(keypoints, confidence, depth, forearm, sight, wrist, np.concatenate(fps))


class CausalHandLifter:
    """Causal lifting of both hands of a person, with their recurrent state.

    Parameters
    ----------
    network
        The network.
    """

    def __init__(self, network: HandNetwork) -> None:
        self._network = network
        self._lengths_state = network.initial_lengths_state()
        self._state = network.initial_state(2)

    def step(self, window: HandWindow) -> HandPrediction:
        """Lift the next frames: each from itself and those before it."""
        lengths, self._lengths_state = self._network.estimate_lengths(window, self._lengths_state)
        prediction, self._state = self._network.predict(window, lengths, self._state)
        return prediction
