"""Load a trained model: the shipped weights, an exported model, a run or weights of PyTorch."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from signlift.lifting.lifter import Lifter
from signlift.lifting.open_network import SHIPPED, open_network


def load(path: str | PathLike[str] | None = None, *, threads: int = 1) -> Lifter:
    """Load a trained model.

    Parameters
    ----------
    path
        None or "shipped" for the shipped weights; a .onnx file or a directory that
        `signlift export` wrote; a run's directory (its best checkpoint) or a .safetensors file,
        both of which need PyTorch.
    threads
        Number of threads that ONNX Runtime uses; more than one is hardly faster.

    Returns
    -------
    The model, ready to lift.

    Raises
    ------
    InputError
        The path does not exist, or was not written by signlift.

    Examples
    --------
    >>> import signlift as sl
    >>> sl.load()
    Lifter(the shipped weights, panoptic26)
    """
    network = open_network(path, threads)
    return Lifter(network, None if path is None or path == SHIPPED else Path(path), threads)
