"""Train any peer for a time, and keep what was trained."""

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

from benchmarks.accuracy.data import Batch
from benchmarks.accuracy.peer import Peer, normalized_batch
from signlift.utils.atomic import atomic_path
from signlift.utils.progress import progress_bar


@dataclass(frozen=True)
class Training:
    """What a training came to.

    Attributes
    ----------
    frames, steps
        Frames trained on (those that a depth was predicted for) and steps of the optimiser.
    seconds
        By the clock, with the making of the data.
    parameters
        Numbers that were learned.
    loss
        The mean over the last tenth of the steps, in the peer's own measure.
    """

    frames: int
    steps: int
    seconds: float
    parameters: int
    loss: float


def train(
    peer: Peer, batches: Iterator[Batch], seconds: float, *, seed: int = 0, quiet: bool = True
) -> Training:
    """Train a peer on a stream for `seconds` by the clock, for one step at least.

    The order of the frames and the first weights come from `seed`; how many steps there are
    depends on the machine. A schedule goes by the share of the time that is over.
    """
    generator = torch.Generator().manual_seed(seed)
    peer.train()
    optimizer = peer.optimizer()
    begin, elapsed, frames = time.perf_counter(), 0.0, 0
    losses: list[float] = []
    with progress_bar(round(seconds), f"training {peer.name}", "second", quiet=quiet) as bar:
        while elapsed < seconds or not losses:
            for loss, count in peer.losses(normalized_batch(next(batches)), generator):
                peer.schedule(optimizer, min(1.0, elapsed / seconds) if seconds else 1.0)
                optimizer.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimizer.step()
                frames += count
                losses.append(loss.item())
                now = time.perf_counter() - begin
                bar.update(now - elapsed)
                elapsed = now
                if elapsed >= seconds:
                    break
    last = losses[-max(1, len(losses) // 10) :]
    parameters = sum(values.numel() for values in peer.parameters())
    return Training(frames, len(losses), elapsed, parameters, sum(last) / len(last))


def trained(
    path: Path,
    build: Callable[[], Peer],
    batches: Callable[[], Iterator[Batch]],
    seconds: float,
    *,
    seed: int,
    settings: dict[str, Any],
    quiet: bool = True,
) -> tuple[Peer, Training]:
    """A trained peer: from its file where that was made with these settings, else trained now.

    Parameters
    ----------
    path
        A .safetensors file.
    build
        Makes the peer with fresh weights.
    batches
        Opens the stream.
    seconds, seed, quiet
        As for `train`.
    settings
        All that the weights depend on, as JSON can hold it.
    """
    torch.manual_seed(seed)
    peer = build()
    if path.is_file():
        with safe_open(path, "pt") as file:
            metadata = file.metadata() or {}
            if metadata.get("settings") == json.dumps(settings, sort_keys=True):
                weights = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
                peer.load_state_dict(weights)
                return peer, Training(**json.loads(metadata["training"]))
    training = train(peer, batches(), seconds, seed=seed, quiet=quiet)
    metadata = {
        "settings": json.dumps(settings, sort_keys=True),
        "training": json.dumps(asdict(training)),
    }
    weights = {name: values.contiguous() for name, values in peer.state_dict().items()}
    with atomic_path(path) as temporary:
        temporary.write_bytes(save(weights, metadata))
    return peer, training
