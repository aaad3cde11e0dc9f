"""Training of a baseline for a given time, and its file."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save

from benchmarks.accuracy.baseline import Baseline, Frames
from signlift.utils.atomic import atomic_path
from signlift.utils.progress import progress_bar


@dataclass(frozen=True)
class Training:
    """Summary of a training.

    Attributes
    ----------
    frames, steps
        Number of frames that a depth was predicted for, and of steps of the optimiser.
    seconds
        Time by the clock, including the simulation of the data.
    parameters
        Number of learned parameters.
    loss
        Mean loss over the last tenth of the steps.
    """

    frames: int
    steps: int
    seconds: float
    parameters: int
    loss: float


def train(
    baseline: Baseline,
    stream: Iterator[Frames],
    seconds: float,
    *,
    seed: int = 0,
    quiet: bool = True,
) -> Training:
    """Train a baseline for a time by the clock, for one step at least.

    The stream yields joined recordings. The order of the frames depends on `seed`, the number of
    steps on the machine. Schedules depend on the fraction of the time that has passed.
    """
    generator = torch.Generator().manual_seed(seed)
    baseline.train()
    optimizer = baseline.optimizer()
    start, elapsed, frames = time.perf_counter(), 0.0, 0
    losses: list[float] = []
    with progress_bar(round(seconds), f"training {baseline.name}", "second", quiet=quiet) as bar:
        while elapsed < seconds or not losses:
            for loss, count in baseline.losses(next(stream), generator):
                baseline.schedule(optimizer, min(1.0, elapsed / seconds) if seconds else 1.0)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                frames += count
                losses.append(loss.item())
                now = time.perf_counter() - start
                bar.update(now - elapsed)
                elapsed = now
                if elapsed >= seconds:
                    break
    last = losses[-max(1, len(losses) // 10) :]
    parameters = sum(values.numel() for values in baseline.parameters())
    return Training(frames, len(losses), elapsed, parameters, sum(last) / len(last))


def load_or_train(
    path: Path,
    build: Callable[[], Baseline],
    open_stream: Callable[[], Iterator[Frames]],
    seconds: float,
    *,
    seed: int,
    settings: dict[str, Any],
    quiet: bool = True,
) -> tuple[Baseline, Training]:
    """Load a baseline from its file if that has the same settings; otherwise train it.

    Parameters
    ----------
    path
        A .safetensors file.
    build
        A function that makes the baseline with random weights.
    open_stream
        A function that opens the stream of joined recordings.
    seconds, seed, quiet
        As for `train`.
    settings
        Everything that the weights depend on, as JSON values.
    """
    torch.manual_seed(seed)
    baseline = build()
    if path.is_file():
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("settings") == json.dumps(settings, sort_keys=True):
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                baseline.load_state_dict(weights)
                return baseline, Training(**json.loads(metadata["training"]))
    training = train(baseline, open_stream(), seconds, seed=seed, quiet=quiet)
    metadata = {
        "settings": json.dumps(settings, sort_keys=True),
        "training": json.dumps(asdict(training)),
    }
    weights = {name: values.contiguous() for name, values in baseline.state_dict().items()}
    with atomic_path(path) as temporary:
        temporary.write_bytes(save(weights, metadata))
    return baseline, training
