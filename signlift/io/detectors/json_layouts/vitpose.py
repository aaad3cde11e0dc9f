"""easy_ViTPose: the keypoints of all frames, by person, and the names of the keypoints.

    {"keypoints": [{"0": [[y, x, score], ...]}, ...], "skeleton": {"0": "nose", ...}}

y comes before x. The people are tracked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signlift.errors import InputError, problem
from signlift.io.detectors.json_layouts.clip import Frames
from signlift.io.detectors.json_layouts.metadata import list_names
from signlift.io.detectors.nested_lists import describe_json, first_nonempty, nesting_depth


def is_vitpose(value: object) -> bool:
    """Recognise a file of easy_ViTPose."""
    if not isinstance(value, Mapping) or not isinstance(value.get("keypoints"), list):
        return False
    if list_names(value.get("skeleton")) is None:
        return False
    frame = first_nonempty(value["keypoints"])
    return isinstance(frame, Mapping) and all(nesting_depth(pose) == 2 for pose in frame.values())


def split_vitpose(value: Mapping[str, Any], where: str) -> list[Frames]:
    """Split a file into frames, with x before y.

    Raises
    ------
    InputError
        A keypoint has fewer than two numbers.
    """
    frames = []
    for number, people in enumerate(value["keypoints"]):
        if people is not None and not isinstance(people, Mapping):
            place = f"{where}, frame {number}"
            raise InputError(problem(place, expected="people", found=describe_json(people)))
        frame = [
            {"track_id": identity, "keypoints": [_swap(point, where) for point in pose]}
            for identity, pose in (people or {}).items()
            if isinstance(pose, list)
        ]
        frames.append((number, frame))
    return [Frames(frames, len(frames), names=list_names(value["skeleton"]))]


def _swap(point: Any, where: str) -> list[Any]:
    if not isinstance(point, list) or len(point) < 2:
        found = describe_json(point)
        raise InputError(problem(where, expected="keypoints of y, x and score", found=found))
    y, x, *rest = point
    return [x, y, *rest]
