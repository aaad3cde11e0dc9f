"""Weights that training starts from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from signlift.errors import InputError, parameter_problem
from signlift.model.checkpoint import Checkpoint, load_checkpoint
from signlift.model.graph_metadata import DEPTH_FILE
from signlift.training.config import NOTHING, SHIPPED

#: Package and file of the shipped weights.
_PACKAGE, _FILE = "signlift.weights", "signlift.safetensors"


def load_initial_weights(init: str | None) -> Checkpoint | None:
    """Load the weights that training starts from.

    Parameters
    ----------
    init
        "shipped", "nothing", a run's directory (its best checkpoint) or a .safetensors file.

    Returns
    -------
    None for "nothing" and None.

    Raises
    ------
    InputError
        The file does not exist, or is not a checkpoint of signlift.
    """
    if init is None or init == NOTHING:
        return None
    if init == SHIPPED:
        return load_checkpoint(Path(str(files(_PACKAGE).joinpath(_FILE))))
    if init.endswith(".onnx") or (Path(init) / DEPTH_FILE).is_file():
        expected = "shipped, nothing, a run or a .safetensors file"
        raise InputError(parameter_problem("init", expected=expected, found=f"graphs ({init})"))
    return load_checkpoint(init)
