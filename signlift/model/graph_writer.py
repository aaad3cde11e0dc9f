"""Writing of modules as ONNX graphs with their metadata."""

from __future__ import annotations

import hashlib
import json
import warnings
from collections.abc import Collection, Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from torch import Tensor, nn

from signlift._version import __version__
from signlift.model.eight_bits import BLOCK, store_eight_bits
from signlift.model.graph_metadata import METADATA, Kind
from signlift.model.recurrent_state import RecurrentState
from signlift.model.selections import selection_by_products
from signlift.utils.atomic import atomic_path

_OPSET = 17

#: Numbers of a weight from which it is stored as float16, if asked for.
_LARGE = 256

#: Sizes that a graph is traced with; it accepts any others.
TRACED_LANES, TRACED_FRAMES = 2, 3


def _free_axes(name: str) -> dict[int, str]:
    """Return the axes of any length of an array: lanes, and frames if it has them."""
    if name.removesuffix("_after") in ("hidden", "cell"):
        return {1: "B"}
    return {0: "B"} if name in ("fps", "pool", "pool_after") else {0: "B", 1: "T"}


def _store_half(model: onnx.ModelProto) -> None:
    """Replace large float32 weights and constants by float16 ones and a conversion."""
    casts = []
    for node in [node for node in model.graph.node if node.op_type == "Constant"]:
        tensor = node.attribute[0].t
        if tensor.data_type == onnx.TensorProto.FLOAT and np.prod(tensor.dims) >= _LARGE:
            tensor.name = node.output[0]
            model.graph.initializer.append(tensor)
            model.graph.node.remove(node)
    for tensor in model.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or np.prod(tensor.dims) < _LARGE:
            continue
        name = tensor.name
        values = onnx.numpy_helper.to_array(tensor).astype(np.float16)
        tensor.CopyFrom(onnx.numpy_helper.from_array(values, f"{name}_half"))
        float32 = onnx.TensorProto.FLOAT
        casts.append(onnx.helper.make_node("Cast", [f"{name}_half"], [name], to=float32))
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)


def graph_metadata(
    net: nn.Module, skeleton: str, config: Mapping[str, Any], info: Mapping[str, Any] | None
) -> dict[str, Any]:
    """Return the metadata of the graphs of a network (see `graph_metadata.METADATA`)."""
    digest = hashlib.sha256()
    for name, value in net.state_dict().items():
        digest.update(name.encode() + value.cpu().numpy().tobytes())
    return {
        "version": __version__,
        "skeleton": skeleton,
        "config": dict(config),
        "weights": digest.hexdigest()[:16],
        "info": dict(info or {}),
    }


def write_pair(
    graphs: tuple[nn.Module, nn.Module],
    paths: tuple[Path, Path],
    inputs: Mapping[str, Tensor],
    estimate: Tensor,
    state: RecurrentState,
    kinds: tuple[Kind, Kind],
    metadata: Mapping[str, Any],
    *,
    half: bool = False,
) -> None:
    """Write the two graphs of a network: its proportions, and its depth that depends on them.

    Parameters
    ----------
    graphs, paths, kinds
        Modules, files and kinds of both.
    inputs
        Example inputs that both have in common, by name.
    estimate
        Example of the means, and of the scales, of the proportions.
    state
        Example state; the first graph carries its pool on, the second one the rest.
    metadata, half
        As for `write_graph`.
    """
    assert state.pool is not None
    write_graph(
        graphs[0],
        paths[0],
        {**inputs, "pool": state.pool},
        ("mean", "log_scale", "pool_after"),
        kinds[0],
        metadata,
        half=half,
        by_products=True,
    )
    recurrent = {"hidden": state.hidden, "cell": state.cell}
    write_graph(
        graphs[1],
        paths[1],
        {**inputs, "mean": estimate, "log_scale": estimate, **recurrent},
        ("refined", "depth", "uncertainty", "hidden_after", "cell_after"),
        kinds[1],
        metadata,
        half=half,
        by_products=True,
    )


def write_graph(
    graph: nn.Module,
    path: Path,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    kind: Kind,
    metadata: Mapping[str, Any],
    *,
    half: bool = False,
    axes: Mapping[str, dict[int, str]] | None = None,
    exact: Collection[str] | None = None,
    block: int = BLOCK,
    by_products: bool = False,
) -> None:
    """Trace a graph and write it with its metadata, atomically.

    Parameters
    ----------
    graph, path
        The module, and the file.
    inputs
        Example inputs by name.
    outputs
        Names of the outputs.
    kind, metadata
        What the file says about the graph.
    half
        Store large weights as float16, in half the space. They are computed with as float32.
    axes
        Axes of any length of each input and output, by their numbers; by default lanes and frames.
    exact
        Store the weights of linear layers with 8 bits, but for those whose names end like one of
        these (see `signlift.model.eight_bits`). None stores none so.
    block
        How many of these weights share a scale.
    by_products
        Select keypoints by products (see `signlift.model.selections`).
    """
    if axes is None:
        axes = {name: _free_axes(name) for name in (*inputs, *outputs)}
    selection = selection_by_products() if by_products else nullcontext()
    with atomic_path(path) as temporary, warnings.catch_warnings(), torch.no_grad(), selection:
        # PyTorch warns of its newer exporter (which needs more dependencies), and of LSTMs whose
        # state is created for one batch size (here the state is an input).
        warnings.simplefilter("ignore")
        torch.onnx.export(
            graph,
            tuple(inputs.values()),
            str(temporary),
            dynamo=False,
            opset_version=_OPSET,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_axes=axes,
        )
        model = onnx.load(temporary)
        if half:
            _store_half(model)
        if exact is not None:
            store_eight_bits(model, exact, block)
        entry = model.metadata_props.add()
        entry.key, entry.value = METADATA, json.dumps({"kind": kind, **metadata})
        onnx.save(model, temporary)
