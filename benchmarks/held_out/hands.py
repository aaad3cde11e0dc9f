"""Accuracy of hands beside baselines.

    python -m benchmarks.held_out.hands DATA [--minutes 5] [--models weights] [-o held-out]

The baselines are trained for the same time by the clock, on the stream of the hands network with
procedural signers only. All methods are tested on asl, galt and the rendered signers of DATA. The
figures of signlift are those of the models that `python -m benchmarks.held_out` takes.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.accuracy.baseline import Baseline
from benchmarks.accuracy.methods import make_file_name
from benchmarks.accuracy.simple_baseline import SimpleBaseline
from benchmarks.accuracy.trainer import load_or_train
from benchmarks.accuracy.video_pose import VideoPose
from benchmarks.command import make_parser, run_benchmark
from benchmarks.held_out.cases import Case, Method
from benchmarks.held_out.conditions import detect
from benchmarks.held_out.hand_baselines import HandMethod, stream_hands
from benchmarks.held_out.measures import measure
from benchmarks.held_out.methods import lift_with, predict_best_pose, predict_flat_hands
from benchmarks.held_out.models import Models
from benchmarks.held_out.motion_cases import SOURCES, read_cases
from benchmarks.held_out.rendered_cases import read_renderings
from benchmarks.held_out.tables import format_hands, format_table
from signlift.core.skeleton_tables import HANDS
from signlift.utils.atomic import write_text

#: Number of keypoints of a hand.
_KEYPOINTS = len(HANDS["L"])

#: Channels of the baselines: a third of those for a body, which has more keypoints.
_CHANNELS = 384

_MODELS = {source.name: source.model for source in SOURCES}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and test all methods, print the table and return the exit code."""
    parser = make_parser("held_out.hands", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--minutes", type=float, default=5, help="training of a baseline (5)")
    parser.add_argument("--models", type=Path, metavar="DIRECTORY", help="exported models")
    parser.add_argument("--channels", type=int, default=_CHANNELS, help="size of the baselines")
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    parser.add_argument("-o", "--out", type=Path, default=Path("held-out"), metavar="DIRECTORY")
    return run_benchmark(parser, _run, arguments, resume="the next method")


def _run(options: argparse.Namespace) -> None:
    tests = dict(_read_tests(options.data, options.seed))
    methods: list[tuple[str, Method]] = [
        ("best fixed hand of the test set", predict_best_pose),
        ("flat hand", predict_flat_hands),
    ]
    methods += [(each.name, HandMethod(each)) for each in _train_baselines(options)]
    rows = [
        [name, *(_measure(method, cases) for cases in tests.values())] for name, method in methods
    ]
    models = Models(options.models)
    lifted = []
    for name, cases in tests.items():
        lifter, _ = models.open(_MODELS.get(name.partition(",")[0], "no-signs"))
        lifted.append(_measure(lift_with(lifter), cases))
    table = format_table(["joints, tips", *tests], [*rows, ["**signlift**", *lifted]])
    print(table)
    write_text(options.out / "hands.md", table + "\n")


def _read_tests(data: Path, seed: int) -> Iterator[tuple[str, list[Case]]]:
    """Yield the names and the cases of the test sets."""
    for source in SOURCES:
        if source.name in ("asl", "galt"):
            cases = read_cases(data, source, seed=seed)
            yield source.name, cases
            yield f"{source.name}, simulated detector", detect(np.random.default_rng(seed), cases)
    yield "rendered, MediaPipe", [each.case for each in read_renderings(data / "rendered")]


def _train_baselines(options: argparse.Namespace) -> Iterator[Baseline]:
    """Yield the trained baselines, from their files where they have been trained."""
    size = {"channels": options.channels, "keypoints": _KEYPOINTS}
    for build in (
        partial(SimpleBaseline, **size),
        partial(VideoPose, **size),
        partial(VideoPose, causal=True, **size),
    ):
        name = build().name
        print(f"{name} ...", file=sys.stderr, flush=True)
        path = options.out / f"hands_{make_file_name(name)}.safetensors"
        settings = {"seconds": 60 * options.minutes, "seed": options.seed, **size}
        baseline, _ = load_or_train(
            path,
            build,
            partial(stream_hands, options.seed),
            60 * options.minutes,
            seed=options.seed,
            settings=settings,
        )
        yield baseline


def _measure(method: Method, cases: list[Case]) -> str:
    score = measure(cases, method(cases))
    return format_hands(score)


if __name__ == "__main__":
    sys.exit(main())
