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
from signlift.lifting.lanes import Part, join_lanes, longest_first, run_lanes, run_to_ends
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
    doubled = [window.in_both_directions() for window in ordered]
    before = [window.first_in_reverse(_WARM_UP) for window in doubled]
    lengths, warm_up = (
        [window.num_frames for window in each for _ in window.fps] for each in (doubled, before)
    )
    first, together = _join(before), _join(doubled)
    lanes_of = np.repeat(np.arange(len(ordered)), [len(window.fps) for window in doubled])

    def choose(lanes: int) -> HandLengths:
        people = lanes_of[:lanes]
        return HandLengths(known.mean[people, None], known.log_scale[people, None])

    def advance(part: Part, state: State) -> State:
        return network.advance(first.select(*part), choose(part.lanes), state)

    def run(part: Part, state: State) -> tuple[list[NDArray[np.float32] | None], State]:
        chosen = choose(part.lanes)
        prediction, state = network.predict(together.select(*part), chosen, state)
        depth, uncertainty, refined = prediction
        return [depth, uncertainty, refined if refine else None], state

    state = run_to_ends(warm_up, advance, network.initial_state(len(lengths)))
    outputs = run_lanes(lengths, run, state)
    predictions: list[HandPrediction] = list(range(len(windows)))  # type: ignore[arg-type]
    for number, place in enumerate(order):
        frames = slice(ordered[number].num_frames)
        begin, end = np.searchsorted(lanes_of, [number, number + 1])
        predictions[place] = HandPrediction(
            *(_average(values, slice(begin, end), frames) for values in outputs)  # type: ignore[arg-type]
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
    together, last = _join(turns), np.array([window.num_frames for window in turns]) - 1

    def advance(part: Part, state: State) -> State:
        return network.advance_in_turns(together.select(*part), state)

    state = run_to_ends(last.tolist(), advance, network.initial_lengths_state(len(turns)))
    lanes = np.arange(len(turns))
    final = together.map(lambda values: values[lanes, last][:, None])
    lengths, _ = network.estimate_in_turns(final, state)
    return HandLengths(lengths.mean[:, 0], lengths.log_scale[:, 0])


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
