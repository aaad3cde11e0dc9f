"""Finding out what a path leads to, and opening it."""

from __future__ import annotations

from importlib.resources import files
from os import PathLike
from pathlib import Path

from signlift.errors import InputError, problem
from signlift.lifting.backends.onnx import open_graph, open_lifting
from signlift.lifting.network import Network
from signlift.model.graph_metadata import DEPTH_FILE, PROPORTIONS_FILE

#: The package that holds the shipped weights.
WEIGHTS = "signlift.weights"


def open_network(path: str | PathLike[str] | None, threads: int) -> Network:
    """Open a trained model.

    Parameters
    ----------
    path
        None for the shipped weights; a folder or a file that was exported, for ONNX Runtime; a
        run's folder or a .safetensors file, for PyTorch.
    threads
        How many ONNX Runtime uses for one operation.

    Raises
    ------
    InputError
        There is no such file, or it is not one that signlift wrote; or it needs PyTorch, which
        is not installed.
    """
    if path is None:
        folder = files(WEIGHTS)
        if not folder.joinpath(DEPTH_FILE).is_file():
            expected = f"{PROPORTIONS_FILE} and {DEPTH_FILE} in the package {WEIGHTS}"
            found = "none; sl.load(path) and --model PATH take a model of your own"
            raise InputError(problem("the shipped weights", expected=expected, found=found))
        return open_lifting(lambda name: folder.joinpath(name).read_bytes(), WEIGHTS, threads)
    path = Path(path)
    if path.is_dir() and ((path / DEPTH_FILE).exists() or (path / PROPORTIONS_FILE).exists()):
        return _open_folder(path, threads)
    if path.suffix == ".onnx":
        if not path.is_file():
            found = "a folder" if path.is_dir() else "no file"
            raise InputError(problem(path, expected="a .onnx file", found=found))
        network = open_graph(path.read_bytes(), str(path), threads)
        if network is not None:
            return network
        if path.name not in (DEPTH_FILE, PROPORTIONS_FILE):
            expected = "the folder that holds both halves of a lifting network"
            raise InputError(problem(path, expected=expected, found="one half"))
        return _open_folder(path.parent, threads)
    if not path.exists():
        raise InputError(problem(path, expected="a trained run or exported model", found="no file"))
    try:
        from signlift.lifting.backends.torch import open_run
    except ModuleNotFoundError as error:
        needed = (error.name or "").partition(".")[0]
        if needed not in ("torch", "safetensors"):
            raise
        expected = "PyTorch to read a run (pip install 'signlift[train]'), or its 'signlift export'"
        raise InputError(problem(path, expected=expected, found=f"no {needed}")) from error
    return open_run(path)


def _open_folder(folder: Path, threads: int) -> Network:
    return open_lifting(lambda name: (folder / name).read_bytes(), str(folder), threads)
