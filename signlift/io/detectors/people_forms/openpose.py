"""OpenPose's JSON: an object for each frame, with the people in it.

The format is described under "Output" in OpenPose's documentation. Each of the `people` has flat
lists of x, y, confidence: `pose_keypoints_2d` (`pose_keypoints` before version 1.2) of BODY_25 or
of the COCO model, `hand_left_keypoints_2d`, `hand_right_keypoints_2d` and `face_keypoints_2d`,
which may be empty. A missing keypoint is 0, 0, 0.

Other programs write this form with more freedom, all of which is read: other numbers of keypoints
in `pose_keypoints_2d` (Pose2Sim: RTMPose's 17, 26 or 133), one object in place of the list of
people (AIHub's sign language corpora), people by number, null, and lists of [x, y, confidence].

signlift's own files have `pose_keypoints_3d` too, with the x and y of `pose_keypoints_2d` and
depth. The 3D keypoints of other programs are in a space of their own, and are not read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import COCO18, OPENPOSE25, OPENPOSE67, OPENPOSE137, Skeleton
from signlift.errors import InputError, problem
from signlift.io.detectors.nested_lists import describe_json
from signlift.io.detectors.people_forms.keypoint_order import ANY_ORDER, KeypointOrder
from signlift.io.detectors.people_forms.person_fields import parse_identity
from signlift.io.detectors.people_forms.plain_openpose import (
    KEYS,
    parse_plain_frame,
    parse_plain_person,
)
from signlift.io.finite_numbers import to_keypoints, to_numbers
from signlift.io.people.assemble import Person

_BODIES: dict[int, Skeleton] = {len(OPENPOSE25): OPENPOSE25, len(COCO18): COCO18}
_HANDS = [name for name in OPENPOSE67.keypoints if name not in OPENPOSE25.keypoints]

#: Keypoints of the parts beside the body. Some programs leave out the two pupils of the face.
_PARTS: dict[str, list[str]] = {
    "hand_left": [name for name in _HANDS if name[0] == "L"],
    "hand_right": [name for name in _HANDS if name[0] == "R"],
    "face": [name for name in OPENPOSE137.keypoints if name not in OPENPOSE67.keypoints],
}
_COUNTS = {"hand_left": (21,), "hand_right": (21,), "face": (70, 68)}

_BODY_KEYS = ("pose_keypoints_2d", "pose_keypoints")
_DEPTH_KEY = "pose_keypoints_3d"


def is_openpose(frame: object) -> bool:
    """Recognise a frame of OpenPose."""
    if not isinstance(frame, Mapping) or "people" not in frame:
        return False
    people = frame["people"]
    if isinstance(people, Mapping):
        people = list(people.values())
    # People of another form are read as those of other detectors.
    return not isinstance(people, list) or not any(
        isinstance(person, Mapping) and "keypoints" in person for person in people
    )


def is_openpose_person(value: object) -> bool:
    """Recognise a person of OpenPose."""
    return isinstance(value, Mapping) and any(key in value for key in (*_BODY_KEYS, _DEPTH_KEY))


def parse_openpose_people(
    frame: Mapping[str, Any], where: str, order: KeypointOrder = ANY_ORDER
) -> list[Person]:
    """Parse the people in a frame.

    Parameters
    ----------
    frame
        The JSON object.
    where
        File and frame, for messages.
    order
        The skeleton of `pose_keypoints_2d`, if it is not one of OpenPose's.

    Returns
    -------
    Each person on openpose25 or coco18; with hands on openpose67, and with a face on openpose137,
    which have the keypoints of both bodies. Other numbers of keypoints are on the skeleton of
    their number. People without any keypoint are left out.

    Raises
    ------
    InputError
        The people do not have OpenPose's form.
    """
    people = frame["people"]
    if people is None:
        return []
    if is_openpose_person(people):
        people = [people]
    elif isinstance(people, Mapping):
        people = list(people.values())
    if not isinstance(people, list):
        raise InputError(problem(where, expected="a list of people", found=describe_json(people)))
    parsed = [
        parse_openpose_person(person, f"{where}, person {number}", order)
        for number, person in enumerate(people)
        if person is not None
    ]
    return [person for person in parsed if person is not None]


def parse_plain_openpose(frame: object) -> list[Person] | None:
    """Parse the people in a frame as OpenPose itself writes it, fast; None if it has another form.

    Parameters
    ----------
    frame
        The JSON value. The people are those that `parse_openpose_people` returns.
    """
    return parse_plain_frame(frame, _arrange_plain)


def parse_openpose_person(person: object, where: str, order: KeypointOrder) -> Person | None:
    """Parse one of the people; None if no keypoint was detected.

    Raises
    ------
    InputError
        The person does not have OpenPose's form.
    """
    plain = parse_plain_person(person, _arrange_plain) if order == ANY_ORDER else None
    return _parse_person(person, where, order) if plain is None else plain


@lru_cache(maxsize=64)
def _arrange_plain(counts: tuple[int, ...]) -> tuple[Skeleton, NDArray[np.int64]] | None:
    """Find where the keypoints of a person's parts are on its skeleton (see `plain_openpose`)."""
    rows = np.repeat(np.arange(sum(counts)), 3)
    parts = np.split(rows, 3 * np.cumsum(counts)[:-1])
    numbered = {key: part.tolist() for key, part in zip(KEYS, parts, strict=True)}
    person = _parse_person(numbered, "", ANY_ORDER)
    if person is None:
        return None
    return person.skeleton, np.nan_to_num(person.values[:, 0], nan=-1).astype(np.int64)


def _parse_person(person: object, where: str, order: KeypointOrder) -> Person | None:
    """Parse a person in any form (see `parse_openpose_person`)."""
    if not isinstance(person, Mapping):
        expected = "an object with keypoints"
        raise InputError(problem(where, expected=expected, found=describe_json(person)))
    body = _parse_part(person, where, "pose", None)
    if body is None and not any(key in person for key in _BODY_KEYS):
        found = "pose_keypoints_3d alone (depth is predicted from 2D keypoints)"
        found = found if person.get(_DEPTH_KEY) else _describe_parts(person)
        raise InputError(problem(where, expected="pose_keypoints_2d", found=found))
    if body is None and person.get(_DEPTH_KEY):
        found = "pose_keypoints_3d alone (depth is predicted from 2D keypoints)"
        raise InputError(problem(where, expected="pose_keypoints_2d", found=found))
    parts = {part: _parse_part(person, where, part, _COUNTS[part]) for part in _PARTS}
    given = {part: values for part, values in parts.items() if values is not None}
    if body is None:
        if not given:
            return None
        skeleton, body = OPENPOSE25, np.full((len(OPENPOSE25), 4), np.nan, np.float32)
    else:
        skeleton, body = _arrange_body(body, where, order)
    if given and not skeleton.has(_HANDS[0]):
        target = OPENPOSE137 if "face" in given else OPENPOSE67
        values = np.full((len(target), 4), np.nan, np.float32)
        _place(values, target, body, skeleton.keypoints)
        for part, part_values in given.items():
            _place(values, target, part_values, _PARTS[part])
        skeleton, body = target, values
    depth = None if np.isnan(body[:, 3]).all() else body[:, 3]
    return Person(skeleton, body[:, :3], parse_identity(person), depth)


def _arrange_body(
    body: NDArray[np.float32], where: str, order: KeypointOrder
) -> tuple[Skeleton, NDArray[Any]]:
    openpose = _BODIES.get(len(body))
    if openpose is not None and order.names is None:
        given = order.skeleton
        if given is None or set(openpose.keypoints) <= set(given.keypoints):
            return openpose, body
    return order.arrange(body, where)


def _place(
    values: NDArray[np.float32],
    skeleton: Skeleton,
    part: NDArray[np.float32],
    names: Sequence[str],
) -> None:
    """Set the keypoints of a part, as far as the skeleton has them."""
    numbers, rows = _find_columns(skeleton, tuple(names))
    if len(part) < len(names):  # a face without pupils
        kept = rows < len(part)
        numbers, rows = numbers[kept], rows[kept]
    values[numbers] = part[rows]


@lru_cache(maxsize=64)
def _find_columns(
    skeleton: Skeleton, names: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the numbers of names in a skeleton, and those of the names that it has."""
    pairs = [(skeleton.find(name), row) for row, name in enumerate(names)]
    found = np.array([pair for pair in pairs if pair[0] is not None], np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _parse_part(
    person: Mapping[str, Any], where: str, part: str, counts: tuple[int, ...] | None
) -> NDArray[np.float32] | None:
    """Parse a part of a person to [K, 4], x, y, confidence, depth; None if it has no keypoints."""
    keys = _BODY_KEYS if part == "pose" else (f"{part}_keypoints_2d", f"{part}_keypoints")
    key = next((key for key in keys if person.get(key) is not None), keys[0])
    value = person.get(key)
    if value is None or value == []:
        return None
    numbers = to_numbers(value, where, key, finite=False)
    if numbers.ndim == 2 and numbers.shape[1] == 3:
        numbers = numbers.ravel()
    sizes = None if counts is None else [3 * count for count in counts]
    if numbers.ndim != 1 or numbers.size % 3 or (sizes and numbers.size not in sizes):
        amount = f"{sizes[0]} numbers" if sizes else "three numbers for each keypoint"
        found = str(numbers.size) if numbers.ndim == 1 else f"shape {list(numbers.shape)}"
        raise InputError(problem(where, expected=f"{amount} in {key}", found=found))
    values = np.full((numbers.size // 3, 4), np.nan, np.float32)
    values[:, :3] = to_keypoints(numbers.reshape(-1, 3), None, where, key)
    depth = person.get(f"{part}_keypoints_3d")
    if isinstance(depth, list) and len(depth) == 4 * len(values):
        values[:, 3] = _parse_depth(to_numbers(depth, where, f"{part}_keypoints_3d"), values)
    return values


def _parse_depth(numbers: NDArray[np.float64], values: NDArray[np.float32]) -> NDArray[np.float32]:
    """Select the depth of keypoints; NaN where missing, and if x and y are not those in 2D."""
    points = numbers.reshape(-1, 4).astype(np.float32)
    present = (points != 0).any(1)
    depth = np.where(present, points[:, 2], np.float32("nan"))
    same = np.allclose(points[present, :2], values[present, :2], rtol=1e-5, atol=1e-4)
    return depth if same else np.full_like(depth, np.nan)


def _describe_parts(person: Mapping[str, Any]) -> str:
    """Name the parts that a person without a body has."""
    parts = {"hand": "hands", "face": "face"}
    names = [
        name for part, name in parts.items() if any(part in key and person[key] for key in person)
    ]
    return f"{' and '.join(names)} alone" if names else "none"
