"""Frames, and the people in each, of a JSON value with 2D keypoints.

OpenPose, MediaPipe, MMPose, RTMLib and AlphaPose are recognised in the forms in which programs
write them: a list of frames, an object that holds one, frames by name, people with the number or
the name of their frame, or a single frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, problem
from signlift.io.detectors.frame_names import frame_number
from signlift.io.detectors.mediapipe import is_mediapipe, landmark_part, parse_mediapipe_people
from signlift.io.detectors.mmpose import has_keypoints, parse_mmpose_people, parse_person_list
from signlift.io.detectors.nested_lists import (
    first_nonempty,
    holds_objects,
    holds_people,
    is_landmark,
    nesting_depth,
)
from signlift.io.detectors.openpose import is_openpose, parse_openpose_people
from signlift.io.people.assemble import FileMetadata, Person

_FRAME_LISTS = ("frames", "instance_info", "predictions", "results", "data", "people_by_frame")
FRAME_NUMBERS = ("frame_id", "frame", "frame_idx", "frame_index", "frame_number", "image_id")
_PERSON_KEYS = ("bbox", "box", "bbox_score", "idx", "track_id", "category_id", "score")
_PEOPLE_LISTS = ("instances", "predictions", "landmarks", "detections")

#: Largest range of frame numbers, or a multiple of the number of frames.
_MAX_RANGE, _MAX_RANGE_RATIO = 10_000, 100


class Frames(NamedTuple):
    """Frames of a file.

    Attributes
    ----------
    frames
        Number from 0, and JSON value of each frame.
    length
        T, the number of frames, including missing ones.
    """

    frames: list[tuple[int, Any]]
    length: int


def parse_metadata(value: object) -> FileMetadata:
    """Find the frame rate and the image size in a JSON object; invalid ones are ignored.

    Examples
    --------
    >>> parse_metadata({"fps": 25, "video": {"width": 640, "height": 480}})
    FileMetadata(fps=25.0, size=(640.0, 480.0))
    """
    if not isinstance(value, Mapping):
        return FileMetadata()
    for key in ("meta", "metadata", "meta_info", "info", "video", "video_info"):
        inner = value.get(key)
        if isinstance(inner, Mapping):
            value = {**inner, **value}
    rates = [_positive(value.get(key)) for key in ("fps", "frame_rate", "frameRate")]
    fps = next((rate for rate in rates if rate is not None), None)
    for key in ("size", "image_size", "resolution", "frame_size"):
        pair = value.get(key)
        if isinstance(pair, list) and len(pair) == 2:
            width, height = _positive(pair[0]), _positive(pair[1])
            if width and height:
                return FileMetadata(fps, (width, height))
    for prefix in ("", "image_", "frame_", "video_"):
        width, height = (
            _positive(value.get(f"{prefix}width")),
            _positive(value.get(f"{prefix}height")),
        )
        if width and height:
            return FileMetadata(fps, (width, height))
    return FileMetadata(fps)


def split_frames(value: object, where: str) -> Frames:
    """Split the JSON value of a file into frames.

    Parameters
    ----------
    value
        The JSON value.
    where
        The file, for messages.

    Raises
    ------
    InputError
        The value holds no frames, or the frames have no valid numbers.
    """
    if isinstance(value, Mapping):
        return _split_object(value, where)
    if not isinstance(value, list):
        raise _unknown_error(value, where)
    first = first_nonempty(value)
    if first is None:
        found = f"{len(value)} empty frames"
        raise InputError(problem(where, expected="a list of frames", found=found))
    if isinstance(first, Mapping):
        return Frames([(0, value)], 1) if _is_person(first) else _split_numbered(value, where)
    if nesting_depth(value) == 2 and not holds_objects(value):
        return Frames([(0, value)], 1)
    return Frames(list(enumerate(value)), len(value))


def parse_people(frame: object, where: str, skeleton: Skeleton | None) -> list[Person]:
    """Parse the people in one frame.

    Parameters
    ----------
    frame
        The JSON value; null for no person.
    where
        File and frame, for messages.
    skeleton
        Skeleton of the keypoints, for forms that do not name it.

    Raises
    ------
    InputError
        The frame has an unknown form, or is damaged.
    """
    if frame is None or frame == [] or frame == {}:
        return []
    if isinstance(frame, Mapping):
        return _parse_object(frame, where, skeleton)
    if not isinstance(frame, list):
        raise _unknown_error(frame, where)
    first = first_nonempty(frame)
    if first is None:
        return []
    if isinstance(first, Mapping) and not is_landmark(first):
        return [
            person
            for number, item in enumerate(frame)
            for person in parse_people(item, f"{where}, person {number}", skeleton)
        ]
    if isinstance(first, list) and (nesting_depth(first) > 1 or holds_objects(first)):
        if holds_people(first):
            return parse_people(first, where, skeleton)  # a batch of one
        return [
            parse_person_list(item, f"{where}, person {number}", skeleton)
            for number, item in enumerate(frame)
            if item
        ]
    return [parse_person_list(frame, where, skeleton)]


def _parse_object(frame: Mapping[str, Any], where: str, skeleton: Skeleton | None) -> list[Person]:
    if is_openpose(frame):
        return parse_openpose_people(frame, where)
    if has_keypoints(frame):
        return parse_mmpose_people(frame, where, skeleton)
    for key in _PEOPLE_LISTS:
        if isinstance(frame.get(key), list) and holds_people(frame[key]):
            return parse_people(frame[key], where, skeleton)
    if is_mediapipe(frame):
        return parse_mediapipe_people(frame, where)
    if any(isinstance(frame.get(key), list) and not frame[key] for key in _PEOPLE_LISTS):
        return []
    raise _unknown_error(frame, where)


def _is_person(value: Mapping[str, Any]) -> bool:
    """Check whether the first object of a list is a landmark or person of a single frame."""
    return is_landmark(value) or (
        has_keypoints(value)
        and not any(key in value for key in FRAME_NUMBERS)
        and any(key in value for key in _PERSON_KEYS)
    )


def _split_object(value: Mapping[str, Any], where: str) -> Frames:
    for key in _FRAME_LISTS:
        inner = value.get(key)
        if isinstance(inner, list) and inner:
            return split_frames(inner, where)
        if isinstance(inner, Mapping) and inner:
            return _split_object(inner, where)
    parts = {key: inner for key, inner in value.items() if landmark_part(key)}
    columns = {key: inner for key, inner in parts.items() if _is_list_of_frames(inner)}
    if columns:
        return _split_columns(columns, max(map(len, columns.values())))
    if has_keypoints(value) and nesting_depth(value["keypoints"]) > 2:
        length = len(value["keypoints"])
        if nesting_depth(value["keypoints"]) > 3 or "instances" not in value:
            columns = {
                key: inner
                for key, inner in value.items()
                if isinstance(inner, list) and len(inner) == length
            }
            return _split_columns(columns, length)
    if is_openpose(value) or has_keypoints(value) or parts or "instances" in value:
        return Frames([(0, value)], 1)
    if value and all(isinstance(inner, list | Mapping | None) for inner in value.values()):
        numbers = [frame_number(str(key)) for key in value]
        if all(number is not None for number in numbers):
            return _split_named(list(zip(map(str, value), value.values(), strict=True)), where)
    if is_mediapipe(value):
        return Frames([(0, value)], 1)
    raise _unknown_error(value, where)


def _split_columns(columns: Mapping[str, list[Any]], length: int) -> Frames:
    """Split an object of lists, each with an item for every frame."""
    frames = [
        {key: items[t] for key, items in columns.items() if t < len(items)} for t in range(length)
    ]
    return Frames(list(enumerate(frames)), length)


def _split_numbered(value: list[Any], where: str) -> Frames:
    """Split a list of frames, or of people with the number or the name of their frame."""
    for key in FRAME_NUMBERS:
        names = [item.get(key) if isinstance(item, Mapping) else None for item in value]
        if all(isinstance(name, int | str) for name in names):
            return _split_named(list(zip(map(str, names), value, strict=True)), where)
    return Frames(list(enumerate(value)), len(value))


def _split_named(items: list[tuple[str, Any]], where: str) -> Frames:
    """Place items by the frame numbers in their names, the first frame at 0.

    AlphaPose names the frames of a video 0.jpg, 1.jpg, ... and leaves out those without a person:
    such numbers count from 0, even if the first file has a higher number.
    """
    numbers = []
    for name, _ in items:
        number = frame_number(name)
        if number is None:
            expected = "a frame number in each name"
            raise InputError(problem(where, expected=expected, found=repr(name)[:40]))
        numbers.append(number)
    first = min(numbers)
    unpadded = all(
        name.startswith(f"{number}.") for number, (name, _) in zip(numbers, items, strict=True)
    )
    if unpadded and max(numbers) < 2 * len(set(numbers)) + 100:
        first = 0
    length = max(numbers) - first + 1
    if length > max(_MAX_RANGE, _MAX_RANGE_RATIO * len(numbers)):
        expected = "frames with consecutive numbers"
        found = f"{len(numbers)} with numbers from {first} to {max(numbers)}"
        raise InputError(problem(where, expected=expected, found=found))
    frames = [(number - first, item) for number, (_, item) in zip(numbers, items, strict=True)]
    return Frames(sorted(frames, key=lambda frame: frame[0]), length)


def _is_list_of_frames(value: object) -> bool:
    """Check whether a list holds a list (or an object with one, or null) for every frame."""
    if not isinstance(value, list) or not value:
        return False
    first = first_nonempty(value)
    if isinstance(first, Mapping):
        return not is_landmark(first)
    return isinstance(first, list) and (holds_objects(first) or nesting_depth(first) > 1)


def _positive(value: object) -> float | None:
    """Return a number above 0, or None."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6:
        return float(value)
    return None


def _unknown_error(value: object, where: str) -> InputError:
    expected = "2D keypoints of OpenPose, MediaPipe, MMPose, RTMLib or AlphaPose"
    if isinstance(value, Mapping):
        keys = ", ".join(repr(str(key)[:20]) for key in list(value)[:5])
        found = f"an object with the keys {keys}" if keys else "an empty object"
    else:
        found = "a list" if isinstance(value, list) else repr(value)[:40]
    return InputError(problem(where, expected=expected, found=found))
