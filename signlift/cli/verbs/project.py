"""The verb `project`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from signlift.cli.help_text import Placeholder
from signlift.cli.options import Names, SkeletonName, describe_counts, print_warnings
from signlift.errors import InputError, parameter_problem


def project(
    *inputs: Annotated[Path, Parameter(name="INPUT", required=True)],
    out: Annotated[Path, Placeholder("DIRECTORY"), Parameter(alias="-o")],
    cameras: int = 1,
    max_turn: Annotated[float, Placeholder("DEGREES")] = 60.0,
    max_tilt: Annotated[float, Placeholder("DEGREES")] = 15.0,
    distance: Annotated[tuple[float, float], Placeholder("MIN MAX")] = (1.0, 10.0),
    upper_body: Annotated[float, Placeholder("PROBABILITY")] = 0.0,
    crop: bool = False,
    fps: float = 30.0,
    input_fps: float | None = None,
    rig: Annotated[str | None, Placeholder("NAME|FILE.json")] = None,
    unit: Annotated[str | None, Placeholder("UNIT")] = None,
    up: Annotated[
        Literal["x", "y", "z", "-x", "-y", "-z"] | None,
        Placeholder("AXIS"),
        Parameter(allow_leading_hyphen=True),
    ] = None,
    calibration: Path | None = None,
    views: Annotated[Names, Placeholder("NAME,...|N")] = None,
    person: int | None = None,
    skeleton: SkeletonName | None = None,
    min_confidence: float | None = None,
    seed: int = 0,
    force: bool = False,
    quiet: bool = False,
) -> int:
    """Project motion capture to virtual cameras: recordings with known depth to train and test on.

    Recordings of the Panoptic Studio are projected to its real cameras instead. Without
    --calibration they are written as they are, in cm of the world.

    Example: signlift project walk.bvh clips.npz -o data --cameras 4

    Parameters
    ----------
    inputs
        BVH files, joints of shape [T, J, 3] in .npy or .npz files, or directories of such files;
        or recordings of the Panoptic Studio (directories or zip files with body3DScene files).
    out
        Directory for body_data.npy, body_ground.npy, cameras.json, and groups.txt. With
        train --groups groups.txt all views of a clip stay together.
    cameras
        Number of random cameras for each clip.
    max_turn
        Largest angle between a camera and the front of the person, to either side.
    max_tilt
        Largest angle by which a camera looks up or down.
    distance
        Smallest and largest distance from the camera to the person in metres.
    upper_body
        Probability, from 0 to 1, that the image shows the upper body, not the whole person.
    crop
        Treat keypoints outside the image as missing.
    fps
        Frames per second of the recordings. Clips of another rate are resampled.
    input_fps
        Frames per second of files that do not give them. If it is left out, such clips are not
        resampled.
    rig
        Naming of the joints: humanik (also mixamo, cmu, rokoko), bandai, metahuman (unreal), biped,
        rigify, auto-rig-pro, poser (daz), makehuman, second-life, vroid, classic (biovision, smpl),
        keypoints, or a JSON file of joints by keypoint. Default: recognised by the names of the
        joints.
    unit
        Unit of the positions: m, cm, mm, in, ft, cmu, or a number of cm. Default: recognised by
        the size of the people.
    up
        Axis that points up. Default: recognised by how the people stand.
    calibration
        Calibration of the Panoptic Studio (JSON). The options of random cameras do not apply then.
    views
        Cameras that see a Panoptic recording (00_00,00_01), or a number of HD cameras, spread
        evenly around the studio. Default: 4.
    person
        Person in a Panoptic recording, counted from 0. Default: the main person.
    skeleton
        Skeleton to write; panoptic67 has fingers. Default: panoptic26, or panoptic67 for Panoptic
        recordings that all have hands.
    min_confidence
        Smallest confidence of a joint in Panoptic recordings, from 0 to 1. Default: any above 0.
    seed
        Seed of all random numbers.
    force
        Replace a data set that exists already.
    quiet
        Show no progress and no summary.
    """
    from signlift.datasets.existing_data import (
        PROJECTED_FILES,
        check_no_data,
        remove_old_files,
    )
    from signlift.datasets.projected_panoptic import are_panoptic, project_panoptic

    check_no_data(out, force=force)
    if are_panoptic(inputs):
        with print_warnings() as caught:
            done = project_panoptic(
                inputs,
                out,
                calibration,
                _count_or_names(views),
                crop=crop,
                person=person,
                skeleton=skeleton,
                fps=input_fps,
                min_confidence=min_confidence,
                quiet=quiet,
            )
        remove_old_files(done.directory, PROJECTED_FILES)
        for line in done.failed:
            print(line, file=sys.stderr)
        if not quiet:
            unit = "cm of the world" if calibration is None else "px of each camera"
            counts = describe_counts(done.recordings, done.frames)
            print(f"{done.directory}: {counts}, in {unit}")
        return 1 if done.failed or caught else 0

    panoptic = {
        "calibration": calibration,
        "views": views,
        "person": person,
        "min_confidence": min_confidence,
    }
    if problems := [
        parameter_problem(name, expected="recordings of the Panoptic Studio", found="other files")
        for name, value in panoptic.items()
        if value is not None
    ]:
        raise InputError(problems)
    from signlift.datasets.projected_mocap import ProjectionSettings, project_mocap

    settings = ProjectionSettings(
        cameras, max_turn, max_tilt, distance, upper_body, crop, fps=fps, seed=seed
    )
    with print_warnings() as caught:
        written = project_mocap(
            inputs,
            out,
            settings,
            rig=rig,
            unit=unit,
            up=up,
            input_fps=input_fps,
            skeleton=skeleton or "panoptic26",
            quiet=quiet,
        )
    remove_old_files(written.directory, PROJECTED_FILES)
    for line in written.failed:
        print(line, file=sys.stderr)
    if not quiet:
        kinds = {(clip.rig, clip.unit, clip.up, clip.mirrored) for clip in written.clips}
        for rig_name, centimetres, axis, mirrored in sorted(kinds):
            mirror = ", left-handed axes (mirrored)" if mirrored else ""
            print(f"rig {rig_name}, a unit is {centimetres:g} cm, {axis} is up{mirror}")
        print(f"{written.directory}: {describe_counts(written.recordings, written.frames)}")
    return 1 if written.failed or caught else 0


def _count_or_names(views: Sequence[str] | None) -> Sequence[str] | int | None:
    """Read a single number as a number of cameras."""
    if views and len(views) == 1 and views[0].isdecimal() and len(views[0]) < 9:
        return int(views[0])
    return views
