"""Speed of one frame of a stream, beside its graphs alone and what one could take instead.

    python -m benchmarks.speed.stream
    python -m benchmarks.speed.stream --video SIGNER.mp4 --mediapipe-python PYTHON

All take turns in one run, in one thread each. Times are of the CPU: the shortest mean of a turn.
MediaPipe runs in an interpreter that has it, on the frames of a video, and finds keypoints, which
the others only lift.
"""

from __future__ import annotations

import sys
import time
from argparse import Namespace
from collections.abc import Callable, Sequence
from itertools import count

from benchmarks.command import make_parser, run_benchmark
from benchmarks.speed.batch import simulate
from benchmarks.speed.peers import mediapipe_seconds, original_lstm_frame, video_pose_frame
from signlift.core.recording import Recording
from signlift.lifting.load import load
from signlift.lifting.stream import Stream

#: Skeletons of the rows.
SKELETONS = {
    "26 keypoints: body": "panoptic26",
    "137 keypoints: body, hands, face": "openpose137",
    "553 keypoints: body, hands, face mesh": "mediapipe553",
}

#: Frames of a turn, and turns.
FRAMES, TURNS = 20, 60

#: The limit of a whole signer in milliseconds, and that of its ratio to the graphs.
MAX_MILLISECONDS, MAX_RATIO = 0.30, 1.5


def make_step(stream: Stream, recording: Recording) -> Callable[[], None]:
    """Return a function that lifts the next frame of a recording, over and over."""
    frames, numbers = list(recording), count()

    def step() -> None:
        stream.step(frames[next(numbers) % len(frames)])

    return step


def bare_graphs(stream: Stream) -> Callable[[], None]:
    """Return a function that runs the graphs of a stream, on the arrays of its last frame."""
    graphs = list(stream.bound_graphs())

    def run() -> None:
        for graph in graphs:
            graph.run()

    return run


def measure_turns(
    works: dict[str, Callable[[], None]], turns: int, frames: int
) -> dict[str, float]:
    """Measure the shortest mean CPU time of a turn, in seconds."""
    shortest = dict.fromkeys(works, float("inf"))
    for _ in range(turns):
        for name, work in works.items():
            work()  # after the others
            start = time.process_time()
            for _ in range(frames):
                work()
            shortest[name] = min(shortest[name], (time.process_time() - start) / frames)
    return shortest


def report(turns: int, video: str | None, python: str) -> None:
    """Measure all rows and print the table."""
    lifter = load()
    works: dict[str, Callable[[], None]] = {}
    for name, skeleton in SKELETONS.items():
        recording = simulate(300, skeleton)
        stream = lifter.stream(skeleton, recording.fps or 30.0, size=recording.size)
        works[name] = make_step(stream, recording)
        works[name]()
        works[f"{name}, graphs alone"] = bare_graphs(stream)
    works["VideoPose3D, causal, 27 frames, 1024 channels"] = video_pose_frame()
    works["the original DepthLSTM, hidden 1024"] = original_lstm_frame()
    seconds = measure_turns(works, turns, FRAMES)
    first = seconds["137 keypoints: body, hands, face"]
    if video is None:
        left_out = "left out, as no --video is given"
    else:
        mediapipe = mediapipe_seconds(python, video)
        left_out = "left out, as it cannot be imported or has found no frames"
        if mediapipe is not None:
            seconds["MediaPipe's pose graph, which finds keypoints"] = mediapipe
            left_out = ""
    print(f"  {'one frame':48}{'CPU, ms':>8}{'/ whole signer':>16}{'/ graphs alone':>16}")
    for name, value in seconds.items():
        graphs = seconds.get(f"{name}, graphs alone")
        ratio = "" if graphs is None else f"{value / graphs:16.2f}"
        print(f"  {name:48}{1e3 * value:8.3f}{value / first:16.2f}{ratio}")
    if left_out:
        print(f"  MediaPipe's pose graph: {left_out}")
    print(
        f"\n  limits: {MAX_MILLISECONDS:.2f} ms for 137 keypoints on a free core, "
        f"{MAX_RATIO} of the graphs alone"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the speed and return the exit code."""
    parser = make_parser("speed.stream", __doc__)
    parser.add_argument("--turns", type=int, default=TURNS, help="turns of each row")
    parser.add_argument("--video", help="a video of a person, for MediaPipe")
    parser.add_argument(
        "--mediapipe-python", default=sys.executable, help="an interpreter with MediaPipe"
    )

    def run(options: Namespace) -> None:
        report(options.turns, options.video, options.mediapipe_python)

    return run_benchmark(parser, run, arguments)


if __name__ == "__main__":
    sys.exit(main())
