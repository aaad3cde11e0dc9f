"""The frames in a JSON file: the layouts in which programs write them.

Each layout has a function that recognises it, and one that splits a value into recordings and
frames. They are tried in order. What is in a frame is the concern of `json_people`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from signlift.errors import InputError, problem
from signlift.io.detectors.frame_names import frame_number
from signlift.io.detectors.json_layouts.clip import Frames, split_by_name
from signlift.io.detectors.json_layouts.coco import (
    is_coco,
    is_coco_results,
    split_coco,
    to_people,
)
from signlift.io.detectors.json_layouts.columns import (
    is_array_of_frames,
    landmark_columns,
    named_columns,
    split_arrays,
    split_columns,
)
from signlift.io.detectors.json_layouts.live_lines import is_live_lines, split_live_lines
from signlift.io.detectors.json_layouts.metadata import parse_metadata, parse_names
from signlift.io.detectors.json_layouts.named_clips import is_named_clips
from signlift.io.detectors.json_layouts.tracked import is_tracked, split_tracked
from signlift.io.detectors.json_layouts.vitpose import is_vitpose, split_vitpose
from signlift.io.detectors.json_people import unknown_json
from signlift.io.detectors.nested_lists import (
    first_nonempty,
    holds_objects,
    is_landmark,
    nesting_depth,
)
from signlift.io.detectors.people_forms.flat_skeletons import is_flat_skeletons
from signlift.io.detectors.people_forms.landmark_names import is_named
from signlift.io.detectors.people_forms.mediapipe import is_mediapipe, landmark_part
from signlift.io.detectors.people_forms.mmpose import find_keypoints, has_keypoints
from signlift.io.detectors.people_forms.openpose import is_openpose, is_openpose_person
from signlift.io.detectors.people_forms.person_fields import FRAME_NUMBERS
from signlift.io.people.assemble import NO_METADATA

_FRAME_LISTS = "frames instance_info predictions results data people_by_frame".split()
_PERSON_KEYS = "bbox box bbox_score idx id id_ track_id category_id score pose_keypoints_2d".split()

#: Largest number of numbers of a keypoint: x, y, z, visibility and presence.
_MAX_COLUMNS = 5


class Layout(NamedTuple):
    """A layout of a JSON value.

    Attributes
    ----------
    name
        What the value is.
    recognises
        Whether a value has this layout. Never raises.
    split
        Splits a value; the text is the file, for messages.
    """

    name: str
    recognises: Callable[[Any], bool]
    split: Callable[[Any, str], list[Frames]]


def split_recordings(value: object, where: str) -> list[Frames]:
    """Split the JSON value of a file into recordings and frames.

    Parameters
    ----------
    value
        The JSON value.
    where
        The file, for messages.

    Raises
    ------
    InputError
        The value holds no frames, or the frames have no valid numbers.
    """
    layout = next((layout for layout in LAYOUTS if layout.recognises(value)), None)
    if layout is None:
        raise unknown_json(value, where)
    recordings = layout.split(value, where)
    names = parse_names(value)
    if names is None:
        return recordings
    return [each._replace(names=each.names or names) for each in recordings]


def split_frames(value: object, where: str) -> Frames:
    """Split the JSON value of a file with one recording into frames (see `split_recordings`).

    Raises
    ------
    InputError
        As for `split_recordings`; or the value holds several recordings.
    """
    recordings = split_recordings(value, where)
    if len(recordings) != 1:
        raise InputError(problem(where, expected="one recording", found=str(len(recordings))))
    return recordings[0]


# ---------------------------------------------------------------------------------- objects


def _inner_frames(value: Any) -> str | None:
    """Find the key of a list or object of frames."""
    if not isinstance(value, Mapping):
        return None
    for key in _FRAME_LISTS:
        inner = value.get(key)
        if isinstance(inner, list | Mapping) and inner:
            return key
    return None


def _split_inner(value: Mapping[str, Any], where: str) -> list[Frames]:
    return split_recordings(value[_inner_frames(value) or ""], where)


def _split_named_clips(value: Mapping[str, Any], where: str) -> list[Frames]:
    """Split an object of recordings by name."""
    recordings = []
    for name, clip in value.items():
        for frames in split_recordings(clip, f"{where} ({name})") if clip else []:
            if frames.length == 1 and isinstance(clip, list):
                frames = Frames(list(enumerate(clip)), len(clip))
            named = f"{name}/{frames.name}" if frames.name else str(name)
            metadata = frames.metadata or (parse_metadata(clip) if clip else None)
            recordings.append(frames._replace(name=named, metadata=metadata))
    return recordings


def _is_frame(value: Any) -> bool:
    """Recognise the object of one frame, whose keys do not name frames."""
    if not isinstance(value, Mapping):
        return False
    return (
        is_openpose(value)
        or is_openpose_person(value)
        or has_keypoints(value)
        or find_keypoints(value) is not None
        or is_flat_skeletons(value)
        or is_named(value)
        or any(landmark_part(key) for key in value)
        or bool({"people", "instances", "predictions", "poses"} & set(value))
    )


def _split_frame(value: Any, _: str) -> list[Frames]:
    return [Frames([(0, value)], 1)]


def _is_named_frames(value: Any) -> bool:
    """Recognise an object of frames, whose keys have numbers."""
    if not isinstance(value, Mapping) or not value:
        return False
    if not all(isinstance(inner, list | Mapping | None) for inner in value.values()):
        return False
    return all(frame_number(str(key)) is not None for key in value)


def _split_named_frames(value: Mapping[str, Any], where: str) -> list[Frames]:
    return split_by_name(list(zip(map(str, value), value.values(), strict=True)), where)


# ------------------------------------------------------------------------------------ lists


def _is_nothing(value: Any) -> bool:
    return isinstance(value, list) and first_nonempty(value) is None


def _split_nothing(value: list[Any], where: str) -> list[Frames]:
    found = f"{len(value)} empty frames"
    raise InputError(problem(where, expected="a list of frames", found=found))


def _has_header(value: Any) -> bool:
    """Recognise a list whose first item describes the others, as a line before those of frames."""
    if not isinstance(value, list) or len(value) < 2 or not isinstance(value[0], Mapping):
        return False
    first = value[0]
    if parse_metadata(first) == NO_METADATA or not _is_flat(first):
        return False
    later = [item for item in value[1:] if isinstance(item, Mapping)]
    return not any(key in first for key in FRAME_NUMBERS) and not any(
        isinstance(inner, list | Mapping) and key in first
        for item in later
        for key, inner in item.items()
    )


def _is_flat(value: Mapping[str, Any]) -> bool:
    """Check that an object has no keypoints: no objects, and no lists but pairs of numbers."""
    return not is_landmark(value) and not any(
        isinstance(inner, Mapping) or (isinstance(inner, list) and len(inner) != 2)
        for inner in value.values()
    )


def _is_people(value: Any) -> bool:
    """Recognise a list of landmarks, or of people without frame numbers."""
    first = first_nonempty(value) if isinstance(value, list) else None
    if not isinstance(first, Mapping) or any(key in first for key in FRAME_NUMBERS):
        return False
    has_person = has_keypoints(first) or is_openpose_person(first)
    return is_landmark(first) or (has_person and any(key in first for key in _PERSON_KEYS))


def _split_coco_results(value: list[Any], where: str) -> list[Frames]:
    people = to_people(value, visibility=False)
    items = [
        (str(item["image_id"]), {**item, **person})
        for item, person in zip(value, people, strict=True)
    ]
    return split_by_name(items, where)


def _frame_key(value: Any) -> str | None:
    """Find the key of the number or name of the frame, which every item has."""
    if not isinstance(value, list) or not all(isinstance(item, Mapping) for item in value):
        return None
    for key in FRAME_NUMBERS:
        if all(isinstance(item.get(key), int | str) for item in value):
            return key
    return None


def _split_numbered(value: list[Any], where: str) -> list[Frames]:
    key = _frame_key(value)
    return split_by_name([(str(item[key]), item) for item in value], where)


def _is_one_pose(value: Any) -> bool:
    """Recognise the list of the keypoints of one person in one frame: numbers.

    Longer lists of numbers are the flat keypoints of a frame each.
    """
    if not isinstance(value, list) or holds_objects(value):
        return False
    depth = nesting_depth(value)
    if depth == 2:
        return len(first_nonempty(value)) <= _MAX_COLUMNS
    return depth == 1 and len(value) > _MAX_COLUMNS


def _split_list(value: list[Any], _: str) -> list[Frames]:
    return [Frames(list(enumerate(value)), len(value))]


#: Layouts of a JSON value, in the order in which they are tried.
LAYOUTS: tuple[Layout, ...] = (
    Layout("lines of signlift live", is_live_lines, split_live_lines),
    Layout("annotations of COCO", is_coco, split_coco),
    Layout("easy_ViTPose", is_vitpose, split_vitpose),
    Layout("an object that holds frames", lambda v: _inner_frames(v) is not None, _split_inner),
    Layout(
        "lists of MediaPipe's landmarks for all frames",
        lambda value: bool(landmark_columns(value)),
        lambda value, _: split_columns(landmark_columns(value)),
    ),
    Layout("arrays of keypoints and scores", is_array_of_frames, split_arrays),
    Layout(
        "keypoints by name for all frames",
        lambda value: bool(named_columns(value)),
        lambda value, _: split_columns(named_columns(value)),
    ),
    Layout("one frame", _is_frame, _split_frame),
    Layout("people, and the frames of each", is_tracked, split_tracked),
    Layout(
        "recordings by name",
        lambda value: is_named_clips(value, _FRAME_LISTS, FRAME_NUMBERS),
        _split_named_clips,
    ),
    Layout("frames by name", _is_named_frames, _split_named_frames),
    Layout("one frame of MediaPipe", is_mediapipe, _split_frame),
    Layout("an empty list", _is_nothing, _split_nothing),
    Layout(
        "a header, and frames", _has_header, lambda value, where: split_recordings(value[1:], where)
    ),
    Layout("results of COCO", is_coco_results, _split_coco_results),
    Layout("people in one frame", _is_people, _split_frame),
    Layout("numbered frames or people", lambda v: _frame_key(v) is not None, _split_numbered),
    Layout("keypoints of one person", _is_one_pose, _split_frame),
    Layout("a list of frames", lambda value: isinstance(value, list), _split_list),
)
