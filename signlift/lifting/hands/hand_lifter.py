"""Lifting of both hands of a person: a whole recording, or frame after frame."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.lifting.hands.hand_network import (
    HandLengths,
    HandNetwork,
    HandPrediction,
    HandWindow,
)

#: Frames that the network processes at a time. It affects the memory, not the result.
_WINDOW = 512

#: Frames that the network processes in reverse before the first frame of a recording.
_WARM_UP = 60


def lift_hands_offline(network: HandNetwork, window: HandWindow) -> HandPrediction:
    """Lift both hands in a whole recording.

    The bone lengths are estimated from all frames of both hands. Depth is predicted once forward
    and once backward in time, each after a warm-up; the mean of both is returned (see
    `signlift.lifting.offline.lift_offline`).

    Parameters
    ----------
    network
        The network.
    window
        Both hands, with at least one frame.
    """
    state = network.initial_lengths_state()
    for start in range(0, window.num_frames, _WINDOW):
        lengths, state = network.estimate_lengths(window.select(start, _WINDOW), state)
    last = HandLengths(lengths.mean[-1], lengths.log_scale[-1])
    doubled = window.in_both_directions(_WARM_UP)
    warm_up = doubled.num_frames - window.num_frames
    state = network.initial_state(len(doubled.fps))
    parts = []
    for start in range(0, doubled.num_frames, _WINDOW):
        prediction, state = network.predict(doubled.select(start, _WINDOW), last, state)
        parts.append(prediction)
    lanes = len(window.fps)

    def average(values: list[NDArray[np.float32]]) -> NDArray[np.float32]:
        joined = np.concatenate(values, 1)[:, warm_up:]
        return (joined[:lanes] + joined[lanes:, ::-1]) / np.float32(2)

    depth, uncertainty, refined = (average(list(values)) for values in zip(*parts, strict=True))
    return HandPrediction(depth, uncertainty, refined)


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
