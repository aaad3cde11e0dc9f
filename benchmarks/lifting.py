"""How fast the shipped weights lift: whole recordings, live, and frame by frame."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from signlift.core.recording import Recording
from signlift.datasets.simulated import signer_recording
from signlift.lifting.lifter import load

#: Ten minutes at 30 frames per second.
FRAMES = 18_000

#: Frames that are given to a stream one by one.
STEPS = 600


def recording(frames: int) -> Recording:
    """A procedural signer, filmed from the waist up."""
    return signer_recording(0, 0, min_frames=frames, max_frames=frames, upper_body=1.0)


def seconds(work: Callable[[], object], times: int = 3) -> float:
    """The least of several runs."""
    found = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return min(found)


def main() -> None:
    """Measure and print."""
    lifter = load()
    long = recording(FRAMES)
    for name, options in (
        ("two passes", {}),
        ("causal", {"causal": True}),
    ):
        took = seconds(lambda options=options: lifter.lift(long, **options))  # type: ignore[misc]
        print(f"  {name:<26}{took:6.2f} s for 10 min ({FRAMES / took:9,.0f} frames/s)")
    stream = lifter.stream(long.skeleton)
    steps = []
    for frame in long.keypoints[:STEPS]:
        began = time.perf_counter()
        stream.step(frame)
        steps.append(time.perf_counter() - began)
    low, high = np.percentile(steps, [50, 95]) * 1e3
    print(f"  {'a frame of a stream':<26}{low:6.2f} ms (95 %: {high:.2f} ms)")


if __name__ == "__main__":
    main()
