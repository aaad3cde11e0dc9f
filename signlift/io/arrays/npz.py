"""NumPy's .npz archives: keypoints and what goes with them, under names.

| name | what |
| --- | --- |
| keypoints (or keypoints_2d, poses, landmarks; or the only array) | see `keypoint_arrays` |
| confidence (or scores, keypoint_scores) | [T, J], or [T, N, J] |
| fps | frames per second |
| size (or width and height) | of the picture |
| skeleton | a skeleton's name |
"""

from __future__ import annotations

import io
import tokenize
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import get_skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.keypoint_arrays import flat_to_pairs, recording_of_array
from signlift.io.arrays.npy import read_header
from signlift.io.arrays.safe_zip import ZIP_ERRORS, Limits, member_problem, read_member
from signlift.io.people.assemble import FileMetadata
from signlift.io.reader import ReadOptions

_KEYPOINTS = ("keypoints", "keypoints_2d", "poses", "pose", "landmarks", "kpts")
_CONFIDENCE = ("confidence", "confidences", "scores", "keypoint_scores", "visibility", "conf")

#: NaN packs a thousand times smaller, so that the ratio tells nothing of arrays.
_LIMITS = Limits(file=2 << 30, total=4 << 30, ratio=2000, files=1000)


def is_npz(path: Path, head: bytes) -> bool:
    """Whether this is a zip archive of .npy files and nothing else."""
    if not head.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except ZIP_ERRORS:
        return path.suffix == ".npz"
    return bool(names) and all(name.endswith(".npy") for name in names)


def read_npz(path: Path, options: ReadOptions) -> Sequence[Recording]:
    """Read a .npz archive.

    Parameters
    ----------
    path
        The archive.
    options
        As for `read_npy_keypoints`; what the archive says counts more.

    Returns
    -------
    One recording, or V of keypoints [V, T, 2J], without the frames at their end that have none.

    Raises
    ------
    InputError
        The archive is damaged, has a pickle or no keypoints, or as `read_npy_keypoints`.
    """
    arrays = _load(path)
    named = {name: array for name, array in arrays.items() if array.ndim >= 2}
    chosen = next((name for name in _KEYPOINTS if name in named), None)
    if chosen is None and len(named) == 1:
        chosen = next(iter(named))
    if chosen is None:
        expected = "an array named keypoints"
        found = ", ".join(sorted(arrays)[:10]) or "none"
        raise InputError(problem(path, expected=expected, found=found))
    keypoints = named[chosen]
    confidence = next((arrays[name] for name in _CONFIDENCE if name in arrays), None)
    for name, array in ((chosen, keypoints), ("confidence", confidence)):
        if array is not None and array.dtype.kind not in "fiu":
            where = f"{path}, {name}"
            found = f"dtype {array.dtype}"
            raise InputError(problem(where, expected="real numbers", found=found))
    told = arrays.get("skeleton")
    if told is not None and told.dtype.kind == "U" and told.size == 1:
        options = replace(options, skeleton=get_skeleton(str(told.reshape(())[()])))
    facts = FileMetadata(_number(arrays.get("fps")), _size(arrays))
    if keypoints.ndim == 3 and keypoints.shape[-1] > 5:
        pairs = flat_to_pairs(keypoints, path.name, options)
        videos = [_without_padding(one) for one in pairs]
        parts = [None] * len(videos) if confidence is None else list(confidence)
        if len(parts) != len(videos):
            expected = f"confidence of {len(videos)} recordings"
            raise InputError(problem(path, expected=expected, found=str(len(parts))))
        return [
            recording_of_array(
                video,
                None if part is None else part[: len(video)],
                f"{path.name}, video {v}",
                options,
                facts,
            )
            for v, (video, part) in enumerate(zip(videos, parts, strict=True))
        ]
    if keypoints.ndim == 2:
        keypoints = flat_to_pairs(keypoints, path.name, options)
    return [recording_of_array(keypoints, confidence, path.name, options, facts)]


def _load(path: Path) -> dict[str, NDArray[Any]]:
    """All arrays of an archive by name."""
    try:
        archive = zipfile.ZipFile(path)
    except ZIP_ERRORS:
        found = "one that is damaged"
        raise InputError(problem(path, expected="an .npz archive", found=found)) from None
    arrays = {}
    with archive:
        members = [info for info in archive.infolist() if info.filename.endswith(".npy")]
        total = sum(info.file_size for info in members)
        if total > _LIMITS.total or len(members) > _LIMITS.files:
            expected = f"at most {_LIMITS.total:,} bytes in {_LIMITS.files:,} arrays"
            found = f"{total:,} in {len(members):,}"
            raise InputError(problem(path, expected=expected, found=found))
        for info in members:
            where = f"{path}, {info.filename.removesuffix('.npy')}"
            found_problem = member_problem(info, _LIMITS)
            if found_problem is not None:
                raise InputError(problem(where, expected="an array", found=found_problem))
            arrays[info.filename.removesuffix(".npy")] = _array(
                read_member(archive, info, where), where
            )
    return arrays


def _array(data: bytes, where: str) -> NDArray[Any]:
    """The array of a .npy file's bytes; its numbers must all be there."""
    try:
        shape, fortran, dtype = read_header(file := io.BytesIO(data))
    except (ValueError, EOFError, SyntaxError, TypeError, KeyError, tokenize.TokenError):
        found = "a damaged one"
        raise InputError(problem(where, expected="an array", found=found)) from None
    if dtype.hasobject:
        found = "Python objects (a pickle)"
        raise InputError(problem(where, expected="an array of numbers", found=found))
    count = int(np.prod(shape, dtype=object)) if shape else 1
    if count * dtype.itemsize > len(data) - file.tell() or dtype.itemsize == 0:
        expected = f"{count * dtype.itemsize:,} bytes of numbers for shape {list(shape)}"
        found = f"{len(data) - file.tell():,}"
        raise InputError(problem(where, expected=expected, found=found))
    array = np.frombuffer(data, dtype, count, file.tell())
    return array.reshape(shape, order="F" if fortran else "C")


def _without_padding(video: NDArray[Any]) -> NDArray[Any]:
    """A recording without the frames at its end that have no number; the first one stays."""
    seen = ~np.isnan(video).all((1, 2))
    return video[: max(1, len(video) - int(seen[::-1].argmax()) if seen.any() else 1)]


def _number(array: NDArray[Any] | None) -> float | None:
    """A number above 0 that stands alone, or None."""
    if array is None or array.size != 1 or array.dtype.kind not in "fiu":
        return None
    number = float(array.reshape(()))
    return number if 0 < number < 1e6 else None


def _size(arrays: dict[str, NDArray[Any]]) -> tuple[float, float] | None:
    both = arrays.get("size", arrays.get("image_size"))
    if both is not None and both.shape == (2,):
        width, height = _number(both[:1]), _number(both[1:])
    else:
        width, height = _number(arrays.get("width")), _number(arrays.get("height"))
    return (width, height) if width and height else None
