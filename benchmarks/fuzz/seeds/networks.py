"""Seeds of what training writes: runs, checkpoints, exported graphs."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds.arrays import read_back
from benchmarks.fuzz.seeds.people import simulate_signer
from signlift.io.arrays.original_arrays import write_arrays
from signlift.model.architecture import Architecture


@cache
def run_seeds() -> list[FuzzInput]:
    """Make finished runs of both architectures, beside the data that they were trained on."""
    from signlift.training.config import TrainConfig
    from signlift.training.fit import train

    seeds = []
    architectures: tuple[Architecture, ...] = ("depth-lstm", "lifting")
    for arch in architectures:
        with tempfile.TemporaryDirectory() as parent:
            data = training_data().write(Path(parent))
            init = "nothing" if arch == "lifting" else None
            config = TrainConfig(arch=arch, init=init, epochs=1, hidden_size=8)
            train(data, Path(parent) / "run", config)
            seeds.append(_without_pictures(read_back(Path(parent), "run")))
    return seeds


@cache
def training_data() -> FuzzInput:
    """Make the data of the runs."""
    with tempfile.TemporaryDirectory() as parent:
        write_arrays(Path(parent) / "data", [simulate_signer(n) for n in range(3)], quiet=True)
        return read_back(Path(parent), "data")


@cache
def checkpoint_seeds() -> list[FuzzInput]:
    """Make checkpoints of small networks."""
    import torch

    from signlift.model.checkpoint import save_checkpoint
    from signlift.model.depth_lstm import DepthLSTMConfig
    from signlift.model.lifting_net import LiftingNetConfig

    torch.manual_seed(0)
    seeds = []
    small = LiftingNetConfig(
        hidden_size=8, num_layers=1, width=8, proportions_width=8, proportions_values=4
    )
    for config in (DepthLSTMConfig(hidden_size=8), small):
        with tempfile.TemporaryDirectory() as parent:
            path = Path(parent) / "a.safetensors"
            save_checkpoint(path, config.build(), config, {"trained_on": ["a"]})
            seeds.append(read_back(Path(parent), path.name))
    return seeds


@cache
def graph_seeds() -> list[FuzzInput]:
    """Export networks of both architectures."""
    from signlift.model.export import export_run

    seeds = []
    for checkpoint, name in zip(checkpoint_seeds(), ("a.onnx", "exported"), strict=True):
        with tempfile.TemporaryDirectory() as parent:
            out = Path(parent) / "out"
            out.mkdir()
            export_run(checkpoint.write(Path(parent)), out / name)
            seeds.append(read_back(out, name))
    return seeds


def _without_pictures(given: FuzzInput) -> FuzzInput:
    """Leave out what no reader reads: drawings and the logs of TensorBoard."""
    files = {
        name: content
        for name, content in given.files.items()
        if not name.endswith(".png") and "tensorboard" not in name
    }
    return FuzzInput(given.entry, files)
