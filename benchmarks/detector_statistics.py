"""Errors of a real detector beside those of the simulated one, keypoint by keypoint.

    python -m benchmarks.detector_statistics DATA [--repeats 4] [--seed 0]

DATA holds recordings of rendered people (NN_VIEW_PERSON.npz): MediaPipe's keypoints and depth in
them, and the true joints. The simulated detector, of the kind that smooths over time, detects the
same true joints. Lengths are in hundredths of the torso. The columns are, for x and y where there
are two numbers: mean error outwards and down, standard deviation of the recordings' median errors,
standard deviation in time about them, the same from the median, autocorrelation after 1, 2, 5 and
12 frames, noise that is new in each frame, percentage of frames beyond 10 and 20, lag in frames,
and mean confidence. Of depth, relative to the Neck, first the median factor, tilt and turn that fit
each recording (see `signlift.simulation.detector.detector_depth`), with standard deviations; then
what is left of the error.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from benchmarks.command import make_parser, run_benchmark
from benchmarks.rendered import RenderedFile, read_rendered_files
from signlift.core.skeleton import MEDIAPIPE75, PANOPTIC26
from signlift.core.skeleton_arrays import convert
from signlift.simulation.detector.detector_depth import DepthSettings, simulate_detector_depth
from signlift.simulation.detector.simulated_detector import DetectorSettings, simulate_detections

#: Parts of the body in the table: the keypoints of the left side, or the one in the middle.
PARTS = ("Nose", "LEye", "LEar", "LShoulder", "LElbow", "LHand", "LHip", "LKnee", "LAnkle")

#: Frames after which the autocorrelation is given.
LAGS = (1, 2, 5, 12)

#: Minimum number of frames in which a keypoint of a recording must be inside the image.
MIN_FRAMES = 20

#: A smoothing detector, without the parts of the body that are cut off at random.
SMOOTH = DetectorSettings(
    clean_probability=0.0,
    smooth_probability=1.0,
    legs_probability=0.0,
    waist_probability=0.0,
    chest_probability=0.0,
    binary_probability=0.0,
)


@dataclass(frozen=True, eq=False)
class Detections:
    """What a detector finds in B recordings of rendered people, lengths in torsos.

    Attributes
    ----------
    error
        [B, T, J, 2], found minus true keypoint; NaN where not found or outside the image.
    confidence
        [B, T, J]
    true
        [B, T, J, 2], relative to the Neck.
    depth, true_depth
        [B, T, J], relative to the Neck.
    """

    error: Float[np.ndarray, "B T J 2"]
    confidence: Float[np.ndarray, "B T J"]
    true: Float[np.ndarray, "B T J 2"]
    depth: Float[np.ndarray, "B T J"]
    true_depth: Float[np.ndarray, "B T J"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables and return the exit code."""
    parser = make_parser("detector_statistics", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("--repeats", type=int, default=4, help="simulations of each recording (4)")
    parser.add_argument("--seed", type=int, default=0, help="random seed (0)")
    with warnings.catch_warnings():
        # Keypoints that are never inside an image have no mean.
        warnings.simplefilter("ignore", RuntimeWarning)
        return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    real, simulated = read_detections(options.data, options.repeats, options.seed)
    print("keypoints: real, then simulated")
    for part in PARTS:
        for label, detections in (("real", real), ("simulated", simulated)):
            print(f"{part.lstrip('L') if part != 'LHand' else 'Wrist':>9} {label:>9}  ", end="")
            print(describe_errors(*select_part(detections, part)))
    for pair in (("LHip", "RHip"), ("LElbow", "LHand"), ("LShoulder", "RShoulder")):
        values = [f"{correlate(detections, *pair):.2f}" for detections in (real, simulated)]
        print(f"correlation of {pair[0]} and {pair[1]}: {values[0]} real, {values[1]} simulated")
    print("\ndepth: real, then simulated")
    for label, detections in (("real", real), ("simulated", simulated)):
        fits, error = fit_depth(detections)
        mean, spread = np.median(fits, 0), fits.std(0)
        words = ("factor", "tilt", "turn")
        facts = zip(words, mean, spread, strict=True)
        print(f"{label:>9}  " + ", ".join(f"{w} {m:.2f} ({s:.2f})" for w, m, s in facts))
        for part in PARTS:
            numbers = [PANOPTIC26.index(part), PANOPTIC26.index(part)]
            numbers[1] = int(PANOPTIC26.mirror[numbers[0]])
            lanes = np.concatenate([error[:, :, number] for number in set(numbers)])
            print(f"{part:>20}  {describe_depth(lanes)}")


def read_detections(data: Path, repeats: int, seed: int) -> tuple[Detections, Detections]:
    """Read the real detections, and simulate others of the same recordings.

    Raises
    ------
    InputError
        There is no recording in the directory.
    """
    columns: dict[str, list[np.ndarray]] = {}
    for file in read_rendered_files(data):
        for name, value in _read(file).items():
            body = name in ("found", "true", "confidence", "z", "depth", "inside")
            value = convert(value, MEDIAPIPE75, PANOPTIC26) if body else value
            columns.setdefault(name, []).append(value)
    frames = min(len(value) for value in columns["true"])
    found, true, confidence, z, depth, inside, scale, size = (
        np.stack([value[:frames] if np.ndim(value) > 1 else value for value in columns[name]])
        for name in ("found", "true", "confidence", "z", "depth", "inside", "scale", "size")
    )
    confidence, z, depth = confidence[..., 0], z[..., 0], depth[..., 0]
    outside = ~(inside[..., 0] > 0.9)
    real = _compare(found, confidence, z, true, depth, outside, scale)
    tiled = [np.repeat(value, repeats, 0) for value in (true, depth, outside, scale, size)]
    true, depth, outside, scale, size = tiled
    rng = np.random.default_rng(seed)
    found, confidence = simulate_detections(rng, true, PANOPTIC26, 30.0, scale, SMOOTH, size)
    settings = DepthSettings(probability=1.0)
    z = simulate_detector_depth(rng, depth, PANOPTIC26, 30.0, scale, settings, found)
    return real, _compare(found, confidence, z, true, depth, outside, scale)


def _read(file: RenderedFile) -> dict[str, np.ndarray]:
    """Read one recording; depth is in pixels at the distance of the hips."""
    points = file.true_points
    trunk = points[:, 11:13].mean(1) - points[:, 23:25].mean(1)
    depth = (points[..., 2] - file.hip_distance[:, None]) / file.cm[:, None]
    return {
        "found": file.keypoints,
        "true": file.true_keypoints,
        "confidence": file.confidence[..., None],
        "z": file.depth[..., None],
        "depth": depth[..., None],
        "inside": file.in_image[..., None].astype(np.float64),
        "scale": np.median(np.linalg.norm(trunk, axis=-1) / file.cm),
        "size": np.array(file.size),
    }


def _compare(
    found: Float[np.ndarray, "B T J 2"],
    confidence: Float[np.ndarray, "B T J"],
    z: Float[np.ndarray, "B T J"],
    true: Float[np.ndarray, "B T J 2"],
    depth: Float[np.ndarray, "B T J"],
    outside: Bool[np.ndarray, "B T J"],
    scale: Float[np.ndarray, " B"],
) -> Detections:
    unit = scale[:, None, None]
    error = (found - true) / unit[..., None]
    error[outside] = np.nan
    neck = PANOPTIC26.index("Neck")
    z = np.where(outside, np.nan, z - z[..., [neck]]) / unit
    position = (true - true[:, :, [neck]]) / unit[..., None]
    confidence = np.where(np.isnan(error[..., 0]), np.nan, confidence)
    return Detections(error, confidence, position, z, (depth - depth[..., [neck]]) / unit)


def select_part(
    detections: Detections, part: str
) -> tuple[Float[np.ndarray, "N T 2"], Float[np.ndarray, "N T 2"], Float[np.ndarray, "N T"]]:
    """Return the errors, true positions and confidence of a part of the body.

    Both sides are lanes of their own, with x outwards, where a keypoint is in enough frames.
    """
    number = PANOPTIC26.index(part)
    other = int(PANOPTIC26.mirror[number])
    lanes = []
    for keypoint, sign in {number: 1.0, other: -1.0}.items():
        side = np.array([sign if number != other else 1.0, 1.0])
        lanes.append(
            (
                detections.error[:, :, keypoint] * side,
                detections.true[:, :, keypoint] * side,
                detections.confidence[:, :, keypoint],
            )
        )
    error, true, confidence = (np.concatenate(values) for values in zip(*lanes, strict=True))
    enough = np.isfinite(error[..., 0]).sum(1) >= MIN_FRAMES
    return error[enough], true[enough], confidence[enough]


def describe_errors(
    error: Float[np.ndarray, "N T 2"],
    true: Float[np.ndarray, "N T 2"],
    confidence: Float[np.ndarray, "N T"],
) -> str:
    """Describe the errors of one part of the body in a line."""
    offset = np.nanmedian(error, 1)
    about = error - offset[:, None]
    mean, spread = 100 * offset.mean(0), 100 * offset.std(0)
    deviation = 100 * np.sqrt(np.nanmean(about**2, (0, 1)))
    robust = 148.26 * np.nanmedian(np.abs(about), (0, 1))
    correlations = [f"{autocorrelation(about, lag):.2f}" for lag in LAGS]
    second = about[:, 2:] - 2 * about[:, 1:-1] + about[:, :-2]
    noise = 148.26 * np.nanmedian(np.abs(second)) / np.sqrt(6)
    distance = np.linalg.norm(about, axis=-1)
    distance = distance[np.isfinite(distance)]
    beyond = [100 * (distance > limit).mean() for limit in (0.1, 0.2)]
    return (
        f"{mean[0]:5.1f} {mean[1]:5.1f} | {spread[0]:4.1f} {spread[1]:4.1f} | "
        f"{deviation[0]:4.1f} {deviation[1]:4.1f} | {robust[0]:4.1f} {robust[1]:4.1f} | "
        f"{' '.join(correlations)} | {noise:4.2f} | {beyond[0]:4.1f} {beyond[1]:4.1f} | "
        f"{measure_lag(about, true):4.1f} | {np.nanmean(confidence):.2f}"
    )


def describe_depth(error: Float[np.ndarray, "N T"]) -> str:
    """Describe what is left of the error of depth, in a line."""
    error = error[np.isfinite(error).sum(1) >= MIN_FRAMES]
    if not len(error):
        return "never inside the image"
    offset = np.nanmean(error, 1)
    about = error - offset[:, None]
    correlations = [f"{autocorrelation(about, lag):.2f}" for lag in LAGS]
    second = about[:, 2:] - 2 * about[:, 1:-1] + about[:, :-2]
    noise = 100 * np.sqrt(np.nanmean(second**2) / 6)
    return (
        f"{100 * offset.mean():6.1f} | {100 * offset.std():5.1f} | "
        f"{100 * np.sqrt(np.nanmean(about**2)):5.1f} | {' '.join(correlations)} | {noise:4.1f}"
    )


def autocorrelation(values: Float[np.ndarray, "N T *rest"], lag: int) -> float:
    """Compute the autocorrelation of values with mean 0 after some frames."""
    return float(np.nanmean(values[:, lag:] * values[:, :-lag]) / np.nanmean(values**2))


def measure_lag(error: Float[np.ndarray, "N T 2"], true: Float[np.ndarray, "N T 2"]) -> float:
    """Measure by how many frames detections trail the motion, by regression on the velocity."""
    velocity = np.gradient(true, axis=1)
    finite = np.isfinite(error)
    return float(-(error[finite] * velocity[finite]).sum() / (velocity[finite] ** 2).sum())


def correlate(detections: Detections, first: str, second: str) -> float:
    """Compute the correlation of the errors in time of two keypoints."""
    pair = [detections.error[:, :, PANOPTIC26.index(name)] for name in (first, second)]
    about = [values - np.nanmedian(values, 1, keepdims=True) for values in pair]
    both = np.isfinite(about[0]) & np.isfinite(about[1])
    return float(np.corrcoef(about[0][both], about[1][both])[0, 1])


def fit_depth(
    detections: Detections, rounds: int = 12
) -> tuple[Float[np.ndarray, "B 3"], Float[np.ndarray, "B T J"]]:
    """Fit a factor, a tilt and a turn to the depth of each recording.

    Returns
    -------
    fits
        [B, 3]; tilt and turn are in units of the true depth.
    error
        [B, T, J], the error of the depth divided by the factor, after tilt and turn.
    """
    depth, true, place = detections.depth, detections.true_depth, detections.true
    mean = np.zeros(len(PANOPTIC26))
    typical, weight = np.array([2.5, 0.8, 0.2]), np.ones(3)
    for _ in range(rounds):
        fits = []
        for z, d, p in zip(depth, true, place, strict=True):
            finite = np.isfinite(z)
            terms = np.stack([(d + mean)[finite], p[finite][:, 1], p[finite][:, 0]], 1)
            squares = terms.T @ terms + np.diag(weight)
            fits.append(np.linalg.solve(squares, terms.T @ z[finite] + weight * typical))
        fit = np.array(fits)
        typical, weight = fit.mean(0), 0.25 / np.maximum(fit.var(0), 1e-4)
        tilted = (place * fit[:, None, None, :0:-1]).sum(-1)
        error = (depth - tilted) / fit[:, :1, None] - true
        mean = np.nan_to_num(np.nanmean(np.nanmean(error, 1), 0))
        mean = (mean + mean[PANOPTIC26.mirror]) / 2
    fit[:, 1:] /= fit[:, :1]
    return fit, error


if __name__ == "__main__":
    sys.exit(main())
