"""Export of networks as graphs of one frame (see `signlift.model.steps`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.core.face.face_landmarks import HEAD_KEYPOINTS
from signlift.model.eight_bits import BLOCK
from signlift.model.graph_metadata import (
    DEPTH_STEP_FILE,
    FACE_STEP_FILE,
    FIRST_WEIGHT,
    HAND_STEP_FILE,
    PROPORTIONS_STEP_FILE,
    SURFACE_STEP_FILE,
    Kind,
)
from signlift.model.graph_writer import write_graph
from signlift.model.hands.hand_inputs import HAND_KEYPOINTS
from signlift.model.hands.hand_net import HandNet
from signlift.model.lifting_net import LiftingNet
from signlift.model.network_inputs import SKELETON
from signlift.model.steps.depth_step import DepthStep
from signlift.model.steps.face_step import FaceStep
from signlift.model.steps.hand_step import NUM_CONTEXT, HandStep
from signlift.model.steps.proportions_step import ProportionsStep, body_points
from signlift.model.steps.surface_step import COLUMNS, ROWS, SurfaceStep

_J = len(SKELETON)

#: The layers that see keypoints, and keep float32.
_FIRST_LAYERS = ("first_layer.weight",)

#: Weights of the hands' graph that share a scale: for two hands at once, small blocks take twice as
#: long.
_HAND_BLOCK = 64


def export_body_steps(net: LiftingNet, directory: Path, metadata: Mapping[str, Any]) -> list[Path]:
    """Write a LiftingNet as graphs of one frame, with those of the face, which have no weights.

    - step_proportions.onnx: the inputs and outputs of `ProportionsStep`.
    - step_depth.onnx: those of `DepthStep`.
    - step_face.onnx and step_surface.onnx: those of `FaceStep` and `SurfaceStep`.

    Parameters
    ----------
    net
        The network, in float32.
    directory
        The directory of the graphs.
    metadata
        That of all graphs of the network.
    """
    points = body_points()
    proportions = {
        "mean": torch.zeros(1, NUM_PROPORTIONS),
        "log_scale": torch.zeros(1, NUM_PROPORTIONS),
    }
    _write(
        ProportionsStep(net.proportions),
        directory / PROPORTIONS_STEP_FILE,
        {
            "points": torch.zeros(1, 4, _J),
            "origin": torch.zeros(1, 4, 1),
            "factor": torch.ones(1, 4, 1),
            "context": torch.zeros(1, len(points.parts["context"])),
            "visible": torch.ones(1, 1),
            "count": torch.ones(1, 1),
            **_pool(1, net.proportions.value.out_features),
        },
        ("values", "mean", "log_scale", "sums_after", "weights_after"),
        "proportions step",
        metadata,
    )
    _write(
        DepthStep(net.depth),
        directory / DEPTH_STEP_FILE,
        {
            "values": torch.zeros(1, points.size),
            **proportions,
            "offset": torch.zeros(1, 2, 1),
            "scale": torch.ones(1, 1),
            "depth_map": torch.zeros(_J, 3),
            "uncertainty_map": torch.zeros(_J, 3),
            **_lstm_state(1, net.depth.lstm),
        },
        (
            *("depth", "uncertainty", "refined", "mapped_depth", "mapped_uncertainty"),
            *("hidden_after", "cell_after"),
        ),
        "depth step",
        metadata,
        axes={
            name: {1: "K"}
            for name in ("depth_map", "uncertainty_map", "mapped_depth", "mapped_uncertainty")
        },
    )
    _export_face_step(directory, metadata)
    _export_surface_step(directory, metadata)
    files = (PROPORTIONS_STEP_FILE, DEPTH_STEP_FILE, FACE_STEP_FILE, SURFACE_STEP_FILE)
    return [directory / file for file in files]


def _export_face_step(directory: Path, metadata: Mapping[str, Any]) -> None:
    """Write the graph of one frame of a face, of any layout."""
    heads = len(HEAD_KEYPOINTS)
    N = heads + 6
    points = torch.linspace(-50, 50, 2 * N).reshape(2, N) ** 3
    inputs = {
        "points": points,
        "across": points[:1].clone(),
        "heads": torch.eye(N)[:, -heads:],
        "landmark": torch.ones(N, 1),
        "fitted": torch.ones(N, 1),
        "precision": torch.ones(1, N),
        "basis": torch.cat([torch.ones(1, N), points, points[:1] ** 2]),
        "places": points[[0, 1, 0]],
        "normals": torch.ones(3, N),
        "own": torch.ones(1, N),
        "origin": torch.zeros(2, 1),
        "factor": torch.ones(1, 1),
        "centre": torch.zeros(2, 1),
        "nearness": torch.zeros(1, 1),
        "depth": torch.zeros(1, heads),
        "head_depth": torch.zeros(1, 1),
        "head_variance": torch.ones(1, 1),
        "unit": torch.ones(1, 1),
        "magnified": torch.ones(1, 1),
    }
    outputs = ("face_depth", "uncertainty", "flat", "behind")
    pose = ("rotation", "position", "size", "variance", "tilt", "middle", "head")
    axes = {
        **{
            name: {1: "N"}
            for name in ("points", "across", "precision", "basis", "places", "normals", "own")
        },
        **{name: {0: "N"} for name in ("heads", "landmark", "fitted")},
        **{name: {1: "N"} for name in outputs},
    }
    write_graph(
        FaceStep().eval(),
        directory / FACE_STEP_FILE,
        inputs,
        (*outputs, *pose),
        "face step",
        metadata,
        axes=axes,
    )


def _export_surface_step(directory: Path, metadata: Mapping[str, Any]) -> None:
    """Write the graph of one frame of the surface of a face."""
    L = 4
    lines = {"sights": torch.zeros(2, L)}
    limits = {name: torch.zeros(1, L) for name in ("start", "nearest", "farthest")}
    inputs = {
        **lines,
        "rotation": torch.eye(3),
        **limits,
        "table": torch.zeros(3, (COLUMNS + 1) * (ROWS + 1)),
    }
    outputs = ("surface_depth", "steepness")
    write_graph(
        SurfaceStep().eval(),
        directory / SURFACE_STEP_FILE,
        inputs,
        outputs,
        "surface step",
        metadata,
        axes={name: {1: "L"} for name in (*lines, *limits, *outputs)},
    )


def export_hand_step(net: HandNet, directory: Path, metadata: Mapping[str, Any]) -> Path:
    """Write a HandNet as one graph of one frame, step_hands.onnx (see `HandStep`)."""
    inputs = {
        "points": torch.zeros(2, 4, HAND_KEYPOINTS),
        "origin": torch.zeros(2, 4, 1),
        "factor": torch.ones(2, 4, 1),
        "context": torch.zeros(2, NUM_CONTEXT),
        "tangent": torch.zeros(2, 2, 1),
        "perspective": torch.zeros(2, 1, 1),
        "unit": torch.ones(1, 1),
        "wrist_depth": torch.zeros(2, 1),
        "wrist_variance": torch.zeros(2, 1),
        "count": torch.ones(2, 1),
        **_pool(2, net.proportions.evidence.out_features // 2),
        **_lstm_state(2, net.depth.lstm),
    }
    states = (f"{name}_after" for name in ("count", "sums", "weights", "hidden", "cell"))
    _write(
        HandStep(net),
        directory / HAND_STEP_FILE,
        inputs,
        ("depth", "uncertainty", "refined", *states),
        "hand step",
        metadata,
        block=_HAND_BLOCK,
    )
    return directory / HAND_STEP_FILE


def _pool(lanes: int, values: int) -> dict[str, Tensor]:
    """Return the state of a PooledStep before the first frame."""
    return {
        "sums": torch.zeros(lanes, values),
        "weights": torch.full((lanes, values), FIRST_WEIGHT),
    }


def _lstm_state(lanes: int, lstm: nn.LSTM) -> dict[str, Tensor]:
    """Return the state of an LSTMStep before the first frame."""
    zeros = torch.zeros(lanes * lstm.num_layers, lstm.hidden_size)
    return {"hidden": zeros, "cell": zeros.clone()}


def _write(
    graph: nn.Module,
    path: Path,
    inputs: Mapping[str, Tensor],
    outputs: Sequence[str],
    kind: Kind,
    metadata: Mapping[str, Any],
    *,
    axes: Mapping[str, dict[int, str]] | None = None,
    block: int = BLOCK,
) -> None:
    write_graph(
        graph.eval(),
        path,
        inputs,
        outputs,
        kind,
        metadata,
        axes=axes or {},
        exact=_FIRST_LAYERS,
        block=block,
    )
