"""One frame of the CMU Panoptic Studio's 3D keypoints (Joo et al., Panoptic Studio, 2015): JSON.

`bodies`, each with `id` and four numbers for each joint, x, y, z and a score: `joints26` (that of
How2Sign: Duarte et al., 2021) or `joints19`, the first 19 of these. Hands are in files of their
own: `people`, each with `id` and `left_hand` and `right_hand`, of 21 `landmarks`, x, y, z, and
their `averageScore`. Centimetres, y down. A score of -1 is a joint that is missing.
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

#: How many joints there may be, by the field that holds them.
BODY_JOINTS = {"joints26": 26, "joints19": 19}

#: Where the hands begin on panoptic67: the right one, then the left one.
HANDS = {"right_hand": PANOPTIC67.index("RHandRoot"), "left_hand": PANOPTIC67.index("LHandRoot")}

_LANDMARKS = 21


class BodyFrame(NamedTuple):
    """The bodies in a frame, [26, 4] by id: x, y, z (NaN if missing) and score; and its time."""

    bodies: dict[int, NDArray[np.float32]]
    milliseconds: float | None


def parse_bodies(data: bytes, where: str) -> BodyFrame:
    """The bodies of a body3DScene file.

    Parameters
    ----------
    data
        The file's bytes.
    where
        The file, for messages.

    Returns
    -------
    Each on panoptic26, NaN for joints that are missing. Of two with one id the first counts.

    Raises
    ------
    InputError
        It is not JSON, or not such a frame.
    """
    value = parse_json(data, where)
    bodies: dict[int, NDArray[np.float32]] = {}
    for person, said, number in _people(value, "bodies", where):
        key = next((key for key in BODY_JOINTS if key in person), None)
        if key is None:
            expected = " or ".join(BODY_JOINTS)
            raise InputError(problem(said, expected=expected, found=_joints_of(person)))
        given = to_numbers(person[key], said, key)
        count = BODY_JOINTS[key]
        if given.size != 4 * count:
            expected = f"{4 * count} numbers in {key}"
            raise InputError(problem(said, expected=expected, found=str(given.size)))
        joints = np.full((len(PANOPTIC26), 4), np.nan, np.float32)
        joints[:count] = _checked(given.reshape(count, 4))
        bodies.setdefault(number, joints)
    time = value.get("univTime")
    known = isinstance(time, int | float) and not isinstance(time, bool) and 0 < time < 1e15
    return BodyFrame(bodies, float(time) if known else None)


def parse_hands(data: bytes, where: str) -> dict[int, NDArray[np.float32]]:
    """The hands of a handRecon3D file.

    Parameters
    ----------
    data, where
        As for `parse_bodies`.

    Returns
    -------
    By id [2, 21, 4], the right hand and the left: x, y, z (NaN if missing) and score.

    Raises
    ------
    InputError
        It is not JSON, or not such a frame.
    """
    value = parse_json(data, where)
    people: dict[int, NDArray[np.float32]] = {}
    for person, said, number in _people(value, "people", where):
        hands = np.full((len(HANDS), _LANDMARKS, 4), np.nan, np.float32)
        for row, side in enumerate(HANDS):
            hand = person.get(side)
            if hand is None:
                continue
            if not isinstance(hand, Mapping):
                raise InputError(problem(said, expected=f"an object {side}", found="another"))
            places = _of_size(hand, "landmarks", 3 * _LANDMARKS, f"{said}, {side}")
            scores = _of_size(hand, "averageScore", _LANDMARKS, f"{said}, {side}")
            joints = np.concatenate([places.reshape(-1, 3), scores.reshape(-1, 1)], 1)
            hands[row] = _checked(joints)
        people.setdefault(number, hands)
    return people


def _people(value: object, key: str, where: str) -> list[tuple[Mapping[str, Any], str, int]]:
    """Each person of a frame, what to call them in messages, and their id."""
    given = value.get(key) if isinstance(value, Mapping) else None
    if not isinstance(given, list):
        expected = f"a frame of Panoptic with a list of {key}"
        raise InputError(problem(where, expected=expected, found="JSON of another kind"))
    people = []
    for row, person in enumerate(given):
        number = person.get("id") if isinstance(person, Mapping) else None
        if not isinstance(number, int) or isinstance(number, bool):
            said = f"{where}, {key} {row}"
            raise InputError(problem(said, expected="an object with an id", found="none"))
        people.append((person, f"{where}, person {str(number)[:20]}", number))
    return people


def _checked(joints: NDArray[np.float64]) -> NDArray[np.float64]:
    """Joints [n, 4]; those that are missing become NaN, with the score 0."""
    score = joints[:, 3]
    gone = np.isnan(joints).any(1) | (score < 0) | (joints == 0).all(1)
    return np.where(gone[:, None], (np.nan, np.nan, np.nan, 0), joints)


def _of_size(hand: Mapping[str, Any], key: str, size: int, where: str) -> NDArray[np.float64]:
    given = to_numbers(hand.get(key, []), where, key)
    if given.size != size:
        expected = f"{size} numbers in {key}"
        raise InputError(problem(where, expected=expected, found=str(given.size)))
    return given.ravel()


def _joints_of(person: Mapping[str, Any]) -> str:
    return next((key for key in person if str(key).startswith("joints")), "neither")[:40]
