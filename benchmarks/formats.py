"""How long each stage of a file's way takes: read, lift, clean, write.

    python -m benchmarks.formats [--frames 18000]

Ten minutes at 30 frames per second of a procedural signer, as OpenPose's 137 keypoints.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE137
from signlift.datasets.simulated import signer_recording
from signlift.io import read, write
from signlift.io.export.prepare import prepare_recording
from signlift.io.registry import find_writer
from signlift.lifting.lifter import load

Done = TypeVar("Done")

#: What is read, and what is written.
INPUTS = ("a.pose", "a.npz", "folder")
OUTPUTS = (".npy", ".npz", ".pose", ".csv", ".parquet", ".json", ".trc", ".bvh")


def recording(frames: int) -> Recording:
    """A signer from the waist up; hands and face stand still about wrists and nose."""
    body = signer_recording(0, 0, min_frames=frames, max_frames=frames, upper_body=1.0)
    whole = body.convert(OPENPOSE137)
    keypoints = whole.keypoints.copy()
    rng = np.random.default_rng(0)
    for first, last, on in ((25, 46, "LWrist"), (46, 67, "RWrist"), (67, 137, "Nose")):
        around = rng.normal(0, 10, (last - first, 2))
        keypoints[:, first:last] = keypoints[:, [OPENPOSE137.index(on)]] + around
    confidence = np.where(np.isnan(keypoints[..., 0]), 0, 0.9)
    return Recording(
        keypoints,
        OPENPOSE137,
        depth=whole.depth,
        confidence=confidence,
        fps=30.0,
        name="ten minutes",
    )


def timed(name: str, work: Callable[[], Done]) -> Done:
    """Do it, and print how long it took."""
    began = time.perf_counter()
    result = work()
    print(f"  {name:<24}{time.perf_counter() - began:7.2f} s", flush=True)
    return result


def main(frames: int = 18_000) -> None:
    """Measure and print."""
    whole = recording(frames)
    lifter = load()
    print(f"{frames:,} frames of {len(whole.skeleton)} keypoints")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name in INPUTS:
            write(whole, folder / name, None if Path(name).suffix else "openpose")
            timed(f"read {name}", lambda name=name: read(folder / name))  # type: ignore[misc]
        seen = read(folder / "a.pose")
        lifted = timed("lift", lambda: lifter.lift(seen))
        for suffix in OUTPUTS:
            writer, out = find_writer(f"out{suffix}"), folder / f"out{suffix}"
            timed(f"prepare for {suffix}", lambda w=writer: prepare_recording(lifted, w))  # type: ignore[misc]
            timed(f"prepare and write {suffix}", lambda o=out: write(lifted, o))  # type: ignore[misc]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=int, default=18_000)
    main(parser.parse_args().frames)
