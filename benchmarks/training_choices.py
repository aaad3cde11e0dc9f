"""Choices of a user with few recordings: which network to train, and from which weights.

    python -m benchmarks.training_choices DATA -o training_choices [--minutes 5 | --epochs 60]

DATA is a directory with cmu/train, cmu/test and asl, each with the two arrays body_data.npy and
body_ground.npy, with asl/mocap_cm_30fps.npz, from which clips of the same take are found, and
with signs/mocap26_cm_30fps.npz. Of the last, the clips of galt are projected to random cameras.

Each network is trained on one part of a dataset, split by recording, take or word, and measured on
the other part, which it does not see: neither for its weights nor for the choice of its best
epoch. The shipped weights were pretrained on the motion of cmu and asl (seen by other cameras), so
only galt is new to them; --model takes held-out weights instead.

Prints a table in Markdown: depth errors of wrists / elbows / upper body relative to the Neck in cm
(torso length 50 cm), on unchanged keypoints and with noise and gaps, and the training time. The
same command resumes an interrupted benchmark.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import signlift as sl
from benchmarks.accuracy.protocol import VERSION, TestSet, make_test_set, run
from benchmarks.command import make_parser, run_benchmark
from benchmarks.results import find_asl_groups
from signlift.core.recording import Recording
from signlift.datasets.dataset import open_dataset
from signlift.datasets.projected_mocap import ProjectionSettings, project_mocap
from signlift.errors import InputError, parameter_problem, problem
from signlift.io.arrays.original_arrays import read_arrays, write_arrays
from signlift.lifting.lifter import Lifter
from signlift.training.split import split_recordings
from signlift.utils.atomic import write_text

#: The rows of the table: name, and options of training; None for weights that are not trained.
ROWS: dict[str, dict[str, Any] | None] = {
    "existing weights, not trained": None,
    "DepthLSTM, from nothing": {"arch": "depth-lstm"},
    "lifting network, from nothing": {"arch": "lifting", "init": "nothing"},
    "lifting network, fine-tuned": {"arch": "lifting"},
}

#: Conditions of the accuracy benchmark that are measured.
CONDITIONS = ("clean", "noisy")

#: Fraction of the recordings to measure on, where the dataset has no split of its own.
TEST_FRACTION = 0.3

#: Largest turn of a person from the camera, in degrees, where motion capture is projected.
MAX_TURN = 30.0


@dataclass(frozen=True, eq=False)
class Choice:
    """A dataset, divided into recordings to train on and recordings to measure on.

    Attributes
    ----------
    name
        Name of the dataset.
    training
        Directory with the two arrays of the recordings to train on.
    groups
        A label for each recording to train on, such as its take; None where each is its own.
    tests
        The recordings to measure on.
    """

    name: str
    training: Path
    groups: list[str] | None
    tests: TestSet


@dataclass(frozen=True)
class DepthMethod:
    """A lifter of any network as a method of the accuracy benchmark.

    Attributes
    ----------
    lifter
        The lifter.
    name
        Its name.
    """

    lifter: Lifter
    name: str

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Lift recordings offline."""
        depths = [self.lifter.lift(recording).depth for recording in recordings]
        return [depth for depth in depths if depth is not None]


def read_datasets(data: Path, out: Path, recordings: int | None, seed: int) -> list[Choice]:
    """Divide the datasets below DATA, and write the recordings to train on to OUT/data.

    Parameters
    ----------
    data
        DATA; datasets that are missing are left out.
    out
        OUT.
    recordings
        Maximum number of recordings to train on; None for all.
    seed
        Random seed of the division.

    Raises
    ------
    InputError
        There is no dataset.
    """
    choices = []
    for name, read in (("cmu", _read_cmu), ("asl", _read_asl), ("galt", _read_galt)):
        parts = read(data, out, seed)
        if parts is None:
            continue
        training, groups, tests = parts
        if recordings is not None:
            chosen = np.random.default_rng(seed).permutation(len(training))[:recordings]
            training = [training[v] for v in chosen]
            groups = None if groups is None else [groups[v] for v in chosen]
        directory = write_arrays(out / "data" / name, training)
        choices.append(Choice(name, directory, groups, make_test_set(name, tests)))
    if not choices:
        raise InputError(problem(data, expected="cmu, asl or signs", found="none of them"))
    return choices


_Parts = tuple[list[Recording], list[str] | None, list[Recording]]


def _read_cmu(data: Path, _out: Path, _seed: int) -> _Parts | None:
    if not (data / "cmu" / "train").is_dir():
        return None
    parts = (list(read_arrays(data / "cmu" / part)) for part in ("train", "test"))
    training, tests = parts
    return training, None, tests


def _read_asl(data: Path, _out: Path, seed: int) -> _Parts | None:
    if not (data / "asl").is_dir():
        return None
    return _divide(list(read_arrays(data / "asl")), find_asl_groups(data / "asl"), seed)


def _read_galt(data: Path, out: Path, seed: int) -> _Parts | None:
    file = data / "signs" / "mocap26_cm_30fps.npz"
    if not file.is_file():
        return None
    with np.load(file) as archive:
        clips = {name: archive[name] for name in archive.files if name.startswith("galt.")}
    directory = out / "data" / "galt_views"
    directory.mkdir(parents=True, exist_ok=True)
    np.savez(directory / "galt.npz", **clips)
    settings = ProjectionSettings(max_turn=MAX_TURN, seed=seed)
    project_mocap(directory / "galt.npz", directory, settings)
    return _divide(list(read_arrays(directory)), [_find_word(name) for name in clips], seed)


def _find_word(clip: str) -> str:
    """Return the word of a clip: "abhor" for galt.Abhor_2_2023-2-4."""
    word = clip.removeprefix("galt.").partition("_")[0].lower()
    return word.rstrip("0123456789") or word


def _divide(recordings: list[Recording], groups: list[str], seed: int) -> _Parts:
    split = split_recordings(len(recordings), TEST_FRACTION, seed, groups)
    training = [recordings[v] for v in split.train]
    tests = [recordings[v] for v in split.test]
    return training, [groups[v] for v in split.train], tests


def measure_row(
    row: str, choice: Choice, out: Path, model: str, options: dict[str, Any], *, quiet: bool
) -> dict[str, Any]:
    """Train a network on a dataset, unless that is done already, and measure it.

    Parameters
    ----------
    row
        A key of `ROWS`.
    choice
        The dataset.
    out
        OUT, for the runs and the results.
    model
        The existing weights.
    options
        Options of training of all rows.
    quiet
        Show no progress bars.

    Returns
    -------
    The scores by condition, the training time in seconds, and the number of recordings.
    """
    training = ROWS[row]
    fine_tuned = {"init": model} if training is not None and "init" not in training else {}
    if training is not None and training["arch"] == "depth-lstm":
        fine_tuned = {}
    settings: dict[str, Any] = {
        "protocol": VERSION,
        "options": None if training is None else {**options, **training, **fine_tuned},
        "model": model,
        "data": open_dataset(choice.training).fingerprint,
    }
    digest = hashlib.sha256(json.dumps(settings, sort_keys=True).encode()).hexdigest()[:8]
    name = f"{choice.name}-{re.sub(r'[^a-z]+', '-', row.lower())}-{digest}"
    path = out / f"{name}.json"
    if path.is_file():
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return content
    seconds = 0.0
    trained: str | Path = model
    if settings["options"] is not None:
        trained = out / "runs" / name
        history = sl.train(
            choice.training,
            trained,
            groups=None if (trained / "config.json").exists() else choice.groups,
            resume=(trained / "config.json").exists(),
            quiet=quiet,
            **settings["options"],
        )
        seconds = history[-1].seconds
    method = DepthMethod(sl.load(trained), row)
    seed = options.get("seed", 0)
    content = {
        "settings": settings,
        "seconds": seconds,
        "recordings": len(open_dataset(choice.training)),
        "scores": {name: asdict(run(method, choice.tests, name, seed)) for name in CONDITIONS},
    }
    write_text(path, json.dumps(content, indent=1) + "\n")
    return content


def format_table(results: dict[str, dict[str, dict[str, Any]]]) -> str:
    """Format the results in Markdown.

    Parameters
    ----------
    results
        The results of `measure_row` by row and dataset.
    """
    datasets = list(dict.fromkeys(name for row in results.values() for name in row))
    header = ["network"]
    for name in datasets:
        header += [f"{name}, {condition}" for condition in CONDITIONS] + [f"{name}, training"]
    lines = [header, ["---"] * len(header)]
    for row, by_dataset in results.items():
        cells = [row]
        for name in datasets:
            result = by_dataset[name]
            for condition in CONDITIONS:
                score = result["scores"][condition]
                cells.append(
                    " / ".join(f"{score[group]:.1f}" for group in ("wrists", "elbows", "upper"))
                )
            cells.append(f"{result['seconds']:.0f} s")
        lines.append(cells)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, print the table and return the exit code."""
    parser = make_parser("training_choices", __doc__)
    add = parser.add_argument
    add("data", type=Path, metavar="DATA")
    add("-o", "--out", type=Path, default=Path("training_choices"), metavar="DIRECTORY")
    add("--epochs", type=int, help="epochs of each training (those of the architecture)")
    add("--minutes", type=float, help="time limit of each training")
    add("--recordings", type=int, help="maximum number of recordings to train on (all)")
    add("--model", default="shipped", help="existing weights to fine-tune: a .safetensors file")
    add("--only", nargs="+", metavar="ROW", help="only rows that contain one of these words")
    add("--seed", type=int, default=0, help="random seed (0)")
    add("--quiet", action="store_true", help="show no progress")
    return run_benchmark(parser, _run, arguments, resume="the row that was interrupted")


def _run(options: argparse.Namespace) -> None:
    words = [word.lower() for word in options.only or [""]]
    rows = [row for row in ROWS if any(word in row.lower() for word in words)]
    if not rows:
        expected = f"a part of one of {'; '.join(ROWS)}"
        raise InputError(parameter_problem("--only", expected=expected, found=words[0]))
    training: dict[str, Any] = {"seed": options.seed}
    for name in ("epochs", "minutes"):
        if getattr(options, name) is not None:
            training[name] = getattr(options, name)
    choices = read_datasets(options.data, options.out, options.recordings, options.seed)
    results: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        results[row] = {}
        for choice in choices:
            if not options.quiet:
                print(f"{row}: {choice.name} ...", file=sys.stderr, flush=True)
            results[row][choice.name] = measure_row(
                row, choice, options.out, options.model, training, quiet=options.quiet
            )
    counts = {choice.name: results[rows[0]][choice.name]["recordings"] for choice in choices}
    sizes = ", ".join(
        f"{choice.name} {counts[choice.name]} / {len(choice.tests.recordings)}"
        for choice in choices
    )
    table = format_table(results)
    write_text(options.out / "table.md", table + "\n")
    print(f"recordings to train on / to measure on: {sizes}\n\n{table}")


if __name__ == "__main__":
    sys.exit(main())
