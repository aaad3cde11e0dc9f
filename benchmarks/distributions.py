"""How the procedural signer moves, beside people: quantiles, and histograms to look at.

    python -m benchmarks.distributions DATA [-o FOLDER] [--clips 300] [--seed 0]

DATA is a folder with asl/mocap_cm_30fps.npz and cmu/mocap_cm_30fps.npz: one array [T, 26, 3] per
clip, in any unit, 30 frames per second, y up. It prints a table of the 10th, 50th and 90th
percentiles and writes one picture per measure to FOLDER.

All measures are of both arms. Places are relative to the own shoulder, in the body's own frame
(x outwards to the hand's own side, y along the trunk, z to the front), in arm lengths.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError, problem
from signlift.simulation import sample_motion

FPS = 30.0

#: The measures: what the table calls them, and the range of the histograms.
MEASURES = {
    "speed": ("wrist speed seen from the front, torso/s", (0.0, 6.0)),
    "x": ("wrist outwards from the shoulder, arms", (-1.0, 1.0)),
    "y": ("wrist above the shoulder, arms", (-1.05, 1.05)),
    "z": ("wrist before the shoulder, arms", (-0.5, 1.05)),
    "elbow": ("elbow angle, degrees", (20.0, 180.0)),
    "elevation": ("upper arm from hanging, degrees", (0.0, 150.0)),
    "swivel": ("elbow from below the arm to its outside, degrees", (-60.0, 120.0)),
    "lean": ("trunk's lean to the front, degrees", (-20.0, 30.0)),
    "rest": ("share of wrists that are low and still", (0.0, 1.0)),
    "torso": ("torso / arm", (0.6, 1.2)),
    "shoulders": ("shoulders / arm", (0.5, 1.0)),
    "forearm": ("forearm / upper arm", (0.5, 1.2)),
    "nose": ("neck to nose / torso", (0.35, 0.75)),
}
QUANTILES = (10, 50, 90)

#: A wrist rests that is so far below the shoulder, in arms, and slower than this, in torso/s.
LOW, STILL = -0.55, 0.3

#: The swivel is counted where the arm is no steeper than this (the sine of its slope).
STEEP = 0.85

Clip = NDArray[np.float64]
Measures = dict[str, NDArray[np.float64]]


def measure(clip: Clip) -> Measures:
    """The measures of one clip.

    Parameters
    ----------
    clip
        [T, 26, 3] with y up, any unit.

    Returns
    -------
    Values over frames and arms, by the names of `MEASURES`; those of the body's lengths and the
    share of rest are one value per clip. All are empty where the clip is.
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
        own = np.array([sign, 1.0, 1.0])
        way, bend = (np.einsum("tij,tj->ti", frame, v) * own for v in (wrist - shoulder, upper))
        speed = _length(np.diff((wrist - at["Neck"]) @ screen.T, axis=0)) * FPS / torso
        low = way[:, 1] / arm < LOW
        still = np.append(speed, speed[-1:] if len(speed) else [0.0]) < STILL
        out["speed"].append(speed)
        for number, name in enumerate("xyz"):
            out[name].append(way[:, number] / arm)
        out["elbow"].append(180 - _angle(upper, lower))
        out["elevation"].append(_angle(upper, -up))
        out["swivel"].append(_swivel(way, bend))
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


def pooled(clips: Iterable[Clip]) -> Measures:
    """The measures of all clips together."""
    each = [measure(clip) for clip in clips]
    return {
        name: np.concatenate([values[name] for values in each] or [np.empty(0)])
        for name in MEASURES
    }


def synthetic_clips(count: int, seed: int) -> Iterator[Clip]:
    """As many drawn people, each signing for 1.5 to 5 seconds."""
    for index in range(count):
        rng = np.random.default_rng([seed, index])
        yield sample_motion(rng, int(rng.integers(45, 151)), FPS)


def real_clips(file: Path) -> Iterator[Clip]:
    """The clips of a file.

    Raises
    ------
    InputError
        There is no such file, or it holds something else than clips of 26 keypoints.
    """
    if not file.is_file():
        raise InputError(problem(file, expected="a file of clips", found="none"))
    with np.load(file, allow_pickle=False) as archive:
        for name in archive.files:
            clip = archive[name].astype(np.float64)
            if clip.ndim != 3 or clip.shape[1:] != (len(PANOPTIC26), 3):
                raise InputError(
                    problem(
                        f"{file}, {name}",
                        expected=f"[T, {len(PANOPTIC26)}, 3]",
                        found=str(list(clip.shape)),
                    )
                )
            yield clip


def table(sources: dict[str, Measures]) -> str:
    """The quantiles of each measure, a column per source, in Markdown."""
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


def plot(sources: dict[str, Measures], folder: Path) -> list[Path]:
    """Write a histogram of each measure, the sources one over the other."""
    # Imported here: the table needs no drawing.
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    folder.mkdir(parents=True, exist_ok=True)
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
        axes.set(xlabel=label, ylabel="share", xlim=limits)
        if axes.has_data():
            axes.legend(frameon=False)
        files.append(folder / f"{name}.png")
        figure.savefig(files[-1], dpi=110)
    return files


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table and write the pictures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("-o", "--output", type=Path)
    parser.add_argument("--clips", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    sources = {"synthetic": pooled(synthetic_clips(given.clips, given.seed))}
    for name in ("asl", "cmu"):
        sources[name] = pooled(real_clips(given.data / name / "mocap_cm_30fps.npz"))
    print(table(sources))
    if given.output is not None:
        for file in plot(sources, given.output):
            print(file)


def _swivel(way: NDArray[np.float64], bend: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees by which elbows stand out from below the line from shoulder to wrist."""
    axis = _unit(way)
    bend = bend - _dot(bend, axis)[:, None] * axis
    below = -np.eye(3)[1] + axis[:, 1:2] * axis
    outside = np.cross(axis, _unit(below))
    angle = np.degrees(np.arctan2(_dot(bend, outside), _dot(bend, _unit(below))))
    # Of the two sides of an arm, the outer one is that on which the hand's own side lies.
    angle = np.where(outside[:, 0] < 0, -angle, angle)
    straight = _length(bend) < 0.02 * _length(way)
    return np.where((np.abs(axis[:, 1]) > STEEP) | straight, np.nan, angle)


def _dot(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.einsum("...i,...i->...", one, other)


def _length(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.sqrt(_dot(vectors, vectors))


def _unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return vectors / np.maximum(_length(vectors), 1e-12)[..., None]


def _angle(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Degrees between vectors."""
    return np.degrees(np.arccos(np.clip(_dot(_unit(one), _unit(other)), -1, 1)))


if __name__ == "__main__":
    main()
