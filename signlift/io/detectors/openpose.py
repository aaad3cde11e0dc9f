"""OpenPose's JSON: an object for each frame, with the people in it.

The format is described under "Output" in OpenPose's documentation. Each of the `people` has flat
lists of x, y, confidence: `pose_keypoints_2d` (`pose_keypoints` before version 1.2) of BODY_25 or
of the COCO model, `hand_left_keypoints_2d`, `hand_right_keypoints_2d` and `face_keypoints_2d`,
which may be empty. A missing keypoint is 0, 0, 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import COCO18, OPENPOSE25, OPENPOSE67, OPENPOSE137, Skeleton
from signlift.errors import InputError, problem
from signlift.io.finite_numbers import to_numbers
from signlift.io.people.assemble import Person

_HAND, _FACE = 21, 70
_BODIES: dict[int, Skeleton] = {len(OPENPOSE25): OPENPOSE25, len(COCO18): COCO18}
_COCO18_COLUMNS = [OPENPOSE25.index(name) for name in COCO18.keypoints]


def is_openpose(frame: object) -> bool:
    """Recognise a frame of OpenPose."""
    return isinstance(frame, Mapping) and "people" in frame


def parse_openpose_people(frame: Mapping[str, Any], where: str) -> list[Person]:
    """Parse the people in a frame.

    Parameters
    ----------
    frame
        The JSON object.
    where
        File and frame, for messages.

    Returns
    -------
    Each person on openpose25 or coco18; with hands on openpose67, and with a face on openpose137,
    which have the keypoints of both bodies.

    Raises
    ------
    InputError
        The people do not have OpenPose's form.
    """
    people = frame["people"]
    if not isinstance(people, list):
        raise InputError(problem(where, expected="a list of people", found=_describe(people)))
    return [_person(person, f"{where}, person {number}") for number, person in enumerate(people)]


def _person(person: object, where: str) -> Person:
    if not isinstance(person, Mapping):
        expected = "an object with keypoints"
        raise InputError(problem(where, expected=expected, found=_describe(person)))
    keypoints = person.get("pose_keypoints_2d", person.get("pose_keypoints"))
    if keypoints is None:
        raise InputError(problem(where, expected="pose_keypoints_2d", found="none"))
    body = _triples(keypoints, where, "pose_keypoints_2d", (*_BODIES, 0))
    hands = [
        _triples(person.get(f"hand_{side}_keypoints_2d"), where, f"hand_{side}", (_HAND, 0))
        for side in ("left", "right")
    ]
    face = _triples(person.get("face_keypoints_2d"), where, "face", (_FACE, 0))
    if not len(hands[0]) and not len(hands[1]) and not len(face) and len(body):
        return Person(_BODIES[len(body)], body)
    skeleton = OPENPOSE137 if len(face) else OPENPOSE67
    values = np.full((len(skeleton), 3), np.nan, np.float32)
    if len(body):
        values[_COCO18_COLUMNS if len(body) == len(COCO18) else slice(len(OPENPOSE25))] = body
    start = len(OPENPOSE25)
    for part, count in (
        (face, len(skeleton) - start - 2 * _HAND),
        *((hand, _HAND) for hand in hands),
    ):
        values[start : start + len(part)] = part
        start += count
    return Person(skeleton, values)


def _triples(value: object, where: str, name: str, counts: tuple[int, ...]) -> NDArray[np.float32]:
    """Convert a flat list of x, y, confidence to [count, 3]; None counts as empty."""
    if value is None or value == []:
        return np.empty((0, 3), np.float32)
    numbers = to_numbers(value, where, name)
    if numbers.ndim != 1 or numbers.size not in [3 * count for count in counts]:
        sizes = " or ".join(str(3 * count) for count in counts if count)
        expected = f"{sizes} numbers in {name}"
        raise InputError(problem(where, expected=expected, found=str(numbers.size)))
    return numbers.reshape(-1, 3).astype(np.float32)


def _describe(value: object) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    return repr(value)[:40]
