"""What cleaning does to jitter, and to fast signing: `python -m benchmarks.cleaning`.

Procedural signers that nobody has seen are filmed with noise (independent in every frame, or as a
keypoint detector errs), lifted, and cleaned by each filter at several settings. Lengths are in
torso lengths, and velocities in torso lengths per second.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.datasets.simulated import signer_recording
from signlift.evaluation.metrics import mpjpe, mpjve
from signlift.filtering import OneEuro, SavitzkyGolay, one_euro_filter, savitzky_golay_filter
from signlift.lifting.lifter import Lifter, load
from signlift.normalization.normalize import torso_length
from signlift.simulation.detector.simulated_detector import simulate_detections

#: The standard deviation of the independent noise, in torso lengths.
NOISE = 0.02

FPS = 30.0

#: The fastest of the wrists' frames, whose speed has to be kept.
FAST = 0.05

ONE_EURO = ((0.5, 2.0), (0.5, 4.0), (0.5, 6.0), (0.5, 10.0), (1.0, 4.0), (2.0, 4.0))
SAVITZKY_GOLAY = ((0.24, 2), (0.3, 2), (0.37, 2), (0.44, 4), (0.5, 4), (0.57, 4))

#: What is measured, and over what.
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
class Film:
    """A signer as they are, as they were filmed, and lifted from that."""

    true: Recording
    seen: Recording
    lifted: Recording
    torso: float


def film(lifter: Lifter, seed: int, number: int, *, detector: bool = False) -> Film:
    """Film a signer for 5 to 10 seconds and lift what was filmed."""
    true = signer_recording(seed, number, min_frames=150, max_frames=300, fps=FPS, max_turn=40)
    torso = torso_length(true.keypoints, true.skeleton)
    rng = np.random.default_rng([seed, number, 1])
    if detector:
        found, sure = simulate_detections(rng, true.keypoints[None], true.skeleton, FPS, torso)
        seen = replace(true, keypoints=found[0], confidence=sure[0], depth=None)
    else:
        noise = rng.normal(0, NOISE * torso, true.keypoints.shape)
        seen = replace(true, keypoints=true.keypoints + noise, depth=None)
    return Film(true, seen, lifter.lift(seen), torso)


def measure(one: Film, found: Recording) -> list[float]:
    """The numbers of `COLUMNS` for one recording."""
    points, true = found.points / one.torso, one.true.points / one.torso
    flat, true_flat = (
        np.pad(recording.keypoints / one.torso, ((0, 0), (0, 0), (0, 1)))
        for recording in (found, one.true)
    )
    wrists = [one.true.skeleton.index(name) for name in ("LHand", "RHand")]
    pair = flat[:, wrists], true_flat[:, wrists]
    lag, kept = fast_part(*pair, FAST)
    return [
        mpjve(flat, true_flat) * FPS,
        mpjve(points, true) * FPS,
        mpjpe(flat, true_flat),
        mpjpe(points, true),
        lag,
        kept,
        fast_part(*pair, FAST / 5)[1],
    ]


def fast_part(
    found: NDArray[np.floating], true: NDArray[np.floating], part: float
) -> tuple[float, float]:
    """How far off points [T, J, C] are where they truly move fastest, and the speed left there.

    The speed is that along the true way, as a part of the true one: noise adds to the length of a
    velocity, but on average nothing along the true one, so that raw points have kept 1.
    """
    velocity, other = np.diff(true, axis=0), np.diff(found, axis=0)
    speed = np.linalg.norm(velocity, axis=-1)
    known = ~np.isnan(speed) & ~np.isnan(other).any(-1)
    if not known.any():
        return float("nan"), float("nan")
    fast = known & (speed >= np.quantile(speed[known], 1 - part))
    off = np.linalg.norm((found - true)[1:], axis=-1)
    along = (velocity * other).sum(-1)
    return float(off[fast].mean()), float(along[fast].sum() / (speed[fast] ** 2).sum())


def table(films: Sequence[Film], lifter: Lifter) -> str:
    """A row for each filter and setting, means over the recordings, in Markdown."""
    lines = [f"| filter | {' | '.join(COLUMNS)} |", "| --- |" + " --- |" * len(COLUMNS)]

    def row(name: str, results: Iterable[Recording]) -> None:
        each = [measure(one, found) for one, found in zip(films, results, strict=True)]
        cells = " | ".join(f"{value:.3f}" for value in np.nanmean(each, 0))
        lines.append(f"| {name} | {cells} |")

    def both(name: str, clean: Filter, mark: str = "") -> None:
        row(name + mark, (clean(one.lifted) for one in films))
        if mark:
            row(f"{name}, before lifting", (lifter.lift(clean(one.seen)) for one in films))

    row("raw", (one.lifted for one in films))
    for cutoff, beta in ONE_EURO:
        euro = OneEuro(min_cutoff=cutoff, beta=beta)
        mark = " (default)" if euro == OneEuro() else ""
        both(
            f"One-Euro, {cutoff:g} Hz, beta {beta:g}", partial(one_euro_filter, settings=euro), mark
        )
    for window, order in SAVITZKY_GOLAY:
        golay = SavitzkyGolay(window, order)
        mark = " (default)" if golay == SavitzkyGolay() else ""
        name = f"Savitzky-Golay, {window:g} s, order {order}"
        both(name, partial(savitzky_golay_filter, settings=golay), mark)
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print a table for each kind of noise."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--recordings", type=int, default=12)
    parser.add_argument("--seed", type=int, default=100)
    options = parser.parse_args(arguments)
    lifter = load()
    for title, detector in ((f"noise of {NOISE:.0%} of the torso", False), ("a detector", True)):
        numbers = range(options.recordings)
        films = [film(lifter, options.seed, number, detector=detector) for number in numbers]
        print(f"{title}, {options.recordings} signers\n\n{table(films, lifter)}\n")


if __name__ == "__main__":
    main()
