"""Export of HandNets as ONNX graphs, which run without PyTorch."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any

import torch

from signlift.model.graph_metadata import HAND_PROPORTIONS_FILE, HANDS_FILE
from signlift.model.graph_writer import TRACED_FRAMES, TRACED_LANES, graph_metadata, write_pair
from signlift.model.hands.hand_graphs import HandProportionsGraph, HandsGraph
from signlift.model.hands.hand_inputs import HAND_BONES, HAND_KEYPOINTS
from signlift.model.hands.hand_net import HandNet
from signlift.model.steps.step_export import export_hand_step
from signlift.utils.atomic import atomic_group

#: The skeleton that the metadata of the graphs name: that of the body and the hands.
_SKELETON = "panoptic67"


def export_hands(
    net: HandNet,
    directory: str | PathLike[str],
    info: Mapping[str, Any] | None = None,
    *,
    half: bool = False,
) -> list[Path]:
    """Write a HandNet as graphs: two for any number B of hands and T of frames.

    - hand_proportions.onnx: the inputs of `HandInputs` by their names, pool [B, S] -> mean
      [B, T, 20], log_scale [B, T, 20], pool_after [B, S].
    - hands.onnx: the same inputs, mean, log_scale, hidden and cell [layers, B, H] -> refined
      [B, T, 21, 2], depth [B, T, 21], uncertainty [B, T, 21], hidden_after, cell_after.

    States are those of `export.export_onnx`. A third graph lifts one frame of a stream (see
    `signlift.model.steps.step_export`).

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

    Returns
    -------
    The files.
    """
    directory = Path(directory)
    net = copy.deepcopy(net).cpu().float().eval()
    B, T = TRACED_LANES, TRACED_FRAMES
    inputs = {
        "keypoints": torch.zeros(B, T, HAND_KEYPOINTS, 2),
        "confidence": torch.ones(B, T, HAND_KEYPOINTS),
        "detector_depth": torch.zeros(B, T, HAND_KEYPOINTS),
        "forearm": torch.zeros(B, T, 3),
        "sight": torch.zeros(B, T, 3),
        "wrist": torch.zeros(B, T, 2),
        "fps": torch.full((B,), 30.0),
    }
    lengths = torch.zeros(B, T, HAND_BONES)
    metadata = graph_metadata(net, _SKELETON, asdict(net.config), info)
    paths = directory / HAND_PROPORTIONS_FILE, directory / HANDS_FILE
    with atomic_group():
        write_pair(
            (HandProportionsGraph(net.proportions), HandsGraph(net.depth)),
            paths,
            inputs,
            lengths,
            net.initial_state(B),
            ("hand proportions", "hands"),
            metadata,
            half=half,
        )
        step = export_hand_step(net, directory, metadata)
    return [*paths, step]
