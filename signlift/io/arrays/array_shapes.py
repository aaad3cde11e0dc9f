"""Arrays of the many shapes in which keypoints are saved, brought into one of a few."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import (
    MEDIAPIPE33,
    MEDIAPIPE75,
    MESH_SKELETONS,
    SKELETONS,
    Skeleton,
    mesh_landmarks,
    skeleton_of_size,
)
from signlift.errors import InputError, problem
from signlift.io.arrays.mediapipe_rows import HOLISTIC_COUNTS, find_row_layout
from signlift.io.reader import ReadOptions
from signlift.utils.array_types import Float

MEDIAPIPE = (MEDIAPIPE33, MEDIAPIPE75, *MESH_SKELETONS)

#: Largest N; a longer axis is one of frames.
MAX_PEOPLE = 64

#: Largest number of values of a keypoint.
MAX_VALUES = 5

SHAPES = "[T, 2J], [V, T, 2J], [T, J, 2], [T, J, 3] or [T, N, J, 2 or 3]"

#: From so many people at one place on, the axis is one of frames.
_MIN_FRAMES = 3

#: Mean distance of the keypoints of two frames of one person, in extents.
_MAX_STEP = 0.15

#: Numbers of keypoints without a body.
_NO_BODY = {
    21: "one hand",
    42: "two hands",
    68: "a face",
    70: "a face",
    468: "a face mesh",
    478: "a face mesh",
    510: "a face mesh and hands",
    520: "a face mesh and hands",
}


class PointArray(NamedTuple):
    """Keypoints of one recording or of several.

    Attributes
    ----------
    array
        [T, J, 2 to 5] or [T, N, J, 2 to 5]; of several recordings [V, T, J, 2 to 5].
    several
        Whether the first axis is that of recordings.
    """

    array: NDArray[Any]
    several: bool


def arrange_points(array: NDArray[Any], name: str, options: ReadOptions) -> PointArray:
    """Bring an array into a shape [..., J, 2 to 5].

    Parameters
    ----------
    array
        Real numbers: [T, C] or [V, T, C] with C = 2J, 3J (x, y and confidence) or a number of
        MediaPipe's (see `mediapipe_rows`); [C] or [J, 2 to 5], one frame; [T, J, 2 to 5],
        [T, N, J, 2 to 5] or [V, T, J, 2 to 5]. J may include MediaPipe's face mesh.
    name
        The recording, for messages.
    options
        `skeleton` decides on J.

    Raises
    ------
    InputError
        The array has another shape, or a number of keypoints that no skeleton has.
    """
    shape = array.shape
    if array.ndim == 0 or array.ndim > 4 or 0 in shape:
        raise InputError(problem(name, expected=SHAPES, found=str(list(shape))))
    if array.ndim < 4 and shape[-1] > MAX_VALUES:
        _check_axes(shape, name)
        points = _rows_to_points(array, name, options)
        if array.ndim == 3 and shape[1] == 1:
            return PointArray(points[:, 0], False)  # frames, rather than recordings of one frame
        return PointArray(points if array.ndim > 1 else points[None], array.ndim == 3)
    if array.ndim == 2:
        array = array[None]
    if array.ndim < 3 or not 2 <= shape[-1] <= MAX_VALUES:
        raise InputError(problem(name, expected=SHAPES, found=str(list(shape))))
    holistic = shape[-2] in HOLISTIC_COUNTS
    if (holistic or shape[-2] == len(MEDIAPIPE75)) and options.skeleton in (
        None,
        MEDIAPIPE75,
        *MESH_SKELETONS,
    ):
        array = _sort_parts(array, mesh_landmarks(options.skeleton))
    if array.ndim < 4:
        return PointArray(array, False)
    if holistic and shape[1] == 1:
        return PointArray(array[:, 0], False)
    return PointArray(array, holistic or shape[1] > MAX_PEOPLE or _is_one_person(array))


def _check_axes(shape: tuple[int, ...], name: str) -> None:
    """Raise InputError for [3, T, J] and [T, 3, J]: 75 may be J, or the numbers of 25 keypoints."""
    count = shape[-1]
    if len(shape) == 3 and count in _skeleton_sizes() and {2, 3, 4} & set(shape[:2]):
        expected = f"[T, {count}, 2 or 3], with keypoints before their values (numpy.moveaxis)"
        raise InputError(problem(name, expected=expected, found=str(list(shape))))


def is_frame(shape: tuple[int, ...]) -> bool:
    """Return whether an array is a single frame: numbers in a row, or [J, 2 to 5]."""
    return len(shape) == 1 or (len(shape) == 2 and 2 <= shape[1] <= MAX_VALUES)


def guess_skeleton(count: int, options: ReadOptions) -> Skeleton | None:
    """Return the skeleton of J keypoints that the model prefers, or the default one, or None."""
    preferred = options.preferred_skeleton
    if preferred is not None and len(preferred) == count:
        return preferred
    return skeleton_of_size(count)


def choose_skeleton(count: int, name: str, options: ReadOptions) -> Skeleton:
    """Choose the skeleton of J keypoints.

    Raises
    ------
    InputError
        The skeleton of the options has another number of keypoints, or none has J.
    """
    skeleton = options.skeleton or guess_skeleton(count, options)
    if skeleton is None:
        if count in _NO_BODY:
            found = f"{count}: {_NO_BODY[count]}, without a body"
            raise InputError(problem(name, expected="keypoints of a body", found=found))
        sizes = ", ".join(str(size) for size in _skeleton_sizes())
        faces = ", ".join(map(str, HOLISTIC_COUNTS))
        expected = f"one of {sizes} keypoints (with MediaPipe's face mesh {faces})"
        raise InputError(problem(name, expected=expected, found=str(count)))
    if len(skeleton) != count:
        expected = f"{len(skeleton)} keypoints ({skeleton.name})"
        raise InputError(problem(name, expected=expected, found=str(count)))
    return skeleton


def _rows_to_points(rows: NDArray[Any], name: str, options: ReadOptions) -> NDArray[Any]:
    """Split the last axis into keypoints and their values: [..., C] to [..., J, 2 to 5]."""
    C = rows.shape[-1]
    widths = {2 * len(skeleton): 2 for skeleton in SKELETONS}
    if options.skeleton is not None:
        widths = {count * len(options.skeleton): count for count in (2, 3)}
    landmarks = mesh_landmarks(options.skeleton)
    if C in widths and not landmarks and not (C % 3 == 0 and options.skeleton in MEDIAPIPE):
        return rows.reshape(*rows.shape[:-1], -1, widths[C])
    layout = find_row_layout(rows) if options.skeleton in (None, *MEDIAPIPE) else None
    if layout is not None:
        skeleton = MEDIAPIPE75 if layout.has_hands else MEDIAPIPE33
        if options.skeleton in (None, skeleton) or landmarks:
            return layout.select(rows, landmarks)
    if options.skeleton is None and C % 3 == 0 and guess_skeleton(C // 3, options) is not None:
        return rows.reshape(*rows.shape[:-1], -1, 3)
    if options.skeleton is not None:
        expected = f"{' or '.join(map(str, widths))} numbers per frame ({options.skeleton.name})"
        raise InputError(problem(name, expected=expected, found=str(C)))
    for width in (2, 3, 4):
        if C % width == 0 and C // width in _NO_BODY:
            choose_skeleton(C // width, name, options)
    sizes = ", ".join(str(2 * size) for size in _skeleton_sizes())
    expected = (
        f"{sizes} numbers per frame (x and y), or MediaPipe's 99, 132, 225, 258, 1662 or 1629, "
        "or a shape [T, J, 2] or [T, J, 3] (x, y, confidence)"
    )
    raise InputError(problem(name, expected=expected, found=str(list(rows.shape))))


def _skeleton_sizes() -> list[int]:
    return sorted({len(skeleton) for skeleton in SKELETONS})


def _sort_parts(array: NDArray[Any], landmarks: int) -> NDArray[Any]:
    """Bring MediaPipe's parts in [..., N, 2 to 5] into the skeleton's order.

    The face is left out, or selected with so many landmarks.
    """
    count = array.shape[-2]
    rows = array[..., :4].reshape(*array.shape[:-2], -1)
    layout = find_row_layout(rows)
    assert layout is not None
    names = tuple(part.name for part in layout.parts)
    if not landmarks and count == len(MEDIAPIPE75) and names == ("pose", "left", "right"):
        return array
    return layout.select(rows, landmarks)


def _is_one_person(array: NDArray[Any]) -> bool:
    """Return whether the second axis of [A, B, J, 2 to 5] is one of frames, not of people.

    People are apart; the frames of one person are not, and follow each other more closely than
    recordings do.
    """
    if array.shape[1] < _MIN_FRAMES:
        return False
    sample = array[:: max(1, len(array) // 50), ..., :2].astype(np.float64)
    sample[(sample == 0).all(-1)] = np.nan
    return _mean_step(sample, 1) < min(_MAX_STEP, 0.5 * _mean_step(sample, 0))


def _mean_step(points: Float[np.ndarray, "A B J 2"], axis: int) -> float:
    """Compute the median distance between neighbours on an axis, in extents; infinite if none."""
    with np.errstate(all="ignore"):
        extent = np.fmax.reduce(points, axis=2) - np.fmin.reduce(points, axis=2)
        scale = np.median(np.linalg.norm(extent, axis=-1)[~np.isnan(extent).any(-1)])
        steps = np.linalg.norm(np.diff(points, axis=axis), axis=-1)
    steps = steps[~np.isnan(steps)]
    return float(np.median(steps) / max(scale, 1e-9)) if len(steps) else np.inf
