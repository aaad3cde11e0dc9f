"""JSON documents of one frame, and those that are recordings of several frames by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from signlift.core.skeleton import Skeleton
from signlift.errors import InputError, problem
from signlift.io.detectors.frame_sequence import FrameFile
from signlift.io.detectors.json_document import parse_document
from signlift.io.detectors.json_frames import split_recordings
from signlift.io.detectors.json_layouts.clip import Frames
from signlift.io.detectors.json_people import parse_people
from signlift.io.detectors.nested_lists import (
    first_nonempty,
    holds_objects,
    holds_people,
    nesting_depth,
)
from signlift.io.detectors.people_forms.keypoint_order import KeypointOrder
from signlift.io.detectors.people_forms.mediapipe import landmark_part
from signlift.io.detectors.people_forms.mmpose import has_keypoints
from signlift.io.detectors.people_forms.openpose import is_openpose_person, parse_plain_openpose
from signlift.io.detectors.people_forms.person_fields import FRAME_NUMBERS
from signlift.io.detectors.pose_lists import are_one_person
from signlift.io.people.assemble import Person
from signlift.utils.bounded_json import nesting_guard

#: A larger file is a recording: a frame of one person takes about 20 kB.
_MAX_FRAME_BYTES = 16 << 20

#: Keys of people in an object.
_PEOPLE = "people persons instances poses predictions results".split()

#: More people than these in one frame are suspect.
MAX_PEOPLE = 12


def is_clip(file: FrameFile) -> bool:
    """Check whether a JSON file holds several frames. It never raises: a damaged file does not.

    Poses without the number of a frame are frames if they are one person (see `are_one_person`),
    or more than `MAX_PEOPLE`; otherwise they are the people of one frame.
    """
    try:
        data = file.read()
        return len(data) > _MAX_FRAME_BYTES or is_clip_value(
            parse_document(data, file.name), file.name
        )
    except InputError:
        return False


def is_clip_value(value: Any, where: str) -> bool:
    """Check whether the JSON value of a file holds several frames (see `is_clip`).

    Raises
    ------
    InputError
        The value is damaged.
    """
    with nesting_guard(where):
        if _lists_poses(value):
            return _are_frames(parse_people(value, where, None))
        return sum(map(_count_frames, split_recordings(value, where))) > 1


def parse_frame(value: Any, where: str, skeleton: Skeleton | None) -> list[Person]:
    """Parse the people in a file of one frame.

    Parameters
    ----------
    value
        JSON value of the file.
    where
        The file, for messages.
    skeleton
        Skeleton of the keypoints, for forms that do not name it.

    Raises
    ------
    InputError
        The value holds several frames, has an unknown form, or is damaged.
    """
    plain = parse_plain_openpose(value) if skeleton is None else None
    if plain is not None:
        return plain
    order = KeypointOrder(skeleton)
    with nesting_guard(where):
        if _lists_poses(value):
            people = parse_people(value, where, order)
            if _are_frames(people):
                raise _several_frames(where, len(people))
            return people
        try:
            recordings = split_recordings(value, where)
        except InputError:
            return parse_people(value, where, order)
        count = sum(map(_count_frames, recordings))
        if count > 1:
            raise _several_frames(where, count)
        return [
            person
            for frames in recordings
            for _, frame in frames.frames
            for person in parse_people(frame, where, KeypointOrder(skeleton, frames.names))
        ]


def list_poses(value: Any, where: str, skeleton: Skeleton | None) -> list[Any] | None:
    """List the people of a file of one frame if they are one person, with a pose for each frame.

    Parameters
    ----------
    value
        JSON value of a file.
    where
        The file, for messages.
    skeleton
        Skeleton of the keypoints, for forms that do not name it.

    Returns
    -------
    The JSON values of the poses; None if they are people, or there are none.
    """
    poses = value
    if isinstance(value, Mapping):
        poses = next((value[key] for key in _PEOPLE if value.get(key)), None)
        poses = list(poses.values()) if isinstance(poses, Mapping) else poses
    elif not _lists_poses(value):
        return None
    if not isinstance(poses, list):
        return None
    try:
        people = parse_people(value, where, KeypointOrder(skeleton))
    except InputError:
        return None  # reported when it is read
    return poses if len(people) == len(poses) and are_one_person(people) else None


def _are_frames(people: Sequence[Person]) -> bool:
    return len(people) > MAX_PEOPLE or are_one_person(people)


def _count_frames(frames: Frames) -> int:
    return len({number for number, _ in frames.frames})


def _several_frames(where: str, count: int) -> InputError:
    found = f"{count:,} frames, a recording by itself"
    return InputError(problem(where, expected="one frame", found=found))


def _lists_poses(value: Any) -> bool:
    """Check whether a document lists poses of which it does not say if they are frames or people.

    These are keypoints [N, K, 2 or 3] or N lists of landmarks, by themselves or under a key, and
    objects with keypoints that do not name their frame.
    """
    if isinstance(value, Mapping):
        return any(
            isinstance(inner, list) and _lists_arrays(inner)
            for key, inner in value.items()
            if key == "keypoints" or landmark_part(key)
        )
    if not isinstance(value, list):
        return False
    first = first_nonempty(value)
    if isinstance(first, Mapping):
        has_pose = has_keypoints(first) and nesting_depth(first["keypoints"]) <= 2
        return (has_pose or is_openpose_person(first)) and not any(
            key in first for key in FRAME_NUMBERS
        )
    return isinstance(first, list) and _lists_arrays(value)


def _lists_arrays(value: list[Any]) -> bool:
    """Check whether nested lists are poses: lists of landmarks, or of lists of numbers."""
    if holds_people(value):
        return False
    return nesting_depth(value) == (2 if holds_objects(value) else 3)
