"""MediaPipe's pose and holistic landmarks, in the forms in which programs write them to JSON.

MediaPipe has no file format of its own. A landmark has x and y as fractions of the image's width
and height, z, and `visibility` (and `presence`) from 0 to 1; a pose has 33 (MediaPipe's guides for
the Pose Landmarker and Holistic), a hand 21. The face mesh is read if a skeleton with it is given.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.face_mesh import MESH_SIZE
from signlift.core.skeleton import (
    MEDIAPIPE33,
    MEDIAPIPE75,
    MESH_SKELETONS,
    Skeleton,
    mesh_landmarks,
)
from signlift.errors import InputError, problem
from signlift.io.detectors.nested_lists import describe_json, is_landmark
from signlift.io.finite_numbers import MAX_NUMBER, to_keypoints, to_numbers
from signlift.io.people.assemble import Person
from signlift.io.people.tracking import Identity
from signlift.utils.array_types import Float

_POSE, _HAND = len(MEDIAPIPE33), 21

#: x, y and confidence of x, y, z and confidence.
_FLAT = [0, 1, 3]

#: Smallest mean of visibilities without a depth beside them.
_MIN_VISIBILITY = 0.1

#: Part of the body by the name of its landmarks, without _ and in lower case.
_PARTS = {
    **dict.fromkeys(("poselandmarks", "landmarks", "landmark", "pose"), "pose"),
    **dict.fromkeys(("lefthandlandmarks", "lefthand"), "left"),
    **dict.fromkeys(("righthandlandmarks", "righthand"), "right"),
}
_WORLD, _FACE = "poseworldlandmarks", ("facelandmarks", "face")

#: Numbers of landmarks of each part, and what it is.
_COUNTS = {
    "pose": ((_POSE,), "a pose"),
    "face": ((MESH_SIZE - 10, MESH_SIZE), "a face"),
    "left": ((_HAND,), "a hand"),
    "right": ((_HAND,), "a hand"),
}

#: Keys of the number of a landmark.
_NUMBERS = ("id", "index", "idx", "landmark_id", "type")

#: Keys of the confidence, of MediaPipe, TensorFlow.js and ML Kit.
_CONFIDENCES = (
    "visibility score confidence presence inFrameLikelihood likelihood probability".split()
)


def landmark_part(key: object) -> str | None:
    """Return the part of a person under a key: pose, left or right (hand), or None.

    Examples
    --------
    >>> landmark_part("left_hand_landmarks"), landmark_part("faceLandmarks")
    ('left', None)
    """
    return _PARTS.get(_normalize_key(key))


def is_mediapipe(frame: object) -> bool:
    """Recognise a frame with MediaPipe's landmarks under their names."""
    if not isinstance(frame, Mapping):
        return False
    return any(landmark_part(key) or _normalize_key(key) == _WORLD for key in frame)


def parse_mediapipe_people(
    frame: Mapping[str, Any], where: str, skeleton: Skeleton | None = None
) -> list[Person]:
    """Parse the people in a frame.

    Parameters
    ----------
    frame
        `pose_landmarks` (or `landmarks`, `poseLandmarks`, ...), with or without
        `left_hand_landmarks` and `right_hand_landmarks`. Each is a list of landmarks, an object
        that holds it as `landmark`, null for no person, or a list of such lists for several people.
    where
        File and frame, for messages.
    skeleton
        mediapipe543 or mediapipe553, to read the face of the first person too.

    Returns
    -------
    Each person on mediapipe33. If there are hands, they belong to the first person, who is then on
    mediapipe75. With a skeleton the first person is on that one.

    Raises
    ------
    InputError
        The landmarks are not those of a pose.
    """
    parts: dict[str, list[NDArray[np.float32]]] = {}
    landmarks = mesh_landmarks(skeleton)
    for key, value in frame.items():
        part = landmark_part(key)
        if landmarks and _normalize_key(key) in _FACE:
            part = "face"
        if part is not None and (part not in parts or not parts[part]):
            parts[part] = _parse_each(value, f"{where}, {key}")
    if not parts:
        expected = "pose_landmarks, in image coordinates"
        raise InputError(problem(where, expected=expected, found="pose_world_landmarks alone"))
    for part, people in parts.items():
        counts, title = _COUNTS[part]
        for values in people:
            if len(values) not in counts:
                expected = f"{' or '.join(map(str, counts))} landmarks of {title}"
                raise InputError(problem(where, expected=expected, found=str(len(values))))
    poses = parts.get("pose", [])
    if not landmarks and not parts.get("left") and not parts.get("right"):
        return [make_person(MEDIAPIPE33, values) for values in poses]
    holistic = skeleton if landmarks and skeleton is not None else MEDIAPIPE75
    first = np.full((len(holistic), 4), np.nan, np.float32)
    start = 0
    for part, count in {"pose": _POSE, "face": landmarks, "left": _HAND, "right": _HAND}.items():
        for values in parts.get(part, [])[:1]:
            first[start : start + count][: len(values)] = values[:count]
        start += count
    others = (make_person(MEDIAPIPE33, values) for values in poses[1:])
    return [make_person(holistic, first), *others]


def make_person(
    skeleton: Skeleton, values: Float[np.ndarray, "J 4"], identity: Identity | None = None
) -> Person:
    """Make a person of x, y, z and confidence; z counts where the skeleton is MediaPipe's."""
    flat, z = split_columns(values)
    z = z if skeleton in (MEDIAPIPE33, MEDIAPIPE75, *MESH_SKELETONS) else None
    return Person(skeleton, flat, identity, detector_depth=z)


def split_columns(
    values: Float[np.ndarray, "*rest J 4"],
) -> tuple[Float[np.ndarray, "*rest J 3"], Float[np.ndarray, "*rest J"] | None]:
    """Split x, y, z and confidence into x, y and confidence, and z; None where there is no z."""
    z = values[..., 2]
    return values[..., _FLAT], None if np.isnan(z).all() else z


def parse_landmark(landmark: Mapping[str, Any]) -> list[Any]:
    """List x, y, z and confidence of a landmark, the last two NaN where there is none.

    Examples
    --------
    >>> parse_landmark({"position": {"x": 3, "y": 4}, "inFrameLikelihood": 0.5})
    [3, 4, nan, 0.5]
    """
    position = landmark.get("position")
    position = position if isinstance(position, Mapping) else landmark
    confidence = (landmark.get(key) for key in _CONFIDENCES)
    known = next((value for value in confidence if value is not None), np.nan)
    z = position.get("z")
    if not isinstance(z, int | float) or not abs(z) < float(MAX_NUMBER):
        z = np.nan  # x and y count nevertheless
    return [position.get("x"), position.get("y"), z, known]


def sort_landmarks(landmarks: list[Any]) -> list[Any]:
    """Sort landmarks by their numbers, if they have the numbers from 0 on in another order.

    Examples
    --------
    >>> sort_landmarks([{"id": 1, "x": 5}, {"id": 0, "x": 3}])
    [{'id': 0, 'x': 3}, {'id': 1, 'x': 5}]
    """
    for key in _NUMBERS:
        numbers = [each.get(key) if isinstance(each, Mapping) else None for each in landmarks]
        if all(isinstance(number, int) for number in numbers):
            by_number = dict(zip(numbers, landmarks, strict=True))
            if set(by_number) == set(range(len(landmarks))):
                return [by_number[number] for number in range(len(landmarks))]
    return landmarks


def parse_landmarks(landmarks: list[Any], where: str) -> NDArray[np.float32]:
    """Convert landmarks to [n, 4], x, y, z and confidence, the last two NaN where there is none.

    Parameters
    ----------
    landmarks
        Objects, or lists of x, y(, z(, visibility)).
    where
        File and frame, for messages.

    Raises
    ------
    InputError
        The landmarks have another form.

    Examples
    --------
    >>> parse_landmarks([{"x": 0.5, "y": 0.25, "visibility": 1}], "frame 0")
    array([[0.5 , 0.25,  nan, 1.  ]], dtype=float32)
    """
    if is_landmark(landmarks[0]):
        rows: list[Any] = []
        for number, landmark in enumerate(sort_landmarks(landmarks)):
            if not is_landmark(landmark):
                found = f"landmark {number} without x or y"
                raise InputError(problem(where, expected="landmarks with x and y", found=found))
            rows.append(parse_landmark(landmark))
        numbers = to_numbers(rows, where, "landmarks", finite=False)
        return to_keypoints(numbers, None, where, "landmarks").astype(np.float32)
    array = to_numbers(landmarks, where, "landmarks")
    if array.ndim != 2 or not 2 <= array.shape[1] <= 5:
        expected = "landmarks of x, y, z and visibility"
        raise InputError(problem(where, expected=expected, found=f"shape {list(array.shape)}"))
    return select_mediapipe_columns(array)


def select_mediapipe_columns(values: NDArray[Any]) -> NDArray[np.float32]:
    """Select x, y, z and confidence of MediaPipe's x, y(, z(, visibility(, presence))).

    Parameters
    ----------
    values
        [..., 2 to 5].

    Returns
    -------
    [..., 4]; z and confidence are NaN where there is none. Landmarks of all zeros, which stand
    for missing ones, become NaN. A third number of the body that is always from 0 to 1 is taken for
    the visibility, as z is measured from the middle of the hips: one hip has a negative one. There
    is no z then.
    """
    width = min(values.shape[-1], 4)
    out = np.full((*values.shape[:-1], 4), np.nan, np.float32)
    out[..., :width] = values[..., :width]
    if width > 2:
        out[(values == 0).all(-1)] = np.nan
        body = slice(len(MEDIAPIPE33))
        third = np.where(np.isnan(out[..., 0]), np.nan, values[..., 2])[..., body]
        if np.isnan(out[..., body, 3]).all() and _is_visibility(third):
            out[..., body, 3] = third
            out[..., 2] = np.nan
    return out


def _is_visibility(values: NDArray[np.floating]) -> bool:
    """Return whether the third numbers [..., 33] of the body are visibilities, and not z."""
    given = values[~np.isnan(values)]
    if values.shape[-1] != len(MEDIAPIPE33) or not given.size:
        return False
    return bool(given.min() >= 0 and given.max() <= 1 and given.mean() > _MIN_VISIBILITY)


def _parse_each(value: object, where: str) -> list[NDArray[np.float32]]:
    """Parse the landmarks of every person under a key."""
    if isinstance(value, Mapping):
        inner = [value[key] for key in value if landmark_part(key) == "pose"]
        value = inner[0] if inner else value
    if value is None or value == []:
        return []
    if not isinstance(value, list):
        found = describe_json(value)
        raise InputError(problem(where, expected="a list of landmarks", found=found))
    first = value[0]
    several = isinstance(first, list) and len(first) and isinstance(first[0], list | Mapping)
    people = value if several else [value]
    other = next((each for each in people if each and not isinstance(each, list)), None)
    if other is not None:
        raise InputError(problem(where, expected="landmarks", found=describe_json(other)))
    return [parse_landmarks(landmarks, where) for landmarks in people if landmarks]


def _normalize_key(key: object) -> str:
    return str(key).replace("_", "").lower()
