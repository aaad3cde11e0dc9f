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
from signlift.io.detectors.people_forms.mediapipe import landmark_part
from signlift.io.detectors.people_forms.mmpose import has_keypoints


def landmark_columns(value: Any) -> dict[str, list[Any]]:
    """Select the lists of landmarks that have an item for every frame."""
    if not isinstance(value, Mapping):
        return {}
    return {
        key: inner
        for key, inner in value.items()
        if landmark_part(key) and _is_list_of_frames(inner)
    }


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
