"""Projection of motion capture by virtual cameras: recordings with known depth.

The output is the two arrays body_data.npy and body_ground.npy of the original repository
(imatge-upc/3D_skeleton_conversion).
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.frame_rate import MAX_FPS
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton, get_skeleton
from signlift.datasets.projected_dataset import ProjectedDataset, write_origins
from signlift.errors import InputError, InputWarning, field_problems, parameter_problem, problem
from signlift.io.arrays.original_arrays import write_arrays
from signlift.io.mocap.clip import Clip
from signlift.io.mocap.hand_joints import HAND_KEYPOINTS
from signlift.io.mocap.motion_clips import SUFFIXES, read_mocap
from signlift.simulation.augment.retarget import resample
from signlift.simulation.views.camera_batch import CameraBatch, render_views
from signlift.simulation.views.framing import ViewSettings
from signlift.utils.atomic import atomic_group


@dataclass(frozen=True)
class ProjectionSettings:
    """Settings of the virtual cameras.

    Parameters
    ----------
    cameras
        Number of cameras for each clip.
    max_turn
        Maximum angle in degrees between the person's front and the direction to the camera.
    max_tilt
        Maximum angle in degrees that the camera looks up or down.
    distance
        Minimum and maximum distance from the camera to the person in metres.
    upper_body
        Probability that the image is framed for the upper body instead of the whole person.
    crop
        Mark keypoints outside the image as missing. Otherwise they keep their positions outside
        the image.
    fps
        Frames per second of the recordings. Clips of a known rate are resampled to it, others are
        taken as they are. None to keep all rates.
    seed
        Random seed, 0 or more. The cameras of clip i depend on the seed and i alone.

    Raises
    ------
    InputError
        Lists all invalid settings.
    """

    cameras: int = 1
    max_turn: float = 60.0
    max_tilt: float = 15.0
    distance: tuple[float, float] = (1.0, 10.0)
    upper_body: float = 0.0
    crop: bool = False
    fps: float | None = 30.0
    seed: int = 0

    def __post_init__(self) -> None:
        rate = self.fps is None or 0 < self.fps <= MAX_FPS
        problems = field_problems(
            self,
            ("cameras", self.cameras >= 1, "1 or more"),
            ("upper_body", 0 <= self.upper_body <= 1, "a probability from 0 to 1"),
            ("fps", rate, f"a number above 0 and up to {MAX_FPS:g}"),
            ("seed", self.seed >= 0, "a whole number of 0 or more"),
        )
        try:
            self.views()
        except InputError as error:
            # A line about whole_body_probability would repeat the one about upper_body.
            problems += [line for line in error.problems if not line.startswith("whole")]
        if problems:
            raise InputError(problems)

    def views(self) -> ViewSettings:
        """Return the settings as those of `render_views`."""
        return ViewSettings(
            placed_probability=0.0,
            distance=self.distance,
            max_turn=self.max_turn,
            any_side_probability=0.0,
            max_tilt=self.max_tilt,
            whole_body_probability=1 - self.upper_body,
        )


def find_mocap_files(inputs: Sequence[str | PathLike[str]]) -> list[Path]:
    """Find files of motion capture among files and, recursively, in directories.

    Files are returned as they are; directories are searched by suffix.

    Raises
    ------
    InputError
        There is no input, or a directory without such a file.
    """
    if not inputs:
        expected = "a file or directory"
        raise InputError(parameter_problem("inputs", expected=expected, found="none"))
    files: list[Path] = []
    for path in map(Path, inputs):
        if not path.is_dir():
            files.append(path)
            continue
        inside = sorted(
            file
            for file in path.rglob("*")
            if file.suffix.lower() in SUFFIXES and file.is_file() and not _is_hidden(file, path)
        )
        if not inside:
            expected = f"files that end in {', '.join(SUFFIXES)}"
            raise InputError(problem(path, expected=expected, found="none"))
        files += inside
    return files


def project_mocap(
    inputs: str | PathLike[str] | Sequence[str | PathLike[str]],
    out: str | PathLike[str],
    settings: ProjectionSettings | None = None,
    *,
    rig: str | Path | None = None,
    unit: str | None = None,
    up: str | None = None,
    input_fps: float | None = None,
    skeleton: str | Skeleton = PANOPTIC26,
    quiet: bool = True,
) -> ProjectedDataset:
    """Project motion capture with random virtual cameras, and write the two arrays.

    Parameters
    ----------
    inputs
        Files (BVH, .npy, .npz) and directories of them.
    out
        The directory for body_data.npy [V, T, 2J] in pixels, body_ground.npy [V, T, J] in the same
        pixels, relative to MidHip and positive away from the camera, NaN for padding and for
        keypoints that the motion capture does not have; and for cameras.json and groups.txt.
    settings
        The cameras; None for the defaults of `ProjectionSettings`.
    rig, unit, up, input_fps
        As for `signlift.io.mocap.motion_clips.read_mocap`, for all files.
    skeleton
        The skeleton of the J keypoints, or its name. panoptic67 has fingers.
    quiet
        Show no progress bar.

    Returns
    -------
    ProjectedDataset
        With `settings.cameras` recordings of each clip, one after the other. Files that cannot be
        read are left out if others can be read.

    Raises
    ------
    InputError
        No file can be read (one line for each problem), settings are invalid, or the skeleton has
        fingers and no file has any.

    Warns
    -----
    InputWarning
        The skeleton has fingers, and some files have none.
    """
    settings = settings or ProjectionSettings()
    skeleton = get_skeleton(skeleton)
    files = find_mocap_files([inputs] if isinstance(inputs, (str, PathLike)) else inputs)
    clips: list[Clip] = []
    failed: list[str] = []
    for path in files:
        try:
            clips += read_mocap(path, rig=rig, unit=unit, up=up, fps=input_fps)
        except InputError as error:
            failed += error.problems
    if not clips:
        raise InputError(failed)
    if any(skeleton.has(name) for name in HAND_KEYPOINTS):
        _check_fingers(clips, skeleton)
    motions = [_resample(clip, skeleton, settings.fps) for clip in clips]
    longest = max(map(len, motions))
    origins: list[dict[str, object]] = []
    with atomic_group():
        directory = write_arrays(
            out,
            _render(clips, motions, skeleton, settings, origins),
            shape=(len(clips) * settings.cameras, longest),
            skeleton=skeleton,
            quiet=quiet,
        )
        write_origins(directory, _common_facts(skeleton, settings), origins)
    frames = settings.cameras * sum(map(len, motions))
    return ProjectedDataset(directory, clips, len(origins), frames, tuple(failed))


def _is_hidden(file: Path, directory: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(directory).parts)


def _check_fingers(clips: Sequence[Clip], skeleton: Skeleton) -> None:
    """Warn of files without fingers, and raise InputError where none has any."""
    without = [clip.name for clip in clips if clip.hands is None]
    if len(without) == len(clips):
        expected = "a skeleton without hands, as the motion capture has no fingers"
        raise InputError(parameter_problem("skeleton", expected=expected, found=skeleton.name))
    if without:
        line = f"{without[0]}: no joints of fingers, which are missing in its recordings"
        more = f" (and {len(without) - 1} others like it)" if len(without) > 1 else ""
        warnings.warn(InputWarning(line + more, without[0]), stacklevel=3)


def _resample(clip: Clip, skeleton: Skeleton, fps: float | None) -> np.ndarray:
    """Return a clip in metres, resampled to `fps` if both frame rates are known."""
    metres = clip.points_on(skeleton) / 100
    if clip.fps is None or fps is None or clip.fps == fps:
        return metres
    return resample(metres, clip.fps, fps)


def _render(
    clips: Sequence[Clip],
    motions: Sequence[np.ndarray],
    skeleton: Skeleton,
    settings: ProjectionSettings,
    origins: list[dict[str, object]],
) -> Iterator[Recording]:
    """Yield the recordings of each clip, and append the facts of each to `origins`."""
    for number, (clip, motion) in enumerate(zip(clips, motions, strict=True)):
        rng = np.random.default_rng([settings.seed, number])
        for _ in range(settings.cameras):
            views = render_views(rng, motion[None], skeleton, settings.views())
            keypoints = views.keypoints[0]
            if settings.crop:
                keypoints = _crop(keypoints, views)
            fps = settings.fps if clip.fps and settings.fps else clip.fps
            yield Recording(keypoints, skeleton, depth=views.depth[0], fps=fps, name=clip.name)
            origins.append(_facts(clip, views, fps, len(motion)))


def _crop(keypoints: np.ndarray, views: CameraBatch) -> np.ndarray:
    """Mark keypoints outside the image as missing, unless none is inside."""
    outside = ((keypoints < 0) | (keypoints > views.size[0])).any(-1, keepdims=True)
    inside = np.where(outside, np.nan, keypoints)
    return keypoints if np.isnan(inside).all() else inside


def _facts(clip: Clip, views: CameraBatch, fps: float | None, frames: int) -> dict[str, object]:
    return {
        "clip": clip.name,
        "frames": frames,
        "fps": fps,
        "rig": clip.rig,
        "cm_per_unit": clip.unit,
        "up": clip.up,
        "mirrored": clip.mirrored,
        "position": _round(views.position[0]),
        "rotation": [_round(row) for row in views.rotation[0]],
        "focal": _round(views.focal)[0],
        "principal": _round(views.principal[0]),
        "size": [int(value) for value in views.size[0]],
        "turn": _round(views.turn)[0],
        "tilt": _round(views.tilt)[0],
        "roll": _round(views.roll)[0],
    }


def _common_facts(skeleton: Skeleton, settings: ProjectionSettings) -> dict[str, object]:
    return {
        "skeleton": skeleton.name,
        "unit": "px",
        "axes": "x right, y down, depth away from the camera",
        "root": ROOT,
        "world": "metres, y up; rotation holds the camera's axes as rows: right, down, away",
        "seed": settings.seed,
        "cropped": settings.crop,
    }


def _round(values: np.ndarray) -> list[float]:
    return [float(f"{value:.7g}") for value in values.tolist()]
