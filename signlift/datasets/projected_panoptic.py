"""Takes of the Panoptic Studio as its real cameras see them: recordings with known depth.

What is written are the seed's two arrays, body_data.npy and body_ground.npy. Without a calibration
they hold the world's own x, y and z, as the seed's did.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT, Skeleton, get_skeleton
from signlift.datasets.projected_mocap import CAMERAS, GROUPS, Projected
from signlift.errors import InputError, parameter_problem, problem
from signlift.geometry.camera import CalibratedCamera
from signlift.io.arrays.original_arrays import write_arrays
from signlift.io.calibration.read_calibration import Calibration, read_calibration
from signlift.io.mocap.panoptic import PanopticTake, is_panoptic, panoptic_takes
from signlift.io.reader import read_head
from signlift.utils.atomic import write_text

#: How many HD cameras film when it is not said.
VIEWS = 4


def project_panoptic(
    inputs: str | PathLike[str] | Sequence[str | PathLike[str]],
    out: str | PathLike[str],
    calibration: str | PathLike[str] | None = None,
    views: int | Sequence[str] | None = None,
    *,
    crop: bool = False,
    person: int | None = None,
    skeleton: str | Skeleton | None = None,
    fps: float | None = None,
    quiet: bool = True,
) -> Projected:
    """Write Panoptic takes as the seed's two arrays.

    Parameters
    ----------
    inputs
        Takes: folders or zip archives, as `signlift.io.mocap.panoptic.panoptic_takes` reads them.
    out
        The folder for body_data.npy [V, T, 2J], body_ground.npy [V, T, J], cameras.json (where
        each recording comes from) and groups.txt (the views of a take have one label).
    calibration
        The studio's cameras, which is one for all takes. With it keypoints and depth are in the
        pixels of each camera, through its lens; without it, in cm of the world: x, y, and z
        relative to MidHip.
    views
        The cameras' names, or how many of the HD cameras, spread evenly around the studio.
        `VIEWS` when it is not given.
    crop
        Keypoints outside the picture are missing.
    person
        Which of several people in each take; the main one when it is not given.
    skeleton
        What to write; when it is not given panoptic67 if every take has hands, else panoptic26.
    fps
        Frames per second, where the takes do not tell. Their own rate is kept.
    quiet
        Show no progress bar.

    Returns
    -------
    What was written. Takes that cannot be read are left out, as long as there are others.

    Raises
    ------
    InputError
        No take could be read (one line for each problem), or options that are wrong.
    """
    chosen: list[CalibratedCamera] = []
    if calibration is not None:
        chosen = choose_views(read_calibration(calibration), views)
    elif views is not None or crop:
        name = "views" if views is not None else "crop"
        raise InputError(parameter_problem(name, expected="a `calibration` with it", found="none"))
    takes: list[PanopticTake] = []
    failed: list[str] = []
    for path in [inputs] if isinstance(inputs, str | PathLike) else inputs:
        try:
            takes += panoptic_takes(Path(path), person=person, fps=fps, quiet=quiet)
        except InputError as error:
            failed.extend(error.problems)
    if not takes:
        raise InputError(
            failed or parameter_problem("inputs", expected="a folder or archive", found="none")
        )
    on = min((take.skeleton for take in takes), key=len)
    on = on if skeleton is None else get_skeleton(skeleton)
    filming: list[CalibratedCamera | None] = [*chosen] or [None]
    recordings: list[Recording] = []
    about: list[dict[str, object]] = []
    for take in takes:
        for camera in filming:
            seen = take.plain() if camera is None else seen_by(take, camera, crop=crop)
            if not seen.observed.any():
                failed.append(
                    problem(seen.name, expected="a keypoint in the picture", found="none")
                )
                continue
            recordings.append(seen.convert(on) if seen.skeleton != on else seen)
            about.append(_about(take, camera))
    if not recordings:
        raise InputError(failed)
    folder = write_arrays(out, recordings, skeleton=on, quiet=quiet)
    write_text(folder / CAMERAS, _cameras_text(on, about, calibrated=bool(chosen), crop=crop))
    labels = (" ".join(str(one["clip"]).split()) for one in about)
    write_text(folder / GROUPS, "".join(f"{label}\n" for label in labels))
    frames = sum(map(len, recordings))
    return Projected(folder, (), len(recordings), frames, tuple(failed))


def are_panoptic(inputs: Sequence[Path]) -> bool:
    """Whether all of several inputs are Panoptic takes.

    Raises
    ------
    InputError
        Some are, and some are not.
    """
    found = [_is_take(path) for path in inputs]
    if any(found) and not all(found):
        other = inputs[found.index(False)]
        expected = "a Panoptic take, as the other inputs are"
        raise InputError(problem(other, expected=expected, found="something else"))
    return bool(found) and all(found)


def choose_views(
    calibration: Calibration, views: int | Sequence[str] | None = None
) -> list[CalibratedCamera]:
    """The cameras that film.

    Parameters
    ----------
    calibration
        All cameras.
    views
        Names; or how many of the HD cameras (of all where none is HD), in even steps of those
        that stand around the middle of them all, by the direction from there. `VIEWS` (or fewer,
        where there are fewer) when it is not given.

    Raises
    ------
    InputError
        There is no camera of a name, one is named twice, or there are fewer than are wanted.
    """
    if views is not None and not isinstance(views, int):
        if len(set(views)) < len(views):
            expected = "each camera once"
            raise InputError(parameter_problem("views", expected=expected, found=", ".join(views)))
        return calibration.choose(views)
    cameras = [camera for camera in calibration if camera.kind == "hd"] or list(calibration)
    count = min(VIEWS, len(cameras)) if views is None else views
    if not 1 <= count <= len(cameras):
        expected = f"1 to {len(cameras)} cameras"
        raise InputError(parameter_problem("views", expected=expected, found=count))
    places = np.stack([camera.position for camera in cameras])
    across = places - places.mean(0)
    order = np.argsort(np.arctan2(across[:, 0], -across[:, 2]), kind="stable")  # y is vertical
    steps = np.floor(np.arange(count) * len(cameras) / count).astype(int)
    return [cameras[number] for number in order[steps]]


def seen_by(take: PanopticTake, camera: CalibratedCamera, *, crop: bool = False) -> Recording:
    """A take as a camera sees it.

    Parameters
    ----------
    take
        In the world of the camera.
    camera
        The camera.
    crop
        Keypoints outside the picture are missing; their depth is still known.

    Returns
    -------
    Keypoints in pixels, through the lens; depth in the same pixels, relative to MidHip (see
    `CalibratedCamera.depth`). NaN for what is missing or not in front of the camera.
    """
    points = take.points.astype(np.float64)
    keypoints = camera.pixels(camera.view(points))
    if crop and camera.size is not None:
        outside = ((keypoints < 0) | (keypoints > np.array(camera.size))).any(-1, keepdims=True)
        keypoints = np.where(outside, np.nan, keypoints)
    return Recording(
        keypoints,
        take.skeleton,
        depth=camera.depth(points, take.skeleton),
        confidence=take.confidence,
        fps=take.fps,
        name=f"{take.name}, camera {camera.name}",
        size=camera.size,
        notes=take.notes,
    )


def _is_take(path: Path) -> bool:
    try:
        head = read_head(path)
    except OSError:
        return False
    return (path.is_dir() or bool(head)) and is_panoptic(path, head)


def _about(take: PanopticTake, camera: CalibratedCamera | None) -> dict[str, object]:
    facts: dict[str, object] = {
        "clip": take.name,
        "frames": len(take.points),
        "first_frame": take.first,
        "fps": take.fps,
        "notes": list(take.notes),
    }
    if camera is None:
        return facts
    return facts | {
        "camera": camera.name,
        "matrix": camera.matrix.tolist(),
        "distortion": list(camera.lens.coefficients),
        "rotation": camera.rotation.tolist(),
        "translation": camera.translation.tolist(),
        "size": None if camera.size is None else list(camera.size),
    }


def _cameras_text(
    on: Skeleton, about: list[dict[str, object]], *, calibrated: bool, crop: bool
) -> str:
    """What holds for all recordings, and what each is of, as JSON."""
    head = {
        "skeleton": on.name,
        "unit": "px" if calibrated else "cm",
        "axes": "x right, y down, depth away from the camera"
        if calibrated
        else "the world's, y down",
        "root": ROOT,
        "world": "cm, y down; a point of the world is at rotation x + translation of a camera",
        "cropped": crop,
    }
    return json.dumps(head | {"recordings": about}, indent=1) + "\n"
