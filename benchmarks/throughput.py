"""Training throughput, beside a bare training step and the loops of the original repository.

    python -m benchmarks.throughput

All take turns in the same run: the results are ratios of their frames per second.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from benchmarks.command import make_parser, run_benchmark
from signlift.datasets.canonical_dataset import prepare
from signlift.datasets.dataset import Dataset, open_dataset
from signlift.datasets.simulated import generate
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.training.epochs.train_epoch import train_epoch

J = 26

BARE, ORIGINAL = "bare step on ready tensors", "the original's loops"


@dataclass(frozen=True)
class Sizes:
    """Sizes of a training. The defaults are those of the original repository."""

    hidden_size: int = 1024
    num_layers: int = 1
    batch_size: int = 256
    seq_len: int = 50
    windows: int = 2

    @property
    def frames(self) -> int:
        """Frames of an epoch: a batch of recordings, each `windows` windows long."""
        return self.batch_size * self.seq_len * self.windows


def build_model(sizes: Sizes, *, fused: bool) -> tuple[nn.LSTM, nn.Linear, torch.optim.Adam]:
    """Build the original model and its optimiser; torch's default Adam is not fused."""
    lstm = nn.LSTM(2 * J, sizes.hidden_size, sizes.num_layers, batch_first=True)
    linear = nn.Linear(sizes.hidden_size, J)
    weights = [*lstm.parameters(), *linear.parameters()]
    return lstm, linear, torch.optim.Adam(weights, 0.001, fused=fused)


def make_bare_epoch(sizes: Sizes) -> Callable[[], None]:
    """Make an epoch of forward, backward and fused Adam steps on tensors that are ready."""
    lstm, linear, adam = build_model(sizes, fused=True)
    inputs = torch.randn(sizes.batch_size, sizes.seq_len, 2 * J)
    targets = torch.randn(sizes.batch_size, sizes.seq_len, J)

    def run_epoch() -> None:
        state = None
        for _ in range(sizes.windows):
            hidden, state = lstm(inputs, state)
            loss = nn.functional.mse_loss(linear(hidden), targets)
            loss.backward()  # type: ignore[no-untyped-call]
            state = (state[0].detach(), state[1].detach())
            adam.step()
            adam.zero_grad()

    return run_epoch


def make_original_epoch(sizes: Sizes, data: Float[np.ndarray, "frames J 3"]) -> Callable[[], None]:
    """Make an epoch of the original loops: frames cut into lanes, batches filled row by row."""
    lstm, linear, adam = build_model(sizes, fused=False)
    lane = len(data) // sizes.batch_size

    def run_epoch() -> None:
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

    return run_epoch


def make_signlift_epoch(sizes: Sizes, dataset: Dataset, *, original: bool) -> Callable[[], None]:
    """Make an epoch of `signlift train`; `original` without mirroring and observed mask."""
    shape = (sizes.hidden_size, sizes.num_layers, not original)
    model = DepthLSTMConfig("panoptic26", dataset.frame, *shape).build()
    adam = torch.optim.AdamW(model.parameters(), 0.001, weight_decay=0, fused=True)
    mirrored = None if original else np.arange(len(dataset)) % 2 == 0

    def run_epoch() -> None:
        train_epoch(
            model,
            adam,
            dataset,
            batch_size=sizes.batch_size,
            seq_len=sizes.seq_len,
            mirrored=mirrored,
        )

    return run_epoch


def measure(sizes: Sizes, rounds: int) -> dict[str, float]:
    """Measure the median frames per second of each, from rounds in which they take turns."""
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        length = sizes.seq_len * sizes.windows
        generate(directory, sizes.batch_size, min_frames=length, max_frames=length, quiet=True)
        normalized = directory / "canonical" / "normalized_data.npy"
        prepare(directory / "body_data.npy", directory / "body_ground.npy", normalized)
        canonical, camera = open_dataset(normalized), open_dataset(directory)
        epochs = {
            BARE: make_bare_epoch(sizes),
            ORIGINAL: make_original_epoch(sizes, np.load(normalized)),
            "signlift, the original's chain": make_signlift_epoch(sizes, canonical, original=True),
            "signlift, its defaults": make_signlift_epoch(sizes, camera, original=False),
        }
        seconds: dict[str, list[float]] = {label: [] for label in epochs}
        for number in range(rounds + 1):
            for label, run_epoch in epochs.items():
                start = time.perf_counter()
                run_epoch()
                if number:  # the first round warms up
                    seconds[label].append(time.perf_counter() - start)
    return {label: sizes.frames / float(np.median(times)) for label, times in seconds.items()}


def print_rates(title: str, rates: dict[str, float]) -> None:
    """Print frames per second and the two ratios."""
    print(f"{title:40} {'frames/s':>10} {'/ bare':>8} {'/ original':>10}")
    for label, rate in rates.items():
        ratios = f"{rate / rates[BARE]:8.3f} {rate / rates[ORIGINAL]:10.3f}"
        print(f"  {label:38} {rate:10,.0f} {ratios}", flush=True)


def report_all() -> None:
    """Measure with the sizes of the original repository and with signlift's defaults."""
    print_rates("hidden 1024, batch 256, windows of 50", measure(Sizes(), 10))
    small = Sizes(hidden_size=256, batch_size=16, windows=20)
    print_rates("hidden 256, batch 16, windows of 50", measure(small, 10))


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the throughput and return the exit code."""
    parser = make_parser("throughput", __doc__)
    return run_benchmark(parser, lambda _: report_all(), arguments)


if __name__ == "__main__":
    sys.exit(main())
