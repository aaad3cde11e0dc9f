"""OpenPose's JSON as OpenPose writes it, which is read several times as fast as its other forms.

The result is that of `signlift.io.detectors.people_forms.openpose`. Whatever differs in the
slightest from the plain form is left to it, with its checks and messages.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import Skeleton
from signlift.io.detectors.people_forms.person_fields import to_identity
from signlift.io.finite_numbers import MAX_NUMBER
from signlift.io.people.assemble import Person

#: The parts of a person, in the order in which their numbers are put together.
KEYS = [f"{part}_keypoints_2d" for part in ("pose", "hand_left", "hand_right", "face")]

#: Numbers of keypoints of each part: BODY_25 or COCO, and hands and a face, which may be empty.
_PLAIN_COUNTS = ((25, 18), (21, 0), (21, 0), (70, 0))

_FRAME_KEYS = frozenset({"version", "people"})
_DEPTH_KEYS = [key.replace("2d", "3d") for key in KEYS]
_PERSON_KEYS = frozenset({"person_id", *KEYS, *_DEPTH_KEYS})

#: A function of the numbers of keypoints of the parts: the skeleton, and for each of its keypoints
#: the row in the parts together, -1 where no part has it; None where there is no such skeleton.
Arrange = Callable[[tuple[int, ...]], tuple[Skeleton, NDArray[np.int64]] | None]


def parse_plain_frame(frame: object, arrange: Arrange) -> list[Person] | None:
    """Parse a frame of OpenPose; None if it has not the plain form.

    Parameters
    ----------
    frame
        The JSON value.
    arrange
        See `Arrange`.
    """
    if type(frame) is not dict or not frame.keys() <= _FRAME_KEYS:
        return None
    people = frame.get("people")
    if type(people) is not list:
        return None
    parsed = []
    for value in people:
        person = parse_plain_person(value, arrange)
        if person is None:
            return None
        parsed.append(person)
    return parsed


def parse_plain_person(person: object, arrange: Arrange) -> Person | None:
    """Parse a person of OpenPose; None if it has not the plain form.

    Parameters
    ----------
    person
        The JSON value.
    arrange
        See `Arrange`.
    """
    if type(person) is not dict or not person.keys() <= _PERSON_KEYS:
        return None
    for key in _DEPTH_KEYS:
        if person.get(key):
            return None
    numbers: list[Any] = []
    counts = []
    for key, plain in zip(KEYS, _PLAIN_COUNTS, strict=True):
        part = person.get(key, [])
        if type(part) is not list or len(part) % 3 or len(part) // 3 not in plain:
            return None
        counts.append(len(part) // 3)
        numbers += part
    arranged = arrange(tuple(counts))
    if arranged is None:
        return None
    try:
        values = np.array(numbers, np.float64)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    # NaN compares as False.
    if values.ndim != 1 or not (values.max() < MAX_NUMBER and values.min() > -MAX_NUMBER):
        return None
    skeleton, rows = arranged
    keypoints = np.empty((len(values) // 3 + 1, 3), np.float32)
    keypoints[:-1] = values.reshape(-1, 3)
    keypoints[-1] = np.nan
    return Person(skeleton, keypoints[rows], to_identity(person.get("person_id")))
