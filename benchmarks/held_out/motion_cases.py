"""Cases from motion capture: each clip seen by one virtual camera.

The cameras are `random_camera`, with the whole person in the image, so that the cases stay the same
when the cameras of the training change.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from benchmarks.accuracy.protocol import TORSO, make_test_set
from benchmarks.accuracy.signlift_methods import true_proportions
from benchmarks.held_out.cases import Case, count_detected, field_of_view
from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS, measure_bone_lengths
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26, PANOPTIC67, ROOT, Skeleton
from signlift.errors import InputError, problem
from signlift.geometry.camera import depth_in_pixels
from signlift.geometry.virtual_camera import estimate_front, random_camera
from signlift.io.arrays.original_arrays import read_arrays
from signlift.normalization.scale import torso_length

#: Frames per second of the motion capture.
FPS = 30.0

#: Maximum angle in degrees of the cameras to either side of the person's front.
TURN, WIDE_TURN = 30.0, 60.0


@dataclass(frozen=True)
class Source:
    """Clips that a held-out model was not trained on.

    Attributes
    ----------
    name
        Its name in the tables.
    file
        The motion capture below DATA, or a directory with the two arrays.
    prefixes
        Beginnings of the names of its clips.
    model
        Name of the held-out model that has not seen them.
    in_place
        Keep people who walk on the spot.
    left_out
        Names of clips that are left out.
    """

    name: str
    file: str
    prefixes: tuple[str, ...]
    model: str
    in_place: bool = False
    left_out: frozenset[str] = frozenset()


#: Clips of other bodies whose motion is also in cmu, with one body for all, which models that leave
#: out the other bodies alone have seen: the least mean
#: difference of the limbs' directions over 40 frames is below 0.013, and above 0.02 for others.
MOTIONS_OF_CMU = frozenset(
    f"cmu.{name}"
    for name in (
        *("06_01", "08_02", "08_03", "08_08", "08_10", "12_01", "12_02", "12_03", "16_15"),
        *("16_16", "16_21", "16_22", "16_31", "16_32", "16_47", "16_58", "29_01", "49_01"),
    )
)

_SIGNS, _BODIES = "signs/mocap67_cm_30fps.npz", "signs/mocap26_cm_30fps.npz"

#: All sources of motion capture.
SOURCES = (
    Source("asl", _SIGNS, ("aws.",), "no-aws"),
    Source("asl arrays", "asl", (), "no-aws"),
    Source("galt", _SIGNS, ("galt.",), "no-galt"),
    Source("cmu bodies", _BODIES, ("cmu.",), "no-bodies", in_place=True),
    Source("cmu bodies, new motions", _BODIES, ("cmu.",), "no-bodies", True, MOTIONS_OF_CMU),
    Source("other bodies", _BODIES, ("fair1.", "adelaide."), "no-bodies", in_place=True),
    Source("cmu/test", "cmu/test", (), "no-bodies"),
)


def read_cases(
    data: Path, source: Source, *, max_turn: float = TURN, step: int = 1, seed: int = 0
) -> list[Case]:
    """Read the cases of a source.

    Parameters
    ----------
    data
        DATA.
    source
        One of `SOURCES`.
    max_turn
        Maximum angle of the cameras to either side of the front. The two arrays have their own.
    step
        Take each clip of this number.
    seed
        Random seed of the cameras.

    Raises
    ------
    InputError
        There is no such file, or no such clip.
    """
    path = data / source.file
    if path.is_dir():
        recordings = list(read_arrays(path))[::step]
        return [_from_arrays(each, true_proportions(data, source.file)) for each in recordings]
    if not path.is_file():
        raise InputError(problem(path, expected="motion capture", found="no file"))
    with np.load(path) as file:
        names = [
            name
            for name in file
            if name.startswith(source.prefixes) and name not in source.left_out
        ][::step]
        clips = {name: file[name] / 100 for name in names}
    if not clips:
        found = f"no clip named {' or '.join(source.prefixes)}..."
        raise InputError(problem(path, expected="clips", found=found))
    return [
        film_clip(
            np.random.default_rng([seed, number]),
            stay_in_place(clip) if source.in_place else clip,
            name=name,
            max_turn=max_turn,
        )
        for number, (name, clip) in enumerate(clips.items())
    ]


def stay_in_place(points: Float[np.ndarray, "T J 3"]) -> Float[np.ndarray, "T J 3"]:
    """Move a person horizontally so that MidHip stays where it is in the first frame."""
    root = _find_skeleton(points).point(points, ROOT)
    moved = root - root[:1]
    moved[:, 1] = 0
    return points - moved[:, None]


def film_clip(
    rng: np.random.Generator, points: Float[np.ndarray, "T J 3"], *, name: str, max_turn: float
) -> Case:
    """Film a clip by one random camera.

    Parameters
    ----------
    rng
        Random generator of the camera.
    points
        [T, 26, 3] or [T, 67, 3] in metres, y up.
    name
        Name of the recording.
    max_turn
        Maximum angle in degrees to either side of the front.
    """
    skeleton = _find_skeleton(points)
    points = points.astype(np.float64)
    camera = random_camera(rng, points, skeleton, max_turn=max_turn)
    z = camera.to_camera(points)[..., 2]
    root_z = skeleton.point(z[..., None], ROOT)[:, 0]
    focal = camera.focal
    keypoints = camera.project(points)
    assert camera.size is not None
    recording = Recording(keypoints, skeleton, fps=FPS, size=camera.size, name=name)
    lengths = measure_bone_lengths(points, skeleton)
    return Case(
        recording=recording,
        depth=depth_in_pixels(z, root_z, np.full(1, focal)),
        keypoints=keypoints,
        body_cm=np.full(len(points), TORSO / torso_length(keypoints, skeleton)),
        hand_cm=100 * root_z / focal,
        counted=count_detected(recording),
        view=_measure_view(camera.rotation, camera.position, points, skeleton),
        fov=field_of_view(focal, camera.size),
        proportions=BodyProportions(**dict(zip(BONE_LENGTHS, lengths.tolist(), strict=True))),
    )


def _measure_view(
    rotation: Float[np.ndarray, "3 3"],
    position: Float[np.ndarray, "3"],
    points: Float[np.ndarray, "T J 3"],
    skeleton: Skeleton,
) -> tuple[float, float]:
    """Return the pitch and the yaw of a camera in degrees, as in `Case`."""
    pitch = np.degrees(np.arcsin(-rotation[2, 1]))
    front = estimate_front(points, skeleton)
    to_camera = position - np.nanmean(points.reshape(-1, 3), 0)
    # With y up, a turn from front (+z) to the person's left (+x) is positive.
    left = np.cross([0.0, 1.0, 0.0], front)
    yaw = np.degrees(np.arctan2(to_camera @ left, to_camera @ front))
    return float(pitch), float(yaw)


def _from_arrays(recording: Recording, proportions: BodyProportions | None) -> Case:
    """Make a case of a recording with depth, whose camera and unit are unknown."""
    (torso,) = make_test_set("test", [recording]).torsos
    assert recording.depth is not None
    cm = np.full(len(recording), TORSO / torso)
    plain = Recording(recording.keypoints, PANOPTIC26, fps=recording.fps, name=recording.name)
    return Case(
        recording=plain,
        depth=recording.depth,
        keypoints=recording.keypoints,
        body_cm=cm,
        hand_cm=cm,
        counted=count_detected(plain),
        proportions=proportions,
    )


def _find_skeleton(points: Float[np.ndarray, "T J 3"]) -> Skeleton:
    return PANOPTIC67 if points.shape[1] == len(PANOPTIC67) else PANOPTIC26
