"""Trained checkpoints, run by PyTorch."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from signlift.errors import InputError, problem
from signlift.lifting.network import Network, build_depth_lstm_network, build_lifting_network
from signlift.model.checkpoint import Model, ModelConfig, load_checkpoint
from signlift.model.depth_lstm import DepthLSTM
from signlift.model.graph_modules import DepthGraph, DepthLSTMGraph, ProportionsGraph
from signlift.model.lifting_net import LiftingNet
from signlift.model.network_inputs import SKELETON


class TorchGraph:
    """A PyTorch module as a graph of NumPy arrays.

    Parameters
    ----------
    module
        A module whose arguments are in the order of the exported graph's inputs.
    """

    def __init__(self, module: nn.Module) -> None:
        self._module = module.float().eval()

    def __call__(self, *inputs: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Run the module on float32 arrays."""
        # Copies: PyTorch may write into its inputs, and some of these arrays are read-only.
        tensors = [torch.from_numpy(np.array(value, order="C")) for value in inputs]
        with torch.inference_mode():
            outputs = self._module(*tensors)
        return [output.numpy() for output in outputs]


def open_run(path: Path) -> Network:
    """Open the network of a run's directory, or of a .safetensors file.

    Raises
    ------
    InputError
        The file does not exist, or was not written by signlift.
    """
    model, config, info = load_checkpoint(path)
    return build_network(model, config, info)


def build_network(
    model: Model, config: ModelConfig, info: Mapping[str, Any] | None = None
) -> Network:
    """Build the network of a PyTorch model, from a copy of its weights.

    Parameters
    ----------
    model, config
        The model, and the configuration that it was built from.
    info
        Further metadata.
    """
    model = copy.deepcopy(model).cpu()
    about = {"config": asdict(config), "info": dict(info or {})}
    if isinstance(model, LiftingNet):
        proportions = TorchGraph(ProportionsGraph(model.proportions))
        depth = TorchGraph(DepthGraph(model.depth))
        return build_lifting_network(proportions, depth, {**about, "skeleton": SKELETON.name})
    if not isinstance(model, DepthLSTM):
        expected = "a network of the body"
        found = "one of hands, or several that are trained side by side"
        raise InputError(problem("model", expected=expected, found=found))
    about["skeleton"] = about["config"]["skeleton"]
    return build_depth_lstm_network(TorchGraph(DepthLSTMGraph(model)), about)
