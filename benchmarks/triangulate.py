"""Triangulation of real recordings of several cameras.

    python -m benchmarks.triangulate DIRECTORY [--threshold 15]

DIRECTORY holds the unpacked demonstration data of Pose2Sim (its wheel of version 0.7.2 holds four
synchronised cameras, their Qualisys calibration, and the 2D keypoints of OpenPose as JSON; later
wheels hold videos only). Every directory `pose` below it, with a directory of JSON files for each
camera, is a recording. Nothing is downloaded.

The data have no true 3D points. The measures are:

- the reprojection error of the inliers, and the fraction of observations that are dropped
- the error in a view that is held out: each camera in turn, from the points of the others
- the variation over time of limb lengths, which are constant
- the distance to the markers of the same names in .trc files beside the recording
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from jaxtyping import Float

from benchmarks.command import make_parser, run_benchmark
from signlift.core.skeleton import COCO17, OPENPOSE25, Skeleton
from signlift.datasets.multiview import Triangulation, TriangulationSettings, triangulate
from signlift.datasets.multiview_inputs import View, read_views
from signlift.datasets.multiview_report import build_triangulation_report
from signlift.errors import InputError, problem
from signlift.geometry.triangulation import reprojection_errors
from signlift.io.calibration.calibration_reader import Calibration, read_calibration

#: Bones of constant length, on both sides.
LIMBS = (("Hip", "Knee"), ("Knee", "Ankle"), ("Shoulder", "Elbow"), ("Elbow", "Wrist"))

#: Factor of the median absolute deviation that makes it a robust standard deviation.
_ROBUST = 1.4826

_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0}


def find_recordings(directory: Path) -> list[tuple[Path, Path]]:
    """Find the directory `pose` of each recording, and the nearest calibration."""
    recordings = []
    calibrations = sorted([*directory.rglob("*.qca.txt"), *directory.rglob("Calib*.toml")])
    for pose in sorted(path for path in directory.rglob("pose") if path.is_dir()):
        if len(list_views(pose)) < 2 or not calibrations:
            continue
        nearest = max(calibrations, key=lambda path: _count_common(path, pose))
        recordings.append((pose, nearest))
    return recordings


def list_views(pose: Path) -> list[Path]:
    """List the directories of JSON files in a directory `pose`."""
    return sorted(path for path in pose.iterdir() if path.is_dir() and any(path.glob("*.json")))


def read_recording(pose: Path, calibration: Calibration) -> list[View]:
    """Read the views of a recording.

    OpenPose's BODY_25B has as many keypoints as BODY_25; a Config.toml above the recording names
    it. Its first 17 keypoints are those of COCO.
    """
    views = read_views(list_views(pose), calibration)
    keypoints = views[0].recording.skeleton.keypoints
    if keypoints[: len(OPENPOSE25)] != OPENPOSE25.keypoints or not _is_body25b(pose):
        return views
    coco_views = []
    for view in views:
        recording, J = view.recording, len(COCO17)
        confidence = None if recording.confidence is None else recording.confidence[:, :J]
        coco = replace(
            recording,
            keypoints=recording.keypoints[:, :J],
            confidence=confidence,
            skeleton=COCO17,
        )
        coco_views.append(replace(view, recording=coco))
    return coco_views


def held_out_errors(
    views: Sequence[View], settings: TriangulationSettings
) -> list[Float[np.ndarray, " _"]]:
    """Compute the errors in pixels of confident keypoints of each view.

    The points are triangulated from the other views.
    """
    errors = []
    for held_out in views:
        others = [view for view in views if view is not held_out]
        triangulation = triangulate(others, settings)
        start = triangulation.first - held_out.first
        T = min(len(triangulation.points), len(held_out.recording) - start)
        keypoints = held_out.recording.keypoints[start : start + T].astype(np.float64)
        confidence = held_out.recording.confidence
        if confidence is not None:
            low = confidence[start : start + T] < settings.min_confidence
            keypoints = np.where(low[..., None], np.nan, keypoints)
        points = triangulation.points[:T].reshape(-1, 3)
        observations = keypoints.reshape(-1, 1, 2)
        view_errors = reprojection_errors(points, observations, [held_out.camera])[:, 0]
        errors.append(view_errors[~np.isnan(view_errors)])
    return errors


def limb_variation(points: Float[np.ndarray, "T J 3"], skeleton: Skeleton) -> float:
    """Compute the mean over limbs of the standard deviation over the median of their length.

    The standard deviation is the robust one: 1.4826 times the median absolute deviation.
    """
    variations = []
    for side in "LR":
        for start, end in LIMBS:
            ends = [skeleton.find(f"{side}{name}") for name in (start, end)]
            if None in ends:
                continue
            lengths = np.linalg.norm(points[:, ends[0]] - points[:, ends[1]], axis=-1)
            lengths = lengths[~np.isnan(lengths)]
            if len(lengths) > 1:
                median = np.median(lengths)
                deviation = _ROBUST * np.median(np.abs(lengths - median))
                variations.append(deviation / median)
    return float(np.mean(variations)) if variations else float("nan")


def trc_distance(triangulation: Triangulation, path: Path) -> tuple[float, int]:
    """Compute the median distance in mm to markers of a TRC file, and count the common names.

    Pose2Sim writes metres with y up, from a world with z up: y, z, x.
    """
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    unit = _MM.get(dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))["Units"], 1)
    names = [name.strip() for name in lines[3].split("\t")[2:] if name.strip()]
    rows = [line.split("\t") for line in lines[5:] if line.strip()]
    width = 2 + 3 * len(names)
    table = np.array(
        [
            [float(cell) if cell.strip() else np.nan for cell in (*row, *[""] * width)[:width]]
            for row in rows
        ]
    )
    markers = table[:, 2:].reshape(len(table), -1, 3)[..., [2, 0, 1]] * unit
    first = int(table[0, 0]) - triangulation.first
    start, stop = max(first, 0), min(first + len(table), len(triangulation.points))
    points = triangulation.points[start:stop] * _MM.get(triangulation.unit or "", 1000.0)
    skeleton = triangulation.skeleton
    pairs = [
        (index, number)
        for number, name in enumerate(names)
        if (index := skeleton.find(name)) is not None
    ]
    offsets = [
        points[:, index] - markers[start - first : stop - first, number] for index, number in pairs
    ]
    return float(np.nanmedian(np.linalg.norm(np.array(offsets), axis=-1))), len(pairs)


def measure(pose: Path, calibration_path: Path, threshold: float) -> list[str]:
    """Measure one recording and return the lines to print."""
    calibration = read_calibration(calibration_path)
    views = read_recording(pose, calibration)
    settings = TriangulationSettings(threshold)
    start = perf_counter()
    triangulation = triangulate(views, settings, unit=calibration.unit)
    rate = len(triangulation.points) / (perf_counter() - start)
    report = build_triangulation_report(triangulation)
    total, skeleton = report["all"], triangulation.skeleton
    lines = [
        f"{len(views)} views, {report['frames']} frames of {skeleton.name}, {rate:,.0f} frames/s",
        f"reprojection error {total['mean_error']:.2f} px mean, {total['median_error']:.2f} median",
        f"{total['dropped']:.1%} of observations dropped, {total['coverage']:.1%} of keypoints "
        f"triangulated from {total['views_per_point']:.2f} views each",
        f"limb lengths vary by {limb_variation(triangulation.points, skeleton):.1%}",
    ]
    if len(views) > 2:
        errors = held_out_errors(views, settings)
        medians = ", ".join(
            f"{view.camera.name} {np.median(view_errors):.1f}"
            for view, view_errors in zip(views, errors, strict=True)
            if len(view_errors)
        )
        lines.append(f"held-out view {np.median(np.concatenate(errors)):.2f} px median ({medians})")
    trc_files = sorted(pose.parent.rglob("*.trc"))
    for trc in trc_files:
        distance, count = trc_distance(triangulation, trc)
        lines.append(f"{trc.name}: {distance:.1f} mm median distance of {count} markers")
    if not trc_files:
        lines.append("no .trc file to compare with")
    return lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the measures of each recording and return the exit code."""
    parser = make_parser("triangulate", __doc__)
    parser.add_argument("directory", type=Path, metavar="DIRECTORY")
    parser.add_argument("--threshold", type=float, default=15.0, help="in pixels (15)")
    return run_benchmark(parser, _run, arguments)


def _run(options: argparse.Namespace) -> None:
    recordings = find_recordings(options.directory)
    if not recordings:
        expected = "a directory pose with JSON files of two cameras, and a calibration"
        raise InputError(problem(options.directory, expected=expected, found="none"))
    for pose, calibration in recordings:
        print(pose.parent.relative_to(options.directory))
        try:
            lines = measure(pose, calibration, options.threshold)
        except InputError as error:
            lines = list(error.problems)
        for line in lines:
            print(f"    {line}")


def _is_body25b(pose: Path) -> bool:
    for directory in pose.parents[:4]:
        config = directory / "Config.toml"
        if config.is_file():
            text = config.read_text(encoding="utf-8")
            model = re.search(r"^pose_model *= *['\"](\w+)", text, re.MULTILINE)
            if model:
                return model[1] == "BODY_25B"
    return False


def _count_common(a: Path, b: Path) -> int:
    """Count the parent directories that two paths share."""
    count = 0
    for part, other_part in zip(a.parts, b.parts, strict=False):
        if part != other_part:
            break
        count += 1
    return count


if __name__ == "__main__":
    sys.exit(main())
