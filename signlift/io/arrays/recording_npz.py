"""A recording as named arrays in a .npz file: all that is known of it, and nothing pickled.

| array | shape and type | what |
| --- | --- | --- |
| keypoints | [T, J, 2] float32 | x, y in `unit`; x right, y down; NaN: not observed |
| depth | [T, J] float32 | in `unit`, relative to `root`, positive away from the camera |
| depth_uncertainty | [T, J] float32 | 68 % of true depths lie within it |
| confidence | [T, J] float32 | the detector's, 0 ... 1 |
| observed | [T, J] bool | which keypoints have x and y |
| times | [T] float64 | seconds |
| fps | float64 | frames per second |
| size | [2] float64 | width and height of the picture in `unit` |
| names | [J] text | what the keypoints are called |
| bones | [B, 2] int64 | parent and child of each bone, as keypoint numbers |
| skeleton, name | text | what the skeleton and the recording are called |
| unit, axes, root | text | px, cm or m; how x, y and depth lie; MidHip |
| notes | [N] text | what was done, in order |
| producer | text | the program that wrote it |

Arrays of what is not known are left out; keypoints are always there.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT, SKELETONS, Skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.npz_arrays import load_arrays
from signlift.io.export.metadata import description, frame_times
from signlift.io.reader import ReadOptions
from signlift.utils.atomic import atomic_path

_NUMBERS = ("keypoints", "depth", "depth_uncertainty", "confidence", "times", "fps", "size")
_TEXTS = ("names", "skeleton", "name", "unit", "notes")

#: What is read; the other arrays follow from these.
_READ = {**dict.fromkeys(_NUMBERS, "fiu"), **dict.fromkeys(_TEXTS, "U"), "bones": "iu"}


def write_npz(recording: Recording, path: Path) -> None:
    """Write all of a recording as a .npz file, whole or not at all.

    Parameters
    ----------
    recording
        With or without depth.
    path
        The file; the module says which arrays are in it.
    """
    skeleton = recording.skeleton
    told = description(recording)
    arrays: dict[str, Any] = {
        "keypoints": recording.keypoints,
        "depth": recording.depth,
        "depth_uncertainty": recording.depth_uncertainty,
        "confidence": recording.confidence,
        "observed": recording.observed,
        "times": frame_times(recording),
        "fps": recording.fps,
        "size": recording.size,
        "names": _text(skeleton.keypoints),
        "bones": skeleton.bone_index,
        "skeleton": _text(skeleton.name),
        "name": _text(recording.name),
        "unit": _text(recording.unit),
        "axes": _text(told["axes"]),
        "root": _text(ROOT),
        "notes": _text(recording.notes),
        "producer": _text(told["producer"]),
    }
    for name in ("fps", "size"):
        if arrays[name] is not None:
            arrays[name] = np.asarray(arrays[name], np.float64)
    known = {name: array for name, array in arrays.items() if array is not None}
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **known)


def is_recording_npz(path: Path, head: bytes) -> bool:
    """Whether a file is a zip archive with the arrays that `write_npz` always writes."""
    if not head.startswith(b"PK"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
    except Exception:  # whatever zipfile raises on damage
        return False
    return {"keypoints.npy", "names.npy", "unit.npy", "root.npy"} <= names


def read_recording_npz(path: Path, options: ReadOptions) -> Sequence[Recording]:
    """Read the recording that `write_npz` wrote.

    Parameters
    ----------
    path
        The file.
    options
        The frame rate, where the file has neither `fps` nor `times`; the file says the rest.

    Raises
    ------
    InputError
        One line for each problem: no archive or a damaged one, an array that is missing, of
        another type or shape, of Python objects (never unpickled), infinities, names that make
        no skeleton.
    """
    problems: list[str] = []
    arrays = load_arrays(path, _READ, problems)
    if not problems:
        problems += [
            problem(path, expected=f"an array {name}", found=", ".join(arrays) or "none of these")
            for name in ("keypoints", "names")
            if name not in arrays
        ]
    on = _skeleton(path, arrays, problems)
    size = _numbers(path, arrays, "size", (2,), problems)
    rate = _numbers(path, arrays, "fps", (), problems)
    recording = None
    if on is not None and "keypoints" in arrays:
        fps = options.fps if rate is None and "times" not in arrays else rate
        try:
            recording = Recording(
                arrays["keypoints"],
                on,
                depth=arrays.get("depth"),
                confidence=arrays.get("confidence"),
                fps=None if fps is None else float(fps),
                name=str(path),
                depth_uncertainty=arrays.get("depth_uncertainty"),
                times=arrays.get("times"),
                size=None if size is None else (float(size[0]), float(size[1])),
                unit=_told(arrays, "unit", "px"),
                notes=tuple(str(note) for note in np.ravel(arrays.get("notes", ()))),
            )
        except InputError as error:
            problems += error.problems
    if problems or recording is None:
        raise InputError(problems)
    return [_plain(replace(recording, name=_told(arrays, "name", path.stem)))]


def _text(words: str | Sequence[str]) -> NDArray[Any]:
    return np.asarray(words, np.str_)


def _told(arrays: Mapping[str, NDArray[Any]], name: str, default: str) -> str:
    """A single text, or what is taken where the file has none."""
    text = arrays.get(name)
    return default if text is None or text.size != 1 else str(text.reshape(-1)[0])


def _numbers(
    path: Path,
    arrays: Mapping[str, NDArray[Any]],
    name: str,
    shape: tuple[int, ...],
    problems: list[str],
) -> NDArray[Any] | None:
    """Numbers above zero, if the file has them; what is wrong with them joins the problems."""
    values = arrays.get(name)
    if values is None or (values.shape == shape and ((values > 0) & np.isfinite(values)).all()):
        return values
    expected = f"numbers above 0 of shape {list(shape)}"
    found = str(values) if values.size < 4 else f"shape {list(values.shape)}"
    problems.append(problem(f"{path}: {name}", expected=expected, found=found))
    return None


def _plain(recording: Recording) -> Recording:
    """Without times, where the frame rate tells them."""
    if recording.fps is not None and recording.times is not None:
        plain = replace(recording, times=None)
        told = frame_times(plain)
        if told is not None and np.array_equal(recording.times, told):
            return plain
    return recording


def _skeleton(
    path: Path, arrays: Mapping[str, NDArray[Any]], problems: list[str]
) -> Skeleton | None:
    """The skeleton of the file's names; one that signlift knows where it is that."""
    if "names" not in arrays:
        return None
    names = tuple(str(name) for name in arrays["names"].reshape(-1))
    called = _told(arrays, "skeleton", "unnamed")
    same = [known for known in SKELETONS if known.keypoints == names]
    if same:
        return next((known for known in same if known.name == called), same[0])
    bones = arrays.get("bones", np.empty((0, 2), np.int64))
    where = f"{path}: bones"
    if bones.ndim != 2 or bones.shape[1] != 2:
        found = f"{list(bones.shape)}"
        problems.append(problem(where, expected="shape [B, 2]", found=found))
        return None
    if ((bones < 0) | (bones >= len(names))).any():
        expected = f"keypoint numbers below {len(names)}"
        problems.append(problem(where, expected=expected, found="others"))
        return None
    chains = tuple((names[parent], names[child]) for parent, child in bones.tolist())
    try:
        return Skeleton(called, names, chains)
    except ValueError as error:
        expected = "names and bones of a skeleton"
        problems.append(problem(path, expected=expected, found=f"({error})"))
        return None
