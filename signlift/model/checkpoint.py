"""Checkpoints: weights as safetensors, with their configuration and further metadata as JSON.

One format holds the weights of every architecture. Nothing is ever unpickled: safetensors hold
plain numbers and text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from os import PathLike
from pathlib import Path
from typing import Any, NamedTuple

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save
from torch import Tensor

from signlift.errors import InputError, problem
from signlift.model.depth_lstm import DepthLSTM, DepthLSTMConfig
from signlift.model.hands.hand_net import HandNet, HandNetConfig
from signlift.model.lifting_net import LiftingNet, LiftingNetConfig
from signlift.model.side_by_side import SideBySide, SideBySideConfig
from signlift.utils.atomic import atomic_path

#: File names of a run's checkpoints.
BEST = "best.safetensors"
LAST = "last.safetensors"

ModelConfig = DepthLSTMConfig | LiftingNetConfig | HandNetConfig | SideBySideConfig
Model = DepthLSTM | LiftingNet | HandNet | SideBySide

_CONFIGS: dict[str, type[ModelConfig]] = {
    "depth-lstm": DepthLSTMConfig,
    "lifting": LiftingNetConfig,
    "hands": HandNetConfig,
    "side-by-side": SideBySideConfig,
}

# Prefixes of the names of tensors: the weights, and everything that training needs to continue.
_MODEL = "model."
_TRAINING = "training."

#: Number of layers that no network without weights for them is built with, not even for shapes.
_MAX_LAYERS = 100

#: Errors that damaged files cause.
_ERRORS = (
    InputError,
    SafetensorError,
    AttributeError,
    KeyError,
    MemoryError,
    OSError,
    OverflowError,
    RuntimeError,
    TypeError,
    ValueError,
)


class Checkpoint(NamedTuple):
    """The content of a checkpoint.

    Attributes
    ----------
    model
        The network with its weights: float64 if they were saved so, float32 otherwise.
    config
        The configuration that it was built from.
    info
        Further metadata.
    """

    model: Model
    config: ModelConfig
    info: dict[str, Any]


def save_checkpoint(
    path: str | PathLike[str],
    model: Model,
    config: ModelConfig,
    info: Mapping[str, Any] | None = None,
    *,
    training_state: Mapping[str, Tensor] | None = None,
    half: bool = False,
) -> None:
    """Write weights and their metadata, atomically.

    Parameters
    ----------
    path
        A name that ends in .safetensors.
    model, config
        The network, and the configuration that it was built from.
    info
        Further metadata that JSON can hold.
    training_state
        Tensors that training needs to continue, by name.
    half
        Save weights as float16: half the size, 3 significant digits.
    """
    dtype = torch.float16 if half else None
    tensors = {
        _MODEL + name: value.detach().to("cpu", dtype) for name, value in model.state_dict().items()
    }
    for name, value in (training_state or {}).items():
        tensors[_TRAINING + name] = value.detach().cpu()
    metadata = {
        "architecture": next(name for name, kind in _CONFIGS.items() if isinstance(config, kind)),
        "config": json.dumps(asdict(config)),
        "info": json.dumps(dict(info or {})),
    }
    content = save({name: value.contiguous() for name, value in tensors.items()}, metadata)
    with atomic_path(path) as temporary:
        temporary.write_bytes(content)


def load_checkpoint(path: str | PathLike[str]) -> Checkpoint:
    """Read a checkpoint.

    Parameters
    ----------
    path
        A .safetensors file that signlift wrote, or a run's directory (its best checkpoint).

    Raises
    ------
    InputError
        The file does not exist, or is not a checkpoint of signlift: its configuration is not that
        of its tensors (which is checked before a network of that size is built), or a weight is
        not finite.
    """
    path = _checkpoint_file(path)
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            weights = _read_tensors(file, _MODEL)
        if metadata["architecture"] not in _CONFIGS:
            raise ValueError(f"architecture {metadata['architecture']!r}")
        config = _CONFIGS[metadata["architecture"]](**json.loads(metadata["config"]))
        info = json.loads(metadata["info"])
        if not isinstance(info, dict):
            raise TypeError("metadata that are no object")
        if not _has_shapes(config, weights):
            raise ValueError("weights of another shape (of another version of signlift?)")
        if not all(torch.isfinite(value).all() for value in weights.values()):
            raise ValueError("weights that are not finite")
        dtypes = {value.dtype for value in weights.values()}
        model = config.build().to(torch.float64 if torch.float64 in dtypes else torch.float32)
        model.load_state_dict(weights)
    except _ERRORS as error:
        raise _damaged(path, _first_line(error)) from error
    return Checkpoint(model, config, info)


def is_stored_half(path: str | PathLike[str]) -> bool:
    """Return True if a checkpoint that can be loaded holds its weights as float16."""
    with safe_open(_checkpoint_file(path), "pt") as file:
        names = [name for name in file.keys() if name.startswith(_MODEL)]  # noqa: SIM118
        return all(file.get_slice(name).get_dtype() == "F16" for name in names)


def load_training_state(path: str | PathLike[str]) -> dict[str, Tensor]:
    """Read the tensors that training needs to continue, by name.

    Parameters
    ----------
    path
        As for `load_checkpoint`.

    Raises
    ------
    InputError
        The file does not exist, or is not a safetensors file.
    """
    path = _checkpoint_file(path)
    try:
        with safe_open(path, "pt") as file:
            return _read_tensors(file, _TRAINING)
    except (SafetensorError, OSError) as error:
        raise _damaged(path, _first_line(error)) from error


def architecture_of(config: ModelConfig) -> str:
    """Return the name of the architecture that a configuration builds.

    It is one of `Architecture`, or one that `pretraining` alone trains.
    """
    names = {kind: name for name, kind in _CONFIGS.items()}
    return names[type(config)]


def _checkpoint_file(path: str | PathLike[str]) -> Path:
    path = Path(path)
    if path.is_dir():
        path = path / BEST
    if not path.is_file():
        raise InputError(problem(path, expected="a trained run or checkpoint", found="no file"))
    with path.open("rb"):  # raises an error of its own if permission is missing
        return path


def _read_tensors(file: Any, prefix: str) -> dict[str, Tensor]:
    names = [name for name in file.keys() if name.startswith(prefix)]  # noqa: SIM118
    return {name.removeprefix(prefix): file.get_tensor(name) for name in names}


def _has_shapes(config: ModelConfig, weights: Mapping[str, Tensor]) -> bool:
    """Return whether weights have the shapes of a configuration, without memory for its network."""
    if config.num_layers > max(len(weights), _MAX_LAYERS):
        return False
    with torch.device("meta"):
        model = config.build()
    shapes = {name: value.shape for name, value in model.state_dict().items()}
    return shapes == {name: value.shape for name, value in weights.items()}


def _damaged(path: Path, reason: str) -> InputError:
    expected = "a checkpoint of signlift"
    return InputError(problem(path, expected=expected, found=f"an unusable file ({reason})"))


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
