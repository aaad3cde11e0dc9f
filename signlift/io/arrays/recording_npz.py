"""A recording as named arrays in an .npz file, without loss and without a pickle.

| array | shape and type | content |
| --- | --- | --- |
| keypoints | [T, J, 2] float32 | x, y in `unit`; x right, y down; NaN: not observed |
| depth | [T, J] float32 | in `unit`, relative to `root`, positive away from the camera |
| depth_uncertainty | [T, J] float32 | 68 % of the true depths are expected within it |
| confidence | [T, J] float32 | of the detector, 0 ... 1 |
| detector_depth | [T, J] float32 | depth that the detector estimated, in `unit`; its zero differs by part |
| observed | [T, J] bool | True for keypoints with x and y |
| times | [T] float64 | seconds |
| fps | float64 | frames per second |
| size | [2] float64 | width and height of the image in `unit` |
| names | [J] text | names of the keypoints |
| bones | [B, 2] int64 | parent and child of each bone, as numbers of keypoints |
| skeleton, name | text | names of the skeleton and of the recording |
| unit, axes, root | text | px, cm or m; directions of x, y and depth; MidHip |
| lengths, length_uncertainties | [8] float64 | bone lengths of the person in `unit` |
| notes | [N] text | processing steps, in order |
| producer | text | program that wrote the file |

Arrays that are unknown are left out; keypoints are always there.
"""  # noqa: E501

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.body_proportions import BodyProportions
from signlift.core.bone_lengths import BONE_LENGTHS
from signlift.core.recording import Recording
from signlift.core.skeleton import ROOT, SKELETONS, Skeleton
from signlift.errors import InputError, problem
from signlift.io.arrays.npz import REAL, TEXT, WHOLE, load_npz
from signlift.io.export.metadata import describe_recording, file_times
from signlift.io.people.observation import observe_recording
from signlift.io.pose.pose_points import translate_names
from signlift.io.reader import ReadOptions
from signlift.io.source import Source
from signlift.utils.atomic import atomic_path

_NUMBERS = (
    *("keypoints", "depth", "depth_uncertainty", "confidence", "detector_depth", "times", "fps"),
    *("size", "lengths", "length_uncertainties"),
)
_TEXTS = ("names", "skeleton", "name", "unit", "notes")

#: Arrays that are read; the others follow from them.
_READ = {**dict.fromkeys(_NUMBERS, REAL), **dict.fromkeys(_TEXTS, TEXT), "bones": WHOLE}

#: Members by which a file is recognised, as `write_npz` always writes them.
_MEMBERS = {"keypoints.npy", "names.npy", "unit.npy", "root.npy"}


def write_npz(recording: Recording, path: Path) -> None:
    """Write a recording as an .npz file, whole or not at all.

    Parameters
    ----------
    recording
        With or without depth.
    path
        The file; the module lists its arrays.
    """
    skeleton = recording.skeleton
    description = describe_recording(recording)
    arrays: dict[str, Any] = {
        "keypoints": recording.keypoints,
        "depth": recording.depth,
        "depth_uncertainty": recording.depth_uncertainty,
        "confidence": recording.confidence,
        "detector_depth": recording.detector_depth,
        "observed": recording.observed,
        "times": file_times(recording),
        "fps": None if recording.fps is None else np.float64(recording.fps),
        "size": None if recording.size is None else np.array(recording.size, np.float64),
        "names": _to_text(skeleton.keypoints),
        "bones": skeleton.bone_index,
        "skeleton": _to_text(skeleton.name),
        **_format_proportions(recording.proportions),
        "name": _to_text(recording.name),
        "unit": _to_text(recording.unit),
        "axes": _to_text(description["axes"]),
        "root": _to_text(ROOT),
        "notes": _to_text(recording.notes),
        "producer": _to_text(description["producer"]),
    }
    arrays = {name: array for name, array in arrays.items() if array is not None}
    with atomic_path(path) as temporary, temporary.open("wb") as file:
        np.savez(file, **arrays)


def is_recording_npz(source: Source) -> bool:
    """Return whether a file is a zip archive with the arrays that `write_npz` always writes."""
    return set(source.member_names or ()) >= _MEMBERS


def read_recording_npz(source: Source, options: ReadOptions) -> Sequence[Recording]:
    """Read the recording that `write_npz` wrote.

    Parameters
    ----------
    source
        The file.
    options
        `fps` holds where the file has neither `fps` nor `times`. `min_confidence` is that of an
        observed keypoint; by default all are kept, as they were checked when they were first read.

    Raises
    ------
    InputError
        One line for each problem: a damaged archive, an array that is missing, of another type
        or shape, or of Python objects (never unpickled), infinities, names that make no skeleton.
    """
    path, problems = source.path, list[str]()
    arrays = load_npz(path, problems, _READ, file=source.file)
    if not problems:
        found = ", ".join(arrays) or "none of these"
        problems += [
            problem(path, expected=f"an array {name}", found=found)
            for name in ("keypoints", "names")
            if name not in arrays
        ]
    skeleton = _read_skeleton(path, arrays, problems)
    size = _read_positive(path, arrays, "size", (2,), problems)
    fps = _read_positive(path, arrays, "fps", (), problems)
    recording = None
    if skeleton is not None and "keypoints" in arrays:
        if fps is None and "times" not in arrays and options.fps is not None:
            fps = np.float64(options.fps)
        try:
            recording = Recording(
                arrays["keypoints"],
                skeleton,
                depth=arrays.get("depth"),
                confidence=arrays.get("confidence"),
                fps=None if fps is None else float(fps),
                name=str(path),
                depth_uncertainty=arrays.get("depth_uncertainty"),
                times=arrays.get("times"),
                size=None if size is None else (float(size[0]), float(size[1])),
                unit=_read_text(arrays, "unit", "px"),
                notes=tuple(str(note) for note in np.ravel(arrays.get("notes", ()))),
                proportions=_read_proportions(arrays),
                detector_depth=arrays.get("detector_depth"),
            )
        except InputError as error:
            problems += error.problems
    if problems or recording is None:
        raise InputError(problems)
    recording = _remove_even_times(recording)
    if options.min_confidence is not None:
        recording = observe_recording(recording, options)
    return [replace(recording, name=_read_text(arrays, "name", path.stem))]


def _format_proportions(proportions: BodyProportions | None) -> dict[str, Any]:
    """Return the arrays of body proportions, NaN where unknown; none if all are."""
    if proportions is None:
        return {}
    rows = (proportions.lengths, proportions.uncertainties)
    lengths, stds = (np.array([row.get(name, np.nan) for name in BONE_LENGTHS]) for row in rows)
    return {"lengths": lengths, "length_uncertainties": stds}


def _read_proportions(arrays: Mapping[str, NDArray[Any]]) -> BodyProportions | None:
    """Read body proportions.

    Raises
    ------
    InputError
        A length or an uncertainty is not above 0.
    """
    rows = [arrays.get(name) for name in ("lengths", "length_uncertainties")]
    known: list[dict[str, Any]] = []
    for row in rows:
        if row is None or row.shape != (len(BONE_LENGTHS),):
            return None
        values = dict(zip(BONE_LENGTHS, row.tolist(), strict=True))
        known.append({name: value for name, value in values.items() if not np.isnan(value)})
    lengths, stds = known
    return BodyProportions(**lengths, uncertainties=stds)


def _to_text(words: str | Sequence[str]) -> NDArray[Any]:
    return np.asarray(words, np.str_)


def _read_text(arrays: Mapping[str, NDArray[Any]], name: str, default: str) -> str:
    """Return a single text, or the default where the file has none."""
    text = arrays.get(name)
    return default if text is None or text.size != 1 else str(text.item())


def _read_positive(
    path: Path,
    arrays: Mapping[str, NDArray[Any]],
    name: str,
    shape: tuple[int, ...],
    problems: list[str],
) -> NDArray[Any] | None:
    """Return numbers above zero of a shape, if the file has them."""
    values = arrays.get(name)
    if values is None or (values.shape == shape and ((values > 0) & np.isfinite(values)).all()):
        return values
    expected = f"numbers above 0 of shape {list(shape)}"
    found = str(values) if values.size < 4 else f"shape {list(values.shape)}"
    problems.append(problem(f"{path}: {name}", expected=expected, found=found))
    return None


def _remove_even_times(recording: Recording) -> Recording:
    """Remove times that follow from the frame rate."""
    if recording.fps is None or recording.times is None:
        return recording
    even = replace(recording, times=None)
    times = file_times(even)
    return even if times is not None and np.array_equal(recording.times, times) else recording


def _read_skeleton(
    path: Path, arrays: Mapping[str, NDArray[Any]], problems: list[str]
) -> Skeleton | None:
    """Make the skeleton of the file's names; one of `SKELETONS` where the names are the same."""
    if "names" not in arrays:
        return None
    names = translate_names([str(name) for name in arrays["names"].reshape(-1)])
    title = _read_text(arrays, "skeleton", "unnamed")
    same = [skeleton for skeleton in SKELETONS if skeleton.keypoints == names]
    if same:
        return next((skeleton for skeleton in same if skeleton.name == title), same[0])
    if any(title in (skeleton.name, *skeleton.aliases) for skeleton in SKELETONS):
        title += " in another order"  # one name stands for one order
    bones = arrays.get("bones", np.empty((0, 2), np.int64))
    where = f"{path}: bones"
    if bones.ndim != 2 or bones.shape[1] != 2:
        found = f"{list(bones.shape)}"
        problems.append(problem(where, expected="shape [B, 2]", found=found))
        return None
    wrong = bones[(bones < 0) | (bones >= len(names))]
    if len(wrong):
        expected = f"keypoint numbers below {len(names)}"
        problems.append(problem(where, expected=expected, found=str(wrong[0])))
        return None
    chains = tuple((names[parent], names[child]) for parent, child in bones.tolist())
    try:
        return Skeleton(title, names, chains)
    except ValueError as error:
        expected = "names and bones of a skeleton"
        problems.append(problem(path, expected=expected, found=f"({error})"))
        return None
