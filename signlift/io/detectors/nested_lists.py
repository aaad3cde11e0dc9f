"""Properties of nested JSON lists, which may hold empty and null items."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def first_nonempty(values: list[Any]) -> Any:
    """Find the first item that is neither null nor empty; None where there is none.

    Examples
    --------
    >>> first_nonempty([None, [], [3]])
    [3]
    """
    return next((item for item in values if item is not None and item != [] and item != {}), None)


def nesting_depth(value: object) -> int:
    """Count the lists within each other, along the first nonempty items.

    Examples
    --------
    >>> nesting_depth(1), nesting_depth([None, [], [[2]]])
    (0, 3)
    """
    depth = 0
    while isinstance(value, list):
        depth += 1
        value = first_nonempty(value)
    return depth


def is_landmark(value: object) -> bool:
    """Recognise a landmark: an object with x and y, or with a `position`; not a person's box."""
    if not isinstance(value, Mapping) or "keypoints" in value:
        return False
    return ("x" in value and "y" in value) or isinstance(value.get("position"), Mapping)


def holds_objects(value: list[Any]) -> bool:
    """Check whether nested lists hold objects rather than numbers."""
    return isinstance(_first_leaf(value), Mapping)


def holds_people(value: list[Any]) -> bool:
    """Check whether nested lists hold objects that are people or frames, not landmarks."""
    leaf = _first_leaf(value)
    return isinstance(leaf, Mapping) and not is_landmark(leaf)


def describe_json(value: object) -> str:
    """Describe a JSON value for messages.

    Examples
    --------
    >>> describe_json({"a": 1}), describe_json([]), describe_json(3)
    ('an object', 'a list', '3')
    """
    if isinstance(value, Mapping):
        return "an object"
    return "a list" if isinstance(value, list) else repr(value)[:40]


def _first_leaf(value: Any) -> Any:
    while isinstance(value, list):
        value = first_nonempty(value)
    return value
