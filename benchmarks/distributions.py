"""Motion of the procedural signer beside that of people: quantiles and histograms.

    python -m benchmarks.distributions DATA [-o DIRECTORY] [--clips 300] [--seed 0]

DATA is a directory with asl/mocap_cm_30fps.npz and cmu/mocap_cm_30fps.npz: one array [T, 26, 3] per
clip, in any unit, 30 frames per second, y up. Prints a table of the 10th, 50th and 90th percentiles
and writes one image per measure to DIRECTORY.

All measures are of both arms. Positions are relative to the shoulder, in the frame of the body (x
outwards to the hand's own side, y along the trunk, z forward), in arm lengths.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.command import make_parser, run_benchmark
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError, problem
from signlift.simulation import sample_motion

FPS = 30.0

#: Label of each measure, and the range of its histogram.
MEASURES = {
    "speed": ("wrist speed seen from the front, torso/s", (0.0, 6.0)),
    "x": ("wrist outwards from the shoulder, arms", (-1.0, 1.0)),
    "y": ("wrist above the shoulder, arms", (-1.05, 1.05)),
    "z": ("wrist in front of the shoulder, arms", (-0.5, 1.05)),
    "elbow": ("elbow angle, degrees", (20.0, 180.0)),
    "elevation": ("upper arm from hanging, degrees", (0.0, 150.0)),
    "swivel": ("elbow from below the arm outwards, degrees", (-60.0, 120.0)),
    "lean": ("lean of the trunk forward, degrees", (-20.0, 30.0)),
    "rest": ("fraction of wrists that are low and still", (0.0, 1.0)),
    "torso": ("torso / arm", (0.6, 1.2)),
    "shoulders": ("shoulders / arm", (0.5, 1.0)),
    "forearm": ("forearm / upper arm", (0.5, 1.2)),
    "nose": ("neck to nose / torso", (0.35, 0.75)),
}
QUANTILES = (10, 50, 90)

#: Maximum height relative to the shoulder in arms, and maximum speed in torso/s, of resting wrists.
MAX_REST_HEIGHT, MAX_REST_SPEED = -0.55, 0.3

#: Maximum sine of the slope of an arm whose swivel is defined.
MAX_SLOPE = 0.85

Clip = NDArray[np.float64]
Measures = dict[str, NDArray[np.float64]]


def measure(clip: Clip) -> Measures:
    """Measure one clip.

    Parameters
    ----------
    clip
        [T, 26, 3] with y up, any unit.

    Returns
    -------
    measures
        Values over frames and arms, by the names of `MEASURES`. Body lengths and the fraction of
        rest are one value per clip. All are empty for a clip without frames.
    """
    if not len(clip):
        return {name: np.empty(0) for name in MEASURES}
    at = {name: clip[:, PANOPTIC26.index(name)] for name in PANOPTIC26.keypoints}
    trunk = at["Neck"] - at["MidHip"]
    torso = float(_length(trunk).mean())
    up = _unit(trunk)
    left = at["LShoulder"] - at["RShoulder"]
    left = _unit(left - _dot(left, up)[:, None] * up)
    frame = np.stack([left, up, np.cross(left, up)], 1)  # [T, 3, 3], rows are the axes
    heading = np.arctan2(left[:, 2].mean(), left[:, 0].mean())
    screen = np.array([[np.cos(heading), 0.0, np.sin(heading)], [0.0, 1.0, 0.0]])
    front = np.array([-np.sin(heading), 0.0, np.cos(heading)])
    out: dict[str, list[NDArray[np.float64]]] = {name: [] for name in MEASURES}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        shoulder, elbow, wrist = (at[side + part] for part in ("Shoulder", "Elbow", "Hand"))
        upper, lower = elbow - shoulder, wrist - elbow
        lengths = float(_length(upper).mean()), float(_length(lower).mean())
        arm = sum(lengths)
        own_side = np.array([sign, 1.0, 1.0])
        reach, bend = (
            np.einsum("tij,tj->ti", frame, vector) * own_side
            for vector in (wrist - shoulder, upper)
        )
        speed = _length(np.diff((wrist - at["Neck"]) @ screen.T, axis=0)) * FPS / torso
        low = reach[:, 1] / arm < MAX_REST_HEIGHT
        still = np.append(speed, speed[-1:] if len(speed) else [0.0]) < MAX_REST_SPEED
        out["speed"].append(speed)
        for number, name in enumerate("xyz"):
            out[name].append(reach[:, number] / arm)
        out["elbow"].append(180 - _angle(upper, lower))
        out["elevation"].append(_angle(upper, -up))
        out["swivel"].append(_swivel(reach, bend))
        out["rest"].append(np.array([(low & still).mean()]))
        for name, value in (
            ("torso", torso / arm),
            ("shoulders", _length(at["LShoulder"] - at["RShoulder"]).mean() / arm),
            ("forearm", lengths[1] / lengths[0]),
        ):
            out[name].append(np.array([value]))
    out["lean"].append(np.degrees(np.arcsin(np.clip(trunk @ front / _length(trunk), -1, 1))))
    out["nose"].append(np.array([_length(at["Nose"] - at["Neck"]).mean() / torso]))
    return {name: np.concatenate(values) for name, values in out.items()}


def pool_measures(clips: Iterable[Clip]) -> Measures:
    """Measure all clips and join the values."""
    measures = [measure(clip) for clip in clips]
    return {
        name: np.concatenate([values[name] for values in measures] or [np.empty(0)])
        for name in MEASURES
    }


def simulate_clips(count: int, seed: int) -> Iterator[Clip]:
    """Simulate random people, each signing for 1.5 to 5 seconds."""
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        yield sample_motion(rng, int(rng.integers(45, 151)), FPS)


def read_clips(file: Path) -> Iterator[Clip]:
    """Read the clips of a file.

    Raises
    ------
    InputError
        There is no such file, or it does not hold clips of 26 keypoints.
    """
    if not file.is_file():
        raise InputError(problem(file, expected="a file of clips", found="no such file"))
    with np.load(file, allow_pickle=False) as archive:
        for name in archive.files:
            clip = archive[name].astype(np.float64)
            if clip.ndim != 3 or clip.shape[1:] != (len(PANOPTIC26), 3):
                expected = f"shape [T, {len(PANOPTIC26)}, 3]"
                found = f"shape {list(clip.shape)}"
                raise InputError(problem(f"{file}, {name}", expected=expected, found=found))
            yield clip


def format_table(sources: dict[str, Measures]) -> str:
    """Format the quantiles of each measure in Markdown, a column per source."""
    head = f"| 10 / 50 / 90 % | {' | '.join(sources)} |"
    lines = [head, "| --- |" + " --- |" * len(sources)]
    for name, (label, _) in MEASURES.items():
        cells = []
        for measures in sources.values():
            values = measures[name][np.isfinite(measures[name])]
            if not len(values):
                cells.append("none")
                continue
            quantiles = np.percentile(values, QUANTILES)
            digits = 0 if np.abs(quantiles).max() > 10 else 2
            cells.append(" / ".join(f"{value:.{digits}f}" for value in quantiles))
        lines.append(f"| {label} | {' | '.join(cells)} |")
    return "\n".join(lines)


def plot_histograms(sources: dict[str, Measures], directory: Path) -> list[Path]:
    """Write an image for each measure, with the histograms of all sources."""
    # Imported here: the table needs no matplotlib.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    directory.mkdir(parents=True, exist_ok=True)
    files = []
    for name, (label, limits) in MEASURES.items():
        figure = Figure(figsize=(6, 3.2), layout="constrained")
        FigureCanvasAgg(figure)
        axes = figure.subplots()
        edges = np.linspace(*limits, 61).tolist()
        for source, measures in sources.items():
            values = measures[name][np.isfinite(measures[name])]
            if len(values):
                weights = np.full(len(values), 1 / len(values))
                clipped = np.clip(values, *limits)
                axes.hist(clipped, edges, weights=weights, histtype="step", label=source)
        axes.set(xlabel=label, ylabel="fraction", xlim=limits)
        if axes.has_data():
            axes.legend(frameon=False)
        files.append(directory / f"{name}.png")
        figure.savefig(files[-1], dpi=110)
    return files


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table, write the images and return the exit code."""
    parser = make_parser("distributions", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("-o", "--out", type=Path, metavar="DIRECTORY")
    parser.add_argument("--clips", type=int, default=300, help="simulated clips (300)")
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    sources = {"simulated": pool_measures(simulate_clips(options.clips, options.seed))}
    for name in ("asl", "cmu"):
        sources[name] = pool_measures(read_clips(options.data / name / "mocap_cm_30fps.npz"))
    print(format_table(sources))
    if options.out is not None:
        for file in plot_histograms(sources, options.out):
            print(file)


def _swivel(reach: NDArray[np.float64], bend: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the angle of elbows about the line from shoulder to wrist in degrees, 0 below it.

    NaN for steep and for straight arms.
    """
    axis = _unit(reach)
    bend = bend - _dot(bend, axis)[:, None] * axis
    below = -np.eye(3)[1] + axis[:, 1:2] * axis
    outside = np.cross(axis, _unit(below))
    angle = np.degrees(np.arctan2(_dot(bend, outside), _dot(bend, _unit(below))))
    # Positive on the outer side of an arm, which is the hand's own side.
    angle = np.where(outside[:, 0] < 0, -angle, angle)
    straight = _length(bend) < 0.02 * _length(reach)
    return np.where((np.abs(axis[:, 1]) > MAX_SLOPE) | straight, np.nan, angle)


def _dot(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.einsum("...i,...i->...", a, b)


def _length(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(_dot(vectors, vectors))


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return vectors / np.maximum(_length(vectors), 1e-12)[..., None]


def _angle(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute angles between vectors in degrees."""
    return np.degrees(np.arccos(np.clip(_dot(_unit(a), _unit(b)), -1, 1)))


if __name__ == "__main__":
    sys.exit(main())
