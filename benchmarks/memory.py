"""The memory of a training run when its arrays grow from 1 to 16 times: it must not grow.

Each run is a process of its own, that trains for an epoch on arrays of that size and then says
the most memory that it ever held. Mapped pages of the arrays count too (ru_maxrss).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from signlift.formats.arrays import write_arrays
from signlift.synthetic import signer_recording

FRAMES = 250
RECORDINGS = 128

_TRAIN = """
import resource, sys
from signlift.training.fit import train
train(sys.argv[1], sys.argv[2], epochs=1, hidden_size=32, batch_size=64)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@dataclass(frozen=True)
class Use:
    """Sizes in MiB."""

    arrays: float
    memory: float


def training_memory(times: int) -> Use:
    """Train on `times` the arrays: their size, and the most memory that the process held."""
    people = [
        signer_recording(0, number, min_frames=FRAMES, max_frames=FRAMES)
        for number in range(RECORDINGS)
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = write_arrays(
            Path(name) / "data",
            (person for _ in range(times) for person in people),
            shape=(times * RECORDINGS, FRAMES),
            skeleton=people[0].skeleton,
        )
        arrays = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
        command = [sys.executable, "-c", _TRAIN, str(folder), f"{name}/run"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Use(arrays, int(done.stdout) / 1024)


def main() -> None:
    """Print the memory at 1, 4 and 16 times the arrays."""
    print(f"{'arrays, MiB':>12} {'training, MiB':>14} {'ratio':>7}")
    first: Use | None = None
    for times in (1, 4, 16):
        found = training_memory(times)
        first = first or found
        ratio = found.memory / first.memory
        print(f"{found.arrays:12.0f} {found.memory:14.0f} {ratio:7.3f}", flush=True)


if __name__ == "__main__":
    main()
