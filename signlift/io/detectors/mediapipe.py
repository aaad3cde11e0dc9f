"""MediaPipe's pose and holistic landmarks, in the shapes in which people write them to JSON.

MediaPipe itself has no file format. A landmark has x and y as fractions of the picture's width
and height, z, and `visibility` (and `presence`) from 0 to 1; a pose has 33 (MediaPipe's guides for
the Pose Landmarker and Holistic), a hand 21. The mesh of the face is not read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75
from signlift.errors import InputError, problem
from signlift.io.finite_numbers import to_numbers
from signlift.io.people.assemble import Person

_POSE, _HAND = len(MEDIAPIPE33), 21

#: Which part the landmarks of a name are; the names without _ and in small letters.
_PARTS = {
    **dict.fromkeys(("poselandmarks", "landmarks", "landmark", "pose"), "pose"),
    **dict.fromkeys(("lefthandlandmarks", "lefthand"), "left"),
    **dict.fromkeys(("righthandlandmarks", "righthand"), "right"),
}
_WORLD = "poseworldlandmarks"


def landmark_part(key: object) -> str | None:
    """Which part of a person the landmarks under this key are: pose, left, right or None."""
    return _PARTS.get(_plain(key))


def is_mediapipe(frame: object) -> bool:
    """Whether this is a frame with MediaPipe's landmarks under their names."""
    if not isinstance(frame, Mapping):
        return False
    return any(landmark_part(key) or _plain(key) == _WORLD for key in frame)


def is_landmark(value: object) -> bool:
    """Whether this is one landmark, an object with x and y."""
    return isinstance(value, Mapping) and "x" in value and "y" in value


def mediapipe_people(frame: Mapping[str, Any], where: str) -> list[Person]:
    """The people in a frame.

    Parameters
    ----------
    frame
        `pose_landmarks` (or `landmarks`, `poseLandmarks`, ...), with or without
        `left_hand_landmarks` and `right_hand_landmarks`. Each is a list of landmarks, an object
        that holds it as `landmark`, null for nobody, or a list of such lists for several people.
    where
        Where it comes from, for messages.

    Returns
    -------
    Each on mediapipe33, or on mediapipe75 where hands are there: those belong to the first.

    Raises
    ------
    InputError
        The landmarks are not those of a pose.
    """
    parts: dict[str, list[NDArray[np.float32]]] = {}
    for key, value in frame.items():
        part = landmark_part(key)
        if part is not None and (part not in parts or not parts[part]):
            parts[part] = _each(value, f"{where}, {key}")
    if not parts:
        expected = "pose_landmarks, in the picture"
        raise InputError(problem(where, expected=expected, found="pose_world_landmarks alone"))
    for part, each in parts.items():
        count = _POSE if part == "pose" else _HAND
        for values in each:
            if len(values) != count:
                what = "a pose" if part == "pose" else "a hand"
                expected = f"{count} landmarks of {what}"
                raise InputError(problem(where, expected=expected, found=str(len(values))))
    poses = parts.get("pose", [])
    if not parts.get("left") and not parts.get("right"):
        return [Person(MEDIAPIPE33, values) for values in poses]
    first = np.full((len(MEDIAPIPE75), 3), np.nan, np.float32)
    for part, start in (("pose", 0), ("left", _POSE), ("right", _POSE + _HAND)):
        for values in parts.get(part, [])[:1]:
            first[start : start + len(values)] = values
    return [Person(MEDIAPIPE75, first), *(Person(MEDIAPIPE33, values) for values in poses[1:])]


def landmarks(given: list[Any], where: str) -> NDArray[np.float32]:
    """[n, 3], x, y and confidence of landmarks: objects, or lists x, y(, z(, visibility)).

    Raises
    ------
    InputError
        They are neither.
    """
    if is_landmark(given[0]):
        try:
            rows: list[Any] = [[one["x"], one["y"], _confidence(one)] for one in given]
        except (TypeError, KeyError, AttributeError):
            expected = "landmarks with x and y each"
            raise InputError(problem(where, expected=expected, found="others")) from None
        return to_numbers(rows, where, "landmarks").astype(np.float32)
    array = to_numbers(given, where, "landmarks")
    if array.ndim != 2 or not 2 <= array.shape[1] <= 5:
        expected = "landmarks of x, y, z and visibility"
        raise InputError(problem(where, expected=expected, found=f"shape {list(array.shape)}"))
    return mediapipe_columns(array)


def mediapipe_columns(values: NDArray[Any]) -> NDArray[np.float32]:
    """[..., 3], x, y and confidence, of x, y(, z(, visibility(, presence))).

    All zeros, with which people fill up what was not found, become NaN.
    """
    out = np.full((*values.shape[:-1], 3), np.nan, np.float32)
    out[..., :2] = values[..., :2]
    if values.shape[-1] > 3:
        out[..., 2] = values[..., 3]
    if values.shape[-1] > 2:
        out[(values == 0).all(-1)] = np.nan
    return out


def _each(value: object, where: str) -> list[NDArray[np.float32]]:
    """The landmarks of every person under a key."""
    if isinstance(value, Mapping):
        inside = [value[key] for key in value if landmark_part(key) == "pose"]
        value = inside[0] if inside else value
    if value is None or value == []:
        return []
    if not isinstance(value, list):
        raise InputError(problem(where, expected="a list of landmarks", found="something else"))
    first = value[0]
    several = isinstance(first, list) and len(first) and isinstance(first[0], list | Mapping)
    return [landmarks(one, where) for one in (value if several else [value]) if one]


def _confidence(landmark: Mapping[str, Any]) -> Any:
    for key in ("visibility", "score", "confidence", "presence"):
        if landmark.get(key) is not None:
            return landmark[key]
    return np.nan


def _plain(key: object) -> str:
    return str(key).replace("_", "").lower()
