"""The built-in data set: as many recordings of procedural signers as one wants.

Each recording is one person, seen by one virtual camera. It depends on the seed and on its own
number only, so that a larger data set begins with the smaller one.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton, convert, get_skeleton
from signlift.errors import InputError, check_fields, parameter_problem, problem
from signlift.geometry.virtual_camera import Camera, project, random_camera
from signlift.io.arrays.original_arrays import write_arrays
from signlift.simulation.detector.random_gaps import random_gaps
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer

#: Pictures as people take them, (width, height) in pixels.
PICTURES = ((1280, 720), (1920, 1080), (640, 480), (720, 1280))

#: What a camera does not see of a signer who is filmed from the waist up.
LOWER_BODY = frozenset(
    {ROOT}
    | {side + part for side in "LR" for part in ("Hip", "Knee", "Ankle", "Heel")}
    | {side + part for side in "LR" for part in ("BigToe", "SmallToe")}
)


@dataclass(frozen=True)
class Settings:
    """What recordings are like; see `generate`.

    Raises
    ------
    InputError
        Lists all that is wrong.
    """

    min_frames: int = 60
    max_frames: int = 300
    fps: float = 30.0
    missing: float = 0.0
    upper_body: float = 0.0
    max_turn: float = 30.0

    def __post_init__(self) -> None:
        check_fields(
            self,
            ("min_frames", self.min_frames >= 1, "1 or more"),
            ("max_frames", self.max_frames >= self.min_frames, f"{self.min_frames} or more"),
            ("fps", 0 < self.fps < np.inf, "a number above 0"),
            ("missing", 0 <= self.missing < 1, "a part from 0 up to below 1"),
            ("upper_body", 0 <= self.upper_body <= 1, "a chance from 0 to 1"),
            ("max_turn", 0 <= self.max_turn <= 180, "0 to 180 degrees"),
        )


def signer_recording(
    seed: int,
    index: int,
    *,
    min_frames: int = 60,
    max_frames: int = 300,
    fps: float = 30.0,
    skeleton: str | Skeleton = PANOPTIC26,
    missing: float = 0.0,
    upper_body: float = 0.0,
    max_turn: float = 30.0,
) -> Recording:
    """One recording of the built-in data set.

    Parameters
    ----------
    seed, index
        Which one. The same two numbers and settings give the same recording.
    min_frames, max_frames, fps, skeleton, missing, upper_body, max_turn
        As for `generate`.

    Returns
    -------
    A recording with keypoints [T, J, 2] and depth [T, J] in pixels, depth relative to MidHip
    and positive away from the camera. Keypoints are NaN where they are missing, hidden or out of
    the picture; depth is known there as well.

    Raises
    ------
    InputError
        Lists all settings that are wrong.
    """
    settings = Settings(min_frames, max_frames, fps, missing, upper_body, max_turn)
    return _recording(seed, index, settings, get_skeleton(skeleton))


def generate(
    folder: str | PathLike[str],
    recordings: int = 200,
    *,
    min_frames: int = 60,
    max_frames: int = 300,
    fps: float = 30.0,
    seed: int = 0,
    skeleton: str | Skeleton = PANOPTIC26,
    missing: float = 0.0,
    upper_body: float = 0.0,
    max_turn: float = 30.0,
    quiet: bool = False,
) -> Path:
    """Write the built-in data set: `body_data.npy` and `body_ground.npy`.

    Parameters
    ----------
    folder
        Where to; made where it is missing. Files of these names are replaced.
    recordings
        V, how many.
    min_frames, max_frames
        Least and most frames of a recording. T is `max_frames`, whatever is drawn.
    fps
        Frames per second.
    seed
        The source of chance, 0 or more. Recording i is `signer_recording(seed, i, ...)`.
    skeleton
        A skeleton or its name.
    missing
        The part of the keypoints that a detector misses on average, in gaps of some frames;
        a tenth of it as whole frames.
    upper_body
        The chance that a recording shows the signer from the waist up: hips, legs and feet are
        missing throughout, and so are hands that leave the picture.
    max_turn
        Most degrees that the camera stands to either side of the signer's front.
    quiet
        Show no progress bar.

    Returns
    -------
    The folder. `body_data.npy` holds [V, T, 2J] float32, x_1, y_1, x_2, y_2, ... in pixels;
    `body_ground.npy` holds [V, T, J] float32, depth in the same pixels, relative to MidHip and
    positive away from the camera. Both are NaN after the end of a shorter recording. Where a
    keypoint is missing within a recording, its x and y are NaN and its depth is known.

    Raises
    ------
    InputError
        Lists all settings that are wrong.
    """
    settings = Settings(min_frames, max_frames, fps, missing, upper_body, max_turn)
    target = get_skeleton(skeleton)
    if recordings < 1:
        raise InputError(
            parameter_problem("recordings", expected="1 or more", found=str(recordings))
        )
    _check_seed(seed, 0)
    return write_arrays(
        folder,
        (_recording(seed, index, settings, target) for index in range(recordings)),
        shape=(recordings, max_frames),
        skeleton=target,
        quiet=quiet,
    )


def _recording(seed: int, index: int, settings: Settings, target: Skeleton) -> Recording:
    """One recording with settings that were checked before."""
    _check_seed(seed, index)
    rng = np.random.default_rng([seed, index])
    frames = int(rng.integers(settings.min_frames, settings.max_frames + 1))
    points = Signer.draw(rng).move(rng, frames, settings.fps)
    waist_up = bool(rng.random() < settings.upper_body)
    camera = _camera(rng, points, settings, waist_up)
    root = SIGNER.point(points, ROOT)
    keypoints, depth = project(convert(points, SIGNER, target), camera, root)
    hidden = random_gaps(rng, frames, len(target), settings.missing)
    hidden |= _outside(keypoints, camera)
    if waist_up:
        hidden |= np.array([name in LOWER_BODY for name in target.keypoints])
    return Recording(
        np.where(hidden[..., None], np.nan, keypoints).astype(np.float32),
        target,
        depth=depth.astype(np.float32),
        fps=settings.fps,
        name=f"signer {seed}.{index}",
    )


def _camera(
    rng: np.random.Generator,
    points: Float[np.ndarray, "T 68 3"],
    settings: Settings,
    waist_up: bool,
) -> Camera:
    """A camera that has the signer in the picture, all of them or from the waist up."""
    size = PICTURES[int(rng.integers(len(PICTURES)))]
    if waist_up:
        hips, neck = (points[:, SIGNER.index(name), 1].mean() for name in (ROOT, "Neck"))
        waist = hips + rng.uniform(0.05, 0.3) * (neck - hips)
        points = np.where(points[..., 1:2] > waist, points, np.nan)
    return random_camera(rng, points, SIGNER, max_turn=settings.max_turn, size=size)


def _outside(keypoints: Float[np.ndarray, "T J 2"], camera: Camera) -> Bool[np.ndarray, "T J"]:
    """Which keypoints lie outside the picture."""
    outside = (keypoints < 0) | (keypoints > np.array(camera.size))
    return outside[..., 0] | outside[..., 1]


def _check_seed(seed: int, index: int) -> None:
    problems = [
        problem(name, expected="a whole number of 0 or more", found=str(value))
        for name, value in (("seed", seed), ("recording", index))
        if value < 0
    ]
    if problems:
        raise InputError(problems)
