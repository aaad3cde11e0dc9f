"""Depth error by the angle between the person's front and the camera, and for other bodies.

    python -m benchmarks.camera_turn DATA --model RUN [--seed 0]

The motion capture of asl below DATA is rendered with random cameras (as `ViewSettings` defines
them, but 1.5 to 6 m away) and lifted as whole recordings in the clean condition; once with its own
body, and once with a random body for every recording. Errors are those of
`python -m benchmarks.accuracy`. RUN must not have been trained on asl: use a held-out model, not
the shipped weights.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.accuracy.protocol import Score, make_test_set, run
from benchmarks.accuracy.signlift_methods import Signlift
from benchmarks.command import make_parser, run_benchmark
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.lifting.load import load
from signlift.pretraining.motion_sources import CapturedMotion, read_captured_motion
from signlift.simulation.augment.length_factors import draw_length_factors, measure_body_lengths
from signlift.simulation.augment.retarget import retarget
from signlift.simulation.views.camera_batch import render_views
from signlift.simulation.views.framing import ViewSettings

#: Ranges in degrees of the angle between the person's front and the direction to the camera.
TURNS = ((0, 15), (15, 30), (30, 45), (45, 60))

#: Minimum number of frames of a clip.
_MIN_FRAMES = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table and return the exit code."""
    parser = make_parser("camera_turn", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--model", type=Path, required=True, metavar="RUN")
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    clips, lifter = read_captured_motion(options.data / "asl"), load(options.model)
    print("wrists / elbows / upper body in cm of a torso of 50; fraction within one uncertainty")
    print(f"{'turned by':>12}  {'own body':>24}  {'other bodies':>24}")
    for turns in TURNS:
        cells = []
        for other_bodies in (False, True):
            recordings = render_clips(clips, turns, options.seed, other_bodies=other_bodies)
            score = measure(Signlift(lifter), recordings, options.seed)
            cells.append(
                f"{score.wrists:.1f} / {score.elbows:.1f} / {score.upper:.1f}, "
                f"{100 * score.within:.0f}%"
            )
        print(f"{turns[0]:>5} to {turns[1]:>2}°  {cells[0]:>24}  {cells[1]:>24}", flush=True)


def measure(method: Signlift, recordings: list[Recording], seed: int) -> Score:
    """Measure the errors of a method on recordings."""
    return run(method, make_test_set("asl", recordings), "clean", seed)


def render_clips(
    clips: CapturedMotion, turns: tuple[float, float], seed: int, *, other_bodies: bool
) -> list[Recording]:
    """Render each clip with its own camera.

    Parameters
    ----------
    clips
        Motion capture.
    turns
        Minimum and maximum angle in degrees between the front and the direction to the camera.
    seed
        The random seed.
    other_bodies
        Give each clip a random body.
    """
    views = ViewSettings(
        placed_probability=0.0,
        distance=(1.5, 6.0),
        max_turn=turns[1],
        front_probability=0.0,
        any_side_probability=0.0,
    )
    recordings = []
    for number, clip in enumerate(clips.clips):
        if len(clip) < _MIN_FRAMES:
            continue
        rng = np.random.default_rng([seed, number])
        points = clip[None]
        if other_bodies:
            factors = draw_length_factors(rng, measure_body_lengths(points, PANOPTIC26))
            points = retarget(points, PANOPTIC26, factors)
        while True:  # the angle is uniform from 0, and too small in some draws
            cameras = render_views(rng, points, PANOPTIC26, views)
            if abs(float(cameras.turn[0])) >= turns[0]:
                break
        recordings.append(
            Recording(
                cameras.keypoints[0],
                PANOPTIC26,
                depth=cameras.depth[0],
                fps=clips.fps,
                name=f"clip {number}",
            )
        )
    return recordings


if __name__ == "__main__":
    sys.exit(main())
