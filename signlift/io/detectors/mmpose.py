"""JSON of MMPose, RTMLib and AlphaPose: people on COCO, COCO-WholeBody or Halpe.

A person is an object with `keypoints`: pairs [x, y] with `keypoint_scores` beside them (MMPose's
inferencers), or a flat list x, y, confidence (AlphaPose, and COCO's results). RTMLib gives arrays
`keypoints` [N, K, 2] and `scores` [N, K] of the N people in a frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import (
    HALPE26,
    MEDIAPIPE33,
    MEDIAPIPE75,
    SKELETONS,
    Skeleton,
    skeleton_of_size,
)
from signlift.errors import InputError, problem
from signlift.io.detectors.mediapipe import parse_landmarks, select_mediapipe_columns
from signlift.io.detectors.nested_lists import is_landmark, nesting_depth
from signlift.io.finite_numbers import to_numbers
from signlift.io.people.assemble import Person

_SCORES = ("keypoint_scores", "scores", "keypoints_scores", "confidence", "confidences")
_MEDIAPIPE = (MEDIAPIPE33, MEDIAPIPE75)


def has_keypoints(value: object) -> bool:
    """Recognise a person, or a frame of RTMLib."""
    return isinstance(value, Mapping) and "keypoints" in value


def parse_mmpose_people(
    value: Mapping[str, Any], where: str, skeleton: Skeleton | None
) -> list[Person]:
    """Parse the people of an object with `keypoints` and `keypoint_scores` (or `scores`).

    Parameters
    ----------
    value
        The JSON object of one person, or of a frame of RTMLib.
    where
        File and frame, for messages.
    skeleton
        Skeleton of the keypoints, if it has that number of keypoints. Otherwise the default
        skeleton of the number is used (halpe26 for 26).

    Raises
    ------
    InputError
        The keypoints have another form.
    """
    keypoints = value["keypoints"]
    scores = next((value[key] for key in _SCORES if value.get(key) is not None), None)
    if keypoints is None or keypoints == []:
        return []
    if not isinstance(keypoints, list):
        found = "an object" if isinstance(keypoints, Mapping) else repr(keypoints)[:40]
        raise InputError(problem(where, expected="a list of keypoints", found=found))
    if is_landmark(keypoints[0]):
        return [parse_person_list(keypoints, where, skeleton)]
    if nesting_depth(keypoints) < 3:
        return [_person(keypoints, scores, where, skeleton)]
    if scores is None:
        scores = [None] * len(keypoints)
    if not isinstance(scores, list) or len(scores) != len(keypoints):
        found = f"those of {len(scores)}" if isinstance(scores, list) else repr(scores)[:40]
        expected = f"scores of {len(keypoints)} people"
        raise InputError(problem(where, expected=expected, found=found))
    return [
        _person(person, person_scores, f"{where}, person {number}", skeleton)
        for number, (person, person_scores) in enumerate(zip(keypoints, scores, strict=True))
        if person
    ]


def parse_person_list(keypoints: list[Any], where: str, skeleton: Skeleton | None) -> Person:
    """Parse one person from a list of keypoints: landmarks, or lists of x, y(, confidence).

    Raises
    ------
    InputError
        The keypoints have another form.
    """
    if is_landmark(keypoints[0]):
        values = parse_landmarks(keypoints, where)
        return Person(skeleton_for_count(len(values), where, skeleton), values)
    return _person(keypoints, None, where, skeleton)


def skeleton_for_count(count: int, where: str, skeleton: Skeleton | None = None) -> Skeleton:
    """Find the skeleton of a detector by its number of keypoints.

    Parameters
    ----------
    count
        Number of keypoints.
    where
        File and frame, for messages.
    skeleton
        Skeleton to prefer, if it has this number of keypoints.

    Raises
    ------
    InputError
        No skeleton has this number of keypoints.

    Examples
    --------
    >>> skeleton_for_count(26, "frame 0").name
    'halpe26'
    """
    if skeleton is not None and len(skeleton) == count:
        return skeleton
    default = HALPE26 if count == len(HALPE26) else skeleton_of_size(count)
    if default is None:
        sizes = ", ".join(str(size) for size in sorted({len(each) for each in SKELETONS}))
        raise InputError(problem(where, expected=f"one of {sizes} keypoints", found=str(count)))
    return default


def _person(keypoints: object, scores: object, where: str, skeleton: Skeleton | None) -> Person:
    array = to_numbers(keypoints, where, "keypoints")
    confidence = None if scores is None else to_numbers(scores, where, "scores").reshape(-1)
    if array.ndim == 1:
        array = _unflatten(array, confidence, where)
    if array.ndim != 2 or not 2 <= array.shape[1] <= 5:
        expected = "keypoints of x, y and confidence"
        raise InputError(problem(where, expected=expected, found=f"shape {list(array.shape)}"))
    skeleton = skeleton_for_count(len(array), where, skeleton)
    if confidence is not None and len(confidence) != len(array):
        expected = f"{len(array)} scores"
        raise InputError(problem(where, expected=expected, found=str(len(confidence))))
    if skeleton in _MEDIAPIPE:
        values = select_mediapipe_columns(array)
    else:
        values = np.full((len(array), 3), np.nan, np.float32)
        values[:, : min(3, array.shape[1])] = array[:, :3]
    if confidence is not None:
        values[:, 2] = confidence
    return Person(skeleton, values)


def _unflatten(
    array: NDArray[np.float64], confidence: NDArray[np.float64] | None, where: str
) -> NDArray[np.float64]:
    """Reshape a flat list to [K, 3], x, y and confidence, or to [K, 2] where there are K scores."""
    width = 3
    if confidence is not None and len(array) == 2 * len(confidence):
        width = 2
    if len(array) % width:
        expected = f"{width} numbers for each keypoint"
        raise InputError(problem(where, expected=expected, found=f"{len(array)} in total"))
    return array.reshape(-1, width)
