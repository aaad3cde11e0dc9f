"""The weights of a LiftingNet as safetensors (those of a DepthLSTM: see `checkpoint`)."""

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

from signlift.errors import InputError, problem
from signlift.model.lifting_net import LiftingNet, LiftingNetConfig
from signlift.utils.atomic import atomic_path

#: What such a file says it is.
KIND = "lifting"


def save_lifting(
    path: str | PathLike[str],
    net: LiftingNet,
    info: Mapping[str, Any] | None = None,
    *,
    half: bool = False,
) -> None:
    """Write a LiftingNet's weights as safetensors, whole or not at all.

    Parameters
    ----------
    path
        A name that ends in .safetensors.
    net
        The network.
    info
        Whatever else JSON can hold.
    half
        As float16: half the size, 3 digits.
    """
    kind = torch.float16 if half else torch.float32
    tensors = {
        name: value.detach().cpu().to(kind).contiguous() for name, value in net.state_dict().items()
    }
    metadata = {
        "kind": KIND,
        "config": json.dumps(asdict(net.config)),
        "info": json.dumps(dict(info or {})),
    }
    with atomic_path(path) as temporary:
        temporary.write_bytes(save(tensors, metadata))


def is_lifting(path: str | PathLike[str]) -> bool:
    """Whether a file says that it holds the weights of a LiftingNet."""
    try:
        with safe_open(path, "pt") as file:
            return (file.metadata() or {}).get("kind") == KIND
    except (SafetensorError, OSError):
        return False  # what is wrong with it is told by whoever reads all of it


def load_lifting(path: str | PathLike[str]) -> tuple[LiftingNet, dict[str, Any]]:
    """Read what `save_lifting` wrote.

    Returns
    -------
    The network, float32, and the further information it was saved with.

    Raises
    ------
    InputError
        There is no such file, or it is not one that `save_lifting` wrote.
    """
    path = Path(path)
    expected = "the weights of a LiftingNet"
    if not path.is_file():
        raise InputError(problem(path, expected=expected, found="no file"))
    try:
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name).float() for name in file.keys()}  # noqa: SIM118
        if metadata.get("kind") != KIND:
            raise InputError("weights of something else")
        net = LiftingNetConfig(**json.loads(metadata["config"])).build()
        net.load_state_dict(tensors)
        info = json.loads(metadata["info"])
    except (InputError, SafetensorError, KeyError, TypeError, ValueError, RuntimeError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        if isinstance(error, RuntimeError):
            reason = "a network of another shape (made by another version of signlift?)"
        raise InputError(problem(path, expected=expected, found=reason)) from error
    return net, info
