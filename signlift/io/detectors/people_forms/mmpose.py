"""People with numeric `keypoints`: MMPose, RTMLib, AlphaPose, OpenPifPaf, detectron2, COCO.

A person is an object with `keypoints`: pairs [x, y] with `keypoint_scores` beside them (MMPose's
inferencers), or a flat list x, y, confidence (the results of COCO's evaluation, which AlphaPose,
OpenPifPaf and detectron2 write). RTMLib gives arrays `keypoints` [N, K, 2] and `scores` [N, K] of
the N people in a frame.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75, SKELETONS
from signlift.errors import InputError, problem
from signlift.io.detectors.nested_lists import describe_json, is_landmark, nesting_depth
from signlift.io.detectors.people_forms.keypoint_order import ANY_ORDER, KeypointOrder
from signlift.io.detectors.people_forms.landmark_names import parse_landmark_list
from signlift.io.detectors.people_forms.mediapipe import make_person, select_mediapipe_columns
from signlift.io.detectors.people_forms.person_fields import to_identity
from signlift.io.finite_numbers import to_keypoints, to_numbers
from signlift.io.people.assemble import Person

_SCORES = ("keypoint_scores", "scores", "keypoints_scores", "confidence", "confidences")

#: Keys of keypoints: detectron2 has `pred_keypoints`, and programs of users other names.
_KEYPOINTS = "keypoints pred_keypoints keypoints_2d keypoints2d kpts kps joints_2d joints2d".split()
_IDENTITIES = ("track_ids", "ids", "track_id", "idx")
_MEDIAPIPE = (MEDIAPIPE33, MEDIAPIPE75)
_SIZES = {len(skeleton) for skeleton in SKELETONS}

#: Largest |x| and |y| of keypoints in metres.
_MAX_METRES = 10


def has_keypoints(value: object) -> bool:
    """Recognise a person, or a frame of RTMLib."""
    return isinstance(value, Mapping) and "keypoints" in value


def find_keypoints(value: Mapping[str, Any]) -> str | None:
    """Find the key of a list of keypoints; None where there is none."""
    return next((key for key in _KEYPOINTS if isinstance(value.get(key), list)), None)


def parse_mmpose_people(
    value: Mapping[str, Any], where: str, order: KeypointOrder = ANY_ORDER
) -> list[Person]:
    """Parse the people of an object with `keypoints` and `keypoint_scores` (or `scores`).

    Parameters
    ----------
    value
        The JSON object of one person, or of a frame of RTMLib.
    where
        File and frame, for messages.
    order
        The order of the keypoints.

    Raises
    ------
    InputError
        The keypoints have another form.
    """
    keypoints = value[find_keypoints(value) or "keypoints"]
    if keypoints is None or keypoints == []:
        return []
    if not isinstance(keypoints, list):
        expected = "a list of keypoints, or keypoints by name with both shoulders"
        raise InputError(problem(where, expected=expected, found=describe_json(keypoints)))
    if is_landmark(keypoints[0]):
        return [parse_landmark_list(keypoints, where, order)]
    scores = _find_scores(value, max(1, nesting_depth(keypoints) - 1))
    if nesting_depth(keypoints) < 3:
        return [_person(keypoints, scores, where, order)]
    if scores is None:
        scores = [None] * len(keypoints)
    if not isinstance(scores, list) or len(scores) != len(keypoints):
        found = f"those of {len(scores)}" if isinstance(scores, list) else repr(scores)[:40]
        expected = f"scores of {len(keypoints)} people"
        raise InputError(problem(where, expected=expected, found=found))
    lists = (value[key] for key in _IDENTITIES if isinstance(value.get(key), list))
    identities: list[Any] = next(lists, [])
    if len(identities) != len(keypoints):
        identities = [None] * len(keypoints)
    return [
        _person(person, person_scores, f"{where}, person {number}", order)._replace(
            identity=to_identity(identity)
        )
        for number, (person, person_scores, identity) in enumerate(
            zip(keypoints, scores, identities, strict=True)
        )
        if person
    ]


def parse_person_list(keypoints: object, where: str, order: KeypointOrder = ANY_ORDER) -> Person:
    """Parse one person from a list of keypoints: landmarks, or lists of x, y(, confidence).

    Raises
    ------
    InputError
        The keypoints have another form.
    """
    if isinstance(keypoints, list) and keypoints and is_landmark(keypoints[0]):
        return parse_landmark_list(keypoints, where, order)
    return _person(keypoints, None, where, order)


def _find_scores(value: Mapping[str, Any], depth: int) -> Any:
    """Find the scores of keypoints, which are lists of this depth; others are those of people."""
    for key in _SCORES:
        scores = value.get(key)
        if scores == [] or isinstance(scores, str) or nesting_depth(scores) >= depth:
            return scores
    return None


def _person(keypoints: object, scores: object, where: str, order: KeypointOrder) -> Person:
    array = to_numbers(keypoints, where, "keypoints", finite=False)
    confidence = None if scores is None else to_numbers(scores, where, "scores").reshape(-1)
    if array.ndim == 1:
        array = _unflatten(array, confidence, where)
    if array.ndim != 2 or not 2 <= array.shape[1] <= 5:
        expected = "keypoints of x, y and confidence"
        raise InputError(problem(where, expected=expected, found=f"shape {list(array.shape)}"))
    if confidence is not None and len(confidence) != len(array):
        expected = f"{len(array)} scores"
        raise InputError(problem(where, expected=expected, found=str(len(confidence))))
    array = to_keypoints(array, confidence, where, "keypoints")
    if confidence is not None and array.shape[1] == 3 and _are_metres(array):
        expected = "2D keypoints (depth is predicted from them)"
        raise InputError(problem(where, expected=expected, found="3D keypoints in metres"))
    skeleton, array = order.arrange(array, where)
    if confidence is not None:
        confidence = order.arrange(confidence[:, None], where)[1][:, 0]
    if skeleton in _MEDIAPIPE:
        landmarks = select_mediapipe_columns(array)
        if confidence is not None:
            landmarks[:, 3] = confidence
        return make_person(skeleton, landmarks)
    values = np.full((len(array), 3), np.nan, np.float32)
    values[:, : min(3, array.shape[1])] = array[:, :3]
    if confidence is not None:
        values[:, 2] = confidence
    return Person(skeleton, values)


def _unflatten(
    array: NDArray[np.float64], confidence: NDArray[np.float64] | None, where: str
) -> NDArray[np.float64]:
    """Reshape a flat list to [K, C]: C = 2 where there are K scores, else as K is a skeleton.

    C is 3 for x, y and confidence, 2 for x and y, and 4 for MediaPipe's x, y, z and visibility.
    """
    width = 3
    if confidence is not None and len(array) == 2 * len(confidence):
        width = 2
    elif confidence is None:
        sizes = {2: _SIZES, 3: _SIZES, 4: {len(skeleton) for skeleton in _MEDIAPIPE}}
        fitting = [size for size in (3, 2, 4) if len(array) in {size * n for n in sizes[size]}]
        width = next(iter(fitting), 3)
    if len(array) % width:
        expected = f"{width} numbers for each keypoint"
        raise InputError(problem(where, expected=expected, found=f"{len(array)} in total"))
    return array.reshape(-1, width)


def _are_metres(array: NDArray[np.float64]) -> bool:
    """Check whether x, y, z are small numbers around 0, as MMPose's 3D keypoints are."""
    x_and_y = array[:, :2]
    return bool(np.nanmax(np.abs(x_and_y), initial=0) < _MAX_METRES and (array < 0).any())
