"""Several recordings by name in one file: {"clip_1": [frames], "clip_2": [frames]}."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from signlift.errors import InputError
from signlift.io.detectors.json_people import parse_people
from signlift.io.detectors.nested_lists import first_nonempty, nesting_depth
from signlift.io.detectors.people_forms.openpose import is_openpose
from signlift.io.detectors.pose_lists import are_one_person

#: Number of poses that are compared with each other.
_NUM_COMPARED = 20


def is_named_clips(value: object, frame_lists: list[str], frame_numbers: list[str]) -> bool:
    """Recognise an object of recordings by name. It never raises.

    Each is an object that holds frames under a key (`frame_lists`), or a list of frames: of items
    with a frame number (`frame_numbers`), of OpenPose's frames, or of poses of one person, which
    lie on each other. Other lists may be those of the people in a frame.
    """
    if not isinstance(value, Mapping):
        return False
    clips = [clip for clip in value.values() if clip]
    if not clips:
        return False
    if all(isinstance(clip, Mapping) for clip in clips):
        return all(any(isinstance(clip.get(key), list) for key in frame_lists) for clip in clips)
    return all(_is_list_of_frames(clip, frame_numbers) for clip in clips)


def _is_list_of_frames(clip: Any, frame_numbers: list[str]) -> bool:
    if not isinstance(clip, list):
        return False
    first = first_nonempty(clip)
    if isinstance(first, Mapping):
        if is_openpose(first):
            return True
        if any(key in first for key in frame_numbers):
            return any(_count_values(clip, key) > 1 for key in frame_numbers)
    elif not isinstance(first, list) or nesting_depth(first) < 2:
        return False
    try:
        return are_one_person(parse_people(clip[:_NUM_COMPARED], ""))
    except (InputError, RecursionError):
        return False


def _count_values(items: list[Any], key: str) -> int:
    """Count the different values of a key."""
    return len({str(item.get(key)) for item in items if isinstance(item, Mapping)})
