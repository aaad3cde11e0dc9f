"""Exported networks, run by ONNX Runtime."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from signlift.core.reference_frame import ReferenceFrame
from signlift.errors import InputError, problem
from signlift.lifting.backends.onnx_parts import keep_last_outputs
from signlift.lifting.backends.onnx_session import (
    as_value,
    is_unsupported,
    open_session,
)
from signlift.lifting.backends.onnx_weights import has_finite_weights
from signlift.lifting.hands.hand_network import HandNetwork, build_hand_network
from signlift.lifting.network import (
    DepthLSTMNetwork,
    Graph,
    LiftingNetwork,
    build_depth_lstm_network,
    build_lifting_network,
)
from signlift.model.graph_metadata import (
    DEPTH_FILE,
    DEPTH_STEP_FILE,
    FACE_STEP_FILE,
    HAND_PROPORTIONS_FILE,
    HAND_STEP_FILE,
    HANDS_FILE,
    METADATA,
    PROPORTIONS_FILE,
    PROPORTIONS_STEP_FILE,
    SURFACE_STEP_FILE,
    Kind,
)

#: Frames of which the state alone is needed, from which on a session for that is opened.
_FRAMES_OF_STATES = 20_000

_EXPECTED = "a model that 'signlift export' wrote"

#: The number of axes of the inputs of each kind of graph, in order.
_AXES = {
    "lifting proportions": (4, 3, 3, 3, 1, 2),
    "lifting depth": (4, 3, 3, 3, 1, 3, 3, 3, 3),
    "depth lstm": (3, 3, 3),
    "hand proportions": (4, 3, 3, 3, 3, 3, 1, 2),
    "hands": (4, 3, 3, 3, 3, 3, 1, 3, 3, 3, 3),
    "proportions step": (3, 3, 3, 2, 2, 2, 2, 2),
    "depth step": (2, 2, 2, 3, 2, 2, 2, 2, 2),
    "surface step": (2,) * 6,
    "face step": (2,) * 19,
    "hand step": (3, 3, 3, 2, 3, 3, 2, 2, 2, 2, 2, 2, 2, 2),
}

#: The sizes that the metadata of each kind of graph must contain.
_SIZES = {
    "lifting proportions": ("num_layers", "hidden_size", "proportions_values"),
    "lifting depth": ("num_layers", "hidden_size", "proportions_values"),
    "depth lstm": ("num_layers", "hidden_size"),
    "hand proportions": ("num_layers", "hidden_size", "proportions_values"),
    "hands": ("num_layers", "hidden_size", "proportions_values"),
    "proportions step": ("num_layers", "hidden_size", "proportions_values"),
    "depth step": ("num_layers", "hidden_size", "proportions_values"),
    "hand step": ("num_layers", "hidden_size", "proportions_values"),
}


class UnsupportedGraphError(InputError):
    """A graph of operations that this version of ONNX Runtime does not have."""


class OnnxGraph:
    """A graph in a session of ONNX Runtime.

    Parameters
    ----------
    content
        The bytes of the .onnx file.
    name
        The name of the file, for messages.
    threads
        Number of threads that compute one operation.
    small
        Whether it is a graph of one frame (see `open_session`).

    Attributes
    ----------
    about
        The metadata of the graph (see `signlift.model.graph_metadata`).
    input_shapes
        The shape of each input; an axis of any length has a name.

    Raises
    ------
    InputError
        ONNX Runtime cannot run the graph, or signlift did not write it.
    """

    def __init__(self, content: bytes, name: str, threads: int, *, small: bool = False) -> None:
        try:
            self._session = open_session(content, threads, small=small)
        except Exception as error:  # ONNX Runtime's errors share no other base class
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            found = f"a file that ONNX Runtime cannot run ({reason})"
            kind = UnsupportedGraphError if is_unsupported(error) else InputError
            raise kind(problem(name, expected=_EXPECTED, found=found)) from error
        # Arrays are passed by position, so that the names of the inputs in a file do not matter.
        if not has_finite_weights(content):
            found = "weights that are not finite"
            raise InputError(problem(name, expected=_EXPECTED, found=found))
        inputs = self._session.get_inputs()
        self._input_names = [value.name for value in inputs]
        self._source = content, name, threads
        self._frames_of_states = 0
        self._state_part: OnnxGraph | None = None
        self.input_shapes = [tuple(value.shape) for value in inputs]
        text = self._session.get_modelmeta().custom_metadata_map.get(METADATA)
        if text is None:
            found = "a model of another program"
            raise InputError(problem(name, expected=_EXPECTED, found=found))
        try:
            self.about: dict[str, Any] = {"kind": "none", **json.loads(text)}
            complete = _has_all_fields(self.about)
        except (ValueError, TypeError, RecursionError):
            complete = False
        if not complete:
            found = "a model with damaged metadata"
            raise InputError(problem(name, expected=_EXPECTED, found=found))
        axes = tuple(len(value.shape) for value in inputs)
        if axes != _AXES.get(self.about["kind"], axes) or not _has_state_sizes(self.about, inputs):
            shapes = ", ".join(str(list(value.shape)) for value in inputs)
            found = f"inputs of shapes {shapes} (of another version of signlift?)"
            raise InputError(problem(name, expected=_EXPECTED, found=found))

    def __call__(self, *inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Run the graph on float32 arrays, in the order of its inputs.

        Raises
        ------
        MemoryError
            The arrays do not fit into memory.
        """
        arrays = {
            name: np.ascontiguousarray(value)
            for name, value in zip(self._input_names, inputs, strict=True)
        }
        try:
            outputs: list[NDArray[np.float32]] = self._session.run(None, arrays)
        except Exception as error:  # ONNX Runtime's errors share no other base class
            if "alloc" in str(error).lower():
                raise MemoryError("arrays of ONNX Runtime that do not") from error
            raise
        return outputs

    def state_part(self, count: int, frames: int) -> Graph:
        """Return a graph of the state after the last frame alone (see `run_states`).

        Its session is opened once it has been asked for enough frames to be worth the time.
        """
        self._frames_of_states += frames
        if self._state_part is None and self._frames_of_states >= _FRAMES_OF_STATES:
            content, name, threads = self._source
            self._state_part = OnnxGraph(keep_last_outputs(content, count), name, threads)
        return self if self._state_part is None else self._state_part

    def can_run(self) -> bool:
        """Return True if zeros of its shapes can be computed with, and axes of any length."""
        zeros = [
            np.zeros([size if isinstance(size, int) else 128 for size in shape], np.float32)
            for shape in self.input_shapes
        ]
        feed = dict(zip(self._input_names, zeros, strict=True))
        try:
            self._session.run(None, feed)
        except Exception:  # ONNX Runtime's errors share no other base class
            return False
        return True

    def bind(
        self, inputs: Sequence[NDArray[np.float32]], outputs: Sequence[NDArray[np.float32]]
    ) -> Callable[[], None]:
        """Bind arrays, and return a function that computes the outputs from the inputs in place.

        Parameters
        ----------
        inputs, outputs
            Contiguous arrays, in the order of the graph's inputs and outputs. They must live as
            long as the function.
        """
        session = self._session
        binding = session.io_binding()
        for name, array in zip(self._input_names, inputs, strict=True):
            binding.bind_ortvalue_input(name, as_value(array))
        for output, array in zip(session.get_outputs(), outputs, strict=True):
            binding.bind_ortvalue_output(output.name, as_value(array))
        return partial(session.run_with_iobinding, binding)


def _has_all_fields(about: Mapping[str, Any]) -> bool:
    """Return True if the metadata of a known kind of graph holds all fields that are needed."""
    sizes = _SIZES.get(about["kind"])
    if sizes is None:
        return True
    config = about.get("config")
    return (
        isinstance(about.get("skeleton"), str)
        and isinstance(about.get("weights"), str)
        and isinstance(config, dict)
        and all(type(config.get(size)) is int and config[size] > 0 for size in sizes)
        and (about["kind"] != "depth lstm" or config.get("frame") in get_args(ReferenceFrame))
    )


def _has_state_sizes(about: Mapping[str, Any], inputs: Sequence[Any]) -> bool:
    """Return True if the state that the metadata promise, the last input, has the graph's sizes."""
    if about["kind"] not in _AXES or about["kind"] in ("face step", "surface step"):
        return True  # it has none
    config = about["config"]
    state = list(inputs[-1].shape)
    if about["kind"] in ("lifting proportions", "hand proportions"):
        return state[1:] == [2 * config["proportions_values"] + 1]
    if about["kind"] == "proportions step":
        return state[1:] == [config["proportions_values"]]
    if about["kind"] in ("depth step", "hand step"):
        lanes = 2 if about["kind"] == "hand step" else 1
        return state == [lanes * config["num_layers"], config["hidden_size"]]
    return [state[0], state[2]] == [config["num_layers"], config["hidden_size"]]


def open_lifting_network(read: Callable[[str], bytes], name: str, threads: int) -> LiftingNetwork:
    """Open the two graphs of a LiftingNet.

    Parameters
    ----------
    read
        A function that returns the content of a file of the directory that holds the graphs.
    name
        The name of the directory, for messages.
    threads
        Number of threads that compute one operation.

    Raises
    ------
    InputError
        One of the graphs is missing or was not written by signlift, or they are graphs of two
        networks.
    """
    proportions, depth = _open_pair(
        read,
        name,
        threads,
        {PROPORTIONS_FILE: "lifting proportions", DEPTH_FILE: "lifting depth"},
    )
    steps: dict[str, Kind] = {
        PROPORTIONS_STEP_FILE: "proportions step",
        DEPTH_STEP_FILE: "depth step",
        FACE_STEP_FILE: "face step",
        SURFACE_STEP_FILE: "surface step",
    }
    open_steps = partial(_open_steps, read, name, threads, steps, depth.about["weights"])
    return build_lifting_network(proportions, depth, depth.about, open_steps)


def open_hand_network(read: Callable[[str], bytes], name: str, threads: int) -> HandNetwork:
    """Open the two graphs of a HandNet (see `open_lifting_network`)."""
    proportions, hands = _open_pair(
        read, name, threads, {HAND_PROPORTIONS_FILE: "hand proportions", HANDS_FILE: "hands"}
    )
    steps: dict[str, Kind] = {HAND_STEP_FILE: "hand step"}
    open_steps = partial(_open_steps, read, name, threads, steps, hands.about["weights"])
    return build_hand_network(proportions, hands, hands.about, open_steps)


def _open_pair(
    read: Callable[[str], bytes], name: str, threads: int, kinds: Mapping[str, Kind]
) -> tuple[OnnxGraph, OnnxGraph]:
    """Open two graphs of one export: their files, and the kind of each."""
    first, second = (_open_graph(read, f"{name}/", *item, threads) for item in kinds.items())
    if first.about["weights"] != second.about["weights"]:
        expected = f"{' and '.join(kinds)} of one export"
        raise InputError(problem(name, expected=expected, found="graphs of two exports"))
    return first, second


def _open_graph(
    read: Callable[[str], bytes], directory: str, file: str, kind: Kind, threads: int
) -> OnnxGraph:
    """Open a graph of a kind."""
    where = directory + file
    try:
        content = read(file)
    except FileNotFoundError:
        raise InputError(problem(where, expected=_EXPECTED, found="no file")) from None
    except OSError as error:  # a directory, a FIFO
        found = (error.strerror or str(error)).lower()
        raise InputError(problem(where, expected=_EXPECTED, found=found)) from None
    graph = OnnxGraph(content, where, threads, small=kind.endswith("step"))
    if graph.about["kind"] != kind:
        found = f"a graph of kind {graph.about['kind']!r}"
        raise InputError(problem(where, expected=f"a graph of kind {kind!r}", found=found))
    return graph


def _open_steps(
    read: Callable[[str], bytes],
    name: str,
    threads: int,
    kinds: Mapping[str, Kind],
    weights: str,
) -> list[OnnxGraph] | None:
    """Open the graphs of one frame of a network.

    Parameters
    ----------
    read, name, threads
        As for `open_lifting_network`.
    kinds
        Their files, and the kind of each.
    weights
        The digest of the network's weights.

    Returns
    -------
    None if the export has none (those of earlier versions), or if this version of ONNX Runtime
    cannot compute with 8 bits on this processor.

    Raises
    ------
    InputError
        A graph was not written by signlift, or is one of another network.
    """
    try:
        for file in kinds:
            read(file)
    except FileNotFoundError:
        return None
    try:
        graphs = [_open_graph(read, f"{name}/", *item, threads) for item in kinds.items()]
    except UnsupportedGraphError:
        return None
    if any(graph.about["weights"] != weights for graph in graphs):
        expected = f"{' and '.join(kinds)} of the same export as the other graphs"
        raise InputError(problem(name, expected=expected, found="those of another export"))
    return graphs if all(graph.can_run() for graph in graphs) else None


def open_depth_lstm_network(content: bytes, name: str, threads: int) -> DepthLSTMNetwork | None:
    """Open the network of one .onnx file; None if the file is one graph of a LiftingNet.

    Raises
    ------
    InputError
        The file was not written by signlift.
    """
    graph = OnnxGraph(content, name, threads)
    if graph.about["kind"] in ("lifting proportions", "lifting depth"):
        return None
    if graph.about["kind"] != "depth lstm":
        found = f"a graph of kind {graph.about['kind']!r}, of another version of signlift"
        raise InputError(problem(name, expected=_EXPECTED, found=found))
    return build_depth_lstm_network(graph, graph.about)
