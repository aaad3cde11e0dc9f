"""The state of a training as named tensors, for checkpoints."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

_OPTIMIZER = "optimizer."
_WEIGHTS = "weights."


def optimizer_state(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    """Return the state of an optimiser as tensors named optimizer.PARAMETER.KEY."""
    return {
        f"{_OPTIMIZER}{number}.{name}": torch.as_tensor(value)
        for number, values in optimizer.state_dict()["state"].items()
        for name, value in values.items()
    }


def load_optimizer(optimizer: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Restore the state of an optimiser.

    Parameters
    ----------
    optimizer
        An optimiser of the same parameters; its learning rate and other options are kept.
    tensors
        The result of `optimizer_state`, among other tensors.

    Raises
    ------
    ValueError
        The state of a parameter is not that of Adam.
    """
    state: dict[int, dict[str, Tensor]] = {}
    for name, value in tensors.items():
        if name.startswith(_OPTIMIZER):
            number, _, key = name.removeprefix(_OPTIMIZER).partition(".")
            state.setdefault(int(number), {})[key] = value
    groups = optimizer.state_dict()["param_groups"]
    parameters = [value for group in optimizer.param_groups for value in group["params"]]
    for index, moments in state.items():
        if set(moments) != {"step", "exp_avg", "exp_avg_sq"} or not (
            moments["exp_avg"].shape == moments["exp_avg_sq"].shape == parameters[index].shape
        ):
            raise ValueError(f"the state of the optimiser for parameter {index}")
    optimizer.load_state_dict({"state": state, "param_groups": groups})


def weights_state(model: nn.Module) -> dict[str, Tensor]:
    """Return the weights of a network as tensors named weights.NAME."""
    return {_WEIGHTS + name: value for name, value in model.state_dict().items()}


def load_weights(model: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Restore the weights of a network.

    Parameters
    ----------
    model
        A network of the same architecture.
    tensors
        The result of `weights_state`, among other tensors.
    """
    model.load_state_dict(
        {
            name.removeprefix(_WEIGHTS): value
            for name, value in tensors.items()
            if name.startswith(_WEIGHTS)
        }
    )
