"""Export of trained networks as ONNX graphs, which run without PyTorch."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any

import torch

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.core.skeleton import get_skeleton
from signlift.errors import InputError, problem
from signlift.model.checkpoint import is_stored_half, load_checkpoint
from signlift.model.depth_lstm import DepthLSTM, DepthLSTMConfig
from signlift.model.graph_metadata import DEPTH_FILE, PROPORTIONS_FILE
from signlift.model.graph_modules import DepthGraph, DepthLSTMGraph, ProportionsGraph
from signlift.model.graph_writer import (
    TRACED_FRAMES,
    TRACED_LANES,
    graph_metadata,
    write_graph,
    write_pair,
)
from signlift.model.hand_export import export_hands
from signlift.model.hands.hand_net import HandNet
from signlift.model.lifting_net import LiftingNet
from signlift.model.network_inputs import SKELETON
from signlift.model.steps.step_export import export_body_steps
from signlift.utils.atomic import atomic_group


def export_onnx(
    net: LiftingNet,
    directory: str | PathLike[str],
    info: Mapping[str, Any] | None = None,
    *,
    half: bool = False,
    steps: bool = True,
) -> list[Path]:
    """Write a LiftingNet as graphs: two for any number B of recordings and T of frames.

    - proportions.onnx: keypoints [B, T, J, 2] (normalised, NaN where missing), confidence
      [B, T, J], detector_depth [B, T, J] and offset [B, T, 2] (both NaN where unknown), fps [B],
      pool [B, S] -> mean [B, T, P], log_scale [B, T, P], pool_after [B, S].
    - depth.onnx: keypoints, confidence, detector_depth, offset, fps, mean, log_scale, hidden and
      cell [layers, B, H] -> refined [B, T, J, 2], depth [B, T, J], uncertainty [B, T, J],
      hidden_after, cell_after.

    The states pool, hidden and cell are zero before a recording's first frame; the outputs
    `..._after` of one window are the inputs of the next. Two more graphs lift one frame of a stream
    (see `signlift.model.steps.step_export`).

    Parameters
    ----------
    net
        The network; not changed.
    directory
        Directory for the files; created if missing.
    info
        Further metadata that JSON can hold, such as the training data.
    half
        Store large weights as float16.
    steps
        Write the graphs of one frame, too. Without them a stream takes the other ones.

    Returns
    -------
    The files.
    """
    directory = Path(directory)
    net = copy.deepcopy(net).cpu().float().eval()
    J, P = len(SKELETON), NUM_PROPORTIONS
    frames = {
        "keypoints": torch.zeros(TRACED_LANES, TRACED_FRAMES, J, 2),
        "confidence": torch.ones(TRACED_LANES, TRACED_FRAMES, J),
        "detector_depth": torch.zeros(TRACED_LANES, TRACED_FRAMES, J),
        "offset": torch.zeros(TRACED_LANES, TRACED_FRAMES, 2),
        "fps": torch.full((TRACED_LANES,), 30.0),
    }
    proportions = torch.zeros(TRACED_LANES, TRACED_FRAMES, P)
    metadata = graph_metadata(net, SKELETON.name, asdict(net.config), info)
    paths = directory / PROPORTIONS_FILE, directory / DEPTH_FILE
    with atomic_group():
        write_pair(
            (ProportionsGraph(net.proportions), DepthGraph(net.depth)),
            paths,
            frames,
            proportions,
            net.initial_state(TRACED_LANES),
            ("lifting proportions", "lifting depth"),
            metadata,
            half=half,
        )
        of_a_frame = export_body_steps(net, directory, metadata) if steps else []
    return [*paths, *of_a_frame]


def export_run(run: str | PathLike[str], path: str | PathLike[str]) -> Path:
    """Write the model of a run as ONNX: a DepthLSTM as one graph, a LiftingNet as several.

    The graph of a DepthLSTM accepts any number of recordings and of frames: keypoints [B, T, 2J]
    (x_1, y_1, ..., normalised, NaN where missing), hidden and cell [layers, B, H] -> depth
    [B, T, J], hidden_after, cell_after. For those of a LiftingNet see `export_onnx`; their large
    weights are float16 if those of the run are.

    Parameters
    ----------
    run
        A run's directory (its best checkpoint), or a .safetensors file.
    path
        For a DepthLSTM a name that ends in .onnx; for a LiftingNet the directory of the graphs.

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
    if isinstance(model, (LiftingNet, HandNet)):
        if path.suffix == ".onnx" and not path.is_dir():
            expected = f"a directory, as {run} is a lifting network of several graphs"
            raise InputError(problem(path, expected=expected, found="a name that ends in .onnx"))
        if isinstance(model, HandNet):
            export_hands(model, path, info, half=is_stored_half(run))
        else:
            export_onnx(model, path, info, half=is_stored_half(run))
        return path
    assert isinstance(config, DepthLSTMConfig) and isinstance(model, DepthLSTM)
    if path.suffix != ".onnx":
        raise InputError(problem(path, expected="a name that ends in .onnx", found=path.name))
    model = model.float().eval()
    keypoints = torch.zeros(TRACED_LANES, TRACED_FRAMES, 2 * len(get_skeleton(config.skeleton)))
    state = torch.zeros(config.num_layers, TRACED_LANES, config.hidden_size)
    write_graph(
        DepthLSTMGraph(model),
        path,
        {"keypoints": keypoints, "hidden": state, "cell": state},
        ("depth", "hidden_after", "cell_after"),
        "depth lstm",
        graph_metadata(model, config.skeleton, asdict(config), info),
    )
    return path
