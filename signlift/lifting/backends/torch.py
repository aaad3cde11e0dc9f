"""Networks as training leaves them, run by PyTorch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from signlift.lifting.network import Network, depth_lstm_network, lifting_network
from signlift.model.checkpoint import load_checkpoint
from signlift.model.graph_modules import DepthGraph, DepthLSTMGraph, ProportionsGraph
from signlift.model.lifting_weights import is_lifting, load_lifting
from signlift.model.network_inputs import SKELETON


class TorchGraph:
    """A module that takes and gives what a graph does.

    Parameters
    ----------
    module
        Its arguments are named as the graph's inputs are.
    """

    def __init__(self, module: nn.Module) -> None:
        self._module = module.float().eval()

    def __call__(self, inputs: Mapping[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]:
        """Run it."""
        # Copies: PyTorch may write into what it is given, and some arrays are read-only.
        tensors = {
            name: torch.from_numpy(np.array(value, order="C")) for name, value in inputs.items()
        }
        with torch.inference_mode():
            outputs = self._module(**tensors)
        return [output.numpy() for output in outputs]


def open_run(path: Path) -> Network:
    """The network of a run's folder, or of a .safetensors file.

    Raises
    ------
    InputError
        There is no such file, or it is not one that signlift wrote.
    """
    if is_lifting(path):
        net, info = load_lifting(path)
        about = {"skeleton": SKELETON.name, "config": asdict(net.config), "info": info}
        proportions = TorchGraph(ProportionsGraph(net.proportions))
        return lifting_network(proportions, TorchGraph(DepthGraph(net.depth)), about)
    model, config, info = load_checkpoint(path)
    about = {"skeleton": config.skeleton, "config": asdict(config), "info": info}
    return depth_lstm_network(TorchGraph(DepthLSTMGraph(model)), about)
