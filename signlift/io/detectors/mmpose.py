"""People as MMPose, RTMLib and AlphaPose write them to JSON: COCO, COCO-WholeBody and Halpe.

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
from signlift.io.detectors.mediapipe import is_landmark, landmarks, mediapipe_columns
from signlift.io.finite_numbers import to_numbers
from signlift.io.people.assemble import Person

_SCORES = ("keypoint_scores", "scores", "keypoints_scores", "confidence", "confidences")
_MEDIAPIPE = (MEDIAPIPE33, MEDIAPIPE75)


def has_keypoints(value: object) -> bool:
    """Whether this is a person, or a frame of RTMLib's."""
    return isinstance(value, Mapping) and "keypoints" in value


def depth_of_lists(value: object) -> int:
    """How many lists are within each other, by the first of each that is not empty."""
    depth = 0
    while isinstance(value, list):
        depth += 1
        value = first_of(value)
    return depth


def first_of(values: list[Any]) -> Any:
    """The first that is neither null nor empty; None where there is none."""
    return next((one for one in values if one is not None and one != [] and one != {}), None)


def keypoints_people(given: Mapping[str, Any], where: str, on: Skeleton | None) -> list[Person]:
    """The people of an object with `keypoints` and `keypoint_scores` (or `scores`).

    Parameters
    ----------
    given
        The JSON object: of one person, or of a frame as RTMLib has it.
    where
        Where it comes from, for messages.
    on
        What the keypoints are, if there are as many; else the skeleton of as many, where 26 are
        halpe26.

    Raises
    ------
    InputError
        The keypoints are not such.
    """
    keypoints = given["keypoints"]
    scores = next((given[key] for key in _SCORES if given.get(key) is not None), None)
    if keypoints is None or keypoints == []:
        return []
    if not isinstance(keypoints, list):
        raise InputError(problem(where, expected="a list of keypoints", found="something else"))
    if is_landmark(keypoints[0]):
        values = landmarks(keypoints, where)
        return [Person(skeleton_for(len(values), where, on), values)]
    if depth_of_lists(keypoints) < 3:
        return [_person(keypoints, scores, where, on)]
    if scores is None:
        scores = [None] * len(keypoints)
    if not isinstance(scores, list) or len(scores) != len(keypoints):
        expected = f"scores of {len(keypoints)} people"
        raise InputError(problem(where, expected=expected, found="others"))
    return [
        _person(one, its, f"{where}, person {number}", on)
        for number, (one, its) in enumerate(zip(keypoints, scores, strict=True))
        if one
    ]


def list_person(given: list[Any], where: str, on: Skeleton | None) -> Person:
    """One person as a list of keypoints: of landmarks, or of x, y(, confidence).

    Raises
    ------
    InputError
        It is neither.
    """
    if is_landmark(given[0]):
        values = landmarks(given, where)
        return Person(skeleton_for(len(values), where, on), values)
    return _person(given, None, where, on)


def skeleton_for(count: int, where: str, on: Skeleton | None) -> Skeleton:
    """The skeleton that detectors mean by a number of keypoints.

    Raises
    ------
    InputError
        There is none.
    """
    if on is not None and len(on) == count:
        return on
    found = HALPE26 if count == len(HALPE26) else skeleton_of_size(count)
    if found is None:
        sizes = ", ".join(str(size) for size in sorted({len(one) for one in SKELETONS}))
        raise InputError(problem(where, expected=f"one of {sizes} keypoints", found=str(count)))
    return found


def _person(keypoints: object, scores: object, where: str, on: Skeleton | None) -> Person:
    array = to_numbers(keypoints, where, "keypoints")
    confidence = None if scores is None else to_numbers(scores, where, "scores")
    if confidence is not None:
        confidence = confidence.reshape(-1)
    if array.ndim == 1:
        array = _unflatten(array, confidence, where)
    if array.ndim != 2 or not 2 <= array.shape[1] <= 5:
        expected = "keypoints of x, y and confidence"
        raise InputError(problem(where, expected=expected, found=f"shape {list(array.shape)}"))
    skeleton = skeleton_for(len(array), where, on)
    if confidence is not None and len(confidence) != len(array):
        expected = f"{len(array)} scores"
        raise InputError(problem(where, expected=expected, found=str(len(confidence))))
    if skeleton in _MEDIAPIPE:
        values = mediapipe_columns(array)
    else:
        values = np.full((len(array), 3), np.nan, np.float32)
        values[:, : min(3, array.shape[1])] = array[:, :3]
    if confidence is not None:
        values[:, 2] = confidence
    return Person(skeleton, values)


def _unflatten(
    array: NDArray[np.float64], confidence: NDArray[np.float64] | None, where: str
) -> NDArray[np.float64]:
    """[K, 3] of x, y, confidence, or [K, 2] where the scores say so."""
    width = 3
    if confidence is not None and len(array) == 2 * len(confidence):
        width = 2
    if len(array) % width:
        expected = f"{width} numbers for each keypoint"
        raise InputError(problem(where, expected=expected, found=f"{len(array)} in all"))
    return array.reshape(-1, width)
