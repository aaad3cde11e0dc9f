"""Opening of trained networks by path."""

from __future__ import annotations

from importlib.resources import files
from os import PathLike
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.lifting.backends.onnx import (
    open_depth_lstm_network,
    open_hand_network,
    open_lifting_network,
)
from signlift.lifting.hands.hand_network import HandNetwork
from signlift.lifting.network import LiftingNetwork, Network
from signlift.lifting.trial import check_network
from signlift.model.graph_metadata import DEPTH_FILE, HANDS_FILE, PROPORTIONS_FILE
from signlift.utils.regular_files import read_regular

#: The name of the shipped weights, in place of a path.
SHIPPED = "shipped"

#: Maximum size of a graph, in bytes: that of protobuf.
MAX_BYTES = 2 << 30

#: The package that holds the shipped weights.
WEIGHTS_PACKAGE = "signlift.weights"


def open_network(path: str | PathLike[str] | None, threads: int) -> Network:
    """Open a trained network.

    Parameters
    ----------
    path
        None or "shipped" for the shipped weights; an exported directory or .onnx file, which
        ONNX Runtime runs; a run's directory or a .safetensors file, which PyTorch runs.
    threads
        Number of threads that ONNX Runtime uses for one operation.

    Raises
    ------
    InputError
        The path does not exist, or was not written by signlift; its predictions are not finite;
        or it needs PyTorch, which is not installed.
    """
    if path is None or path == SHIPPED:
        return _open_shipped(threads)
    network = _open_path(Path(path), threads)
    check_network(network, str(path))
    return network


def open_hands(path: str | PathLike[str] | None, threads: int) -> HandNetwork | None:
    """Open the network of hands of a model: the shipped one, if the model has none of its own.

    Parameters
    ----------
    path, threads
        As for `open_network`.

    Returns
    -------
    None if there are no shipped weights of hands.

    Raises
    ------
    InputError
        A graph was not written by signlift.
    """
    if path is not None and path != SHIPPED:
        directory = Path(path)
        directory = directory if directory.is_dir() else directory.parent
        if (directory / HANDS_FILE).is_file():
            return open_hand_network(
                lambda name: read_regular(directory / name, MAX_BYTES), str(directory), threads
            )
    shipped = files(WEIGHTS_PACKAGE)
    if not shipped.joinpath(HANDS_FILE).is_file():
        return None
    return open_hand_network(
        lambda name: shipped.joinpath(name).read_bytes(), WEIGHTS_PACKAGE, threads
    )


def _open_path(path: Path, threads: int) -> Network:
    if path.is_dir() and ((path / DEPTH_FILE).exists() or (path / PROPORTIONS_FILE).exists()):
        return _open_directory(path, threads)
    if path.suffix == ".onnx":
        return _open_onnx_file(path, threads)
    if not path.exists():
        raise InputError(problem(path, expected="a trained run or exported model", found="no file"))
    try:
        from signlift.lifting.backends.torch import open_run
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package not in ("torch", "safetensors"):
            raise
        raise InputError(
            f"{path}: {package} is not installed; run pip install 'signlift[train]', "
            "or use a model that 'signlift export' wrote"
        ) from error
    return open_run(path)


def _open_shipped(threads: int) -> LiftingNetwork:
    directory = files(WEIGHTS_PACKAGE)
    if not directory.joinpath(DEPTH_FILE).is_file():
        expected = f"{PROPORTIONS_FILE} and {DEPTH_FILE} in the package {WEIGHTS_PACKAGE}"
        raise InputError(problem("shipped weights", expected=expected, found="no such file"))
    return open_lifting_network(
        lambda name: directory.joinpath(name).read_bytes(), WEIGHTS_PACKAGE, threads
    )


def _open_directory(directory: Path, threads: int) -> LiftingNetwork:
    return open_lifting_network(
        lambda name: read_regular(directory / name, MAX_BYTES), str(directory), threads
    )


def _open_onnx_file(path: Path, threads: int) -> Network:
    if not path.is_file():
        found = "a directory" if path.is_dir() else "no file"
        raise InputError(problem(path, expected="a .onnx file", found=found))
    network = open_depth_lstm_network(read_regular(path, MAX_BYTES), str(path), threads)
    if network is not None:
        return network
    if path.name not in (DEPTH_FILE, PROPORTIONS_FILE):
        expected = f"the directory that holds {PROPORTIONS_FILE} and {DEPTH_FILE}"
        raise InputError(problem(path, expected=expected, found="one of the two graphs"))
    return _open_directory(path.parent, threads)
