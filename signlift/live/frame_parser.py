"""Messages with the keypoints of a frame: flat numbers, MediaPipe's parts, or another detector's.

| fields | meaning |
| --- | --- |
| `keypoints` | x and y, or x, y and confidence, of every keypoint of the skeleton: nested or flat |
| `confidence`, `z` | a number for every keypoint |
| `body`, `left_hand`, `right_hand`, `face` | MediaPipe's landmarks, as fractions of the image |
| `x`, `y` | a frame that was lifted, as `signlift live` writes it; its depth is not used |
| others | a frame in any form of JSON that `signlift lift` reads |
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, problem
from signlift.io.detectors.json_people import parse_people
from signlift.io.detectors.nested_lists import describe_json
from signlift.io.detectors.people_forms.keypoint_order import KeypointOrder
from signlift.io.detectors.people_forms.mediapipe import is_mediapipe
from signlift.io.finite_numbers import to_numbers
from signlift.io.people.assemble import Person
from signlift.io.people.main_person import rank_people
from signlift.io.pixels import MAX_MEDIAN
from signlift.live.keypoint_frame import KeypointFrame, observe_frame
from signlift.live.landmark_parts import PARTS, parse_parts
from signlift.live.protocol import Hello, Unit
from signlift.utils.array_types import Float

#: Values [J, 3], depth [J] or None, and the unit of x and y.
_Values = tuple[NDArray[np.float32], NDArray[np.float32] | None, Unit]

#: Largest confidence; some detectors' scores go up to 10, and stand for 1.
_MAX_CONFIDENCE = 12.0


def parse_frame(message: Mapping[str, Any], hello: Hello, where: str) -> KeypointFrame:
    """Parse a message with the keypoints of a frame.

    Parameters
    ----------
    message
        The fields of the module's table. Without any of them, or with null, nobody is in the
        frame. `people` holds several such objects: the largest person counts. `time` (seconds) and
        `id` come back with the lifted frame.
    hello
        The first message: skeleton, size and unit.
    where
        The source of the message, such as `line 3`, for errors.

    Returns
    -------
    The frame in pixels. Keypoints are missing by the rule of their detector, as in files
    (`signlift.io.people.detector_rules`).

    Raises
    ------
    InputError
        Wrong counts or types of numbers, infinite numbers, or keypoints of another skeleton.
    """
    time, mark = _parse_time(message.get("time"), where), _parse_id(message.get("id"), where)
    skeleton = hello.skeleton
    people = [_to_pixels(each, hello, where) for each in _parse_people(message, hello, where)]
    if not people:
        return KeypointFrame.empty(skeleton, time, mark)
    frames = [
        observe_frame(values, depth, skeleton, hello.size, hello.min_confidence, time=time, id=mark)
        for values, depth in people
    ]
    return frames[0] if len(frames) == 1 else _largest(frames, skeleton, time, mark)


def _parse_people(message: Mapping[str, Any], hello: Hello, where: str) -> list[_Values]:
    """Parse each person of a message, on the skeleton of the session."""
    skeleton = hello.skeleton
    people = message.get("people")
    if isinstance(people, list) and any(
        isinstance(each, Mapping) and _is_ours(each) for each in people
    ):
        return [
            values
            for number, each in enumerate(people)
            for values in _parse_people(each, hello, f"{where}, person {number}")
        ]
    if isinstance(message.get("x"), list) and "keypoints" not in message:
        lifted = {name: message.get(name) for name in ("x", "y", "confidence")}
        return [(*_parse_lifted(lifted, skeleton, where), "px")]
    if "keypoints" in message and not isinstance(message["keypoints"], Mapping):
        values = _parse_keypoints(message, skeleton, where)
        return [] if values is None else [(*values, hello.unit)]
    if _is_ours(message):
        values = parse_parts(message, skeleton, where)
        return [] if values is None else [(*values, "fraction")]
    others = {key: value for key, value in message.items() if key not in ("type", "time", "id")}
    if not any(value is not None for value in others.values()):
        return []
    unit: Unit = "fraction" if is_mediapipe(others) else hello.unit
    found = parse_people(others, where, KeypointOrder(skeleton))
    return [_to_skeleton(person, skeleton, unit, where) for person in found]


def _is_ours(message: Mapping[str, Any]) -> bool:
    return "keypoints" in message or any(part in message for part in PARTS)


def _parse_keypoints(
    message: Mapping[str, Any], skeleton: Skeleton, where: str
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None] | None:
    """Parse `keypoints`, `confidence` and `z`."""
    J, keypoints = len(skeleton), message["keypoints"]
    if keypoints is None:
        return None
    if isinstance(keypoints, list) and all(each is None for each in keypoints):
        return None
    numbers = _expand_null(keypoints) if isinstance(keypoints, list) else keypoints
    array = to_numbers(numbers, where, "keypoints")
    if array.size not in (2 * J, 3 * J) or array.ndim not in (1, 2):
        expected = f"keypoints: {J} x 2 or {J} x 3 numbers ({skeleton.name})"
        shape = " x ".join(map(str, array.shape)) or "one number"
        raise InputError(problem(where, expected=expected, found=shape))
    array = array.reshape(J, -1)
    confidence = _parse_row(message, "confidence", J, where)
    if confidence is None:
        confidence = array[:, 2] if array.shape[1] == 3 else np.full(J, np.nan)
    values = np.concatenate([array[:, :2], confidence[:, None]], 1).astype(np.float32)
    z = _parse_row(message, "z", J, where)
    return values, None if z is None else z.astype(np.float32)


def _parse_lifted(
    message: Mapping[str, Any], skeleton: Skeleton, where: str
) -> tuple[NDArray[np.float32], None]:
    """Parse `x`, `y` and `confidence` of a frame that was lifted, without its depth."""
    rows = [_parse_row(message, name, len(skeleton), where) for name in message]
    missing = np.full(len(skeleton), np.nan)
    columns = [missing if row is None else row for row in rows]
    return np.stack(columns, -1).astype(np.float32), None


def _expand_null(keypoints: list[Any]) -> list[Any]:
    """Replace null in place of a keypoint by null for each of its numbers."""
    if None not in keypoints:
        return keypoints
    width = max((len(each) for each in keypoints if isinstance(each, list)), default=0)
    return [[None] * width if each is None and width else each for each in keypoints]


def _parse_row(
    message: Mapping[str, Any], name: str, J: int, where: str
) -> Float[np.ndarray, " J"] | None:
    value = message.get(name)
    if value is None:
        return None
    array = to_numbers(value, where, name)
    if array.shape != (J,):
        shape = " x ".join(map(str, array.shape)) or "one number"
        raise InputError(problem(where, expected=f"{name}: {J} numbers", found=shape))
    return array


def _to_skeleton(person: Person, skeleton: Skeleton, unit: Unit, where: str) -> _Values:
    """Place a person that another form holds on the skeleton of the session."""
    if person.skeleton == skeleton:
        return person.values, person.detector_depth, unit
    if not set(person.skeleton.keypoints) <= set(skeleton.keypoints):
        expected = f"keypoints of {skeleton.name}"
        raise InputError(problem(where, expected=expected, found=person.skeleton.name))
    values = np.full((len(skeleton), 3), np.nan, np.float32)
    depth = None
    columns = [skeleton.index(name) for name in person.skeleton.keypoints]
    values[columns] = person.values
    if person.detector_depth is not None:
        depth = np.full(len(skeleton), np.nan, np.float32)
        depth[columns] = person.detector_depth
    return values, depth, unit


def _to_pixels(
    person: _Values, hello: Hello, where: str
) -> tuple[NDArray[np.float32], NDArray[np.float32] | None]:
    """Convert fractions of the image to pixels; z is a fraction of its width then."""
    values, depth, unit = person
    _check_confidence(values, where)
    if unit == "px" or (unit == "auto" and not _is_small(values)):
        return values, depth
    if hello.size is None:
        expected = "the `size` of the image in the hello, as x and y are fractions of it"
        if unit == "auto":
            expected += ' (or its unit "px", if they are lengths in one unit)'
        raise InputError(problem(where, expected=expected, found="none"))
    width, height = hello.size
    values = values * np.array([width, height, 1], np.float32)
    return values, None if depth is None else depth * np.float32(width)


def _is_small(values: NDArray[np.float32]) -> bool:
    """Return whether x and y are too small for pixels, as in files."""
    numbers = values[:, :2][values[:, 2] != 0]
    numbers = numbers[~np.isnan(numbers)]
    return bool(numbers.size) and float(np.median(np.abs(numbers))) <= MAX_MEDIAN


def _check_confidence(values: NDArray[np.float32], where: str) -> None:
    largest = float(np.nan_to_num(values[:, 2]).max(initial=0))
    if largest > _MAX_CONFIDENCE:
        expected, found = "confidence from 0 to 1", f"up to {largest:.3g}"
        raise InputError(problem(where, expected=expected, found=found))


def _largest(
    frames: list[KeypointFrame], skeleton: Skeleton, time: float | None, mark: object
) -> KeypointFrame:
    """Choose the largest person of a frame, as readers of files do."""
    J = len(skeleton)
    keypoints = np.stack([frame.keypoints for frame in frames])[:, None]
    confidence = np.stack(
        [np.full(J, np.nan) if each.confidence is None else each.confidence for each in frames]
    )[:, None]
    order = rank_people(keypoints, confidence, skeleton)
    return frames[order[0]] if order else KeypointFrame.empty(skeleton, time, mark)


def _parse_time(value: object, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 1e15:
        expected = "time: a number of seconds"
        raise InputError(problem(where, expected=expected, found=repr(value)[:40]))
    return float(value)


def _parse_id(value: object, where: str) -> str | float | None:
    if value is None or isinstance(value, str | int | float):
        return value
    expected = "id: a string or a number"
    raise InputError(problem(where, expected=expected, found=describe_json(value)))
