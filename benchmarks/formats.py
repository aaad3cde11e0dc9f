"""Time of each stage from file to file: read, lift, filter, write.

    python -m benchmarks.formats [--frames 18000]

The input is a simulated signer of ten minutes at 30 frames per second, with the 137 keypoints of
OpenPose.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np

from benchmarks.command import make_parser, run_benchmark
from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE137
from signlift.datasets.simulated import simulate_recording
from signlift.io import read, write
from signlift.io.export.preparation import prepare_recording
from signlift.io.writer_registry import find_writer
from signlift.lifting.load import load

Result = TypeVar("Result")

#: Inputs and outputs whose formats are measured. "openpose" is a directory.
INPUTS = ("a.pose", "a.npz", "openpose")
OUTPUTS = (".npy", ".npz", ".pose", ".csv", ".parquet", ".json", ".trc", ".bvh")

#: First and last keypoint of each hand and of the face, and the joint that they are attached to.
_DETAILS = ((25, 46, "LWrist"), (46, 67, "RWrist"), (67, 137, "Nose"))


def simulate(frames: int) -> Recording:
    """Simulate a signer from the waist up, with rigid hands and a rigid face."""
    body = simulate_recording(0, 0, min_frames=frames, max_frames=frames, upper_body=1.0)
    whole = body.convert(OPENPOSE137)
    keypoints = whole.keypoints.copy()
    rng = np.random.default_rng(0)
    for first, last, joint in _DETAILS:
        offsets = rng.normal(0, 10, (last - first, 2))
        keypoints[:, first:last] = keypoints[:, [OPENPOSE137.index(joint)]] + offsets
    confidence = np.where(np.isnan(keypoints[..., 0]), 0, 0.9)
    return Recording(
        keypoints,
        OPENPOSE137,
        depth=whole.depth,
        confidence=confidence,
        fps=30.0,
        name="ten minutes",
    )


def time_stage(name: str, stage: Callable[[], Result]) -> Result:
    """Run a stage and print its time."""
    start = time.perf_counter()
    result = stage()
    print(f"  {name:<24}{time.perf_counter() - start:7.2f} s", flush=True)
    return result


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure all stages and return the exit code."""
    parser = make_parser("formats", __doc__)
    parser.add_argument("--frames", type=int, default=18_000, help="length in frames (18000)")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    recording = simulate(options.frames)
    lifter = load()
    print(f"{options.frames:,} frames of {len(recording.skeleton)} keypoints")
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        for name in INPUTS:
            write(recording, directory / name, None if Path(name).suffix else "openpose")
            time_stage(f"read {name}", partial(read, directory / name))
        keypoints = read(directory / "a.pose")
        lifted = time_stage("lift", lambda: lifter.lift(keypoints))
        for suffix in OUTPUTS:
            out = directory / f"out{suffix}"
            writer = find_writer(out.name)
            time_stage(f"prepare for {suffix}", partial(prepare_recording, lifted, writer))
            time_stage(f"prepare and write {suffix}", partial(write, lifted, out))


if __name__ == "__main__":
    sys.exit(main())
