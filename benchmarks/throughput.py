"""Training throughput at the seed's sizes, beside a bare training step and the seed's loops.

All three take the same steps in turn, in one run: what is printed are ratios of their frames/s.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from lightning_fabric import Fabric
from torch import Tensor, nn

from signlift.datasets.canonical import prepare
from signlift.datasets.dataset import Dataset, open_dataset
from signlift.datasets.simulated import generate
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.training.config import TrainConfig
from signlift.training.train_epoch import train_epoch

J = 26


@dataclass(frozen=True)
class Sizes:
    """What is trained; the defaults are the seed's."""

    hidden_size: int = 1024
    num_layers: int = 1
    batch_size: int = 256
    seq_len: int = 50
    windows: int = 2

    @property
    def frames(self) -> int:
        """The frames of an epoch: a batch of recordings, `windows` windows long each."""
        return self.batch_size * self.seq_len * self.windows


def parts(sizes: Sizes, *, fused: bool) -> tuple[nn.LSTM, nn.Linear, torch.optim.Adam]:
    """What the seed and a bare step train; torch's default Adam is not the fused one."""
    lstm = nn.LSTM(2 * J, sizes.hidden_size, sizes.num_layers, batch_first=True)
    linear = nn.Linear(sizes.hidden_size, J)
    weights = [*lstm.parameters(), *linear.parameters()]
    return lstm, linear, torch.optim.Adam(weights, 0.001, fused=fused)


def bare_epoch(sizes: Sizes) -> Callable[[], None]:
    """Forward, backward and the fused Adam's step, on tensors that are ready."""
    lstm, linear, adam = parts(sizes, fused=True)
    inputs = torch.randn(sizes.batch_size, sizes.seq_len, 2 * J)
    targets = torch.randn(sizes.batch_size, sizes.seq_len, J)

    def epoch() -> None:
        state = None
        for _ in range(sizes.windows):
            hidden, state = lstm(inputs, state)
            loss = nn.functional.mse_loss(linear(hidden), targets)
            loss.backward()  # type: ignore[no-untyped-call]
            state = (state[0].detach(), state[1].detach())
            adam.step()
            adam.zero_grad()

    return epoch


def seed_epoch(sizes: Sizes, data: Float[np.ndarray, "frames J 3"]) -> Callable[[], None]:
    """The seed's loops: the frames cut into lanes, each batch filled row by row."""
    lstm, linear, adam = parts(sizes, fused=False)
    lane = len(data) // sizes.batch_size

    def epoch() -> None:
        state: tuple[Tensor, Tensor] | None = None
        for window in range(lane // sizes.seq_len):
            inputs = np.zeros((sizes.batch_size, sizes.seq_len, 2 * J))
            targets = np.zeros((sizes.batch_size, sizes.seq_len, J))
            for row in range(sizes.batch_size):
                start = row * lane + window * sizes.seq_len
                frames = data[start : start + sizes.seq_len]
                inputs[row] = frames[:, :, 1:].reshape(sizes.seq_len, 2 * J)
                targets[row] = frames[:, :, 0]
            x = torch.tensor(inputs, dtype=torch.float32)
            y = torch.tensor(targets, dtype=torch.float32)
            hidden, state = lstm(x, state)
            loss = nn.functional.mse_loss(linear(hidden), y)
            adam.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            adam.step()
            state = (state[0].detach(), state[1].detach())
            loss.item()

    return epoch


def signlift_epoch(sizes: Sizes, dataset: Dataset, *, seed_like: bool) -> Callable[[], None]:
    """Train as `signlift train` does; `seed_like` without mirroring and the observed-mask."""
    config = TrainConfig(
        hidden_size=sizes.hidden_size,
        num_layers=sizes.num_layers,
        batch_size=sizes.batch_size,
        seq_len=sizes.seq_len,
    )
    shape = (sizes.hidden_size, sizes.num_layers, not seed_like)
    fabric = Fabric(accelerator="cpu", devices=1)
    raw = DepthLSTMConfig("panoptic26", dataset.frame, *shape).build()
    model, adam = fabric.setup(raw, torch.optim.Adam(raw.parameters(), 0.001, fused=True))
    order = np.arange(len(dataset))
    mirrored = None if seed_like else order % 2 == 0

    def epoch() -> None:
        train_epoch(fabric, model, raw, adam, dataset, order, config, mirrored)

    return epoch


def measure(sizes: Sizes, rounds: int) -> dict[str, float]:
    """Median frames/s of each, from rounds in which they take turns."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        length = sizes.seq_len * sizes.windows
        generate(folder, sizes.batch_size, min_frames=length, max_frames=length, quiet=True)
        normalized = folder / "canonical" / "normalized_data.npy"
        prepare(folder / "body_data.npy", folder / "body_ground.npy", normalized)
        canonical, camera = open_dataset(normalized), open_dataset(folder)
        contenders = {
            "bare step on ready tensors": bare_epoch(sizes),
            "the seed's loops": seed_epoch(sizes, np.load(normalized)),
            "signlift, the seed's chain": signlift_epoch(sizes, canonical, seed_like=True),
            "signlift, its defaults": signlift_epoch(sizes, camera, seed_like=False),
        }
        seconds: dict[str, list[float]] = {label: [] for label in contenders}
        for number in range(rounds + 1):
            for label, epoch in contenders.items():
                start = time.perf_counter()
                epoch()
                if number:  # the first round warms up
                    seconds[label].append(time.perf_counter() - start)
    return {label: sizes.frames / float(np.median(times)) for label, times in seconds.items()}


def report(title: str, found: dict[str, float]) -> None:
    """Print frames/s and the two ratios."""
    bare, loops = found["bare step on ready tensors"], found["the seed's loops"]
    print(f"{title:40} {'frames/s':>10} {'/ bare':>8} {'/ seed':>8}")
    for label, rate in found.items():
        print(f"  {label:38} {rate:10,.0f} {rate / bare:8.3f} {rate / loops:8.3f}", flush=True)


def main() -> None:
    """Measure at the seed's sizes and at signlift's default sizes."""
    report("hidden 1024, batch 256, windows of 50", measure(Sizes(), 10))
    small = Sizes(hidden_size=256, batch_size=16, windows=20)
    report("hidden 256, batch 16, windows of 50", measure(small, 10))


if __name__ == "__main__":
    main()
