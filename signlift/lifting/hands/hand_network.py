"""The network of hands as the lifter uses it, independent of the runtime that computes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.lifting.network import Graph, OpenSteps, State, StepGraph, run_states
from signlift.utils.array_types import Float


class HandWindow(NamedTuple):
    """A window of T frames of B hands, as the network takes it.

    The fields are those of `signlift.model.hands.hand_inputs.HandInputs`, as float32.
    """

    keypoints: Float[np.ndarray, "B T 21 2"]
    confidence: Float[np.ndarray, "B T 21"]
    detector_depth: Float[np.ndarray, "B T 21"]
    forearm: Float[np.ndarray, "B T 3"]
    sight: Float[np.ndarray, "B T 3"]
    wrist: Float[np.ndarray, "B T 2"]
    fps: Float[np.ndarray, " B"]

    @property
    def num_frames(self) -> int:
        """T, the number of frames."""
        return self.keypoints.shape[1]

    def map(self, function: Callable[[NDArray[np.float32]], NDArray[np.float32]]) -> HandWindow:
        """Return the window with a function applied to all arrays of frames."""
        *arrays, fps = self
        keypoints, confidence, depth, forearm, sight, wrist = (function(one) for one in arrays)
        return HandWindow(keypoints, confidence, depth, forearm, sight, wrist, fps)

    def select(self, start: int, length: int, lanes: int | None = None) -> HandWindow:
        """Return up to `length` frames from frame `start` on, of the first lanes or of all."""
        frames = slice(start, start + length)
        window = self.map(lambda values: values[:lanes, frames])
        return window._replace(fps=self.fps[:lanes])

    def in_both_directions(self) -> HandWindow:
        """Return twice as many lanes (see `FrameWindow.in_both_directions`)."""
        doubled = self.map(lambda values: np.concatenate([values, values[:, ::-1]]))
        return doubled._replace(fps=np.concatenate([self.fps, self.fps]))

    def first_in_reverse(self, frames: int) -> HandWindow:
        """Return the first frames, as many as there are, in reverse."""
        return self.map(lambda values: values[:, :frames][:, ::-1])

    def in_turns(self) -> HandWindow:
        """Return one lane of B T frames, in which the hands take turns."""

        def join(values: NDArray[np.float32]) -> NDArray[np.float32]:
            values = values.swapaxes(0, 1)
            return values.reshape(1, -1, *values.shape[2:])

        return self.map(join)._replace(fps=self.fps[:1])


class HandLengths(NamedTuple):
    """Bone lengths of a person's hands with their uncertainty; logs, in hand units.

    Attributes
    ----------
    mean
        [..., 20].
    log_scale
        [..., 20], the log of b of a Laplace distribution of `mean`.
    """

    mean: Float[np.ndarray, "*frames 20"]
    log_scale: Float[np.ndarray, "*frames 20"]


class HandPrediction(NamedTuple):
    """Prediction for a number of frames, in hand units.

    Attributes
    ----------
    depth, uncertainty
        [B, T, 21], depth relative to the root, and the half-width of its central 68 % interval.
    refined
        [B, T, 21, 2], keypoints with noise removed and missing ones completed; None if they were
        not asked for.
    """

    depth: Float[np.ndarray, "B T 21"]
    uncertainty: Float[np.ndarray, "B T 21"]
    refined: Float[np.ndarray, "B T 21 2"] | None


@dataclass(frozen=True, eq=False)
class HandNetwork:
    """A HandNet: a graph that estimates bone lengths, and one that predicts depth from them.

    Attributes
    ----------
    about
        The metadata that it was saved with.
    proportions_graph, hands_graph
        See `signlift.model.hand_export.export_hands`.
    num_layers, hidden_size
        Sizes of the LSTM.
    proportions_state_size
        The size of the state of the proportions graph.
    open_steps
        Opens the graph of one frame (see `signlift.lifting.steps`); None for a network without it.
    """

    about: Mapping[str, Any]
    proportions_graph: Graph
    hands_graph: Graph
    num_layers: int
    hidden_size: int
    proportions_state_size: int
    open_steps: OpenSteps | None = None

    @cached_property
    def steps(self) -> Sequence[StepGraph] | None:
        """The graph of one frame, opened when it is first used; None without it."""
        return None if self.open_steps is None else self.open_steps()

    def initial_lengths_state(self, people: int = 1) -> State:
        """Return the state of the proportions graph before the first frame of people."""
        return (np.zeros((people, self.proportions_state_size), np.float32),)

    def estimate_lengths(self, window: HandWindow, state: State) -> tuple[HandLengths, State]:
        """Estimate the lengths after each frame from both hands of a person.

        Parameters
        ----------
        window
            Both hands, B = 2.
        state
            The state.

        Returns
        -------
        The lengths [T, 20] after each frame, and the state.
        """
        lengths, state_after = self.estimate_in_turns(window.in_turns(), state)
        B = len(window.fps)
        last = slice(B - 1, None, B)
        return HandLengths(lengths.mean[0, last], lengths.log_scale[0, last]), state_after

    def estimate_in_turns(self, window: HandWindow, state: State) -> tuple[HandLengths, State]:
        """Estimate the lengths of people whose hands take turns in a lane each.

        Parameters
        ----------
        window
            A lane for each of B people (see `HandWindow.in_turns`).
        state
            The state.

        Returns
        -------
        The lengths [B, T, 20] after each frame of a hand, and the state.
        """
        mean, log_scale, *state_after = self.proportions_graph(*window, *state)
        return HandLengths(mean, log_scale), tuple(state_after)

    def advance_in_turns(self, window: HandWindow, state: State) -> State:
        """Return the state of the proportions graph after a window of `estimate_in_turns`."""
        return run_states(self.proportions_graph, [*window, *state], len(state))

    def initial_state(self, lanes: int) -> State:
        """Return the state of the depth graph of `lanes` hands before the first frame."""
        zeros = np.zeros((self.num_layers, lanes, self.hidden_size), np.float32)
        return zeros, zeros

    def predict(
        self, window: HandWindow, lengths: HandLengths, state: State
    ) -> tuple[HandPrediction, State]:
        """Predict each frame, and return the state after the last one.

        Parameters
        ----------
        window
            The hands.
        lengths
            [20]; [T, 20] for each frame; or [B, 1, 20] for each hand.
        state
            The state.
        """
        inputs = _hand_inputs(window, lengths, state)
        refined, depth, uncertainty, *state_after = self.hands_graph(*inputs)
        return HandPrediction(depth, uncertainty, refined), tuple(state_after)

    def advance(self, window: HandWindow, lengths: HandLengths, state: State) -> State:
        """Return the state after the last frame of hands (see `predict`)."""
        return run_states(self.hands_graph, _hand_inputs(window, lengths, state), len(state))


def _hand_inputs(
    window: HandWindow, lengths: HandLengths, state: State
) -> list[NDArray[np.float32]]:
    shape = (len(window.fps), window.num_frames, lengths.mean.shape[-1])
    estimates = (np.broadcast_to(values, shape) for values in lengths)
    return [*window, *estimates, *state]


def build_hand_network(
    proportions_graph: Graph,
    hands_graph: Graph,
    about: Mapping[str, Any],
    open_steps: OpenSteps | None = None,
) -> HandNetwork:
    """Build the network of the two graphs of a HandNet, from the metadata of either."""
    config = about["config"]
    return HandNetwork(
        about,
        proportions_graph,
        hands_graph,
        config["num_layers"],
        config["hidden_size"],
        2 * config["proportions_values"] + 1,
        open_steps,
    )
