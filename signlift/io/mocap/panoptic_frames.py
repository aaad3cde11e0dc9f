"""Frames of the CMU Panoptic Studio's 3D keypoints (Joo et al., Panoptic Studio, 2015): JSON.

`bodies` is a list. Each body has `id` and four numbers for each joint, x, y, z and a score:
`joints26` (that of How2Sign: Duarte et al., 2021) or `joints19`, the first 19 of these. Hands are
in files of their own: `people`, each with `id` and `left_hand` and `right_hand`, of 21 `landmarks`,
x, y, z, and their `averageScore`. Lengths are in centimetres; y points down. A score of -1 marks a
missing joint.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from signlift.errors import InputError, problem
from signlift.io.finite_numbers import to_numbers
from signlift.utils.bounded_json import parse_json

#: Number of joints by the field that holds them.
BODY_JOINTS = {"joints26": 26, "joints19": 19}

#: First keypoint of each hand on panoptic67.
HANDS = {"right_hand": PANOPTIC67.index("RHandRoot"), "left_hand": PANOPTIC67.index("LHandRoot")}

_LANDMARKS = 21

#: Longest id in messages.
_MAX_ID = 20


class BodyFrame(NamedTuple):
    """Bodies in a frame.

    Attributes
    ----------
    bodies
        [26, 4] by id on panoptic26: x, y, z (NaN where missing) and score.
    milliseconds
        Time of the frame, or None.
    """

    bodies: dict[int, NDArray[np.float32]]
    milliseconds: float | None


def parse_bodies(data: bytes, where: str) -> BodyFrame:
    """Parse a body3DScene file.

    Parameters
    ----------
    data
        Content of the file.
    where
        The file, for messages.

    Returns
    -------
    The bodies. The first of two bodies with one id counts.

    Raises
    ------
    InputError
        The content is not JSON, or not such a frame.
    """
    value = parse_json(data, where)
    bodies: dict[int, NDArray[np.float32]] = {}
    for person, place, number in _people(value, "bodies", where):
        key = next((key for key in BODY_JOINTS if key in person), None)
        if key is None:
            found = next((str(key) for key in person if str(key).startswith("joints")), "neither")
            expected = " or ".join(BODY_JOINTS)
            raise InputError(problem(place, expected=expected, found=found[:40]))
        values = _numbers(person, key, 4 * BODY_JOINTS[key], place)
        joints = np.full((len(PANOPTIC26), 4), np.nan, np.float32)
        joints[: BODY_JOINTS[key]] = _mask_missing(values.reshape(-1, 4))
        bodies.setdefault(number, joints)
    time = value.get("univTime")
    valid = isinstance(time, int | float) and not isinstance(time, bool) and 0 < time < 1e15
    return BodyFrame(bodies, float(time) if valid else None)


def parse_hands(data: bytes, where: str) -> dict[int, NDArray[np.float32]]:
    """Parse a handRecon3D file.

    Parameters
    ----------
    data, where
        As for `parse_bodies`.

    Returns
    -------
    [2, 21, 4] by id, the right hand and the left: x, y, z (NaN where missing) and score.

    Raises
    ------
    InputError
        The content is not JSON, or not such a frame.
    """
    value = parse_json(data, where)
    people: dict[int, NDArray[np.float32]] = {}
    for person, place, number in _people(value, "people", where):
        hands = np.full((len(HANDS), _LANDMARKS, 4), np.nan, np.float32)
        for row, side in enumerate(HANDS):
            hand = person.get(side)
            if hand is None:
                continue
            if not isinstance(hand, Mapping):
                found = type(hand).__name__
                raise InputError(problem(place, expected=f"an object {side}", found=found))
            where_hand = f"{place}, {side}"
            points = _numbers(hand, "landmarks", 3 * _LANDMARKS, where_hand).reshape(-1, 3)
            scores = _numbers(hand, "averageScore", _LANDMARKS, where_hand).reshape(-1, 1)
            hands[row] = _mask_missing(np.concatenate([points, scores], 1))
        people.setdefault(number, hands)
    return people


def _people(value: object, key: str, where: str) -> list[tuple[Mapping[str, Any], str, int]]:
    """List the people of a frame, each with a place for messages and an id."""
    items = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(items, list):
        expected = f"a frame of Panoptic with a list of {key}"
        raise InputError(problem(where, expected=expected, found="other JSON"))
    people = []
    for row, person in enumerate(items):
        number = person.get("id") if isinstance(person, Mapping) else None
        if not isinstance(number, int) or isinstance(number, bool):
            place = f"{where}, {key} {row}"
            raise InputError(problem(place, expected="an object with an id", found="none"))
        people.append((person, f"{where}, person {str(number)[:_MAX_ID]}", number))
    return people


def _numbers(fields: Mapping[str, Any], key: str, size: int, where: str) -> NDArray[np.float64]:
    """Convert a field to a flat array of this size."""
    values = to_numbers(fields.get(key, []), where, key)
    if values.size != size:
        expected = f"{size} numbers in {key}"
        raise InputError(problem(where, expected=expected, found=str(values.size)))
    return values.ravel()


def _mask_missing(joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """Set missing joints of [n, 4] to NaN with a score of 0."""
    missing = np.isnan(joints).any(1) | (joints[:, 3] < 0) | (joints == 0).all(1)
    return np.where(missing[:, None], (np.nan, np.nan, np.nan, 0), joints)
