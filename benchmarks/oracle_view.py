"""How much of the wrists' error is that of the camera's view: what an oracle of it would mend.

    python -m benchmarks.oracle_view DATA --model RUN

Each recording of asl and cmu/test is lifted as a whole. Then its depth is mended by the slope along
the height that brings the upper body nearest to the truth by least squares, one for the recording:
what a wrong tilt of the camera adds. And by one more along the width: its turn. Clean; errors as
`python -m benchmarks.accuracy` gives them.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.accuracy.ours import Signlift, true_lengths
from benchmarks.accuracy.protocol import GROUPS, TORSO, TestSet, degrade, from_neck, read_sets
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError
from signlift.lifting.lifter import load

_UPPER = [PANOPTIC26.index(name) for name in GROUPS["upper"]]
_WRISTS = [PANOPTIC26.index(name) for name in GROUPS["wrists"]]
_NECK = PANOPTIC26.index("Neck")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table, and give the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.oracle_view",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--model", type=Path, required=True, metavar="RUN")
    given = parser.parse_args(arguments)
    try:
        sets, lifter = read_sets(given.data), load(given.model)
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    print("wrists, cm: as lifted, with the tilt of an oracle, with its tilt and turn")
    for tests in sets:
        lengths = true_lengths(given.data, tests.name)
        for name, known in (("whole", None), ("lengths given", lengths)):
            found = mended(Signlift(lifter, lengths=known), tests)
            print(f"{tests.name:<5}{name:<14}" + " ".join(f"{value:5.2f}" for value in found))
    return 0


def mended(method: Signlift, tests: TestSet) -> tuple[float, float, float]:
    """The wrists' errors as lifted, with the oracle's tilt, and with its tilt and turn."""
    errors: list[list[NDArray[np.floating]]] = [[], [], []]
    given = degrade(tests, "clean", 0)
    for recording, torso, depth in zip(
        tests.recordings, tests.torsos, method.lift(given), strict=True
    ):
        assert recording.depth is not None
        off = (from_neck(depth) - from_neck(recording.depth)) * (TORSO / torso)
        places = recording.keypoints - recording.keypoints[:, [_NECK]]
        places = places.astype(np.float64) * (TORSO / torso)
        for number, axes in enumerate(([], [1], [1, 0])):
            rest = off - _fitted(off, places[..., axes])
            errors[number].append(np.abs(rest[:, _WRISTS]))
    plain, tilt, turn = (float(np.nanmean(np.concatenate(parts))) for parts in errors)
    return plain, tilt, turn


def _fitted(off: NDArray[np.floating], places: NDArray[np.floating]) -> NDArray[np.floating]:
    """What a plane through the Neck explains of the upper body's errors."""
    if not places.shape[-1]:
        return np.zeros_like(off)
    rows, values = places[:, _UPPER].reshape(-1, places.shape[-1]), off[:, _UPPER].ravel()
    known = np.isfinite(values) & np.isfinite(rows).all(-1)
    slopes, *_ = np.linalg.lstsq(rows[known], values[known], rcond=None)
    return places @ slopes


if __name__ == "__main__":
    sys.exit(main())
