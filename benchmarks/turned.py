"""How much worse depth gets as a person turns away from the camera, and for other bodies.

    python -m benchmarks.turned DATA --model RUN [--seed 0]

The motion capture of asl below DATA, filmed anew by random cameras (as `ViewSettings` has them,
but 1.5 to 6 m away) and lifted as whole recordings, clean; once with the body it has, once with
a body drawn for every recording. Errors as `python -m benchmarks.accuracy` gives them. RUN must
not have been trained on asl, so that the shipped weights are not what is to be measured here.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.accuracy.ours import Signlift
from benchmarks.accuracy.protocol import Score, run, test_set
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError
from signlift.lifting.lifter import load
from signlift.pretraining.motion_sources import Clips, read_clips
from signlift.simulation.augment.length_factors import draw_length_factors, measure_body_lengths
from signlift.simulation.augment.retarget import retarget
from signlift.simulation.views.camera_batch import render_views
from signlift.simulation.views.framing import ViewSettings

#: Degrees between which the camera stands to either side of the person's front.
TURNS = ((0, 15), (15, 30), (30, 45), (45, 60))

#: Clips that are shorter tell too little.
_SHORTEST = 30


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table, and give the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.turned",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--model", type=Path, required=True, metavar="RUN")
    parser.add_argument("--seed", type=int, default=0, help="the source of chance (0)")
    given = parser.parse_args(arguments)
    try:
        clips, lifter = read_clips(given.data / "asl"), load(given.model)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print("wrists / elbows / upper body in cm of a torso of 50; share within one estimated error")
    print(f"{'turned':>12}  {'the body it has':>24}  {'other bodies':>24}")
    for turns in TURNS:
        cells = []
        for other in (False, True):
            score = measured(Signlift(lifter), clips, turns, given.seed, other_bodies=other)
            cells.append(
                f"{score.wrists:.1f} / {score.elbows:.1f} / {score.upper:.1f}, "
                f"{100 * score.within:.0f}%"
            )
        print(f"{turns[0]:>5} to {turns[1]:>2}°  {cells[0]:>24}  {cells[1]:>24}", flush=True)
    return 0


def measured(
    method: Signlift, clips: Clips, turns: tuple[float, float], seed: int, *, other_bodies: bool
) -> Score:
    """The errors on clips that are seen from between so many degrees of the front."""
    return run(method, test_set("asl", filmed(clips, turns, seed, other_bodies)), "clean", seed)


def filmed(
    clips: Clips, turns: tuple[float, float], seed: int, other_bodies: bool
) -> list[Recording]:
    """Each clip with a camera of its own.

    Parameters
    ----------
    clips
        Motion capture.
    turns
        Least and most degrees that cameras stand to either side of the front.
    seed
        The source of chance.
    other_bodies
        Give each clip a body out of all that there are.
    """
    views = ViewSettings(
        distance=(1.5, 6.0), max_turn=turns[1], front_probability=0.0, any_side_probability=0.0
    )
    recordings = []
    for number, clip in enumerate(clips.clips):
        if len(clip) < _SHORTEST:
            continue
        rng = np.random.default_rng([seed, number])
        points = clip[None]
        if other_bodies:
            factors = draw_length_factors(rng, measure_body_lengths(points, PANOPTIC26))
            points = retarget(points, PANOPTIC26, factors)
        while True:  # the draw is uniform, and some of it falls below the least
            seen = render_views(rng, points, PANOPTIC26, views)
            if abs(float(seen.turn[0])) >= turns[0]:
                break
        recordings.append(
            Recording(
                seen.keypoints[0],
                PANOPTIC26,
                depth=seen.depth[0],
                fps=clips.fps,
                name=f"clip {number}",
            )
        )
    return recordings


if __name__ == "__main__":
    sys.exit(main())
