"""Keypoints in .npz archives of other programs, with confidence and metadata under names.

| name | array |
| --- | --- |
| keypoints (or keypoints_2d, poses, landmarks; or the only array) | see `keypoint_arrays` |
| pose, left_hand and right_hand | MediaPipe's parts, [T, 33, C] and twice [T, 21, C] |
| confidence (or scores, keypoint_scores) | [T, J], or [T, N, J] |
| fps | frames per second |
| size (or width and height) | size of the image |
| skeleton | name of a skeleton |
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import get_skeleton
from signlift.errors import InputError, InputWarning, problem
from signlift.io.arrays.array_shapes import arrange_points
from signlift.io.arrays.keypoint_arrays import recordings_of_array, recordings_of_videos
from signlift.io.arrays.npz import load_npz
from signlift.io.people.assemble import FileMetadata
from signlift.io.reader import ReadOptions
from signlift.io.source import Source

_KEYPOINTS = ("keypoints", "keypoints_2d", "poses", "pose", "landmarks", "kpts")
_LEFT_HAND = ("left_hand", "lefthand", "lh", "left_hand_landmarks", "left")
_RIGHT_HAND = ("right_hand", "righthand", "rh", "right_hand_landmarks", "right")
_CONFIDENCE = (
    "confidence",
    "confidences",
    "scores",
    "keypoint_scores",
    "visibility",
    "conf",
    "score",
    "visibilities",
)

#: Larger frame rates and sizes are taken for damage.
_MAX_METADATA = 1e6


def is_npz(source: Source) -> bool:
    """Return whether a file is a zip archive of .npy files and nothing else."""
    names = source.member_names
    if names is None:
        return source.is_zip and source.path.suffix == ".npz"
    return bool(names) and all(name.endswith(".npy") for name in names)


def read_npz(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read the keypoints of an .npz archive.

    Parameters
    ----------
    source
        The archive.
    options
        As for `read_npy_keypoints`. What the archive holds takes precedence.

    Returns
    -------
    One recording, or V of keypoints [V, T, 2J], without trailing frames that have no keypoint.

    Raises
    ------
    InputError
        The archive is damaged, has a pickle or no keypoints, or as `read_npy_keypoints`.

    Warns
    -----
    InputWarning
        An array of another name may hold the confidence.
    """
    path, problems = source.path, list[str]()
    arrays = load_npz(path, problems, file=source.file)
    if problems:
        raise InputError(problems)
    name, keypoints = _find_keypoints(path, arrays)
    confidence = next((arrays[key] for key in _CONFIDENCE if key in arrays), None)
    if confidence is None and keypoints.ndim > 2 and keypoints.shape[-1] == 2:
        shape = keypoints.shape[:-1]
        for key in (key for key, values in arrays.items() if values.shape == shape):
            line = f"{path}: {key} is not read; name it confidence if it is that"
            warnings.warn(InputWarning(line, path), stacklevel=2)
    for key, array in ((name, keypoints), ("confidence", confidence)):
        if array is not None and array.dtype.kind not in "fiu":
            found = f"dtype {array.dtype}"
            raise InputError(problem(f"{path}: {key}", expected="real numbers", found=found))
    skeleton = arrays.get("skeleton")
    if skeleton is not None and skeleton.dtype.kind == "U" and skeleton.size == 1:
        title = str(skeleton.item())
        try:
            options = replace(options, skeleton=get_skeleton(title))
        except InputError as error:
            raise InputError([f"{path}: {line}" for line in error.problems]) from error
    metadata = FileMetadata(_read_number(arrays.get("fps")), _read_size(arrays))
    points = arrange_points(keypoints, path.name, options)
    if points.several:
        return recordings_of_videos(points, confidence, path.name, options, metadata)
    return recordings_of_array(points.array, confidence, path.name, options, metadata)


def _join_parts(arrays: Mapping[str, NDArray[Any]]) -> NDArray[Any] | None:
    """Join MediaPipe's body and hands, [T, 33, C] and twice [T, 21, C], to [T, 75, C]; or None."""
    parts = [
        next((arrays[name] for name in names if name in arrays), None)
        for names in (_KEYPOINTS, _LEFT_HAND, _RIGHT_HAND)
    ]
    given = [part for part in parts if part is not None and part.ndim == 3]
    if len(given) < 3 or [part.shape[1] for part in given] != [33, 21, 21]:
        return None
    if len({len(part) for part in given}) > 1 or any(
        part.dtype.kind not in "fiu" for part in given
    ):
        return None
    # Hands have no visibility: NaN, or 0 for a missing landmark, whose values are all 0.
    C = max(part.shape[2] for part in given)
    padded = []
    for part in given:
        rest = np.full((*part.shape[:2], C - part.shape[2]), np.nan)
        rest[(part == 0).all(-1)] = 0
        padded.append(np.concatenate([part, rest], -1))
    return np.concatenate(padded, 1)


def _find_keypoints(path: Path, arrays: Mapping[str, NDArray[Any]]) -> tuple[str, NDArray[Any]]:
    """Find the array of keypoints by its name, or as the only one with several axes."""
    joined = _join_parts(arrays)
    if joined is not None:
        return "pose, left_hand and right_hand", joined
    named = {name: array for name, array in arrays.items() if array.ndim >= 2}
    for name in _KEYPOINTS:
        if name in named:
            return name, named[name]
    if len(named) == 1:
        return next(iter(named.items()))
    found = ", ".join(sorted(arrays)[:10]) or "no array"
    raise InputError(problem(path, expected="an array named keypoints", found=found))


def _read_number(array: NDArray[Any] | None) -> float | None:
    """Return a single number above 0, or None."""
    if array is None or array.size != 1 or array.dtype.kind not in "fiu":
        return None
    number = float(array.item())
    return number if 0 < number < _MAX_METADATA else None


def _read_size(arrays: Mapping[str, NDArray[Any]]) -> tuple[float, float] | None:
    size = arrays.get("size", arrays.get("image_size"))
    if size is not None and size.shape == (2,):
        width, height = _read_number(size[:1]), _read_number(size[1:])
    else:
        width, height = _read_number(arrays.get("width")), _read_number(arrays.get("height"))
    return (width, height) if width and height else None
