"""The views of one recording: what each camera's detector saw, and which camera it is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.geometry.camera import CalibratedCamera
from signlift.io import read_all
from signlift.io.calibration.read_calibration import Calibration
from signlift.io.detectors.frame_sequence import open_frames


@dataclass(frozen=True, eq=False)
class View:
    """What one camera sees.

    Attributes
    ----------
    recording
        2D keypoints in the pixels of the camera, as it sees them (with the distortion).
    camera
        The camera.
    first
        The number of the recording's first frame; equal numbers are one moment in all views.
    """

    recording: Recording
    camera: CalibratedCamera
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
    quiet: bool = True,
) -> list[View]:
    """Read the keypoints of several views.

    Parameters
    ----------
    inputs
        Anything that `signlift.read` reads; each recording in it is a view. Where the frames are
        files of their own, their numbers count. Views without hands or a face go with others.
    calibration
        The cameras.
    cameras
        The camera of each view. Without it that whose name is in the view's name (`cam01_json`);
        where no view has any and there are as many views as cameras, they are in one order.
    offsets
        For each view what is added to the numbers of its frames.
    skeleton, person, fps
        As `signlift.read_all` takes them, for all views.
    quiet
        Show no progress bar.

    Raises
    ------
    InputError
        A line for each problem: files that cannot be read, fewer than two views, a view without
        its camera, a camera with two views, views on skeletons that do not go together.
    """
    found: list[tuple[Recording, int]] = []
    problems: list[str] = []
    for path in map(Path, inputs):
        try:
            some = read_all(path, skeleton=skeleton, person=person, fps=fps, quiet=quiet)
            firsts = _first_numbers(path)
            found += [(recording, firsts.get(recording.name, 0)) for recording in some]
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    if len(found) < 2:
        raise InputError(
            parameter_problem("inputs", expected="two views or more", found=len(found))
        )
    names = [recording.name for recording, _ in found]
    chosen = find_cameras(names, calibration, cameras)
    shifts = [0] * len(found) if offsets is None else list(offsets)
    if len(shifts) != len(found):
        expected = f"{len(found)} offsets, one for each view"
        problems.append(parameter_problem("offset", expected=expected, found=len(shifts)))
        shifts = [0] * len(found)
    largest = max((recording for recording, _ in found), key=lambda one: len(one.skeleton))
    views = []
    for (recording, first), camera, shift in zip(found, chosen, shifts, strict=True):
        whole = _placed(recording, largest.skeleton)
        if whole is None:
            expected = f"keypoints of {largest.skeleton.name}, as {largest.name}"
            other = recording.skeleton.name
            problems.append(problem(recording.name, expected=expected, found=other))
        elif not problems:
            views.append(View(whole, camera, first + shift))
    if problems:
        raise InputError(problems)
    return views


def find_cameras(
    views: Sequence[str], calibration: Calibration, names: Sequence[str] | None = None
) -> list[CalibratedCamera]:
    """The camera of each view.

    Parameters
    ----------
    views
        What the views are called.
    calibration
        The cameras.
    names
        The camera of each view, where it is known.

    Raises
    ------
    InputError
        As `read_views` says.
    """
    if names is not None:
        if len(names) != len(views):
            expected = f"{len(views)} cameras, one for each view"
            raise InputError(parameter_problem("cameras", expected=expected, found=len(names)))
        chosen = calibration.choose(names)
    else:
        own = [[camera for camera in calibration if _is_in(camera.name, view)] for view in views]
        if not any(own) and len(views) == len(calibration):
            return list(calibration)
        known = ", ".join(camera.name for camera in list(calibration)[:40])
        expected = f"a name with one of the cameras {known}, or `cameras`"
        problems = [
            problem(view, expected=expected, found=_listed(some))
            for view, some in zip(views, own, strict=True)
            if len(some) != 1
        ]
        if problems:
            raise InputError(problems)
        chosen = [some[0] for some in own]
    twice = {camera.name for camera in chosen if chosen.count(camera) > 1}
    if twice:
        expected = "one view of each camera"
        found = f"several of {', '.join(sorted(twice))}"
        raise InputError(parameter_problem("cameras", expected=expected, found=found))
    return chosen


def _placed(recording: Recording, target: Skeleton) -> Recording | None:
    """The same keypoints among those of a larger skeleton, or None where it lacks one.

    A view in which no hand was found has none; the others may.
    """
    if recording.skeleton == target:
        return recording
    if not set(recording.skeleton.keypoints) <= set(target.keypoints):
        return None
    columns = [target.index(name) for name in recording.skeleton.keypoints]
    keypoints = np.full((len(recording), len(target), 2), np.nan, np.float32)
    keypoints[:, columns] = recording.keypoints
    confidence = None
    if recording.confidence is not None:
        confidence = np.zeros((len(recording), len(target)), np.float32)
        confidence[:, columns] = recording.confidence
    return replace(
        recording,
        keypoints=keypoints,
        skeleton=target,
        depth=None,
        depth_uncertainty=None,
        confidence=confidence,
    )


def _listed(cameras: Sequence[CalibratedCamera]) -> str:
    return ", ".join(camera.name for camera in cameras) or "none"


def _is_in(camera: str, view: str) -> bool:
    """Whether a camera's name is in a view's, and no other number or word is (cam1 in cam10)."""
    alike = r"[_\-. ]?".join(map(re.escape, re.findall(r"[a-z]+|[0-9]+", camera.lower())))
    name = alike or re.escape(camera.lower())
    return re.search(rf"(?<![a-z0-9]){name}(?![0-9])", view.lower()) is not None


def _first_numbers(path: Path) -> dict[str, int]:
    """The number of the first frame of each recording whose frames are files of their own."""
    if path.is_file() and path.suffix.lower() != ".zip":
        return {}
    try:
        with open_frames(path) as sequences:
            return {sequence.name: sequence.first for sequence in sequences}
    except InputError:
        return {}
