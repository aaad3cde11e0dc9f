"""The verb `triangulate`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.cli.options import Names, Numbers, SkeletonName, print_warnings
from signlift.errors import problem


def triangulate(
    *inputs: Annotated[Path, Parameter(name="VIEW", required=True)],
    calibration: Annotated[Path, Placeholder("FILE")],
    out: Annotated[Path, Placeholder("DIRECTORY"), Parameter(alias="-o")],
    cameras: Names = None,
    offset: Numbers = None,
    threshold: Annotated[float, Placeholder("PIXELS")] = 15.0,
    min_confidence: float | None = None,
    keep_zeros: bool = False,
    min_views: int = 2,
    keypoints: Literal["measured", "reprojected"] = "measured",
    points: Annotated[Path | None, Placeholder("FILE.npz")] = None,
    skeleton: SkeletonName | None = None,
    to: SkeletonName | None = None,
    person: int | None = None,
    fps: float | None = None,
    force: bool = False,
    quiet: bool = False,
) -> int:
    """Triangulate depth (ground truth) from 2D keypoints in several calibrated cameras.

    Example: signlift triangulate cam01_json cam02_json --calibration Calib.toml -o data

    Parameters
    ----------
    inputs
        2D keypoints of one person in two views or more, in any format that signlift reads.
    calibration
        The cameras: JSON of the Panoptic Studio, .qca.txt of Qualisys, or TOML of Anipose or
        Pose2Sim.
    out
        Directory for body_data.npy and body_ground.npy, with one recording for each view, and for
        triangulation.json, with the reprojection errors.
    cameras
        Name of the camera of each view. Default: the camera whose name is in the name of the view.
    offset
        Frames to add to the frame numbers of each view, so that equal numbers mean the same time.
        Default: 0.
    threshold
        Largest reprojection error. A view with a larger one is left out.
    min_confidence
        Smallest confidence of an observed keypoint, from 0 to 1. Others are left out. Default: 0.3
        to triangulate, and that of the detector for what is written.
    keep_zeros
        Take keypoints at (0, 0) or (-1, -1) without a confidence as observed, even where many
        frames have them.
    min_views
        Smallest number of views that agree on a keypoint. Others are missing.
    keypoints
        Keypoints to write to body_data.npy: those of the detector, without the ones that the other
        views contradict (measured), or the projections of the triangulated points (reprojected).
    points
        Also write the points in the world of the cameras, of shape [T, J, 3], to this file.
    skeleton
        Skeleton of the keypoints, if the files do not give it.
    to
        Skeleton to write. Default: that of the views.
    person
        Person in each view, counted from 0. Default: the main person.
    fps
        Frames per second, if the files do not give them.
    force
        Replace a data set that exists already.
    quiet
        Show no progress and no table.
    """
    import json

    from signlift.core.lost_keypoints import is_lost_note
    from signlift.core.skeleton import get_skeleton
    from signlift.datasets.existing_data import check_no_data, remove_old_files
    from signlift.datasets.multiview import TriangulationSettings
    from signlift.datasets.multiview import triangulate as triangulate_views
    from signlift.datasets.multiview_inputs import read_views
    from signlift.datasets.multiview_report import (
        build_triangulation_report,
        format_triangulation_report,
        warn_of_contradicted_views,
    )
    from signlift.io.arrays.original_arrays import BODY_DATA, BODY_GROUND, write_arrays
    from signlift.io.calibration.calibration_reader import read_calibration
    from signlift.utils.atomic import atomic_group, write_text

    minimum = TriangulationSettings.min_confidence if min_confidence is None else min_confidence
    check_no_data(out, force=force)
    settings = TriangulationSettings(threshold, minimum, min_views)
    rig = read_calibration(calibration)
    with print_warnings() as caught:
        views = read_views(
            inputs,
            rig,
            cameras=cameras,
            offsets=offset,
            skeleton=skeleton,
            person=person,
            fps=fps,
            min_confidence=min_confidence,
            keep_zeros=keep_zeros,
            quiet=quiet,
        )
    done = triangulate_views(views, settings, unit=rig.unit, quiet=quiet)
    recordings = done.recordings(reprojected=keypoints == "reprojected")
    if to is not None:
        recordings = [recording.convert(get_skeleton(to)) for recording in recordings]
    report = build_triangulation_report(done)
    with atomic_group():
        directory = write_arrays(out, recordings, quiet=quiet)
        write_text(directory / "triangulation.json", json.dumps(report, indent=1) + "\n")
        if points is not None:
            done.save_points(points)
    remove_old_files(directory, (BODY_DATA, BODY_GROUND, "triangulation.json"))
    lost = dict.fromkeys(note for each in recordings for note in each.notes if is_lost_note(note))
    for note in lost:
        print(note, file=sys.stderr)
    if report["frames_with_root"] == 0:
        expected = "MidHip (or both hips) in two views or more, as depth is relative to it"
        print(problem(out, expected=expected, found="none: no depth"), file=sys.stderr)
    if not quiet:
        print(format_triangulation_report(report))
        counts = f"{len(recordings)} views, {report['frames']} frames"
        print(f"\n{directory}: {counts}, {report['frames_with_root']} with MidHip")
    with print_warnings() as contradicted:
        warn_of_contradicted_views(report)
    return 1 if caught or contradicted else 0
