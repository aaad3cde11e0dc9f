"""The built-in dataset: simulated recordings of procedural signers.

Each recording shows one person in the image of one virtual camera. It depends only on the random
seed and its number, so that a larger dataset begins with the recordings of a smaller one.
"""

from __future__ import annotations

from dataclasses import dataclass
from os import PathLike
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton, get_skeleton
from signlift.core.skeleton_arrays import convert
from signlift.errors import InputError, check_fields, parameter_problem
from signlift.geometry.camera import Camera
from signlift.geometry.virtual_camera import random_camera
from signlift.io.arrays.original_arrays import write_arrays
from signlift.simulation.detector.detector_gaps import draw_gaps
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer
from signlift.utils.array_types import Bool, Float

#: Common image sizes, (width, height) in pixels.
IMAGE_SIZES = ((1280, 720), (1920, 1080), (640, 480), (720, 1280))

#: Keypoints that are outside the image of a signer who is filmed from the waist up.
LOWER_BODY = frozenset(
    {ROOT}
    | {side + part for side in "LR" for part in ("Hip", "Knee", "Ankle", "Heel")}
    | {side + part for side in "LR" for part in ("BigToe", "SmallToe")}
)


@dataclass(frozen=True)
class SimulationSettings:
    """Settings of simulated recordings.

    Attributes
    ----------
    min_frames, max_frames, fps, missing, upper_body, max_turn
        As for `generate`.

    Raises
    ------
    InputError
        Lists all invalid settings.
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
            ("missing", 0 <= self.missing < 1, "a fraction from 0 to below 1"),
            ("upper_body", 0 <= self.upper_body <= 1, "a probability from 0 to 1"),
            ("max_turn", 0 <= self.max_turn <= 180, "0 to 180 degrees"),
        )


def simulate_recording(
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
    """Simulate one recording of the built-in dataset.

    Parameters
    ----------
    seed, index
        The random seed and the number of the recording, both 0 or more. The same two numbers and
        settings give the same recording.
    min_frames, max_frames, fps, skeleton, missing, upper_body, max_turn
        As for `generate`.

    Returns
    -------
    Recording
        Keypoints [T, J, 2] and depth [T, J] in pixels. Depth is relative to MidHip and positive
        away from the camera. Keypoints are NaN where they are missing or outside the image; their
        depth is not NaN.

    Raises
    ------
    InputError
        Lists all invalid settings.

    Examples
    --------
    >>> recording = simulate_recording(seed=0, index=0, min_frames=20, max_frames=20)
    >>> recording.keypoints.shape, recording.depth.shape
    ((20, 26, 2), (20, 26))
    """
    settings = SimulationSettings(min_frames, max_frames, fps, missing, upper_body, max_turn)
    return _simulate(seed, index, settings, get_skeleton(skeleton))


def generate(
    directory: str | PathLike[str],
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
    """Write the built-in dataset: `body_data.npy` and `body_ground.npy`.

    Parameters
    ----------
    directory
        The directory to write to. It is created if it does not exist; files of these names are
        replaced.
    recordings
        V, the number of recordings.
    min_frames, max_frames
        Minimum and maximum number of frames of a recording. T is `max_frames`.
    fps
        Frames per second.
    seed
        The random seed, 0 or more. Recording i is `simulate_recording(seed, i, ...)`.
    skeleton
        The skeleton to write, or its name.
    missing
        The mean fraction of keypoints that the detector misses, in gaps of several frames. A tenth
        of it are whole frames.
    upper_body
        The probability that a recording shows the signer from the waist up: hips, legs and feet
        are missing throughout, and so are hands that leave the image.
    max_turn
        Maximum angle in degrees between the signer's front and the direction to the camera.
    quiet
        Show no progress bar.

    Returns
    -------
    Path
        The directory. `body_data.npy` holds [V, T, 2J] float32, x_1, y_1, x_2, y_2, ... in pixels;
        `body_ground.npy` holds [V, T, J] float32, depth in the same pixels, relative to MidHip and
        positive away from the camera. Both are NaN after the end of a shorter recording. For a
        keypoint that is missing within a recording x and y are NaN, and its depth is not.

    Raises
    ------
    InputError
        Lists all invalid settings.
    """
    settings = SimulationSettings(min_frames, max_frames, fps, missing, upper_body, max_turn)
    target = get_skeleton(skeleton)
    if recordings < 1:
        raise InputError(parameter_problem("recordings", expected="1 or more", found=recordings))
    _check_seed(seed, 0)
    return write_arrays(
        directory,
        (_simulate(seed, index, settings, target) for index in range(recordings)),
        shape=(recordings, max_frames),
        skeleton=target,
        quiet=quiet,
    )


def _simulate(seed: int, index: int, settings: SimulationSettings, skeleton: Skeleton) -> Recording:
    _check_seed(seed, index)
    rng = np.random.default_rng([seed, index])
    frames = int(rng.integers(settings.min_frames, settings.max_frames + 1))
    points = Signer.draw(rng).sample_motion(rng, frames, settings.fps)
    waist_up = bool(rng.random() < settings.upper_body)
    camera = _draw_camera(rng, points, settings, waist_up)
    root = SIGNER.point(points, ROOT)
    converted = convert(points, SIGNER, skeleton)
    keypoints, depth = camera.project(converted), camera.relative_depth(converted, root)
    missing = draw_gaps(rng, frames, len(skeleton), settings.missing)
    missing |= _outside_image(keypoints, camera)
    if waist_up:
        missing |= np.array([name in LOWER_BODY for name in skeleton.keypoints])
    return Recording(
        np.where(missing[..., None], np.nan, keypoints).astype(np.float32),
        skeleton,
        depth=depth.astype(np.float32),
        fps=settings.fps,
        name=f"signer {seed}.{index}",
    )


def _draw_camera(
    rng: np.random.Generator,
    points: Float[np.ndarray, "T 68 3"],
    settings: SimulationSettings,
    waist_up: bool,
) -> Camera:
    """Draw a camera that has the whole signer in its image, or the signer from the waist up."""
    size = IMAGE_SIZES[int(rng.integers(len(IMAGE_SIZES)))]
    if waist_up:
        hips, neck = (points[:, SIGNER.index(name), 1].mean() for name in (ROOT, "Neck"))
        waist = hips + rng.uniform(0.05, 0.3) * (neck - hips)
        points = np.where(points[..., 1:2] > waist, points, np.nan)
    return random_camera(rng, points, SIGNER, max_turn=settings.max_turn, size=size)


def _outside_image(
    keypoints: Float[np.ndarray, "T J 2"], camera: Camera
) -> Bool[np.ndarray, "T J"]:
    outside = (keypoints < 0) | (keypoints > np.array(camera.size))
    return outside[..., 0] | outside[..., 1]


def _check_seed(seed: int, index: int) -> None:
    problems = [
        parameter_problem(name, expected="a whole number of 0 or more", found=value)
        for name, value in (("seed", seed), ("index", index))
        if value < 0
    ]
    if problems:
        raise InputError(problems)
