"""Memory of a training run for arrays of 1, 4 and 16 times the size: it must not grow.

    python -m benchmarks.memory

The arrays grow in the number of recordings and, in another series, in the length of recordings.
Each run is a process of its own that trains for one epoch and prints its peak memory. Mapped pages
of the arrays are included (VmHWM; Linux only).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.command import make_parser, run_benchmark
from signlift.core.recording import Recording
from signlift.datasets.simulated import simulate_recording
from signlift.io.arrays.original_arrays import write_arrays

FRAMES = 250
RECORDINGS = 128

_TRAIN = """
import sys
from signlift.training.fit import train
options = {"arch": "depth-lstm", "epochs": 1, "hidden_size": 32, "batch_size": 64}
train(sys.argv[1], sys.argv[2], **options)
with open("/proc/self/status") as status:  # a child's ru_maxrss may be that of its parent
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@dataclass(frozen=True)
class MemoryUse:
    """Size of the arrays and peak memory of the training, in MiB."""

    arrays: float
    training: float


def measure_training(recordings: int, frames: int) -> MemoryUse:
    """Train on arrays of a size and measure the peak memory of the process."""
    signers = [
        _repeat(
            simulate_recording(0, number, min_frames=FRAMES, max_frames=FRAMES), frames // FRAMES
        )
        for number in range(min(recordings, RECORDINGS))
    ]
    with tempfile.TemporaryDirectory() as name:
        directory = write_arrays(
            Path(name) / "data",
            (signers[number % len(signers)] for number in range(recordings)),
            shape=(recordings, frames),
            skeleton=signers[0].skeleton,
        )
        arrays = sum(path.stat().st_size for path in directory.iterdir()) / 2**20
        command = [sys.executable, "-c", _TRAIN, str(directory), f"{name}/run"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return MemoryUse(arrays, int(done.stdout) / 1024)


def _repeat(recording: Recording, times: int) -> Recording:
    assert recording.depth is not None
    return Recording(
        np.tile(recording.keypoints, (times, 1, 1)),
        recording.skeleton,
        depth=np.tile(recording.depth, (times, 1)),
    )


def report_all() -> None:
    """Print the memory for 1, 4 and 16 times the arrays."""
    for title, grow_recordings, grow_frames in (
        ("more recordings", 1, 0),
        ("longer ones", 0, 1),
    ):
        print(f"{title:16} {'arrays, MiB':>12} {'training, MiB':>14} {'ratio':>7}")
        first: MemoryUse | None = None
        for factor in (1, 4, 16):
            use = measure_training(
                RECORDINGS * factor**grow_recordings, FRAMES * factor**grow_frames
            )
            first = first or use
            ratio = use.training / first.training
            numbers = f"{use.arrays:12.0f} {use.training:14.0f} {ratio:7.3f}"
            print(f"{factor:13} x  {numbers}", flush=True)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the memory and return the exit code."""
    parser = make_parser("memory", __doc__)
    return run_benchmark(parser, lambda _: report_all(), arguments)


if __name__ == "__main__":
    sys.exit(main())
