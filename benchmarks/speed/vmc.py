"""Cost of the avatar of a live signer: a pose for each frame, solved and sent by VMC.

    python -m benchmarks.speed.vmc

CPU time of one thread, of lifted frames that are ready. The body is measured in each frame of the
first second, then less and less often; the median and the longest frame are those after it. Nothing
receives the packets.
"""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Sequence

import numpy as np

from benchmarks.command import make_parser, run_benchmark
from benchmarks.speed.batch import simulate
from signlift.lifting.load import load
from signlift.live.keypoint_frame import KeypointFrame
from signlift.live.session import LiveSession
from signlift.live.sinks.vmc import VmcSink

#: Skeletons of the rows.
SKELETONS = {
    "26 keypoints: body": "panoptic26",
    "75 keypoints: body, hands": "mediapipe75",
    "137 keypoints: body, hands, face": "openpose137",
}

#: The limit in milliseconds: a frame of 60 per second has 16.7, also for lifting.
MAX_MILLISECONDS = 5.0


def measure_frames(skeleton: str, fps: float, seconds: float) -> list[float]:
    """Measure the CPU time of each frame in milliseconds."""
    recording = simulate(round(fps * seconds), skeleton)
    session = LiveSession(load(), recording.skeleton, fps, size=recording.size)
    sink = VmcSink("127.0.0.1", 39539)
    sink.open(session)
    times = []
    for number in range(len(recording)):
        lifted = session.push(KeypointFrame.from_recording(recording, number))
        start = time.process_time()
        sink.write(lifted)
        times.append(1e3 * (time.process_time() - start))
    sink.close()
    return times


def report(fps: float, seconds: float) -> None:
    """Measure all rows and print the table."""
    print(f"  {'CPU, ms a frame':40}{'first second':>14}{'later':>8}{'longest':>9}")
    for name, skeleton in SKELETONS.items():
        times = measure_frames(skeleton, fps, seconds)
        first, later = np.split(times, [round(fps)])
        numbers = f"{np.median(first):14.1f}{np.median(later):8.1f}{later.max():9.1f}"
        print(f"  {name:40}{numbers}", flush=True)
    print(f"\n  limit: {MAX_MILLISECONDS:g} ms for a whole signer")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the cost and return the exit code."""
    parser = make_parser("speed.vmc", __doc__)
    parser.add_argument("--fps", type=float, default=60.0, help="frames per second")
    parser.add_argument("--seconds", type=float, default=6.0, help="length of the recording")

    def run(options: Namespace) -> None:
        report(options.fps, options.seconds)

    return run_benchmark(parser, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
