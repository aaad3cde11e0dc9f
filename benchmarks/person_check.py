"""Rates at which the check of people notices faults, and false alarms.

    python -m benchmarks.person_check [FILE...] [--recordings 200] [--seed 0]

Each fault is applied to simulated signers as a simulated detector finds them, and to the recordings
of files that signlift reads. Prints a table in Markdown: the fraction of the recordings in which
the fault is noticed, and in which the line names its cause.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.command import make_parser, run_benchmark
from signlift.core.recording import Recording
from signlift.core.skeleton import get_skeleton
from signlift.core.skeleton_arrays import convert
from signlift.io import read_all
from signlift.io.image_axes import correct_axes
from signlift.io.people.person_check import find_fault
from signlift.simulation.detector.simulated_detector import simulate_detections
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer
from signlift.simulation.views.camera_batch import render_views
from signlift.simulation.views.framing import ViewSettings

FPS, FRAMES = 30.0, 60

#: Cameras of the simulated signers, which take turns: near the front, on all sides but the back,
#: and near or far above and below.
VIEWS = (
    ViewSettings(placed_probability=0, any_side_probability=0),
    ViewSettings(
        placed_probability=0,
        max_turn=90,
        front_probability=0,
        any_side_probability=0,
        max_tilt=35,
    ),
    ViewSettings(placed_probability=0, distance=(0.8, 1.5), any_side_probability=0, max_tilt=40),
)
SKELETONS = ("panoptic26", "coco17", "openpose25", "halpe26", "mediapipe33", "coco18")


@dataclass(frozen=True)
class FaultKind:
    """A fault that is applied to good recordings.

    Parameters
    ----------
    title
        Description for the table.
    apply
        Makes the faulty recording.
    cause
        Text of the line that names the cause; "" if any line is right.
    """

    title: str
    apply: Callable[[Recording], Recording]
    cause: str = ""


@dataclass(frozen=True)
class Rates:
    """Fractions of recordings in which a fault is noticed and its cause named; and seconds each."""

    noticed: float
    named: float
    seconds: float


def simulate(number: int, seed: int) -> Recording:
    """Simulate a detected signer of one of `SKELETONS` in one of `VIEWS`."""
    rng = np.random.default_rng([seed, number])
    motion = Signer.draw(rng).sample_motion(rng, FRAMES, FPS)[None]
    views = render_views(rng, motion, SIGNER, VIEWS[number % len(VIEWS)])
    scale = float(views.scale[0])
    detections, confidence = simulate_detections(rng, views.keypoints, SIGNER, FPS, scale)
    skeleton = get_skeleton(SKELETONS[number // len(VIEWS) % len(SKELETONS)])
    converted = convert(confidence[0][..., None], SIGNER, skeleton)[..., 0]
    return Recording(
        convert(detections[0], SIGNER, skeleton),
        skeleton,
        confidence=np.clip(np.nan_to_num(converted), 0, 1),
        name=f"signer {number}",
    )


def relabel(recording: Recording, order: str, label: str) -> Recording:
    """Return keypoints in the order of a skeleton that are taken for those of another."""
    keypoints = convert(recording.keypoints, recording.skeleton, get_skeleton(order))
    return Recording(keypoints, label, name=recording.name)


def scale_axes(recording: Recording, factor: float) -> Recording:
    """Widen a recording."""
    return replace(recording, keypoints=recording.keypoints * np.array([factor, 1], np.float32))


def shuffle(recording: Recording) -> Recording:
    """Put the keypoints in a random order."""
    rng = np.random.default_rng(len(recording))
    keypoints = recording.keypoints[:, rng.permutation(len(recording.skeleton))]
    return Recording(keypoints, recording.skeleton, name=recording.name)


def exchange(recording: Recording) -> Recording:
    """Exchange x and y."""
    return replace(recording, keypoints=recording.keypoints[..., ::-1].copy())


KINDS = (
    FaultKind("none", lambda recording: recording),
    FaultKind("y upwards", partial(correct_axes, flip_y=True), "`flip_y`"),
    FaultKind("image upside down", partial(correct_axes, rotate=180), "`rotate` 180"),
    FaultKind("image on its side, head right", partial(correct_axes, rotate=90), "`rotate` 270"),
    FaultKind("image on its side, head left", partial(correct_axes, rotate=270), "`rotate` 90"),
    FaultKind("x and y exchanged", exchange, "`rotate` 90 and `mirror`"),
    FaultKind("mirrored", partial(correct_axes, mirror=True), "`mirror`"),
    *(
        FaultKind(f"{order} read as {label}", partial(relabel, order=order, label=label), order)
        for order, label in (
            ("h36m17", "coco17"),
            ("coco17", "h36m17"),
            ("halpe26", "panoptic26"),
            ("panoptic26", "halpe26"),
            ("openpose67", "panoptic67"),
            ("panoptic67", "openpose67"),
        )
    ),
    FaultKind("random order", shuffle),
    FaultKind("stretched to 16:9", partial(scale_axes, factor=16 / 9)),
    FaultKind("stretched from 9:16 to 16:9", partial(scale_axes, factor=(16 / 9) ** 2)),
    FaultKind("squeezed from 16:9 to 1:1", partial(scale_axes, factor=9 / 16)),
)


def measure_rates(recordings: Sequence[Recording], kind: FaultKind) -> Rates:
    """Apply a fault to recordings and check them."""
    faulty = [kind.apply(recording) for recording in recordings]
    start = perf_counter()
    faults = [find_fault(recording) for recording in faulty]
    seconds = (perf_counter() - start) / max(len(faults), 1)
    noticed = [fault is not None for fault in faults]
    named = [fault is not None and kind.cause in fault.found for fault in faults]
    return Rates(float(np.mean(noticed)), float(np.mean(named)), seconds)


def read_files(paths: Sequence[Path]) -> Iterator[Recording]:
    """Read the recordings of files, without their depth."""
    for path in paths:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for recording in read_all(path):
                if _has_both_shoulders(recording):
                    yield replace(recording, depth=None, depth_uncertainty=None)


def format_table(groups: dict[str, Sequence[Recording]]) -> str:
    """Measure all faults on groups of recordings, as a table in Markdown."""
    titles = [f"{name} ({len(recordings)})" for name, recordings in groups.items()]
    lines = [f"| fault | {' | '.join(titles)} |", "| --- " * (len(groups) + 1) + "|"]
    for kind in KINDS:
        cells = []
        for recordings in groups.values():
            rates = measure_rates(recordings, kind)
            cells.append(f"{rates.noticed:.1%}" + (f" / {rates.named:.1%}" if kind.cause else ""))
        lines.append(f"| {kind.title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def report(options: argparse.Namespace) -> None:
    """Print the table, and the time of a check."""
    simulated = [simulate(number, options.seed) for number in range(options.recordings)]
    groups: dict[str, Sequence[Recording]] = {"simulated": simulated}
    read = list(read_files(options.files))
    if read:
        groups["files"] = read
    print("noticed / with the cause named\n")
    print(format_table(groups))
    seconds = measure_rates(simulated, KINDS[0]).seconds
    print(f"\n{1000 * seconds:.2f} ms for a recording")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and return the exit code."""
    parser = make_parser("person_check", __doc__)
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
    parser.add_argument("--recordings", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    return run_benchmark(parser, report, arguments)


def _has_both_shoulders(recording: Recording) -> bool:
    left, right = (recording.skeleton.find(side + "Shoulder") for side in "LR")
    if left is None or right is None:
        return False
    return bool(recording.observed[:, [left, right]].all(1).any())


if __name__ == "__main__":
    sys.exit(main())
