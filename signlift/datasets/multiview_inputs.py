"""Reading of views: the 2D keypoints of one person in the images of several cameras."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton, get_skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.geometry.camera import Camera
from signlift.io import ReadOptions, read_file
from signlift.io.calibration.calibration_reader import Calibration
from signlift.io.detectors.frame_sequence import open_frames

#: Cameras that a message lists.
_MAX_LISTED = 40


@dataclass(frozen=True, eq=False)
class View:
    """One camera's view of a person.

    Attributes
    ----------
    recording
        2D keypoints in the camera's pixels, with the distortion of its lens.
    camera
        The camera.
    first
        The number of the recording's first frame. Equal numbers belong to the same moment in all
        views.
    """

    recording: Recording
    camera: Camera
    first: int = 0


def read_views(
    inputs: Sequence[str | PathLike[str]],
    calibration: Calibration,
    *,
    cameras: Sequence[str] | None = None,
    offsets: Sequence[int] | None = None,
    skeleton: str | None = None,
    person: int | None = None,
    fps: float | None = None,
    min_confidence: float | None = None,
    keep_zeros: bool = False,
    quiet: bool = True,
) -> list[View]:
    """Read the keypoints of several views.

    Parameters
    ----------
    inputs
        Files or directories that `signlift.read` reads; each recording in them is a view. Where
        each frame is a file, the numbers in the file names are the frame numbers. Views without
        hands or a face may be combined with others.
    calibration
        The cameras.
    cameras
        The name of each view's camera. None for the camera whose name is part of the view's name
        (`cam01_json`). If no view's name contains a camera's, and there are as many views as
        cameras, the two are matched in order.
    offsets
        Number of frames to add to the frame numbers of each view.
    skeleton, person, fps, min_confidence, keep_zeros
        As for `signlift.read_all`, for all views.
    quiet
        Show no progress bar.

    Returns
    -------
    views
        One view for each recording, all with the same skeleton.

    Raises
    ------
    InputError
        A line for each problem: files that cannot be read, fewer than two views, a view without
        its camera, a camera with two views, views whose skeletons cannot be combined.
    """
    options = ReadOptions(
        skeleton=None if skeleton is None else get_skeleton(skeleton),
        person=person,
        fps=fps,
        min_confidence=min_confidence,
        keep_zeros=keep_zeros,
        quiet=quiet,
        any_side=True,
    )
    numbered: list[tuple[Recording, int]] = []
    problems: list[str] = []
    for path in map(Path, inputs):
        try:
            recordings = read_file(path, options)
            firsts = _first_numbers(path)
            numbered += [(recording, firsts.get(recording.name, 0)) for recording in recordings]
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    if len(numbered) < 2:
        count, expected = len(numbered), "two views or more"
        raise InputError(parameter_problem("inputs", expected=expected, found=count))
    names = [recording.name for recording, _ in numbered]
    assigned = assign_cameras(names, calibration, cameras)
    shifts = [0] * len(numbered) if offsets is None else list(offsets)
    if len(shifts) != len(numbered):
        expected = f"{len(numbered)} numbers, one for each view"
        problems.append(parameter_problem("offsets", expected=expected, found=len(shifts)))
        shifts = [0] * len(numbered)
    largest = max(
        (recording for recording, _ in numbered), key=lambda recording: len(recording.skeleton)
    )
    views = []
    for (recording, first), camera, shift in zip(numbered, assigned, shifts, strict=True):
        extended = _extend(recording, largest.skeleton)
        if extended is None:
            expected = f"keypoints of {largest.skeleton.name}, as in {largest.name}"
            found = f"keypoints of {recording.skeleton.name}"
            problems.append(problem(recording.name, expected=expected, found=found))
        elif not problems:
            views.append(View(extended, camera, first + shift))
    if problems:
        raise InputError(problems)
    return views


def assign_cameras(
    views: Sequence[str], calibration: Calibration, names: Sequence[str] | None = None
) -> list[Camera]:
    """Assign a camera to each view.

    Parameters
    ----------
    views
        The names of the views.
    calibration
        The cameras.
    names
        The name of each view's camera; None to look for it in the view's name (see `read_views`).

    Raises
    ------
    InputError
        A view without its camera, or a camera with two views.
    """
    if names is not None:
        if len(names) != len(views):
            expected = f"{len(views)} names, one for each view"
            raise InputError(parameter_problem("cameras", expected=expected, found=len(names)))
        cameras = calibration.choose(names)
    else:
        matches = [[camera for camera in calibration if _matches(camera, view)] for view in views]
        if not any(matches) and len(views) == len(calibration):
            return list(calibration)
        listed = ", ".join(camera.name for camera in list(calibration)[:_MAX_LISTED])
        expected = f"the name of one camera ({listed}) in the view's name, or `cameras`"
        problems = [
            problem(view, expected=expected, found=_list_names(match))
            for view, match in zip(views, matches, strict=True)
            if len(match) != 1
        ]
        if problems:
            raise InputError(problems)
        cameras = [match[0] for match in matches]
    repeated = {camera.name for camera in cameras if cameras.count(camera) > 1}
    if repeated:
        expected = "one view of each camera"
        found = f"several views of {', '.join(sorted(repeated))}"
        raise InputError(parameter_problem("cameras", expected=expected, found=found))
    return cameras


def _extend(recording: Recording, skeleton: Skeleton) -> Recording | None:
    """Add missing keypoints up to a larger skeleton; None if it lacks one of the recording's.

    A view in which no hand was detected has no hand keypoints, while other views have them.
    """
    if recording.skeleton == skeleton:
        return recording
    if not set(recording.skeleton.keypoints) <= set(skeleton.keypoints):
        return None
    columns = [skeleton.index(name) for name in recording.skeleton.keypoints]
    keypoints = np.full((len(recording), len(skeleton), 2), np.nan, np.float32)
    keypoints[:, columns] = recording.keypoints
    confidence = None
    if recording.confidence is not None:
        confidence = np.zeros((len(recording), len(skeleton)), np.float32)
        confidence[:, columns] = recording.confidence
    return replace(
        recording,
        keypoints=keypoints,
        skeleton=skeleton,
        depth=None,
        depth_uncertainty=None,
        confidence=confidence,
    )


def _list_names(cameras: Sequence[Camera]) -> str:
    return ", ".join(camera.name for camera in cameras) or "none"


def _matches(camera: Camera, view: str) -> bool:
    """Find a camera's name in a view's name as a whole (cam1 is not in cam10)."""
    tokens = re.findall(r"[a-z]+|[0-9]+", camera.name.lower())
    pattern = r"[_\-. ]?".join(map(re.escape, tokens)) or re.escape(camera.name.lower())
    return re.search(rf"(?<![a-z0-9]){pattern}(?![0-9])", view.lower()) is not None


def _first_numbers(path: Path) -> dict[str, int]:
    """Return the first frame number of each recording whose frames are single files."""
    if path.is_file() and path.suffix.lower() != ".zip":
        return {}
    try:
        with open_frames(path) as sequences:
            return {sequence.name: sequence.first for sequence in sequences}
    except InputError:
        return {}
