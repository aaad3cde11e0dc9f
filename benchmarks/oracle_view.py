"""Part of the wrists' error that an oracle of the camera's view would remove.

    python -m benchmarks.oracle_view DATA --model RUN

Each recording of asl and cmu/test is lifted as a whole, in the clean condition. Then a slope of its
depth along the vertical axis is corrected, by least squares over the upper body, one for each
recording: the effect of a wrong tilt of the camera. A second slope along the horizontal axis
corrects its turn. Errors are those of `python -m benchmarks.accuracy`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.protocol import GROUPS, TORSO, TestSet, degrade, from_neck, read_sets
from benchmarks.accuracy.signlift_methods import Signlift, true_proportions
from benchmarks.command import make_parser, run_benchmark
from signlift.core.skeleton import PANOPTIC26
from signlift.lifting.load import load

_UPPER = [PANOPTIC26.index(name) for name in GROUPS["upper"]]
_WRISTS = [PANOPTIC26.index(name) for name in GROUPS["wrists"]]
_NECK = PANOPTIC26.index("Neck")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table and return the exit code."""
    parser = make_parser("oracle_view", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--model", type=Path, required=True, metavar="RUN")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    sets, lifter = read_sets(options.data), load(options.model)
    print("wrists, cm: as lifted; with the tilt of an oracle; with its tilt and turn")
    for tests in sets:
        given = true_proportions(options.data, tests.name)
        for name, proportions in (("whole", None), ("given proportions", given)):
            errors = correct_view(Signlift(lifter, proportions=proportions), tests)
            print(f"{tests.name:<5}{name:<18}" + " ".join(f"{error:5.2f}" for error in errors))


def correct_view(method: Signlift, tests: TestSet) -> tuple[float, float, float]:
    """Compute the wrists' errors as lifted, with an oracle's tilt, and with its tilt and turn."""
    errors: list[list[NDArray[np.floating]]] = [[], [], []]
    inputs = degrade(tests, "clean", 0)
    for recording, torso, depth in zip(
        tests.recordings, tests.torsos, method.lift(inputs), strict=True
    ):
        assert recording.depth is not None
        error = (from_neck(depth) - from_neck(recording.depth)) * (TORSO / torso)
        positions = recording.keypoints - recording.keypoints[:, [_NECK]]
        positions = positions.astype(np.float64) * (TORSO / torso)
        for number, axes in enumerate(([], [1], [1, 0])):
            corrected = error - fit_plane(error, positions[..., axes])
            errors[number].append(np.abs(corrected[:, _WRISTS]))
    plain, tilt, turn = (float(np.nanmean(np.concatenate(parts))) for parts in errors)
    return plain, tilt, turn


def fit_plane(
    errors: NDArray[np.floating], positions: NDArray[np.floating]
) -> NDArray[np.floating]:
    """Fit a plane through the Neck to the errors of the upper body and evaluate it."""
    if not positions.shape[-1]:
        return np.zeros_like(errors)
    rows = positions[:, _UPPER].reshape(-1, positions.shape[-1])
    values = errors[:, _UPPER].ravel()
    defined = np.isfinite(values) & np.isfinite(rows).all(-1)
    slopes, *_ = np.linalg.lstsq(rows[defined], values[defined], rcond=None)
    return positions @ slopes


if __name__ == "__main__":
    sys.exit(main())
