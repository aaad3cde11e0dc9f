"""Export of trained networks as ONNX graphs, which run without PyTorch."""

from __future__ import annotations

import copy
import hashlib
import json
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import Tensor, nn

from signlift._version import __version__
from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.core.skeleton import get_skeleton
from signlift.errors import InputError, problem
from signlift.model.checkpoint import load_checkpoint
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.model.graph_metadata import DEPTH_FILE, METADATA, PROPORTIONS_FILE, Kind
from signlift.model.graph_modules import DepthGraph, DepthLSTMGraph, ProportionsGraph
from signlift.model.lifting_net import LiftingNet
from signlift.model.network_inputs import SKELETON
from signlift.utils.atomic import atomic_group, atomic_path

_OPSET = 17

#: Sizes that a graph is traced with; it accepts any others.
_LANES, _FRAMES = 2, 3


def export_onnx(
    net: LiftingNet, directory: str | PathLike[str], info: Mapping[str, Any] | None = None
) -> list[Path]:
    """Write a LiftingNet as two graphs, for any number B of recordings and T of frames.

    - proportions.onnx: keypoints [B, T, J, 2] (normalised, NaN where missing), confidence
      [B, T, J], fps [B], pool [B, S] -> mean [B, T, P], log_scale [B, T, P], pool_after [B, S].
    - depth.onnx: keypoints, confidence, fps, mean, log_scale, hidden and cell [layers, B, H] ->
      refined [B, T, J, 2], depth [B, T, J], uncertainty [B, T, J], hidden_after, cell_after.

    The states pool, hidden and cell are zero before a recording's first frame; the outputs
    `..._after` of one window are the inputs of the next.

    Parameters
    ----------
    net
        The network; not changed.
    directory
        Directory for the two files; created if missing.
    info
        Further metadata that JSON can hold, such as the training data.

    Returns
    -------
    The two files.
    """
    directory = Path(directory)
    net = copy.deepcopy(net).cpu().float().eval()
    J, P = len(SKELETON), NUM_PROPORTIONS
    keypoints = torch.zeros(_LANES, _FRAMES, J, 2)
    confidence, fps = torch.ones(_LANES, _FRAMES, J), torch.full((_LANES,), 30.0)
    proportions = torch.zeros(_LANES, _FRAMES, P)
    state = net.initial_state(_LANES)
    pool = state.pool
    assert pool is not None
    metadata = _metadata(net, SKELETON.name, asdict(net.config), info)
    with atomic_group():
        _export(
            ProportionsGraph(net.proportions),
            directory / PROPORTIONS_FILE,
            {"keypoints": keypoints, "confidence": confidence, "fps": fps, "pool": pool},
            ("mean", "log_scale", "pool_after"),
            "lifting proportions",
            metadata,
        )
        _export(
            DepthGraph(net.depth),
            directory / DEPTH_FILE,
            {
                "keypoints": keypoints,
                "confidence": confidence,
                "fps": fps,
                "mean": proportions,
                "log_scale": proportions,
                "hidden": state.hidden,
                "cell": state.cell,
            },
            ("refined", "depth", "uncertainty", "hidden_after", "cell_after"),
            "lifting depth",
            metadata,
        )
    return [directory / PROPORTIONS_FILE, directory / DEPTH_FILE]


def export_run(run: str | PathLike[str], path: str | PathLike[str]) -> Path:
    """Write the model of a run as ONNX: a DepthLSTM as one graph, a LiftingNet as two.

    The graph of a DepthLSTM accepts any number of recordings and of frames: keypoints [B, T, 2J]
    (x_1, y_1, ..., normalised, NaN where missing), hidden and cell [layers, B, H] -> depth
    [B, T, J], hidden_after, cell_after. For those of a LiftingNet see `export_onnx`.

    Parameters
    ----------
    run
        A run's directory (its best checkpoint), or a .safetensors file.
    path
        For a DepthLSTM a name that ends in .onnx; for a LiftingNet the directory of the two
        graphs.

    Returns
    -------
    `path`.

    Raises
    ------
    InputError
        The run does not exist; or the path ends in .onnx for a LiftingNet, or does not for a
        DepthLSTM.
    """
    run, path = Path(run), Path(path)
    if (run / DEPTH_FILE).is_file():
        expected = "a trained run or a .safetensors file"
        raise InputError(problem(run, expected=expected, found="exported graphs"))
    model, config, info = load_checkpoint(run)
    if isinstance(model, LiftingNet):
        if path.suffix == ".onnx" and not path.is_dir():
            expected = f"a directory, as {run} is a lifting network of two graphs"
            raise InputError(problem(path, expected=expected, found="a name that ends in .onnx"))
        export_onnx(model, path, info)
        return path
    assert isinstance(config, DepthLSTMConfig)
    if path.suffix != ".onnx":
        raise InputError(problem(path, expected="a name that ends in .onnx", found=path.name))
    model = model.float().eval()
    keypoints = torch.zeros(_LANES, _FRAMES, 2 * len(get_skeleton(config.skeleton)))
    state = torch.zeros(config.num_layers, _LANES, config.hidden_size)
    _export(
        DepthLSTMGraph(model),
        path,
        {"keypoints": keypoints, "hidden": state, "cell": state},
        ("depth", "hidden_after", "cell_after"),
        "depth lstm",
        _metadata(model, config.skeleton, asdict(config), info),
    )
    return path


def _free_axes(name: str) -> dict[int, str]:
    """Return the axes of any length of an array: lanes, and frames if it has them."""
    if name.removesuffix("_after") in ("hidden", "cell"):
        return {1: "B"}
    return {0: "B"} if name in ("fps", "pool", "pool_after") else {0: "B", 1: "T"}


def _metadata(
    net: nn.Module, skeleton: str, config: Mapping[str, Any], info: Mapping[str, Any] | None
) -> dict[str, Any]:
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


def _export(
    graph: nn.Module,
    path: Path,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    kind: Kind,
    metadata: Mapping[str, Any],
) -> None:
    """Trace a graph and write it with its metadata, atomically."""
    with atomic_path(path) as temporary, warnings.catch_warnings(), torch.no_grad():
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
            dynamic_axes={name: _free_axes(name) for name in (*inputs, *outputs)},
        )
        model = onnx.load(temporary)
        entry = model.metadata_props.add()
        entry.key, entry.value = METADATA, json.dumps({"kind": kind, **metadata})
        onnx.save(model, temporary)
