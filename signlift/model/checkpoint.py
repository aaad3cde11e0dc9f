"""Checkpoints: weights as safetensors, with what they are and where they stand as JSON.

Nothing is ever unpickled: safetensors hold plain numbers and text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from signlift.errors import InputError, problem
from signlift.model.depth_lstm import DepthLSTM, DepthLSTMConfig
from signlift.utils.atomic import atomic_path

BEST = "best.safetensors"
LAST = "last.safetensors"

_MODEL = "model."
_OPTIMIZER = "optimizer."


def save_checkpoint(
    path: str | PathLike[str],
    model: DepthLSTM,
    config: DepthLSTMConfig,
    info: Mapping[str, Any],
    optimizer: torch.optim.Optimizer | None = None,
) -> None:
    """Write weights (and an optimizer's state), whole or not at all.

    Parameters
    ----------
    path
        A name that ends in .safetensors.
    model, config
        The weights, and what they are the weights of.
    info
        Whatever else JSON can hold.
    optimizer
        Its state is saved too, so that training can go on.
    """
    tensors = {_MODEL + name: value for name, value in model.state_dict().items()}
    if optimizer is not None:
        for number, values in optimizer.state_dict()["state"].items():
            for name, value in values.items():
                tensors[f"{_OPTIMIZER}{number}.{name}"] = torch.as_tensor(value)
    tensors = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    metadata = {"config": json.dumps(asdict(config)), "info": json.dumps(dict(info))}
    with atomic_path(path) as temporary:
        temporary.write_bytes(save(tensors, metadata))


def load_checkpoint(
    path: str | PathLike[str], optimizer: torch.optim.Optimizer | None = None
) -> tuple[DepthLSTM, DepthLSTMConfig, dict[str, Any]]:
    """Read a checkpoint.

    Parameters
    ----------
    path
        A .safetensors file that signlift wrote, or a run's folder (its best checkpoint).
    optimizer
        Takes the optimizer's state, when it is given.

    Returns
    -------
    The model, what it is, and the further information it was saved with.

    Raises
    ------
    InputError
        There is no such file, or it is not one that signlift wrote.
    """
    path = Path(path)
    if path.is_dir():
        path = path / BEST
    if path.is_file():
        with path.open("rb"):  # so that a lack of permission is told as such
            pass
    else:
        raise InputError(problem(path, expected="a trained run or checkpoint", found="no file"))
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        config = DepthLSTMConfig(**json.loads(metadata["config"]))
        info = json.loads(metadata["info"])
        weights = _below(tensors, _MODEL)
        model = config.build().to(weights["linear.bias"].dtype)
        model.load_state_dict(weights)
    except (
        InputError,
        SafetensorError,
        KeyError,
        TypeError,
        ValueError,
        RuntimeError,
        OSError,
    ) as error:
        raise InputError(
            problem(path, expected="a checkpoint of signlift", found=_reason(error))
        ) from error
    if optimizer is not None:
        state: dict[int, dict[str, Tensor]] = {}
        for name, value in _below(tensors, _OPTIMIZER).items():
            number, _, key = name.partition(".")
            state.setdefault(int(number), {})[key] = value
        groups = optimizer.state_dict()["param_groups"]
        optimizer.load_state_dict({"state": state, "param_groups": groups})
    return model, config, info


def _below(tensors: Mapping[str, Tensor], prefix: str) -> dict[str, Tensor]:
    return {
        name.removeprefix(prefix): value
        for name, value in tensors.items()
        if name.startswith(prefix)
    }


def _reason(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return f"one that cannot be used ({lines[0] if lines else type(error).__name__})"
