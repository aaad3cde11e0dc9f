"""How far a detector's keypoints are off by their confidence, and what leaving them out changes.

    python -m benchmarks.observed DATA

DATA holds `rendered`, recordings of MediaPipe with the true keypoints and depth, and `pose-samples`
with openpose.pose. The tables are the evidence for the rules in signlift.io.people.detector_rules:

1. the distance of MediaPipe's keypoints from the true ones, in per cent of the trunk, by confidence
   and by position;
2. the error of the lifted depth of elbows and wrists by the minimum confidence and the margin, in
   cm for a torso of 50 cm;
3. how far OpenPose's wrists and fingers are from their median over five frames, in per cent of the
   shoulder width, by confidence: for a correct keypoint little.
"""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from benchmarks.command import make_parser, run_benchmark
from benchmarks.rendered import BODY, read_rendered_files
from signlift.core.recording import Recording
from signlift.core.skeleton import MEDIAPIPE33
from signlift.io import read
from signlift.io.people.observation import mask_below, mask_outside
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load

#: Edges of the bins of confidence.
EDGES = (0.0, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.9, 1.0)

MINIMA = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7)
MARGINS = (None, 0.2, 0.05, 0.0)

#: Keypoints whose depth is compared.
ARMS = ("LElbow", "RElbow", "LWrist", "RWrist")

#: Length of the torso that errors of depth are given for, in cm.
TORSO = 50.0

#: Number of frames around each for the median of a keypoint.
_FRAMES = 5


class Detections(NamedTuple):
    """Detections of one rendered recording, and the truth.

    Attributes
    ----------
    recording
        Keypoints [T, 33, 2] in pixels, with confidence.
    true_keypoints
        [T, 33, 2], NaN where unknown.
    true_depth
        [T, 33] in cm, relative to the middle of the shoulders.
    cm
        [T], centimetres that a pixel stands for at the hips.
    trunk
        [T], length of the trunk in pixels.
    """

    recording: Recording
    true_keypoints: Float[np.ndarray, "T J 2"]
    true_depth: Float[np.ndarray, "T J"]
    cm: Float[np.ndarray, " T"]
    trunk: Float[np.ndarray, " T"]


def read_detections(directory: Path, *, heavy: bool = False) -> Iterator[Detections]:
    """Read the rendered recordings, with the keypoints of MediaPipe's heavy model if asked.

    Raises
    ------
    InputError
        There are none.
    """
    hips, shoulders = _columns("LHip", "RHip"), _columns("LShoulder", "RShoulder")
    for file in read_rendered_files(directory, heavy=heavy):
        points = file.true_points[:, :BODY]
        trunk = points[:, hips].mean(1) - points[:, shoulders].mean(1)
        recording = Recording(
            file.keypoints[:, :BODY],
            MEDIAPIPE33,
            confidence=file.confidence[:, :BODY],
            fps=file.fps,
            size=file.size,
            name=file.name,
        )
        yield Detections(
            recording,
            file.true_keypoints[:, :BODY],
            points[..., 2] - points[:, shoulders, 2].mean(1, keepdims=True),
            file.cm,
            np.linalg.norm(trunk, axis=-1) / file.cm,
        )


def leave_out(recording: Recording, minimum: float, margin: float | None) -> Recording:
    """Leave out keypoints of little confidence, and those too far outside the image."""
    confidence = recording.confidence
    assert confidence is not None
    values = np.concatenate([recording.keypoints, confidence[..., None]], -1)
    mask_below(values, minimum)
    mask_outside(values, recording.size, margin)
    return Recording(
        values[..., :2],
        recording.skeleton,
        confidence=values[..., 2],
        fps=recording.fps,
        size=recording.size,
        name=recording.name,
    )


def print_position_errors(detections: Sequence[Detections]) -> None:
    """Print the median distance from the true keypoints, and how many there are."""
    errors, confidence, outside = [], [], []
    for recording, true, _, _, trunk in detections:
        assert recording.confidence is not None and recording.size is not None
        size = np.array(recording.size)
        distance = np.linalg.norm(recording.keypoints - true, axis=-1) / trunk[:, None]
        errors.append(100 * distance)
        confidence.append(recording.confidence)
        xy = recording.keypoints
        outside.append(np.maximum(-xy, xy - size).max(-1) / size.max())
    error, score, beyond = (np.concatenate(part) for part in (errors, confidence, outside))
    known = ~np.isnan(error)
    columns = {
        "inside the image": beyond <= 0,
        "outside by up to 5 %": (beyond > 0) & (beyond <= 0.05),
        "further outside": beyond > 0.05,
    }
    print(f"{'confidence':14}" + "".join(f"{title:>28}" for title in columns))
    for low, high in pairwise(EDGES):
        rows = known & (score >= low) & ((score < high) | (high == EDGES[-1]))
        cells = [_describe(error[rows & column]) for column in columns.values()]
        print(f"{low:4.2f} to {high:4.2f}  " + "".join(f"{cell:>28}" for cell in cells))


def print_depth_errors(lifter: Lifter, detections: Sequence[Detections]) -> None:
    """Print the error of the depth of elbows and wrists for minima of confidence and margins."""
    titles = ["any" if margin is None else f"{margin:.0%}" for margin in MARGINS]
    print(f"{'minimum':14}" + "".join(f"{title:>12}" for title in titles))
    for minimum in MINIMA:
        errors = [measure_depth_error(lifter, detections, minimum, margin) for margin in MARGINS]
        print(f"{minimum:7.2f}       " + "".join(f"{error:12.3f}" for error in errors))


def measure_depth_error(
    lifter: Lifter, detections: Sequence[Detections], minimum: float, margin: float | None
) -> float:
    """Measure the mean error of the depth of elbows and wrists, in cm for a torso of `TORSO`."""
    shoulders, arms = _columns("LShoulder", "RShoulder"), _columns(*ARMS)
    errors = []
    for recording, _, true, cm, trunk in detections:
        depth = lifter.lift(leave_out(recording, minimum, margin)).depth
        assert depth is not None
        depth = (depth - depth[:, shoulders].mean(1, keepdims=True)) * cm[:, None]
        errors.append((np.abs(depth - true)[:, arms] * TORSO / (trunk * cm)[:, None]).ravel())
    return float(np.nanmean(np.concatenate(errors)))


def print_steadiness(path: Path) -> None:
    """Print how far keypoints of a sample of OpenPose are from their median over five frames."""
    recording = read(path, min_confidence=0)
    skeleton, keypoints, confidence = recording.skeleton, recording.keypoints, recording.confidence
    assert confidence is not None
    left, right = (skeleton.find(name) for name in ("LShoulder", "RShoulder"))
    width = np.nanmedian(np.linalg.norm(keypoints[:, left] - keypoints[:, right], axis=-1))
    padded = np.pad(keypoints, ((_FRAMES // 2,) * 2, (0, 0), (0, 0)), constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _FRAMES, 0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # where a keypoint is missing
        distance = np.linalg.norm(keypoints - np.nanmedian(windows, -1), axis=-1)
    distance = 100 * distance / width
    wrists = np.isin(skeleton.keypoints, ["LWrist", "RWrist"])
    body = np.array([name in _BODY for name in skeleton.keypoints])
    columns = {"wrists": wrists, "the body": body, "hands and face": ~body}
    print(f"{'confidence':14}" + "".join(f"{title:>28}" for title in columns))
    for low, high in pairwise(EDGES):
        rows: Bool[np.ndarray, "T J"] = (confidence > low) & (confidence <= high)
        cells = [_describe(distance[rows & column]) for column in columns.values()]
        print(f"{low:4.2f} to {high:4.2f}  " + "".join(f"{cell:>28}" for cell in cells))


_BODY = frozenset(
    "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist MidHip RHip LHip REye LEye REar "
    "LEar".split()
)


def _columns(*names: str) -> list[int]:
    return [MEDIAPIPE33.index(name) for name in names]


def _describe(values: NDArray[np.floating]) -> str:
    values = values[~np.isnan(values)]
    return f"{np.median(values):.1f} ({len(values)})" if len(values) else "-"


def report(options: argparse.Namespace) -> None:
    """Print all tables."""
    lifter = load()
    for title, heavy in (("Holistic", False), ("heavy pose model", True)):
        detections = list(read_detections(options.data / "rendered", heavy=heavy))
        print(f"MediaPipe, {title}: median distance in % of the trunk (number of keypoints)")
        print_position_errors(detections)
        print(f"\nMediaPipe, {title}: error of depth in cm by the margin outside the image")
        print_depth_errors(lifter, detections)
        print()
    print("OpenPose: median distance from the median of 5 frames in % of the shoulder width")
    print_steadiness(options.data / "pose-samples" / "openpose.pose")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return the exit code."""
    parser = make_parser("observed", __doc__)
    parser.add_argument("data", type=Path, metavar="DATA")
    return run_benchmark(parser, report, arguments)


if __name__ == "__main__":
    sys.exit(main())
