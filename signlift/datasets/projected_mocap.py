"""Motion capture seen by virtual cameras: recordings with known depth, to train on and to test.

What is written are the seed's two arrays, body_data.npy and body_ground.npy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, ROOT
from signlift.errors import InputError, field_problems, parameter_problem, problem
from signlift.io.arrays.original_arrays import write_arrays
from signlift.io.mocap.motion_clips import SUFFIXES, Clip, read_mocap
from signlift.simulation.augment.retarget import resample
from signlift.simulation.views.framing import ViewSettings
from signlift.simulation.views.virtual_views import Views, random_views
from signlift.utils.atomic import write_text

#: What is written beside the arrays: where each recording comes from, and a label for each that
#: keeps the views of one clip together (for `train --groups`).
CAMERAS = "cameras.json"
GROUPS = "groups.txt"


@dataclass(frozen=True)
class ProjectSettings:
    """How clips are filmed.

    Parameters
    ----------
    cameras
        How many cameras film each clip.
    max_turn
        Most degrees that a camera stands to either side of the person's front.
    max_tilt
        Most degrees that it looks up or down.
    distance
        Least and most metres from the camera to the person.
    upper_body
        The chance that the picture is made for the upper body, not for the whole person.
    crop
        Keypoints outside the picture are missing. Without it they are where they would be in a
        larger picture.
    fps
        Frames per second of the recordings: clips whose rate is known are brought to it, others
        are taken as they are. None for no change.
    seed
        The source of chance. What clip i is seen by depends on the seed and i alone.

    Raises
    ------
    InputError
        Lists all that is wrong.
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
        problems = field_problems(
            self,
            ("cameras", self.cameras >= 1, "1 or more"),
            ("upper_body", 0 <= self.upper_body <= 1, "a chance from 0 to 1"),
            ("fps", self.fps is None or 0 < self.fps <= 1000, "a number above 0 and up to 1000"),
            ("seed", self.seed >= 0, "a whole number of 0 or more"),
        )
        try:
            self.views()
        except InputError as error:
            problems += [line for line in error.problems if not line.startswith("whole")]
        if problems:
            raise InputError(problems)

    def views(self) -> ViewSettings:
        """The same as settings of cameras."""
        return ViewSettings(
            distance=self.distance,
            max_turn=self.max_turn,
            any_side=0.0,
            max_tilt=self.max_tilt,
            whole=1 - self.upper_body,
        )


@dataclass(frozen=True, eq=False)
class Projected:
    """What was written.

    Attributes
    ----------
    folder
        It holds body_data.npy, body_ground.npy, cameras.json and groups.txt.
    clips
        The clips, as they were filmed.
    recordings
        V, how many recordings.
    frames
        How many frames there are in all of them.
    failed
        Of files that could not be read a line for each problem.
    """

    folder: Path
    clips: Sequence[Clip]
    recordings: int
    frames: int
    failed: tuple[str, ...]


def mocap_files(inputs: Sequence[str | PathLike[str]]) -> list[Path]:
    """Files, and those in folders (and folders in them) that may be motion capture.

    Raises
    ------
    InputError
        There is no input, or a folder without any.
    """
    if not inputs:
        raise InputError(parameter_problem("inputs", expected="a file or folder", found="none"))
    files: list[Path] = []
    for given in map(Path, inputs):
        if not given.is_dir():
            files.append(given)
            continue
        inside = sorted(
            path
            for path in given.rglob("*")
            if path.suffix.lower() in SUFFIXES and path.is_file() and path.name[0] != "."
        )
        if not inside:
            expected = f"files that end in {', '.join(SUFFIXES)}"
            raise InputError(problem(given, expected=expected, found="none"))
        files += inside
    return files


def project_mocap(
    inputs: str | PathLike[str] | Sequence[str | PathLike[str]],
    out: str | PathLike[str],
    settings: ProjectSettings | None = None,
    *,
    rig: str | Path | None = None,
    unit: str | None = None,
    up: str | None = None,
    input_fps: float | None = None,
    quiet: bool = True,
) -> Projected:
    """Film motion capture with random cameras, and write the seed's two arrays.

    Parameters
    ----------
    inputs
        Files (BVH, .npy, .npz) and folders of them.
    out
        The folder for body_data.npy [V, T, 52] in pixels, body_ground.npy [V, T, 26] in the same
        pixels, relative to MidHip and positive away from the camera, NaN for padding and for
        keypoints that the motion capture does not have; and for cameras.json and groups.txt.
    settings
        The cameras; by default the defaults of `ProjectSettings`.
    rig, unit, up, input_fps
        As `signlift.io.mocap.motion_clips.read_mocap` takes them, for all files.
    quiet
        Show no progress bar.

    Returns
    -------
    What was written: `cameras` recordings of each clip, one after the other. Files that cannot
    be read are left out, as long as there are others.

    Raises
    ------
    InputError
        No file could be read (one line for each problem), or options that are wrong.
    """
    settings = settings or ProjectSettings()
    files = mocap_files([inputs] if isinstance(inputs, (str, PathLike)) else inputs)
    clips: list[Clip] = []
    failed: list[str] = []
    for path in files:
        try:
            clips += read_mocap(path, rig=rig, unit=unit, up=up, fps=input_fps)
        except InputError as error:
            failed += error.problems
    if not clips:
        raise InputError(failed)
    motions = [_motion(clip, settings.fps) for clip in clips]
    longest = max(map(len, motions))
    about: list[dict[str, object]] = []
    folder = write_arrays(
        out,
        _film(clips, motions, settings, about),
        shape=(len(clips) * settings.cameras, longest),
        skeleton=PANOPTIC26,
        quiet=quiet,
    )
    write_text(folder / CAMERAS, _cameras_text(settings, about))
    labels = [clip.name for clip in clips for _ in range(settings.cameras)]
    write_text(folder / GROUPS, "".join(f"{' '.join(label.split())}\n" for label in labels))
    frames = settings.cameras * sum(map(len, motions))
    return Projected(folder, clips, len(labels), frames, tuple(failed))


def _motion(clip: Clip, fps: float | None) -> np.ndarray:
    """A clip in metres, at the wanted rate where its own is known."""
    metres = clip.points / 100
    if clip.fps is None or fps is None or clip.fps == fps:
        return metres
    return resample(metres, clip.fps, fps)


def _film(
    clips: Sequence[Clip],
    motions: Sequence[np.ndarray],
    settings: ProjectSettings,
    about: list[dict[str, object]],
) -> Iterator[Recording]:
    """Each clip by each camera; what is to be said of it is added to `about`."""
    for number, (clip, motion) in enumerate(zip(clips, motions, strict=True)):
        rng = np.random.default_rng([settings.seed, number])
        for _ in range(settings.cameras):
            views = random_views(rng, motion[None], PANOPTIC26, settings.views())
            keypoints = views.keypoints[0]
            if settings.crop:
                keypoints = _cropped(keypoints, views)
            fps = settings.fps if clip.fps and settings.fps else clip.fps
            yield Recording(keypoints, depth=views.depth[0], fps=fps, name=clip.name)
            about.append(_about(clip, views, fps, len(motion)))


def _cropped(keypoints: np.ndarray, views: Views) -> np.ndarray:
    """Keypoints in the picture; all of them where none is in it."""
    outside = ((keypoints < 0) | (keypoints > views.size[0])).any(-1, keepdims=True)
    inside = np.where(outside, np.nan, keypoints)
    return keypoints if np.isnan(inside).all() else inside


def _about(clip: Clip, views: Views, fps: float | None, frames: int) -> dict[str, object]:
    return {
        "clip": clip.name,
        "frames": frames,
        "fps": fps,
        "rig": clip.rig,
        "cm_per_unit": clip.unit,
        "up": clip.up,
        "mirrored": clip.mirrored,
        "position": _rounded(views.position[0]),
        "rotation": [_rounded(row) for row in views.rotation[0]],
        "focal": _rounded(views.focal)[0],
        "principal": _rounded(views.principal[0]),
        "size": [int(value) for value in views.size[0]],
        "turn": _rounded(views.turn)[0],
        "tilt": _rounded(views.tilt)[0],
        "roll": _rounded(views.roll)[0],
    }


def _rounded(values: np.ndarray) -> list[float]:
    return [float(f"{value:.7g}") for value in values.tolist()]


def _cameras_text(settings: ProjectSettings, about: list[dict[str, object]]) -> str:
    """What holds for all recordings, and a camera for each, as JSON."""
    head = {
        "skeleton": PANOPTIC26.name,
        "unit": "px",
        "axes": "x right, y down, depth away from the camera",
        "root": ROOT,
        "world": "metres, y up; rotation holds the camera's axes as rows: right, down, away",
        "seed": settings.seed,
        "cropped": settings.crop,
    }
    return json.dumps(head | {"recordings": about}, indent=1) + "\n"
