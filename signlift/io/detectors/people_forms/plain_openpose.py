"""OpenPose's JSON as OpenPose writes it, which is read several times as fast as its other forms.

signlift's own files are of this form, too: with depth in the lists of 3D keypoints.

The result is that of `signlift.io.detectors.people_forms.openpose`. Whatever differs in the
slightest from the plain form is left to it, with its checks and messages.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
    numbers: list[Any] = []
    counts = []
    for key, plain in zip(KEYS, _PLAIN_COUNTS, strict=True):
        part = person.get(key, [])
        if type(part) is not list or len(part) % 3 or len(part) // 3 not in plain:
            return None
        counts.append(len(part) // 3)
        numbers += part
    arranged = arrange(tuple(counts))
    points = _list_points(person, counts)
    if arranged is None or points is None:
        return None
    try:
        values = np.array(numbers + points, np.float64)
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    # NaN compares as False.
    if values.ndim != 1 or not (values.max() < MAX_NUMBER and values.min() > -MAX_NUMBER):
        return None
    skeleton, rows = arranged
    keypoints = np.empty((len(numbers) // 3 + 1, 3), np.float32)
    keypoints[:-1] = values[: len(numbers)].reshape(-1, 3)
    keypoints[-1] = np.nan
    depth = None
    if points:
        depth = _select_depth(values[len(numbers) :], keypoints, counts)[rows]
        depth = None if np.isnan(depth).all() else depth
    return Person(skeleton, keypoints[rows], to_identity(person.get("person_id")), depth)


def _list_points(person: dict[str, Any], counts: Sequence[int]) -> list[Any] | None:
    """List x, y, z and confidence of all parts, 0 for parts without; [] if none has any.

    None if they have not the plain form.
    """
    parts = [person.get(key) or [] for key in _DEPTH_KEYS]
    if not any(parts):
        return []
    points: list[Any] = []
    for part, count in zip(parts, counts, strict=True):
        if part and (type(part) is not list or len(part) != 4 * count):
            return None
        points += part or [0] * (4 * count)
    return points


def _select_depth(
    numbers: NDArray[np.float64], keypoints: NDArray[np.float32], counts: Sequence[int]
) -> NDArray[np.float32]:
    """Select the depth of each keypoint, and NaN at the end.

    It is NaN where missing, and in parts whose x and y are not those in 2D.
    """
    points = numbers.reshape(-1, 4).astype(np.float32)
    present = (points != 0).any(1)
    depth = np.full(len(keypoints), np.nan, np.float32)
    depth[:-1][present] = points[present, 2]
    known = keypoints[:-1, :2]
    close = np.abs(points[:, :2] - known) <= 1e-4 + 1e-5 * np.abs(known)
    differs = present & ~close.all(1)
    if differs.any():
        start = 0
        for count in counts:
            if differs[start : start + count].any():
                depth[start : start + count] = np.nan
            start += count
    return depth
