"""Which frames, and which people in each, a JSON value of 2D keypoints holds.

Of OpenPose, MediaPipe, MMPose, RTMLib and AlphaPose, in the shapes in which people write them:
a list of frames, an object that holds one, frames by name, people with the number or the name of
their frame, or a single frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, problem
from signlift.io.detectors.frame_names import frame_number
from signlift.io.detectors.mediapipe import (
    is_landmark,
    is_mediapipe,
    landmark_part,
    mediapipe_people,
)
from signlift.io.detectors.mmpose import (
    depth_of_lists,
    first_of,
    has_keypoints,
    keypoints_people,
    list_person,
)
from signlift.io.detectors.openpose import is_openpose, openpose_people
from signlift.io.people.assemble import FileMetadata, Person

_FRAME_LISTS = ("frames", "instance_info", "predictions", "results", "data", "people_by_frame")
_NUMBERS = ("frame_id", "frame", "frame_idx", "frame_index", "frame_number", "image_id")
_BOXES = ("bbox", "box", "bbox_score", "idx", "track_id", "category_id", "score")
_WRAPPED = ("instances", "predictions", "landmarks", "detections")


class Frames(NamedTuple):
    """The frames of a file: (number, JSON value) with numbers from 0, and how many there are."""

    frames: list[tuple[int, Any]]
    length: int


def file_facts(value: object) -> FileMetadata:
    """What an object says of frames per second and the picture's size; nothing that is odd."""
    if not isinstance(value, Mapping):
        return FileMetadata()
    for key in ("meta", "metadata", "meta_info", "info", "video", "video_info"):
        inside = value.get(key)
        if isinstance(inside, Mapping):
            value = {**inside, **value}
    rates = [_above(value.get(key)) for key in ("fps", "frame_rate", "frameRate")]
    fps = next((rate for rate in rates if rate is not None), None)
    for key in ("size", "image_size", "resolution", "frame_size"):
        both = value.get(key)
        if isinstance(both, list) and len(both) == 2:
            width, height = _above(both[0]), _above(both[1])
            if width and height:
                return FileMetadata(fps, (width, height))
    for start in ("", "image_", "frame_", "video_"):
        width, height = _above(value.get(f"{start}width")), _above(value.get(f"{start}height"))
        if width and height:
            return FileMetadata(fps, (width, height))
    return FileMetadata(fps)


def split_frames(value: object, where: str) -> Frames:
    """The frames of a file.

    Parameters
    ----------
    value
        The JSON value.
    where
        Where it comes from, for messages.

    Raises
    ------
    InputError
        It holds no frames, or their numbers are none.
    """
    if isinstance(value, Mapping):
        return _frames_of_object(value, where)
    if not isinstance(value, list):
        raise _unknown(where)
    first = first_of(value)
    if first is None:
        expected = "a list of frames"
        raise InputError(problem(where, expected=expected, found=f"{len(value)} empty ones"))
    if isinstance(first, Mapping):
        if is_landmark(first) or (
            has_keypoints(first)
            and not any(key in first for key in _NUMBERS)
            and any(key in first for key in _BOXES)
        ):
            return Frames([(0, value)], 1)
        return _numbered(value, where)
    if depth_of_lists(value) == 2 and not _holds_objects(value):
        return Frames([(0, value)], 1)
    return Frames(list(enumerate(value)), len(value))


def people_of(frame: object, where: str, on: Skeleton | None) -> list[Person]:
    """The people in one frame.

    Parameters
    ----------
    frame
        The JSON value, null for nobody.
    where
        Where it comes from, for messages.
    on
        What the keypoints are, where that is told by their number alone.

    Raises
    ------
    InputError
        There are none that are known, or they are damaged.
    """
    if frame is None or frame == [] or frame == {}:
        return []
    if isinstance(frame, Mapping):
        if is_openpose(frame):
            return openpose_people(frame, where)
        if has_keypoints(frame):
            return keypoints_people(frame, where, on)
        for key in _WRAPPED:
            if isinstance(frame.get(key), list) and _holds_people(frame[key]):
                return people_of(frame[key], where, on)
        if is_mediapipe(frame):
            return mediapipe_people(frame, where)
        if any(isinstance(frame.get(key), list) and not frame[key] for key in _WRAPPED):
            return []
        raise _unknown(where)
    if not isinstance(frame, list):
        raise _unknown(where)
    first = first_of(frame)
    if first is None:
        return []
    if isinstance(first, Mapping) and not is_landmark(first):
        people = (people_of(one, f"{where}, person {i}", on) for i, one in enumerate(frame))
        return [person for some in people for person in some]
    if isinstance(first, list) and (depth_of_lists(first) > 1 or _holds_objects(first)):
        if _holds_people(first):
            return people_of(first, where, on)  # a batch of one
        return [list_person(one, f"{where}, person {i}", on) for i, one in enumerate(frame) if one]
    return [list_person(frame, where, on)]


def _frames_of_object(value: Mapping[str, Any], where: str) -> Frames:
    for key in _FRAME_LISTS:
        inside = value.get(key)
        if isinstance(inside, list) and inside:
            return split_frames(inside, where)
        if isinstance(inside, Mapping) and inside:
            return _frames_of_object(inside, where)
    parts = {key: inside for key, inside in value.items() if landmark_part(key)}
    lists = {key: inside for key, inside in parts.items() if _is_frames_of_landmarks(inside)}
    if lists:
        length = max(map(len, lists.values()))
        frames = [
            {key: inside[t] for key, inside in lists.items() if t < len(inside)}
            for t in range(length)
        ]
        return Frames(list(enumerate(frames)), length)
    if has_keypoints(value) and depth_of_lists(value["keypoints"]) > 2:
        keypoints = value["keypoints"]
        scores = {key: inside for key, inside in value.items() if isinstance(inside, list)}
        if depth_of_lists(keypoints) > 3 or "instances" not in value:
            frames = [
                {key: inside[t] for key, inside in scores.items() if len(inside) == len(keypoints)}
                for t in range(len(keypoints))
            ]
            return Frames(list(enumerate(frames)), len(frames))
    if is_openpose(value) or has_keypoints(value) or parts or "instances" in value:
        return Frames([(0, value)], 1)
    if value and all(isinstance(inside, list | Mapping | None) for inside in value.values()):
        numbers = [frame_number(str(key)) for key in value]
        if all(number is not None for number in numbers):
            return _placed(list(zip(map(str, value), value.values(), strict=True)), where)
    if is_mediapipe(value):
        return Frames([(0, value)], 1)
    raise _unknown(where)


def _numbered(value: list[Any], where: str) -> Frames:
    """Frames, or people with the number or the name of their frame."""
    for key in _NUMBERS:
        named = [one.get(key) if isinstance(one, Mapping) else None for one in value]
        if all(isinstance(one, int | str) for one in named):
            return _placed(list(zip(map(str, named), value, strict=True)), where)
    return Frames(list(enumerate(value)), len(value))


def _placed(named: list[tuple[str, Any]], where: str) -> Frames:
    """Frames by the numbers in their names, the first at 0.

    AlphaPose calls the frames of a video 0.jpg, 1.jpg, ... and leaves out those without a person:
    those count from 0, whichever comes first.
    """
    numbers = [frame_number(name) for name, _ in named]
    found = [number for number in numbers if number is not None]
    if len(found) < len(named) or not found:
        expected = "frames with a number each"
        raise InputError(problem(where, expected=expected, found="one without"))
    first = min(found)
    unpadded = all(
        name.startswith(f"{number}.") for number, (name, _) in zip(found, named, strict=True)
    )
    if unpadded and max(found) < 2 * len(set(found)) + 100:
        first = 0
    length = max(found) - first + 1
    if length > max(10_000, 100 * len(found)):
        expected = "frames that are numbered one by one"
        said = f"{len(found)} with numbers from {first} to {max(found)}"
        raise InputError(problem(where, expected=expected, found=said))
    frames = [(number - first, frame) for number, (_, frame) in zip(found, named, strict=True)]
    return Frames(sorted(frames, key=lambda frame: frame[0]), length)


def _is_frames_of_landmarks(value: object) -> bool:
    """Whether a list holds a list (or an object with one, or null) for every frame."""
    if not isinstance(value, list) or not value:
        return False
    first = first_of(value)
    if isinstance(first, Mapping):
        return not is_landmark(first)
    return isinstance(first, list) and (_holds_objects(first) or depth_of_lists(first) > 1)


def _holds_people(value: list[Any]) -> bool:
    """Whether the objects in nested lists are people or frames, and not landmarks."""
    first = first_of(value)
    while isinstance(first, list):
        first = first_of(first)
    return isinstance(first, Mapping) and not is_landmark(first)


def _holds_objects(value: list[Any]) -> bool:
    """Whether there are objects in nested lists."""
    first = first_of(value)
    while isinstance(first, list):
        first = first_of(first)
    return isinstance(first, Mapping)


def _above(value: object) -> float | None:
    """A number above 0, or None."""
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 < value < 1e6:
        return float(value)
    return None


def _unknown(where: str) -> InputError:
    expected = "2D keypoints of OpenPose, MediaPipe, MMPose, RTMLib or AlphaPose"
    return InputError(problem(where, expected=expected, found="JSON of another kind"))
