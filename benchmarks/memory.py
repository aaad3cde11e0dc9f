"""The memory of a training run when its arrays grow from 1 to 16 times: it must not grow.

They grow in recordings, and in another series in the recordings' length.

Each run is a process of its own, that trains for an epoch on arrays of that size and then says
the most memory that it ever held. Mapped pages of the arrays count too (VmHWM).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.datasets.simulated import signer_recording
from signlift.io.arrays.original_arrays import write_arrays

FRAMES = 250
RECORDINGS = 128

_TRAIN = """
import sys
from signlift.training.fit import train
train(sys.argv[1], sys.argv[2], epochs=1, hidden_size=32, batch_size=64)
with open("/proc/self/status") as status:  # Linux; a child's ru_maxrss may be its parent's
    print(next(line.split()[1] for line in status if line.startswith("VmHWM")))
"""


@dataclass(frozen=True)
class Use:
    """Sizes in MiB."""

    arrays: float
    memory: float


def training_memory(recordings: int, frames: int) -> Use:
    """Train on arrays of this size, and say the most memory that the process held."""
    people = [
        signer_recording(0, number, min_frames=FRAMES, max_frames=FRAMES)
        for number in range(min(recordings, RECORDINGS))
    ]
    longer = frames // FRAMES
    people = [
        Recording(
            np.tile(one.keypoints, (longer, 1, 1)),
            one.skeleton,
            depth=None if one.depth is None else np.tile(one.depth, (longer, 1)),
        )
        for one in people
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = write_arrays(
            Path(name) / "data",
            (people[number % len(people)] for number in range(recordings)),
            shape=(recordings, frames),
            skeleton=people[0].skeleton,
        )
        arrays = sum(path.stat().st_size for path in folder.iterdir()) / 2**20
        command = [sys.executable, "-c", _TRAIN, str(folder), f"{name}/run"]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Use(arrays, int(done.stdout) / 1024)


def main() -> None:
    """Print the memory at 1, 4 and 16 times the arrays."""
    for what, more_recordings, longer in (("more recordings", 1, 0), ("longer ones", 0, 1)):
        print(f"{what:16} {'arrays, MiB':>12} {'training, MiB':>14} {'ratio':>7}")
        first: Use | None = None
        for times in (1, 4, 16):
            found = training_memory(RECORDINGS * times**more_recordings, FRAMES * times**longer)
            first = first or found
            ratio = found.memory / first.memory
            print(
                f"{times:13} x  {found.arrays:12.0f} {found.memory:14.0f} {ratio:7.3f}", flush=True
            )


if __name__ == "__main__":
    main()
