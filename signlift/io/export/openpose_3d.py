"""JSON in OpenPose's 3D form: x, y, z and confidence of each keypoint, one after the other.

OpenPose (Cao et al., OpenPose: Realtime Multi-Person 2D Pose Estimation, 2019) writes a directory
with a file for each frame. A single .json file holds the same objects for all frames, after a
header with the metadata:

    {"header": {"producer": ..., "unit": ..., "axes": ..., "root": ..., "fps": ..., ...},
     "frames": [{"frame": 0, "time": 0.0, "version": 1.3, "people": [...]}, ...]}

The one person in `people` has pose_keypoints_3d (25 of BODY_25), hand_left_keypoints_3d and
hand_right_keypoints_3d (21 each) if the skeleton has hands, face_keypoints_3d (70) if it has a
face, and 2D arrays of x, y and confidence beside them. A missing keypoint is 0, 0, 0, 0; `people`
is empty in a frame without any keypoint.

Two things are not OpenPose's, and ignored by programs that read its form: the uncertainty of each
depth in pose_depth_uncertainty, hand_left_depth_uncertainty and so on, 0 where missing; and
keypoints that OpenPose does not have (MediaPipe's face mesh) in other_keypoints_3d and
other_depth_uncertainty, by their names.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE25, Skeleton
from signlift.core.skeleton_arrays import convert
from signlift.core.skeleton_tables import FACE, HANDS
from signlift.errors import InputError, problem
from signlift.io.export.metadata import (
    COMPLETED_CONFIDENCE,
    describe_recording,
    file_times,
    require_depth,
)
from signlift.utils.array_types import Float
from signlift.utils.atomic import atomic_directory, atomic_path

_SUFFIX = ".json"

#: Parts of OpenPose's people, and the names of their keypoints in signlift.
_PARTS: dict[str, tuple[str, ...]] = {
    "pose": OPENPOSE25.keypoints,
    "face": FACE,
    "hand_left": HANDS["L"],
    "hand_right": HANDS["R"],
}

#: Version of OpenPose's form.
_VERSION = 1.3


def write_openpose(recording: Recording, path: Path) -> None:
    """Write a lifted recording in OpenPose's 3D form, whole or not at all.

    Parameters
    ----------
    recording
        On any skeleton; it is converted to BODY_25, two hands and a face by name. Other keypoints
        that have depth are written by name. x and y are written in the camera frame, and z is the
        depth relative to MidHip, positive away from the camera, all in the unit of the recording.
        An unknown confidence is written as 1, that of a completed keypoint as
        `COMPLETED_CONFIDENCE`.
    path
        A name that ends in .json for a single file. Any other name is a directory, new or empty,
        with one file per frame: `NAME_000000000000_keypoints.json` and so on, where NAME is that
        of the directory; they have no place for the unit, the frame rate and the notes.

    Raises
    ------
    InputError
        The recording has no depth or none of OpenPose's keypoints; or the path is a file, or a
        directory with files in it.
    """
    people = _format_people(recording)
    if path.suffix.lower() == _SUFFIX:
        times = file_times(recording)
        with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
            file.write(f'{{"header": {_format_header(recording)},\n"frames": [')
            for frame, person in enumerate(people):
                time = "" if times is None else f'"time": {times[frame]:.9g}, '
                separator = ",\n" if frame else "\n"
                file.write(f'{separator}{{"frame": {frame}, {time}{_format_frame(person)}}}')
            file.write("\n]}\n")
        return
    with atomic_directory(path) as directory:
        for frame, person in enumerate(people):
            name = f"{path.name}_{frame:012d}_keypoints.json"
            (directory / name).write_text(f"{{{_format_frame(person)}}}\n", encoding="utf-8")


def _format_header(recording: Recording) -> str:
    """Format the metadata of a single file."""
    header: dict[str, object] = {**describe_recording(replace(recording, notes=()))}
    header["missing"] = "0, 0, 0, 0"
    if recording.fps is not None:
        header["fps"] = float(recording.fps)
    if recording.size is not None:
        header["size"] = [float(length) for length in recording.size]
    header["notes"] = list(recording.notes)
    return json.dumps(header, ensure_ascii=False, indent=1)


def _format_frame(person: str) -> str:
    """Format the fields of a frame, as in a file of its own."""
    return f'"version": {_VERSION}, "people": [{person}]'


def _format_people(recording: Recording) -> list[str]:
    """Format the content of `people` for each frame: one person, or nothing."""
    depth = require_depth(recording)
    confidence = recording.confidence
    if confidence is None:
        confidence = np.ones_like(depth)
    confidence = np.where(np.isnan(confidence), 1, confidence)
    confidence = np.where(confidence > 0, confidence, np.float32(COMPLETED_CONFIDENCE))
    uncertainty = recording.depth_uncertainty
    spread = np.where(np.isnan(depth), np.nan, 0 if uncertainty is None else uncertainty)
    columns = [depth, confidence, spread]
    values = np.concatenate([recording.keypoints, np.stack(columns, -1)], -1)
    skeleton = recording.skeleton
    parts = {part: _select_part(values, skeleton, names) for part, names in _PARTS.items()}
    if not any(part.shape[1] for part in parts.values()):
        expected, found = "keypoints that OpenPose has", f"the skeleton {skeleton.name}"
        raise InputError(problem(recording.name, expected=expected, found=found))
    others = _find_others(recording)
    other_values = values[:, others]
    arrays = {f"{name}_keypoints_2d": part[..., [0, 1, 3]] for name, part in parts.items()}
    arrays |= {f"{name}_keypoints_3d": part[..., :4] for name, part in parts.items()}
    if uncertainty is not None:
        arrays |= {f"{name}_depth_uncertainty": part[..., 4:] for name, part in parts.items()}
    # One template with a place for each number serves all frames.
    fields = [
        f'"{key}": [{",".join(["%.7g"] * array[0].size if len(array) else [])}]'
        for key, array in arrays.items()
    ]
    names = [skeleton.keypoints[column] for column in others]
    if names:
        arrays["other_keypoints_3d"] = other_values[..., :4]
        fields.append(_named_field("other_keypoints_3d", names, "[%.7g,%.7g,%.7g,%.7g]"))
    if names and uncertainty is not None:
        arrays["other_depth_uncertainty"] = other_values[..., 4:]
        fields.append(_named_field("other_depth_uncertainty", names, "%.7g"))
    template = '{"person_id": [-1], ' + ", ".join(fields) + "}"
    rows = np.concatenate([_flatten_with_zeros(array) for array in arrays.values()], 1)
    return [template % tuple(row.tolist()) if row.any() else "" for row in rows]


def _find_others(recording: Recording) -> list[int]:
    """Find the keypoints that OpenPose does not have, of which some frame has depth."""
    skeleton, depth = recording.skeleton, require_depth(recording)
    present = {skeleton.find(name) for names in _PARTS.values() for name in names}
    lifted = (recording.observed & ~np.isnan(depth)).any(0)
    return [int(n) for n in np.flatnonzero(lifted) if int(n) not in present]


def _named_field(key: str, names: Sequence[str], place: str) -> str:
    """Make the template of an object by the names of keypoints."""
    fields = ", ".join(f"{json.dumps(name).replace('%', '%%')}: {place}" for name in names)
    return f'"{key}": {{{fields}}}'


def _select_part(
    values: Float[np.ndarray, "T J C"], skeleton: Skeleton, names: Sequence[str]
) -> Float[np.ndarray, "T K C"]:
    """Select the keypoints of a part, NaN where missing; K = 0 if the skeleton has none of them."""
    if not any(skeleton.has(name) for name in names):
        return values[:, :0]
    if names == skeleton.keypoints:
        return values
    if names == OPENPOSE25.keypoints:
        return convert(values, skeleton, OPENPOSE25)
    columns = [skeleton.find(name) for name in names]
    missing = np.full_like(values[:, 0], np.nan)
    return np.stack([missing if c is None else values[:, c] for c in columns], 1)


def _flatten_with_zeros(part: Float[np.ndarray, "T K C"]) -> Float[np.ndarray, "T KC"]:
    """Put the numbers of a frame in a row; 0 for keypoints of which a number is missing."""
    missing = np.isnan(part).any(-1, keepdims=True)
    return np.where(missing, 0, part).reshape(len(part), part.shape[1] * part.shape[2])
