"""Effect of temporal filters on jitter and on fast signing.

    python -m benchmarks.filtering [--recordings 12] [--seed 100]

Simulated signers are rendered with noise (independent in every frame, or that of a simulated
keypoint detector), lifted, and smoothed by each filter with several settings. Lengths are in torso
lengths, and velocities in torso lengths per second.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from benchmarks.command import make_parser, run_benchmark
from signlift.core.recording import Recording
from signlift.datasets.simulated import simulate_recording
from signlift.evaluation.metrics.point_metrics import mpjpe, mpjve
from signlift.filtering import OneEuro, SavitzkyGolay, one_euro_filter, savitzky_golay_filter
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load
from signlift.normalization.scale import torso_length
from signlift.simulation.detector.simulated_detector import DetectorSettings, simulate_detections

#: Standard deviation of independent noise, in torso lengths.
NOISE = 0.02

FPS = 30.0

#: Fraction of the wrists' frames that are the fastest, whose speed a filter should keep.
FAST_FRACTION = 0.05

ONE_EURO = ((0.5, 2.0), (0.5, 4.0), (0.5, 6.0), (0.5, 10.0), (1.0, 4.0), (2.0, 4.0))
SAVITZKY_GOLAY = ((0.24, 2), (0.3, 2), (0.37, 2), (0.44, 4), (0.5, 4), (0.57, 4))

#: The measures, in the order of the columns.
COLUMNS = (
    "velocity error, 2D",
    "velocity error, 3D",
    "position error, 2D",
    "position error, 3D",
    "fast wrists: position error",
    "speed kept",
    "of the fastest 1 %",
)

Filter = Callable[[Recording], Recording]


@dataclass(frozen=True, eq=False)
class Sample:
    """A simulated recording: the truth, the noisy keypoints, and their depth."""

    true: Recording
    noisy: Recording
    lifted: Recording
    torso: float


def simulate(lifter: Lifter, seed: int, number: int, *, detector: bool = False) -> Sample:
    """Simulate a signer for 5 to 10 seconds and lift the noisy keypoints."""
    true = simulate_recording(seed, number, min_frames=150, max_frames=300, fps=FPS, max_turn=40)
    torso = torso_length(true.keypoints, true.skeleton)
    rng = np.random.default_rng([seed, number, 1])
    if detector:
        # Detectors that smooth over time themselves leave nothing to filter.
        settings = DetectorSettings(smooth_probability=0.0)
        detections, confidence = simulate_detections(
            rng, true.keypoints[None], true.skeleton, FPS, torso, settings
        )
        noisy = replace(true, keypoints=detections[0], confidence=confidence[0], depth=None)
    else:
        noise = rng.normal(0, NOISE * torso, true.keypoints.shape)
        noisy = replace(true, keypoints=true.keypoints + noise, depth=None)
    return Sample(true, noisy, lifter.lift(noisy), torso)


def measure(sample: Sample, result: Recording) -> list[float]:
    """Compute the measures of `COLUMNS` for one recording."""
    points, true = result.points / sample.torso, sample.true.points / sample.torso
    flat, true_flat = (
        np.pad(recording.keypoints / sample.torso, ((0, 0), (0, 0), (0, 1)))
        for recording in (result, sample.true)
    )
    wrists = [sample.true.skeleton.index(name) for name in ("LHand", "RHand")]
    error, kept = measure_fast(flat[:, wrists], true_flat[:, wrists], FAST_FRACTION)
    _, kept_fastest = measure_fast(flat[:, wrists], true_flat[:, wrists], FAST_FRACTION / 5)
    return [
        mpjve(flat, true_flat) * FPS,
        mpjve(points, true) * FPS,
        mpjpe(flat, true_flat),
        mpjpe(points, true),
        error,
        kept,
        kept_fastest,
    ]


def measure_fast(
    points: NDArray[np.floating], true: NDArray[np.floating], fraction: float
) -> tuple[float, float]:
    """Compute the position error where the true points are fastest, and the speed kept there.

    The speed is the component along the true velocity, as a fraction of the true speed: noise adds
    to the length of a velocity, but on average not to this component, so that raw points keep 1.

    Parameters
    ----------
    points, true
        [T, J, C].
    fraction
        The fraction of the frames that are the fastest.
    """
    true_velocity, velocity = np.diff(true, axis=0), np.diff(points, axis=0)
    speed = np.linalg.norm(true_velocity, axis=-1)
    defined = ~np.isnan(speed) & ~np.isnan(velocity).any(-1)
    if not defined.any():
        return float("nan"), float("nan")
    fast = defined & (speed >= np.quantile(speed[defined], 1 - fraction))
    error = np.linalg.norm((points - true)[1:], axis=-1)
    along = (true_velocity * velocity).sum(-1)
    return float(error[fast].mean()), float(along[fast].sum() / (speed[fast] ** 2).sum())


def format_table(samples: Sequence[Sample], lifter: Lifter) -> str:
    """Format a row for each filter and setting in Markdown, means over the recordings."""
    lines = [f"| filter | {' | '.join(COLUMNS)} |", "| --- |" + " --- |" * len(COLUMNS)]

    def add_row(name: str, results: Iterable[Recording]) -> None:
        values = [measure(*pair) for pair in zip(samples, results, strict=True)]
        cells = " | ".join(f"{value:.3f}" for value in np.nanmean(values, 0))
        lines.append(f"| {name} | {cells} |")

    def add_filter(name: str, smooth: Filter, *, default: bool) -> None:
        label = f"{name} (default)" if default else name
        add_row(label, (smooth(sample.lifted) for sample in samples))
        if default:
            before = (lifter.lift(smooth(sample.noisy)) for sample in samples)
            add_row(f"{name}, before lifting", before)

    add_row("raw", (sample.lifted for sample in samples))
    for cutoff, beta in ONE_EURO:
        euro = OneEuro(min_cutoff=cutoff, beta=beta)
        name = f"One-Euro, {cutoff:g} Hz, beta {beta:g}"
        add_filter(name, partial(one_euro_filter, settings=euro), default=euro == OneEuro())
    for window, order in SAVITZKY_GOLAY:
        golay = SavitzkyGolay(window, order)
        name = f"Savitzky-Golay, {window:g} s, order {order}"
        smooth = partial(savitzky_golay_filter, settings=golay)
        add_filter(name, smooth, default=golay == SavitzkyGolay())
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each kind of noise and return the exit code."""
    parser = make_parser("filtering", __doc__)
    parser.add_argument("--recordings", type=int, default=12, help="number of signers (12)")
    parser.add_argument("--seed", type=int, default=100, help="random seed (100)")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    lifter = load()
    for title, detector in (
        (f"noise of {NOISE:.0%} of the torso length", False),
        ("simulated detector", True),
    ):
        samples = [
            simulate(lifter, options.seed, number, detector=detector)
            for number in range(options.recordings)
        ]
        print(f"{title}, {options.recordings} signers\n\n{format_table(samples, lifter)}\n")


if __name__ == "__main__":
    sys.exit(main())
