"""Projection of Panoptic takes by the cameras of the studio: recordings with known depth.

The output is the two arrays body_data.npy and body_ground.npy of the original repository
(imatge-upc/3D_skeleton_conversion). Without a calibration they hold x, y and z of the studio's
world, as they did there.
"""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT, Skeleton, get_skeleton
from signlift.datasets.projected_dataset import ProjectedDataset, write_origins
from signlift.errors import InputError, parameter_problem, problem
from signlift.geometry.camera import Camera
from signlift.io.arrays.original_arrays import write_arrays
from signlift.io.calibration.calibration_reader import Calibration, read_calibration
from signlift.io.mocap.panoptic import PanopticTake, is_panoptic, read_takes
from signlift.io.source import open_source
from signlift.utils.atomic import atomic_group

#: Number of HD cameras if none is chosen.
DEFAULT_VIEWS = 4


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
    min_confidence: float | None = None,
    quiet: bool = True,
) -> ProjectedDataset:
    """Project Panoptic takes with the studio's cameras, and write the two arrays.

    Parameters
    ----------
    inputs
        Takes: directories or zip archives, as `signlift.io.mocap.panoptic.read_takes` reads
        them.
    out
        The directory for body_data.npy [V, T, 2J], body_ground.npy [V, T, J], cameras.json (the
        origin of each recording) and groups.txt (all views of a take have one label).
    calibration
        The studio's cameras, the same for all takes. Keypoints and depth are then in the pixels of
        each camera, through its lens. None for x and y of the world in cm, and z relative to
        MidHip.
    views
        The cameras' names, or the number of HD cameras, spread evenly around the studio. None for
        `DEFAULT_VIEWS` cameras.
    crop
        Mark keypoints outside the image as missing.
    person
        The number of the person in each take; None for the main person.
    skeleton
        The skeleton to write. None for panoptic67 if every take has hands, else panoptic26.
    fps
        Frames per second of takes that do not store them. The rate of others is kept.
    min_confidence
        Minimum confidence of an observed joint; None for any above 0.
    quiet
        Show no progress bar.

    Returns
    -------
    ProjectedDataset
        Takes that cannot be read are left out if others can be read.

    Raises
    ------
    InputError
        No take can be read (one line for each problem), or parameters are invalid.
    """
    cameras: list[Camera] = []
    if calibration is not None:
        cameras = choose_views(read_calibration(calibration), views)
    elif views is not None or crop:
        name = "views" if views is not None else "crop"
        expected = "`calibration` as well"
        raise InputError(parameter_problem(name, expected=expected, found="none"))
    takes: list[PanopticTake] = []
    failed: list[str] = []
    for path in [inputs] if isinstance(inputs, str | PathLike) else inputs:
        try:
            takes += read_takes(
                Path(path), person=person, fps=fps, min_confidence=min_confidence, quiet=quiet
            )
        except InputError as error:
            failed.extend(error.problems)
    if not takes:
        expected = "a directory or archive"
        missing = parameter_problem("inputs", expected=expected, found="none")
        raise InputError(failed or missing)
    target = min((take.skeleton for take in takes), key=len)
    target = target if skeleton is None else get_skeleton(skeleton)
    studio: list[Camera | None] = [*cameras] or [None]
    recordings: list[Recording] = []
    origins: list[dict[str, object]] = []
    for take in takes:
        for camera in studio:
            view = take.to_recording() if camera is None else project_take(take, camera, crop=crop)
            if not view.observed.any():
                expected = "a keypoint inside the image"
                failed.append(problem(view.name, expected=expected, found="none"))
                continue
            recordings.append(view.convert(target) if view.skeleton != target else view)
            origins.append(_facts(take, camera))
    if not recordings:
        raise InputError(failed)
    with atomic_group():
        directory = write_arrays(out, recordings, skeleton=target, quiet=quiet)
        write_origins(
            directory, _common_facts(target, calibrated=bool(cameras), crop=crop), origins
        )
    frames = sum(map(len, recordings))
    return ProjectedDataset(directory, (), len(recordings), frames, tuple(failed))


def are_panoptic(inputs: Sequence[Path]) -> bool:
    """Return True if all inputs are Panoptic takes, and False if none is.

    Raises
    ------
    InputError
        Some are, and some are not.
    """
    takes = [_is_take(path) for path in inputs]
    if any(takes) and not all(takes):
        path = inputs[takes.index(False)]
        expected = "a Panoptic take, like the other inputs"
        raise InputError(problem(path, expected=expected, found="another format"))
    return bool(takes) and all(takes)


def choose_views(
    calibration: Calibration, views: int | Sequence[str] | None = None
) -> list[Camera]:
    """Choose the cameras to project with.

    Parameters
    ----------
    calibration
        All cameras.
    views
        Names; or the number of HD cameras (of all cameras if none is HD), in even steps around
        the centre of them all, by their directions from there. None for `DEFAULT_VIEWS`, or fewer
        if there are fewer cameras.

    Raises
    ------
    InputError
        There is no camera of a name, a name is repeated, or there are too few cameras.
    """
    if views is not None and not isinstance(views, int):
        if len(set(views)) < len(views):
            expected = "each camera once"
            raise InputError(parameter_problem("views", expected=expected, found=", ".join(views)))
        return calibration.choose(views)
    cameras = [camera for camera in calibration if camera.kind == "hd"] or list(calibration)
    count = min(DEFAULT_VIEWS, len(cameras)) if views is None else views
    if not 1 <= count <= len(cameras):
        expected = f"1 to {len(cameras)} cameras"
        raise InputError(parameter_problem("views", expected=expected, found=count))
    positions = np.stack([camera.position for camera in cameras])
    offsets = positions - positions.mean(0)
    order = np.argsort(np.arctan2(offsets[:, 0], -offsets[:, 2]), kind="stable")  # y is vertical
    steps = np.floor(np.arange(count) * len(cameras) / count).astype(int)
    return [cameras[number] for number in order[steps]]


def project_take(take: PanopticTake, camera: Camera, *, crop: bool = False) -> Recording:
    """Project a take with one camera.

    Parameters
    ----------
    take
        Points in the world of the camera.
    camera
        The camera.
    crop
        Mark keypoints outside the image as missing; their depth is kept.

    Returns
    -------
    Recording
        Keypoints in pixels, through the lens; depth in the same pixels, relative to MidHip (see
        `Camera.relative_depth`). NaN where missing or not in front of the camera.
    """
    points = take.points.astype(np.float64)
    keypoints = camera.project(points)
    if crop and camera.size is not None:
        outside = ((keypoints < 0) | (keypoints > np.array(camera.size))).any(-1, keepdims=True)
        keypoints = np.where(outside, np.nan, keypoints)
    return Recording(
        keypoints,
        take.skeleton,
        depth=camera.relative_depth(points, take.skeleton),
        confidence=take.confidence,
        fps=take.fps,
        name=f"{take.name}, camera {camera.name}",
        size=camera.size,
        notes=take.notes,
    )


def _is_take(path: Path) -> bool:
    try:
        with open_source(path) as source:
            return is_panoptic(source)
    except InputError:
        return False


def _facts(take: PanopticTake, camera: Camera | None) -> dict[str, object]:
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


def _common_facts(skeleton: Skeleton, *, calibrated: bool, crop: bool) -> dict[str, object]:
    camera_axes, world_axes = "x right, y down, depth away from the camera", "the world's, y down"
    return {
        "skeleton": skeleton.name,
        "unit": "px" if calibrated else "cm",
        "axes": camera_axes if calibrated else world_axes,
        "root": ROOT,
        "world": "cm, y down; a point of the world is at rotation x + translation of a camera",
        "cropped": crop,
    }
