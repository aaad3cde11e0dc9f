"""Triangulation measured on real recordings of several cameras: `python -m benchmarks.triangulate`.

The argument is a folder with the unpacked demonstration data of Pose2Sim (its wheel of version
0.7.2 holds four synchronised cameras, their Qualisys calibration, and the 2D keypoints of OpenPose
as JSON; later wheels hold videos only): every folder `pose` below it, with a folder of JSON files
for each camera, is a recording. Nothing is downloaded.

There is no true 3D in it. What is measured:

- the reprojection error of what points are made of, and the share of observations left out
- the error in a view that is held back: each camera in turn, seen from the others
- how much the lengths of limbs, which are constant, vary over time
- where there is a .trc file beside the recording, the distance to its markers of the same names
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import COCO17, OPENPOSE25, Skeleton
from signlift.datasets.multiview import Triangulation, TriangulationSettings, triangulate
from signlift.datasets.multiview_inputs import View, read_views
from signlift.datasets.multiview_report import triangulation_report
from signlift.errors import InputError
from signlift.geometry.triangulation import reprojection_errors
from signlift.io.calibration.calibration_reader import Calibration, read_calibration

#: Bones of constant length, on both sides.
LIMBS = (("Hip", "Knee"), ("Knee", "Ankle"), ("Shoulder", "Elbow"), ("Elbow", "Wrist"))

_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0}


def find_recordings(folder: Path) -> list[tuple[Path, Path]]:
    """The folder `pose` of each recording, and its calibration, the nearest above it."""
    found = []
    calibrations = sorted([*folder.rglob("*.qca.txt"), *folder.rglob("Calib*.toml")])
    for pose in sorted(path for path in folder.rglob("pose") if path.is_dir()):
        if len(view_folders(pose)) < 2 or not calibrations:
            continue
        near = max(calibrations, key=lambda path: len(_common(path, pose)))
        found.append((pose, near))
    return found


def view_folders(pose: Path) -> list[Path]:
    """The folders of JSON files in a folder `pose`."""
    return sorted(path for path in pose.iterdir() if path.is_dir() and any(path.glob("*.json")))


def read_recording(pose: Path, calibration: Calibration) -> list[View]:
    """The views of a recording.

    OpenPose's BODY_25B has as many keypoints as BODY_25; that it is meant, a Config.toml above
    the recording says. Its first 17 are those of COCO.
    """
    views = read_views(view_folders(pose), calibration)
    keypoints = views[0].recording.skeleton.keypoints
    if keypoints[: len(OPENPOSE25)] != OPENPOSE25.keypoints or not _is_body25b(pose):
        return views
    made = []
    for view in views:
        recording, J = view.recording, len(COCO17)
        confidence = None if recording.confidence is None else recording.confidence[:, :J]
        taken = replace(
            recording,
            keypoints=recording.keypoints[:, :J],
            confidence=confidence,
            skeleton=COCO17,
        )
        made.append(replace(view, recording=taken))
    return made


def held_back_errors(
    views: Sequence[View], settings: TriangulationSettings
) -> list[Float[np.ndarray, " _"]]:
    """For each view, how far its sure keypoints are from points of the other views, in pixels."""
    errors = []
    for number, view in enumerate(views):
        others = [other for other in views if other is not view]
        done = triangulate(others, settings)
        start = done.first - view.first
        T = min(len(done.points), len(view.recording) - start)
        seen = view.recording.keypoints[start : start + T].astype(np.float64)
        sure = view.recording.confidence
        if sure is not None:
            low = sure[start : start + T] < settings.min_confidence
            seen = np.where(low[..., None], np.nan, seen)
        points = done.points[:T].reshape(-1, 3)
        off = reprojection_errors(points, seen.reshape(-1, 1, 2), [views[number].camera])[:, 0]
        errors.append(off[~np.isnan(off)])
    return errors


def limb_variation(points: Float[np.ndarray, "T J 3"], on: Skeleton) -> float:
    """The mean over limbs of the standard deviation of their length, as a share of the median.

    The deviation is the robust one: 1.4826 times the median distance to the median.
    """
    shares = []
    for side in "LR":
        for one, two in LIMBS:
            ends = [on.find(f"{side}{name}") for name in (one, two)]
            if None in ends:
                continue
            lengths = np.linalg.norm(points[:, ends[0]] - points[:, ends[1]], axis=-1)
            lengths = lengths[~np.isnan(lengths)]
            if len(lengths) > 1:
                middle = np.median(lengths)
                shares.append(1.4826 * np.median(np.abs(lengths - middle)) / middle)
    return float(np.mean(shares)) if shares else float("nan")


def trc_distance(done: Triangulation, path: Path) -> tuple[float, int]:
    """The median distance in mm to the markers of a TRC file, and how many names are the same.

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
    first = int(table[0, 0]) - done.first
    start, stop = max(first, 0), min(first + len(table), len(done.points))
    points = done.points[start:stop] * _MM.get(done.unit or "", 1000.0)
    pairs = [
        (on, n) for n, name in enumerate(names) if (on := done.skeleton.find(name)) is not None
    ]
    apart = [points[:, on] - markers[start - first : stop - first, n] for on, n in pairs]
    distances = np.linalg.norm(np.array(apart), axis=-1)
    return float(np.nanmedian(distances)), len(pairs)


def measure(pose: Path, path: Path, threshold: float) -> list[str]:
    """What is printed of a recording."""
    calibration = read_calibration(path)
    views = read_recording(pose, calibration)
    settings = TriangulationSettings(threshold)
    start = perf_counter()
    done = triangulate(views, settings, unit=calibration.unit)
    rate = len(done.points) / (perf_counter() - start)
    report = triangulation_report(done)
    every = report["all"]
    lines = [
        f"{len(views)} views, {report['frames']} frames of {done.skeleton.name}, "
        f"{rate:,.0f} frames/s",
        f"reprojection error {every['mean_error']:.2f} px mean, {every['median_error']:.2f} median",
        f"{every['dropped']:.1%} of observations left out, {every['coverage']:.1%} of keypoints "
        f"found by {every['views_per_point']:.2f} views each",
        f"limb lengths vary by {limb_variation(done.points, done.skeleton):.1%}",
    ]
    if len(views) > 2:
        errors = held_back_errors(views, settings)
        each = ", ".join(
            f"{view.camera.name} {np.median(off):.1f}"
            for view, off in zip(views, errors, strict=True)
            if len(off)
        )
        together = np.concatenate(errors)
        lines.append(f"view held back {np.median(together):.2f} px median ({each})")
    for trc in sorted(pose.parent.rglob("*.trc")):
        distance, count = trc_distance(done, trc)
        lines.append(f"{trc.name}: {distance:.1f} mm median distance of {count} markers")
    if not any(pose.parent.rglob("*.trc")):
        lines.append("no .trc file to compare with")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Print what is measured of each recording."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.triangulate")
    parser.add_argument("folder", type=Path, help="the unpacked demonstration data of Pose2Sim")
    parser.add_argument("--threshold", type=float, default=15.0, help="in pixels")
    options = parser.parse_args(arguments)
    recordings = find_recordings(options.folder)
    if not recordings:
        parser.error(f"{options.folder}: no folder pose with JSON files of two cameras")
    for pose, calibration in recordings:
        print(pose.parent.relative_to(options.folder))
        try:
            lines = measure(pose, calibration, options.threshold)
        except InputError as error:
            lines = list(error.problems)
        for line in lines:
            print(f"    {line}")


def _is_body25b(pose: Path) -> bool:
    for folder in pose.parents[:4]:
        config = folder / "Config.toml"
        if config.is_file():
            said = re.search(r"^pose_model *= *['\"](\w+)", config.read_text("utf-8"), re.MULTILINE)
            if said:
                return said[1] == "BODY_25B"
    return False


def _common(one: Path, two: Path) -> list[str]:
    """The folders that two paths share."""
    shared = []
    for a, b in zip(one.parts, two.parts, strict=False):
        if a != b:
            break
        shared.append(a)
    return shared


if __name__ == "__main__":
    main()
