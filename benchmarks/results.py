"""Results of training: train and test on real motion capture, beside a constant depth.

    python -m benchmarks.results DATA [--seeds 1]

DATA is a directory with cmu/train, cmu/test and asl, each with the two arrays body_data.npy and
body_ground.npy, and with asl/mocap_cm_30fps.npz, from which clips of the same take are found.
Prints the commands that it runs and a table in Markdown.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.command import make_parser, run_benchmark

#: Maximum mean distance in cm between clips of asl that belong to the same take.
MAX_TAKE_DISTANCE = 0.3

#: Minimum number of frames of the clips of asl that are recordings of the dataset.
MIN_FRAMES = 30

#: Measures of the table: key and unit in the report, and number of digits.
COLUMNS = (
    ("depth_error", "input_units", 1),
    ("depth_error", "torso_lengths", 3),
    ("procrustes_aligned_mpjpe", "torso_lengths", 3),
    ("mpjve", "torso_lengths_per_frame", 4),
)


def find_takes(clips: dict[str, NDArray[np.float32]]) -> list[str]:
    """Find the take of each clip, named after the first clip of the take.

    Parameters
    ----------
    clips
        [T, J, 3] in cm each, with the Neck first.
    """
    take = {name: name for name in clips}
    for first, second in combinations(clips, 2):
        T = min(len(clips[first]), len(clips[second]))
        a, b = (clips[name][:T] - clips[name][:T, :1] for name in (first, second))
        if np.abs(a - b).mean() < MAX_TAKE_DISTANCE:
            kept, merged = take[first], take[second]
            take = {name: kept if label == merged else label for name, label in take.items()}
    return list(take.values())


def find_asl_groups(directory: Path) -> list[str]:
    """Find the takes of asl's recordings in their order, and check the lengths."""
    with np.load(directory / "mocap_cm_30fps.npz") as archive:
        clips = {name: archive[name] for name in archive.files}
    clips = {name: clip for name, clip in clips.items() if len(clip) >= MIN_FRAMES}
    data = np.load(directory / "body_data.npy", mmap_mode="r")
    lengths = (~np.isnan(data).all(-1)).sum(1)
    assert lengths.tolist() == [len(clip) for clip in clips.values()]
    return find_takes(clips)


def run_signlift(*arguments: object) -> float:
    """Print and run a command of signlift, and return its time in seconds."""
    command = ["signlift", *(str(argument) for argument in arguments)]
    print("$ " + " ".join(command), flush=True)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def format_row(label: str, seconds: float, report: Path) -> str:
    """Format a line of the table from the report that `signlift evaluate --json` wrote."""
    content = json.loads(report.read_text())
    model, constant = content["model"], content["constant"]
    ratio = content["depth_error_over_constant"]["input_units"]
    pairs = [
        " / ".join(f"{measures[key][unit]:.{digits}f}" for measures in (model, constant))
        for key, unit, digits in COLUMNS
    ]
    return (
        f"| {label} | {model['recordings']} | {' | '.join(pairs)} | {ratio:.2f} | {seconds:.0f} s |"
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Train and test on both datasets, print the table and return the exit code."""
    parser = make_parser("results", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--seeds", type=int, default=1, help="number of random seeds (1)")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        out = Path(temporary)
        groups = out / "takes.txt"
        groups.write_text("\n".join(find_asl_groups(options.data / "asl")) + "\n")
        for seed in range(options.seeds):
            for name, train, test, split in (
                ("cmu", "cmu/train", "cmu/test", ["--test-fraction", "0.1"]),
                ("asl", "asl", "asl", ["--groups", groups]),
            ):
                run, report = out / f"{name}{seed}", out / f"{name}{seed}.json"
                data = options.data / train
                arguments = [data, "-o", run, "--arch", "depth-lstm", *split, "--seed", seed]
                seconds = run_signlift("train", *arguments)
                run_signlift("test", run, options.data / test, "--json", report)
                rows.append(format_row(f"{name}, seed {seed}", seconds, report))
    print()
    print(
        "| data | recordings | depth error, px | depth error, torso | Procrustes-aligned, torso "
        "| velocity, torso/frame | ratio | training |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    sys.exit(main())
