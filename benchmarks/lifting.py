"""Speed of lifting with the shipped weights: offline, causal, and frame by frame.

    python -m benchmarks.lifting

The recording has ten minutes at 30 frames per second.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from benchmarks.command import make_parser, run_benchmark
from signlift.core.recording import Recording
from signlift.datasets.simulated import simulate_recording
from signlift.lifting.load import load

#: Ten minutes at 30 frames per second.
FRAMES = 18_000

#: Frames that are lifted one by one.
STEPS = 600


def simulate(frames: int) -> Recording:
    """Simulate a signer from the waist up."""
    return simulate_recording(0, 0, min_frames=frames, max_frames=frames, upper_body=1.0)


def shortest_time(work: Callable[[], object], repeats: int = 3) -> float:
    """Return the shortest time of several runs in seconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def report_all() -> None:
    """Measure the speed of lifting and print it."""
    lifter = load()
    recording = simulate(FRAMES)
    for name, causal in (("offline", False), ("causal", True)):
        seconds = shortest_time(partial(lifter.lift, recording, causal=causal))
        print(f"  {name:<26}{seconds:6.2f} s for 10 min ({FRAMES / seconds:9,.0f} frames/s)")
    stream = lifter.stream(recording.skeleton)
    steps = []
    for frame in recording.keypoints[:STEPS]:
        start = time.perf_counter()
        stream.step(frame)
        steps.append(time.perf_counter() - start)
    median, high = np.percentile(steps, [50, 95]) * 1e3
    print(f"  {'a frame of a stream':<26}{median:6.2f} ms (95 %: {high:.2f} ms)")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the speed of lifting and return the exit code."""
    parser = make_parser("lifting", __doc__)
    return run_benchmark(parser, lambda _: report_all(), arguments)


if __name__ == "__main__":
    sys.exit(main())
