"""Depth of a face compared with that of MediaPipe's face mesh.

    python -m benchmarks.face FILE.pose ...

A file of MediaPipe Holistic holds z of each landmark of the face. In each frame, and relative to
the mean of the landmarks, it is compared with the depth that signlift gives them: by the
correlation, and by the difference in millimetres of a face whose eyes are 64 mm apart, after the
scale of z that fits best over the recording. z comes from the image, the depth from x and y alone.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from benchmarks.command import make_parser, run_benchmark
from signlift.core.face.canonical_face import Point
from signlift.core.face.face_landmarks import landmark_places
from signlift.core.recording import Recording
from signlift.errors import InputError, problem
from signlift.io.pose.pose_file import decode_pose_file
from signlift.io.read_recordings import read
from signlift.lifting.face.head_pose import fit_head
from signlift.lifting.lifter import Lifter
from signlift.lifting.load import load

#: Names of the landmarks of the mesh that have a place on the canonical face.
_MESH = {name for name in landmark_places() if name.startswith("face_landmarks:")}


class Agreement(NamedTuple):
    """Agreement of two depths of a face.

    Attributes
    ----------
    landmarks, frames
        Numbers of landmarks and of frames that were compared.
    correlation
        The mean over the frames.
    difference, extent
        Root mean squares of the difference and of the depth itself, in millimetres.
    """

    landmarks: int
    frames: int
    correlation: float
    difference: float
    extent: float


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a line for each file and return the exit code."""
    parser = make_parser("face", __doc__)
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE.pose")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    lifter = load()
    for path in options.files:
        recording = read(path)
        result = compare(recording, read_z(path, recording), lifter)
        print(
            f"{path.name}: {result.landmarks} landmarks, {result.frames} frames, "
            f"correlation {result.correlation:.3f}, "
            f"difference {result.difference:.1f} mm of {result.extent:.1f} mm"
        )


def read_z(path: Path, recording: Recording) -> Float[np.ndarray, "T J"]:
    """Read the third coordinate of the main person's keypoints, whatever its unit and zero are.

    Parameters
    ----------
    path
        A .pose file.
    recording
        The recording that was read from it.

    Returns
    -------
    [T, J], NaN where a keypoint is missing, or the file has two coordinates.
    """
    data = decode_pose_file(path.read_bytes(), path).data[:, 0]
    z = np.full(recording.keypoints.shape[:2], np.nan)
    if data.shape[-1] > 2 and len(data) == len(z):
        z[:, : data.shape[1]] = data[..., 2]
    return np.where(recording.observed, z, np.nan)


def compare(recording: Recording, z: Float[np.ndarray, "T J"], lifter: Lifter) -> Agreement:
    """Compare the depth of a face with z of a detector.

    Raises
    ------
    InputError
        There is no z of MediaPipe's face mesh.
    """
    names = recording.skeleton.keypoints
    columns = np.array([n for n, name in enumerate(names) if name in _MESH], np.int64)
    frames = np.flatnonzero(~np.isnan(z[:, columns]).any(1))
    if not len(columns) or not len(frames):
        expected = "z of MediaPipe's face mesh"
        raise InputError(problem(recording.name, expected=expected, found="none"))
    depth = lifter.lift(recording).depth
    assert depth is not None
    cells = np.ix_(frames, columns)
    ours, theirs = depth[cells].astype(np.float64), z[cells].astype(np.float64)
    ours -= ours.mean(1, keepdims=True)
    theirs -= theirs.mean(1, keepdims=True)
    products = (ours * theirs).sum(1)
    correlation = products / np.sqrt((ours**2).sum(1) * (theirs**2).sum(1))
    places = [landmark_places()[names[column]] for column in columns]
    unit = _face_unit(recording.keypoints[cells], places)
    difference = (products.sum() / (theirs**2).sum() * theirs - ours) / unit[:, None]
    return Agreement(
        len(columns),
        len(frames),
        float(correlation.mean()),
        float(np.sqrt((difference**2).mean())),
        float(np.sqrt(((ours / unit[:, None]) ** 2).mean())),
    )


def _face_unit(
    keypoints: Float[np.ndarray, "T K 2"], places: Sequence[tuple[Point, float]]
) -> Float[np.ndarray, " T"]:
    """Compute the unit of x and y per millimetre of the face."""
    T = len(keypoints)
    pose = fit_head(
        keypoints,
        np.array([place for place, _ in places], np.float64),
        np.array([deviation for _, deviation in places]),
        np.full((T, 0), np.nan),
        np.empty((0, 3)),
        np.full(T, np.nan),
    )
    return pose.scale


if __name__ == "__main__":
    sys.exit(main())
