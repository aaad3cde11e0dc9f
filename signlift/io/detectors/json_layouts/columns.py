"""Lists that have an item for every frame: of landmarks, or of keypoints and scores."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signlift.io.detectors.json_layouts.clip import Frames
from signlift.io.detectors.nested_lists import (
    first_nonempty,
    holds_objects,
    is_landmark,
    nesting_depth,
)
from signlift.io.detectors.people_forms.landmark_names import is_named
from signlift.io.detectors.people_forms.mediapipe import landmark_part
from signlift.io.detectors.people_forms.mmpose import has_keypoints

#: Ends of names of columns of numbers.
_NUMBERS = ("_x", "_y", "_X", "_Y", "_c", "_conf", "_confidence", "_score", "_visibility")


def landmark_columns(value: Any) -> dict[str, list[Any]]:
    """Select the lists of landmarks that have an item for every frame."""
    if not isinstance(value, Mapping):
        return {}
    return {
        key: inner
        for key, inner in value.items()
        if landmark_part(key) and _is_list_of_frames(inner)
    }


def named_columns(value: Any) -> dict[str, list[Any]]:
    """Select keypoints by name that have an item for every frame.

    These are `{"nose": [[x, y, c], ...], ...}`, `{"nose": {"x": [...], "y": [...]}, ...}`, and
    the columns of a table: `{"nose_x": [...], ...}` or `{"nose_x": {"0": 3, ...}, ...}`.
    """
    if not isinstance(value, Mapping):
        return {}
    columns = {
        str(key): column
        for key, inner in value.items()
        if (column := _to_column(inner)) and _holds_points(str(key), column)
    }
    lengths = {len(column) for column in columns.values()}
    if len(lengths) != 1:
        return {}
    first = {key: column[0] for key, column in columns.items()}
    return columns if is_named(first) else {}


def _holds_points(key: str, column: list[Any]) -> bool:
    """Check whether a column holds keypoints; or numbers, if its name says which."""
    if any(isinstance(item, list | Mapping) for item in column):
        return nesting_depth(column) <= 2
    return key.endswith(_NUMBERS)


def _to_column(value: object) -> list[Any]:
    """List what a keypoint has for every frame; an empty list if it has something else."""
    if isinstance(value, Mapping) and value:
        if all(str(key).isdecimal() for key in value):
            return list(value.values())
        lists = {key: inner for key, inner in value.items() if isinstance(inner, list)}
        if is_landmark(lists) and len({len(inner) for inner in lists.values()}) == 1:
            rows = zip(*lists.values(), strict=True)
            return [dict(zip(lists, row, strict=True)) for row in rows]
        return []
    return value if isinstance(value, list) else []


def is_array_of_frames(value: Any) -> bool:
    """Recognise arrays `keypoints` [T, N, K, 2] and `scores` [T, N, K]."""
    if not has_keypoints(value) or holds_objects([value["keypoints"]]):
        return False
    depth = nesting_depth(value["keypoints"])
    return depth > 3 or (depth == 3 and "instances" not in value)


def split_arrays(value: Mapping[str, Any], _: str) -> list[Frames]:
    """Split an object of arrays that have an item for every frame."""
    length = len(value["keypoints"])
    columns = {
        key: inner
        for key, inner in value.items()
        if isinstance(inner, list) and len(inner) == length
    }
    return split_columns(columns)


def split_columns(columns: Mapping[str, list[Any]]) -> list[Frames]:
    """Split an object of lists, each with an item for every frame."""
    length = max(map(len, columns.values()))
    frames = [
        {key: items[t] for key, items in columns.items() if t < len(items)} for t in range(length)
    ]
    return [Frames(list(enumerate(frames)), length)]


def _is_list_of_frames(value: object) -> bool:
    """Check whether a list holds a list (or an object with one, or null) for every frame."""
    if not isinstance(value, list) or not value:
        return False
    first = first_nonempty(value)
    if isinstance(first, Mapping):
        return not is_landmark(first)
    return isinstance(first, list) and (holds_objects(first) or nesting_depth(first) > 1)
