"""YOLO-pose of Ultralytics, as `Results.to_json` writes it: a list of people for each image.

    {"name": "person", "class": 0, "confidence": 0.9, "box": {"x1": 1, ...}, "track_id": 1,
     "keypoints": {"x": [17], "y": [17], "visible": [17]}}

`visible` is the confidence of each keypoint; models without it leave it out. A keypoint at (0, 0)
was not detected: its confidence is set aside when its position is set to zero. x and y are pixels,
or fractions of the image with `normalize=True`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from signlift.errors import InputError, problem
from signlift.io.detectors.people_forms.keypoint_order import KeypointOrder
from signlift.io.finite_numbers import to_keypoints, to_numbers
from signlift.io.people.assemble import Person

_CONFIDENCES = ("visible", "confidence", "conf", "score", "scores")


def is_yolo(value: object) -> bool:
    """Recognise a person of YOLO-pose: `keypoints` is an object of the lists x and y."""
    if not isinstance(value, Mapping):
        return False
    keypoints = value.get("keypoints")
    return isinstance(keypoints, Mapping) and all(
        isinstance(keypoints.get(axis), list) for axis in "xy"
    )


def parse_yolo_people(value: Mapping[str, Any], where: str, order: KeypointOrder) -> list[Person]:
    """Parse a person; an empty list if no keypoint was detected.

    Raises
    ------
    InputError
        The lists have different lengths, or hold no numbers.
    """
    keypoints = value["keypoints"]
    confidence = next((keypoints[key] for key in _CONFIDENCES if keypoints.get(key)), None)
    columns = [keypoints["x"], keypoints["y"], confidence or [None] * len(keypoints["x"])]
    if len({len(column) if isinstance(column, list) else -1 for column in columns}) > 1:
        found = ", ".join(str(len(column)) for column in columns if isinstance(column, list))
        expected = "x, y and visible of one length"
        raise InputError(problem(where, expected=expected, found=f"{found} numbers"))
    if not columns[0]:
        return []
    numbers = to_numbers(columns, where, "keypoints", finite=False).T
    values = to_keypoints(numbers, None, where, "keypoints").astype(np.float32)
    values[(values[:, :2] == 0).all(1)] = (np.nan, np.nan, 0)
    return [Person(*order.arrange(values, where))]
