"""Keypoints that carry their names.

    [{"part": "leftShoulder", "position": {"x": 3, "y": 4}, "score": 0.9}, ...]   PoseNet
    [{"name": "left_shoulder", "x": 3, "y": 4, "score": 0.9}, ...]    MoveNet, BlazePose, ml5
    [{"type": "LEFT_SHOULDER", "position": {...}, "inFrameLikelihood": 0.9}, ...]  ML Kit
    {"left_shoulder": {"x": 3, "y": 4}, ...} and {"left_shoulder": [3, 4, 0.9], ...}

A list whose keypoints have no names, or names of another language, goes by its number.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import MEDIAPIPE33
from signlift.errors import InputError, problem
from signlift.io.detectors.nested_lists import is_landmark
from signlift.io.detectors.people_forms.keypoint_order import (
    KeypointOrder,
    arrange_by_name,
    name_body,
)
from signlift.io.detectors.people_forms.mediapipe import (
    is_mediapipe,
    landmark_part,
    make_person,
    parse_landmark,
    parse_landmarks,
    parse_mediapipe_people,
    sort_landmarks,
)
from signlift.io.finite_numbers import to_keypoints, to_numbers
from signlift.io.people.assemble import Person
from signlift.io.people.keypoint_names import parse_keypoint_name

_NAMES = ("part", "name", "type", "label", "bodyPart", "body_part", "keypoint", "joint")
_HOLDERS = ("pose", "keypoints", "landmarks", "pose_landmarks", "poseLandmarks", "joints", "body")

#: Ends of keys that hold a number of a point, and the key of such a number in a point.
_FLAT = ("_x", "_X")
_FIELDS = {
    **dict.fromkeys("xX", "x"),
    **dict.fromkeys("yY", "y"),
    **dict.fromkeys("c conf confidence score visibility likelihood v".split(), "confidence"),
}

#: What languages put before a name ("PoseLandmarkType.leftShoulder"), and Apple's Vision after it.
_AFFIXES = re.compile(r"^.*(landmark|joint)\w*[.:]|_joint$", re.IGNORECASE)

#: Apple's names of joints, which are those of the bones that begin there.
_VISION = {
    "forearm": "elbow",
    "hand": "wrist",
    "upLeg": "hip",
    "leg": "knee",
    "foot": "ankle",
    "head": "nose",
}

#: MediaPipe's names of the 21 keypoints of a hand.
_HAND = [
    "wrist",
    *(f"thumb_{joint}" for joint in ("cmc", "mcp", "ip", "tip")),
    *(
        f"{finger}_{joint}"
        for finger in ("index", "middle", "ring", "pinky")
        for joint in ("mcp", "pip", "dip", "tip")
    ),
]


def parse_landmark_list(landmarks: list[Any], where: str, order: KeypointOrder) -> Person:
    """Parse a person from a list of landmarks: by their names if they have any, else by number.

    Raises
    ------
    InputError
        A landmark has no x or y, or no skeleton has the names or the number.
    """
    landmarks = sort_landmarks(landmarks)
    values = parse_landmarks(landmarks, where)
    names = _list_names(landmarks)
    if order.skeleton is None and names is not None:
        return make_person(*arrange_by_name(names, values, where))
    return make_person(*order.arrange(values, where))


def is_named(frame: object) -> bool:
    """Recognise keypoints of one person by name, in an object or in one that it holds."""
    return _find_points(frame) is not None


def parse_named_people(frame: Mapping[str, Any], where: str, order: KeypointOrder) -> list[Person]:
    """Parse the one person of an object of points by name; MediaPipe's hands may be beside them.

    Raises
    ------
    InputError
        A point has no x or y.
    """
    points = _find_points(frame)
    assert points is not None
    named = {_clean(name): point for name, point in points.items() if _is_point(point)}
    values = _parse_points(named, where)
    skeleton, values = arrange_by_name(tuple(named), values, where)
    if order.skeleton not in (None, skeleton):
        expected = f"no given skeleton, as the keypoints have names (those of {skeleton.name})"
        raise InputError(problem(where, expected=expected, found=order.skeleton.name))
    hands = {key: _list_hand(hand) for key, hand in frame.items() if _hand_side(key) and hand}
    if skeleton is not MEDIAPIPE33 or not hands:
        return [make_person(skeleton, values)]
    return parse_mediapipe_people({"pose_landmarks": values.tolist(), **hands}, where)


def _find_points(frame: object) -> Mapping[str, Any] | None:
    """Find the object whose keys are names of keypoints."""
    if not isinstance(frame, Mapping):
        return None
    if any(str(key).endswith(_FLAT) for key in frame):
        frame = _unflatten(frame)
    for holder in (frame, *(frame.get(key) for key in _HOLDERS)):
        if isinstance(holder, Mapping):
            names = {_parse_name(str(key)) for key in holder}
            if {"LShoulder", "RShoulder"} <= names:
                return holder
    return None


def _unflatten(frame: Mapping[str, Any]) -> dict[str, Any]:
    """Collect the points of left_shoulder_x, left_shoulder_y, left_shoulder_confidence, ..."""
    points: dict[str, Any] = {}
    for key, value in frame.items():
        name, _, field = str(key).rpartition("_")
        if name and field in _FIELDS and not isinstance(value, list | Mapping):
            points.setdefault(name, {})[_FIELDS[field]] = value
    return points


def _parse_points(points: Mapping[str, Any], where: str) -> NDArray[np.float32]:
    """Convert points by name to [K, 4], x, y, z and confidence; NaN where there is none."""
    rows: list[list[Any]] = []
    for name, point in points.items():
        if is_landmark(point):
            rows.append(parse_landmark(point))
        elif isinstance(point, list) and 2 <= len(point) <= 5:
            # x, y; x, y, confidence; or MediaPipe's x, y, z, visibility(, presence)
            rows.append(
                [*point[:2], *(point[2:4] if point[3:] else [None, *(point[2:] or [None])])]
            )
        elif point:
            found = repr(point)[:40]
            raise InputError(problem(f"{where}, {name}", expected="x and y", found=found))
        else:
            rows.append([None] * 4)
    numbers = to_numbers(rows, where, "keypoints", finite=False)
    values = to_keypoints(numbers, None, where, "keypoints").astype(np.float32)
    if (values[:, 3] < 0).any() or (values[:, 3] > 1).any():
        values[:, 3] = np.nan  # it is z
    return values


def _is_point(value: object) -> bool:
    return value is None or isinstance(value, list) or is_landmark(value) or value == {}


def _list_names(landmarks: Sequence[Any]) -> tuple[str, ...] | None:
    """List the names of landmarks; None if one has none, or if they name no shoulders."""
    names = []
    for landmark in landmarks:
        name = next((landmark[key] for key in _NAMES if landmark.get(key) is not None), None)
        if isinstance(name, int) and 0 <= name < len(MEDIAPIPE33):  # ML Kit's numbers
            name = MEDIAPIPE33.keypoints[name]
        if not isinstance(name, str):
            return None
        names.append(_clean(name))
    return tuple(names) if name_body(names) else None


def _hand_side(key: str) -> str | None:
    part = landmark_part(key) if is_mediapipe({key: None}) else None
    return None if part == "pose" else part


def _list_hand(hand: object) -> Any:
    """List the points of a hand by name in MediaPipe's order; another value as it is."""
    if not isinstance(hand, Mapping) or "landmark" in hand or "landmarks" in hand:
        return hand
    points = {
        re.sub("_?finger|^(left|right)_", "", str(name).lower().replace(" ", "_")): point
        for name, point in hand.items()
    }
    rows = _parse_points({name: points.get(name) for name in _HAND}, "hand")
    return rows.tolist()


def _clean(name: object) -> str:
    text = _AFFIXES.sub("", str(name))
    side, _, part = text.partition("_")
    if text != name and str(name).endswith("_joint"):
        return _VISION.get(text, f"{side}_{_VISION.get(part, part)}")
    return text


@lru_cache(maxsize=4096)
def _parse_name(name: str) -> str | None:
    return parse_keypoint_name(_clean(name)[:100])
