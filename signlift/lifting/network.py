"""Trained networks as the lifter uses them, independent of the runtime that computes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from signlift.core.reference_frame import ReferenceFrame
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.lifting.network_data import FrameWindow, Prediction, ProportionsEstimate

#: A computation graph, run by ONNX Runtime or PyTorch: arrays in and arrays out. Both are in the
#: order in which `signlift.model.export` lists them; their names in a file do not matter here.
Graph = Callable[..., list[NDArray[np.float32]]]


@runtime_checkable
class StepGraph(Protocol):
    """A graph of one frame, which computes on arrays that are bound to it.

    Attributes
    ----------
    input_shapes
        The shape of each input; an axis of any length has a name.
    """

    input_shapes: list[tuple[int | str, ...]]

    def bind(
        self, inputs: Sequence[NDArray[np.float32]], outputs: Sequence[NDArray[np.float32]]
    ) -> Callable[[], None]:
        """Return a function that computes the outputs from the inputs in place."""


def run_states(graph: Graph, inputs: Sequence[NDArray[np.float32]], count: int) -> State:
    """Run a graph, and return the state after the last frame.

    A graph that has a method `state_part` is divided: that returns a graph of the state alone.

    Parameters
    ----------
    graph
        A graph whose last outputs are its state.
    inputs
        Its inputs; the first one has frames [B, T, ...].
    count
        The number of arrays of the state.
    """
    divide = getattr(graph, "state_part", None)
    if divide is not None:
        lanes, frames = inputs[0].shape[:2]
        graph = divide(count, lanes * frames)
    return tuple(graph(*inputs)[-count:])


#: What opens the graphs of one frame of a network; it returns None if they cannot be used.
OpenSteps = Callable[[], Sequence[StepGraph] | None]

#: Recurrent state: what a network carries from one window of frames to the next.
State = tuple[NDArray[np.float32], ...]


@runtime_checkable
class Predictor(Protocol):
    """Prediction of depth, window by window, with the recurrent state in and out."""

    def initial_state(self, lanes: int) -> State:
        """Return the state of `lanes` recordings before their first frame."""

    def predict(self, window: FrameWindow, state: State) -> tuple[Prediction, State]:
        """Predict each frame, [B, T, J], and return the state after the last one."""


@dataclass(frozen=True, eq=False)
class DepthLSTMNetwork:
    """A DepthLSTM: depth from keypoints alone.

    Attributes
    ----------
    skeleton
        The skeleton of its keypoints.
    reference_frame
        The reference frame of the data that it was trained on.
    about
        The metadata that it was saved with.
    graph
        keypoints [B, T, 2J], hidden, cell -> depth [B, T, J], hidden, cell.
    num_layers, hidden_size
        Sizes of its LSTM.
    """

    skeleton: Skeleton
    reference_frame: ReferenceFrame
    about: Mapping[str, Any]
    graph: Graph
    num_layers: int
    hidden_size: int

    def initial_state(self, lanes: int) -> State:
        """Return the state of `lanes` recordings before their first frame."""
        return _zero_lstm_state(self.num_layers, lanes, self.hidden_size)

    def predict(self, window: FrameWindow, state: State) -> tuple[Prediction, State]:
        """Predict the depth of each frame, [B, T, J], and return the state after the last one."""
        keypoints = window.keypoints.reshape(window.lanes, len(window), -1)
        depth, *state_after = self.graph(keypoints, *state)
        return Prediction(depth), tuple(state_after)


@dataclass(frozen=True, eq=False)
class LiftingNetwork:
    """A LiftingNet: a graph that estimates body proportions, and one that predicts depth from them.

    Attributes
    ----------
    skeleton
        The skeleton of its keypoints.
    about
        The metadata that it was saved with.
    proportions_graph
        `FrameWindow.inputs`, state [B, S] -> mean and log_scale [B, T, P], state.
    depth_graph
        `FrameWindow.inputs`, mean, log_scale, hidden, cell -> refined keypoints
        [B, T, J, 2], depth and uncertainty [B, T, J], hidden, cell.
    num_layers, hidden_size
        Sizes of the LSTM of the depth graph.
    proportions_state_size
        S, the size of the state of the proportions graph.
    open_steps
        Opens the graphs of proportions and depth of one frame (see `signlift.lifting.steps`); None
        for a network without them.
    """

    skeleton: Skeleton
    about: Mapping[str, Any]
    proportions_graph: Graph
    depth_graph: Graph
    num_layers: int
    hidden_size: int
    proportions_state_size: int
    open_steps: OpenSteps | None = None

    @cached_property
    def steps(self) -> Sequence[StepGraph] | None:
        """The graphs of one frame, opened when they are first used; None without them."""
        return None if self.open_steps is None else self.open_steps()

    @property
    def reference_frame(self) -> ReferenceFrame:
        """The camera frame: a LiftingNet is trained in no other."""
        return "camera"

    def initial_proportions_state(self, lanes: int) -> State:
        """Return the state of the proportions graph before the first frame."""
        return (np.zeros((lanes, self.proportions_state_size), np.float32),)

    def estimate_proportions(
        self, window: FrameWindow, state: State
    ) -> tuple[ProportionsEstimate, State]:
        """Estimate the proportions after each frame, [B, T, P], and return the state."""
        mean, log_scale, *state_after = self.proportions_graph(*window.inputs, *state)
        return ProportionsEstimate(mean, log_scale), tuple(state_after)

    def advance_proportions(self, window: FrameWindow, state: State) -> State:
        """Return the state of the proportions graph after a window."""
        return run_states(self.proportions_graph, [*window.inputs, *state], len(state))

    def initial_state(self, lanes: int) -> State:
        """Return the state of the depth graph of `lanes` recordings before the first frame."""
        return _zero_lstm_state(self.num_layers, lanes, self.hidden_size)

    def condition_on(self, proportions: ProportionsEstimate) -> ConditionedPredictor:
        """Return a predictor of depth with given proportions (see `ConditionedPredictor`)."""
        return ConditionedPredictor(self, proportions)


@dataclass(frozen=True, eq=False)
class ConditionedPredictor:
    """The depth graph of a LiftingNet with the body proportions that it takes as inputs.

    Attributes
    ----------
    network
        The LiftingNet.
    proportions
        [P], one estimate for all frames; [B, 1, P], one for each lane; or [B, T, P], one for each
        frame of the next window.
    """

    network: LiftingNetwork
    proportions: ProportionsEstimate

    def initial_state(self, lanes: int) -> State:
        """Return the state of `lanes` recordings before their first frame."""
        return self.network.initial_state(lanes)

    def predict(self, window: FrameWindow, state: State) -> tuple[Prediction, State]:
        """Predict each frame, [B, T, J], and return the state after the last one."""
        inputs = self._inputs(window, state)
        refined, depth, uncertainty, *state_after = self.network.depth_graph(*inputs)
        return Prediction(depth, uncertainty, refined), tuple(state_after)

    def advance(self, window: FrameWindow, state: State) -> State:
        """Return the state after the last frame."""
        return run_states(self.network.depth_graph, self._inputs(window, state), len(state))

    def _inputs(self, window: FrameWindow, state: State) -> list[NDArray[np.float32]]:
        shape = (window.lanes, len(window), self.proportions.mean.shape[-1])
        return [
            *window.inputs,
            np.broadcast_to(self.proportions.mean, shape),
            np.broadcast_to(self.proportions.log_scale, shape),
            *state,
        ]


#: A trained network, ready to lift.
Network = DepthLSTMNetwork | LiftingNetwork


def build_depth_lstm_network(graph: Graph, about: Mapping[str, Any]) -> DepthLSTMNetwork:
    """Build the network of a DepthLSTM.

    Parameters
    ----------
    graph
        See `signlift.model.export.export_run`.
    about
        Its metadata (see `signlift.model.graph_metadata`).
    """
    config = about["config"]
    return DepthLSTMNetwork(
        get_skeleton(about["skeleton"]),
        config["frame"],
        about,
        graph,
        config["num_layers"],
        config["hidden_size"],
    )


def build_lifting_network(
    proportions_graph: Graph,
    depth_graph: Graph,
    about: Mapping[str, Any],
    open_steps: OpenSteps | None = None,
) -> LiftingNetwork:
    """Build the network of the two graphs of a LiftingNet.

    Parameters
    ----------
    proportions_graph, depth_graph
        See `signlift.model.export.export_onnx`.
    about
        The metadata of either (see `signlift.model.graph_metadata`).
    open_steps
        See `LiftingNetwork`.
    """
    config = about["config"]
    return LiftingNetwork(
        get_skeleton(about["skeleton"]),
        about,
        proportions_graph,
        depth_graph,
        config["num_layers"],
        config["hidden_size"],
        2 * config["proportions_values"] + 1,
        open_steps,
    )


def _zero_lstm_state(num_layers: int, lanes: int, hidden_size: int) -> State:
    zeros = np.zeros((num_layers, lanes, hidden_size), np.float32)
    return zeros, zeros
