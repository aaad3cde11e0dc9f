"""Export of networks as graphs of one frame (see `signlift.model.steps`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.model.graph_metadata import (
    DEPTH_STEP_FILE,
    HAND_PLACEMENT_SIZE,
    HAND_STEP_FILE,
    PLACEMENT_SIZE,
    PROPORTIONS_STEP_FILE,
    Kind,
)
from signlift.model.graph_writer import write_graph
from signlift.model.hands.hand_inputs import HAND_KEYPOINTS
from signlift.model.hands.hand_net import HandNet
from signlift.model.lifting_net import LiftingNet
from signlift.model.network_inputs import SKELETON
from signlift.model.steps.body_steps import (
    VALUES_SIZE,
    DepthStep,
    ProportionsStep,
)
from signlift.model.steps.hand_step import HandStep

_J = len(SKELETON)

#: The layers that see keypoints, and keep float32.
_FIRST_LAYERS = ("frame.0.weight", "encode.first.weight")

#: The axis of any length: the keypoints of the body, and those of the hands where there are any.
_POINTS = {"points": {1: "N"}}


def export_body_steps(net: LiftingNet, directory: Path, metadata: Mapping[str, Any]) -> list[Path]:
    """Write a LiftingNet as two graphs of one frame.

    - step_proportions.onnx: points, placement, pool -> values, mean, log_scale, pool_after (see
      `ProportionsStep`).
    - step_depth.onnx: values, mean, log_scale, hidden, cell -> prediction, refined, hidden_after,
      cell_after (see `DepthStep`).

    Parameters
    ----------
    net
        The network, in float32.
    directory
        The directory of the graphs.
    metadata
        That of all graphs of the network.
    """
    state = net.initial_state(1)
    assert state.pool is not None
    proportions = {
        "mean": torch.zeros(1, NUM_PROPORTIONS),
        "log_scale": torch.zeros(1, NUM_PROPORTIONS),
    }
    lstm = {"hidden": state.hidden, "cell": state.cell}
    _write(
        ProportionsStep(net.proportions),
        directory / PROPORTIONS_STEP_FILE,
        {
            "points": torch.zeros(4, _J + 1),
            "placement": torch.zeros(PLACEMENT_SIZE),
            "pool": state.pool,
        },
        ("values", "mean", "log_scale", "pool_after"),
        "proportions step",
        metadata,
    )
    _write(
        DepthStep(net.depth),
        directory / DEPTH_STEP_FILE,
        {"values": torch.zeros(1, VALUES_SIZE), **proportions, **lstm},
        ("prediction", "refined", "hidden_after", "cell_after"),
        "depth step",
        metadata,
    )
    return [directory / PROPORTIONS_STEP_FILE, directory / DEPTH_STEP_FILE]


def export_hand_step(net: HandNet, directory: Path, metadata: Mapping[str, Any]) -> Path:
    """Write a HandNet as one graph of one frame, step_hands.onnx (see `HandStep`)."""
    pool = net.initial_state(1).pool
    state = net.initial_state(2)
    assert pool is not None
    inputs = {
        "points": torch.zeros(4, _J + 2 * HAND_KEYPOINTS),
        "placement": torch.zeros(PLACEMENT_SIZE),
        "hand_placement": torch.zeros(HAND_PLACEMENT_SIZE),
        "prediction": torch.zeros(1, 2 * _J),
        "refined": torch.zeros(1, _J, 2),
        "mean": torch.zeros(1, NUM_PROPORTIONS),
        "root_shift": torch.zeros(_J, 1),
        "pool": pool,
        "hidden": state.hidden,
        "cell": state.cell,
    }
    _write(
        HandStep(net),
        directory / HAND_STEP_FILE,
        inputs,
        ("hands", "refined_hands", "pool_after", "hidden_after", "cell_after"),
        "hand step",
        metadata,
    )
    return directory / HAND_STEP_FILE


def _write(
    graph: nn.Module,
    path: Path,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    kind: Kind,
    metadata: Mapping[str, Any],
) -> None:
    write_graph(
        graph.eval(), path, inputs, outputs, kind, metadata, axes=_POINTS, exact=_FIRST_LAYERS
    )
