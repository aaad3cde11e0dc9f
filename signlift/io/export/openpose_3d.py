"""JSON in OpenPose's 3D form: x, y, z and confidence of each keypoint, one after the other.

OpenPose (Cao et al., OpenPose: Realtime Multi-Person 2D Pose Estimation, 2019) writes a file for
each frame; so does this, into a folder. A single .json file holds the same objects for all
frames, after a header that says what they are:

    {"header": {"producer": ..., "unit": ..., "axes": ..., "root": ..., "fps": ..., ...},
     "frames": [{"frame": 0, "time": 0.0, "version": 1.3, "people": [...]}, ...]}

The one in `people` has pose_keypoints_3d (the 25 of BODY_25) and hand_left_keypoints_3d and
hand_right_keypoints_3d (21 each) where the skeleton has hands, and the 2D arrays of x, y and
confidence beside them. Missing is 0, 0, 0, 0; nobody in a frame is an empty `people`.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
from jaxtyping import Float

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE25, OPENPOSE137, Skeleton, convert
from signlift.errors import InputError, problem
from signlift.io.export.metadata import COMPLETED, description, frame_times, lifted_depth
from signlift.utils.atomic import atomic_path

#: OpenPose's parts, and what their keypoints are called here.
_PARTS: dict[str, tuple[str, ...]] = {
    "pose": OPENPOSE25.keypoints,
    "face": OPENPOSE137.keypoints[67:],
    "hand_left": OPENPOSE137.keypoints[25:46],
    "hand_right": OPENPOSE137.keypoints[46:67],
}

#: The version of the form that is written.
_VERSION = 1.3


def write_openpose(recording: Recording, path: Path) -> None:
    """Write a lifted recording as OpenPose writes 3D keypoints, whole or not at all.

    Parameters
    ----------
    recording
        On any skeleton: it goes to BODY_25 and two hands by name. x and y go out as they are,
        in the camera frame, and z is the depth relative to MidHip, positive away from the
        camera, all in the recording's unit. A confidence that is not known is 1, that of a
        keypoint that lifting has set `COMPLETED`.
    path
        A name that ends in .json for a single file. Any other is a folder, new or empty, for
        one file per frame: `NAME_000000000000_keypoints.json` and so on, where NAME is the
        folder's; those have no place for the unit, the frame rate and the notes.

    Raises
    ------
    InputError
        The recording has no depth; or it has none of OpenPose's keypoints; or there are files
        in the folder.
    """
    people = _people(recording)
    if path.suffix.lower() == ".json":
        times = frame_times(recording)
        with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
            file.write(f'{{"header": {_header(recording)},\n"frames": [')
            for frame, person in enumerate(people):
                time = "" if times is None else f'"time": {times[frame]:.9g}, '
                between = ",\n" if frame else "\n"
                file.write(f'{between}{{"frame": {frame}, {time}{_frame(person)}}}')
            file.write("\n]}\n")
        return
    with _new_folder(path) as folder:
        for frame, person in enumerate(people):
            name = f"{path.name}_{frame:012d}_keypoints.json"
            (folder / name).write_text(f"{{{_frame(person)}}}\n", encoding="utf-8")


def _header(recording: Recording) -> str:
    """What the numbers of a single file are."""
    told: dict[str, object] = {**description(replace(recording, notes=()))}
    told["missing"] = "0, 0, 0, 0"
    if recording.fps is not None:
        told["fps"] = float(recording.fps)
    if recording.size is not None:
        told["size"] = [float(length) for length in recording.size]
    told["notes"] = list(recording.notes)
    return json.dumps(told, ensure_ascii=False, indent=1)


def _frame(person: str) -> str:
    """A frame's fields, as OpenPose has them in a file of its own."""
    return f'"version": {_VERSION}, "people": [{person}]'


def _people(recording: Recording) -> list[str]:
    """What stands in `people`, frame by frame: one person, or nothing."""
    depth = lifted_depth(recording)
    confidence = recording.confidence
    sure = np.ones_like(depth) if confidence is None else confidence
    sure = np.where(np.isnan(sure), 1, np.where(sure > 0, sure, np.float32(COMPLETED)))
    values = np.concatenate([recording.keypoints, np.stack([depth, sure], -1)], -1)
    parts = {name: _part(values, recording.skeleton, names) for name, names in _PARTS.items()}
    if not any(part.shape[1] for part in parts.values()):
        expected, found = "keypoints that OpenPose has", f"the skeleton {recording.skeleton.name}"
        raise InputError(problem(recording.name, expected=expected, found=found))
    arrays = {f"{name}_keypoints_2d": part[..., [0, 1, 3]] for name, part in parts.items()}
    arrays |= {f"{name}_keypoints_3d": part for name, part in parts.items()}
    # One text with a place for every number serves all frames.
    fields = [
        f'"{key}": [{",".join(["%.7g"] * array[0].size if len(array) else [])}]'
        for key, array in arrays.items()
    ]
    template = '{"person_id": [-1], ' + ", ".join(fields) + "}"
    rows = np.concatenate([_with_zeros(array) for array in arrays.values()], 1)
    return [template % tuple(row.tolist()) if row.any() else "" for row in rows]


def _part(
    values: Float[np.ndarray, "T J 4"], on: Skeleton, names: Sequence[str]
) -> Float[np.ndarray, "T K 4"]:
    """The keypoints of one of OpenPose's parts, NaN where missing; K = 0 for a part of none."""
    if not any(on.has(name) for name in names):
        return values[:, :0]
    if names == on.keypoints:
        return values
    if names == OPENPOSE25.keypoints:
        return convert(values, on, OPENPOSE25)
    columns = [on.find(name) for name in names]
    nothing = np.full_like(values[:, 0], np.nan)
    return np.stack([nothing if c is None else values[:, c] for c in columns], 1)


def _with_zeros(part: Float[np.ndarray, "T K C"]) -> Float[np.ndarray, "T KC"]:
    """A frame's numbers in a row, all of a keypoint 0 where one of them is missing."""
    missing = np.isnan(part).any(-1, keepdims=True)
    return np.where(missing, 0, part).reshape(len(part), part.shape[1] * part.shape[2])


@contextmanager
def _new_folder(path: Path) -> Iterator[Path]:
    """Give a temporary folder that takes the name of `path` when the block ends well."""
    if path.exists() and (not path.is_dir() or any(path.iterdir())):
        found = "one with files in it" if path.is_dir() else "a file"
        raise InputError(problem(path, expected="a new or empty folder", found=found))
    temporary = path.with_name(f".{path.name}.{os.getpid()}.part")
    temporary.mkdir(parents=True)
    try:
        yield temporary
        if path.exists():
            path.rmdir()
        temporary.replace(path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
