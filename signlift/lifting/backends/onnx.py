"""Exported networks, run by ONNX Runtime."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, get_args

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from signlift.core.reference_frame import ReferenceFrame
from signlift.errors import InputError, problem
from signlift.lifting.network import Network, depth_lstm_network, lifting_network
from signlift.model.graph_metadata import DEPTH_FILE, METADATA, PROPORTIONS_FILE

_EXPECTED = "a model that 'signlift export' wrote"

#: What the sizes in the description of each kind of graph are called.
_SIZES = {
    "lifting proportions": ("num_layers", "hidden_size", "proportions_values"),
    "lifting depth": ("num_layers", "hidden_size", "proportions_values"),
    "depth lstm": ("num_layers", "hidden_size"),
}

#: Only errors are logged; what a user can cause is raised.
_ERRORS_ONLY = 3


class OnnxGraph:
    """A graph in a session of ONNX Runtime.

    Parameters
    ----------
    content
        What is in the .onnx file.
    name
        The file's, for messages.
    threads
        How many work at one operation.

    Raises
    ------
    InputError
        It is not a graph that signlift wrote.
    """

    def __init__(self, content: bytes, name: str, threads: int) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = _ERRORS_ONLY
        try:
            self._session = onnxruntime.InferenceSession(
                content, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # ONNX Runtime's errors share no other class
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            found = f"one that cannot be used ({reason})"
            raise InputError(problem(name, expected=_EXPECTED, found=found)) from error
        text = self._session.get_modelmeta().custom_metadata_map.get(METADATA)
        if text is None:
            found = "a model of another program"
            raise InputError(problem(name, expected=_EXPECTED, found=found))
        try:
            #: What the graph says of itself (see `signlift.model.graph_metadata`).
            self.about: dict[str, Any] = {"kind": "none", **json.loads(text)}
            whole = _is_whole(self.about)
        except (ValueError, TypeError):
            whole = False
        if not whole:
            found = "one whose description is damaged"
            raise InputError(problem(name, expected=_EXPECTED, found=found))

    def __call__(self, inputs: Mapping[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Run it."""
        outputs: list[NDArray[np.float32]] = self._session.run(
            None, {name: np.ascontiguousarray(value) for name, value in inputs.items()}
        )
        return outputs


def _is_whole(about: Mapping[str, Any]) -> bool:
    """Whether a description has all that is needed to use the graph, if its kind is known."""
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


def open_lifting(read: Callable[[str], bytes], name: str, threads: int) -> Network:
    """The two graphs of a LiftingNet.

    Parameters
    ----------
    read
        Gives what is in a file of the folder that holds them.
    name
        The folder's, for messages.
    threads
        How many work at one operation.

    Raises
    ------
    InputError
        One of the two is missing, or is not one that signlift wrote, or they do not belong
        together.
    """
    graphs = {}
    for file, kind in (
        (PROPORTIONS_FILE, "lifting proportions"),
        (DEPTH_FILE, "lifting depth"),
    ):
        where = f"{name}/{file}"
        try:
            content = read(file)
        except FileNotFoundError:
            raise InputError(problem(where, expected=_EXPECTED, found="no file")) from None
        graph = graphs[file] = OnnxGraph(content, where, threads)
        if graph.about["kind"] != kind:
            found = f"one of another kind ({graph.about['kind']})"
            raise InputError(problem(where, expected=f"{_EXPECTED} ({kind})", found=found))
    proportions, depth = graphs[PROPORTIONS_FILE], graphs[DEPTH_FILE]
    if proportions.about["weights"] != depth.about["weights"]:
        expected = f"{PROPORTIONS_FILE} and {DEPTH_FILE} of one export"
        raise InputError(problem(name, expected=expected, found="those of two"))
    return lifting_network(proportions, depth, depth.about)


def open_graph(content: bytes, name: str, threads: int) -> Network | None:
    """The network of one .onnx file; None when it is one half of a LiftingNet.

    Raises
    ------
    InputError
        It is not one that signlift wrote.
    """
    graph = OnnxGraph(content, name, threads)
    if graph.about["kind"] in ("lifting proportions", "lifting depth"):
        return None
    if graph.about["kind"] != "depth lstm":
        found = f"one of another version of signlift ({graph.about['kind']})"
        raise InputError(problem(name, expected=_EXPECTED, found=found))
    return depth_lstm_network(graph, graph.about)
