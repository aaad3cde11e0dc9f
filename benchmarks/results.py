"""The README's results: train and test on real motion capture, beside the constant depth.

    python -m benchmarks.results DATA [--seeds 1]

DATA is a folder with cmu/train, cmu/test and asl, each in the seed's two arrays, and
asl/mocap_cm_30fps.npz, which tells which clips of asl share a take. It prints the commands that
it runs and a table in Markdown.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from itertools import combinations
from json import loads
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Clips of asl that differ by less than this, in cm on average, are of one take.
SAME_TAKE = 0.3

#: The clips of asl that were made into recordings have at least so many frames.
LEAST_FRAMES = 30


def takes(clips: dict[str, NDArray[np.float32]]) -> list[str]:
    """Which take each clip is of, named by the take's first clip.

    Parameters
    ----------
    clips
        [T, J, 3] in cm each, with the Neck first.
    """
    take = {name: name for name in clips}
    for one, other in combinations(clips, 2):
        T = min(len(clips[one]), len(clips[other]))
        a, b = (clips[name][:T] - clips[name][:T, :1] for name in (one, other))
        if np.abs(a - b).mean() < SAME_TAKE:
            first, second = take[one], take[other]
            take = {name: first if label == second else label for name, label in take.items()}
    return list(take.values())


def asl_groups(folder: Path) -> list[str]:
    """The takes of asl's recordings, in their order; the lengths are checked."""
    with np.load(folder / "mocap_cm_30fps.npz") as archive:
        clips = {name: archive[name] for name in archive.files}
    clips = {name: clip for name, clip in clips.items() if len(clip) >= LEAST_FRAMES}
    data = np.load(folder / "body_data.npy", mmap_mode="r")
    lengths = (~np.isnan(data).all(-1)).sum(1)
    assert lengths.tolist() == [len(clip) for clip in clips.values()]
    return takes(clips)


def run(*arguments: object) -> float:
    """Run a command of signlift, say it, and give the seconds it took."""
    command = ["signlift", *(str(argument) for argument in arguments)]
    print("$ " + " ".join(command), flush=True)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", *command], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def row(label: str, seconds: float, measures: Path) -> str:
    """A line of the table, from the file that `signlift test --json` wrote."""
    content = loads(measures.read_text())
    model, constant = content["model"], content["constant"]
    ratio = content["depth_error_over_constant"]["input_units"]
    both = [
        f"{report[key][unit]:.{digits}f}"
        for key, unit, digits in (
            ("depth_error", "input_units", 1),
            ("depth_error", "torso_lengths", 3),
            ("procrustes_aligned_mpjpe", "torso_lengths", 3),
            ("mpjve", "torso_lengths_per_frame", 4),
        )
        for report in (model, constant)
    ]
    pairs = [f"{a} / {b}" for a, b in zip(both[::2], both[1::2], strict=True)]
    return (
        f"| {label} | {model['recordings']} | {' | '.join(pairs)} | {ratio:.2f} | {seconds:.0f} s |"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run it all and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--seeds", type=int, default=1)
    given = parser.parse_args(arguments)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        groups = out / "takes.txt"
        groups.write_text("\n".join(asl_groups(given.data / "asl")) + "\n")
        for seed in range(given.seeds):
            for name, train, test, options in (
                ("cmu", "cmu/train", "cmu/test", ["--test-fraction", "0.1"]),
                ("asl", "asl", "asl", ["--groups", groups]),
            ):
                here, json = out / f"{name}{seed}", out / f"{name}{seed}.json"
                seconds = run("train", given.data / train, "-o", here, *options, "--seed", seed)
                run("test", here, given.data / test, "--json", json)
                rows.append(row(f"{name}, seed {seed}", seconds, json))
    print()
    print(
        "| data | recordings | depth error, px | depth error, torso | Procrustes-aligned, torso "
        "| velocity, torso/frame | ratio | training |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    print("\n".join(rows))


if __name__ == "__main__":
    main()
