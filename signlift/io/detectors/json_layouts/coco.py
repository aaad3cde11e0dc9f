"""COCO's keypoints: annotations of images, and the results of its evaluation.

The format is described under "Data format" at cocodataset.org. `images` have an id, a file name, a
width and a height; `annotations` have an `image_id` and `keypoints`, a flat list of x, y, v: v is 0
for a missing keypoint, 1 for a hidden one and 2 for a visible one, and no confidence. `categories`
may name the keypoints, in order. PoseTrack, CrowdPose, COCO-WholeBody and the export of CVAT and
other annotation programs have this form. Results are a list of people with `image_id`, and have a
score in the place of v.

Images are the frames of the recordings to which their file names (or their video's number) belong.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Any

from signlift.errors import InputError, problem
from signlift.io.detectors.frame_names import frame_number, group_frames
from signlift.io.detectors.json_layouts.clip import Frames, place_frames
from signlift.io.detectors.json_layouts.metadata import parse_metadata
from signlift.io.detectors.people_forms.person_fields import parse_identity, to_identity
from signlift.io.people.assemble import FileMetadata

_VIDEOS = ("video_id", "vid_id")
_NUMBERS = ("frame_id", "frame_index", "frame_number", "frame")

_NUMBERS_OR_NULL = {int, float, type(None)}

#: Keypoints of COCO-WholeBody after the 17 of the body, in order.
_WHOLE_BODY = ("foot_kpts", "face_kpts", "lefthand_kpts", "righthand_kpts")


def is_coco(value: object) -> bool:
    """Recognise annotations of COCO."""
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("images"), list)
        and isinstance(value.get("annotations"), list)
    )


def split_coco(value: Mapping[str, Any], where: str) -> list[Frames]:
    """Split annotations by recording and frame.

    Parameters
    ----------
    value
        The JSON object of the file.
    where
        The file, for messages.

    Returns
    -------
    The recordings: one for each video that the images name, or else for each group of file names
    that differ in one number only. Images without annotations are frames without a person.

    Raises
    ------
    InputError
        There are no images, or no annotations with keypoints.
    """
    annotations = [each for each in value["annotations"] if isinstance(each, Mapping)]
    with_keypoints = [each for each in annotations if _holds_numbers(each.get("keypoints"))]
    images = {
        key: each
        for each in value["images"]
        if isinstance(each, Mapping) and (key := to_identity(each.get("id"))) is not None
    }
    if not with_keypoints or not images:
        expected = "annotations of COCO with images and keypoints"
        found = f"{len(images)} images and {len(annotations)} annotations without keypoints"
        raise InputError(problem(where, expected=expected, found=found))
    category = Counter(str(each.get("category_id")) for each in with_keypoints).most_common(1)[0][0]
    chosen = [each for each in with_keypoints if str(each.get("category_id")) == category]
    by_image: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for annotation, person in zip(chosen, to_people(chosen, visibility=True), strict=True):
        by_image[to_identity(annotation.get("image_id"))].append(person)
    names = _keypoint_names(value, category)
    fps = parse_metadata(value).fps
    recordings = []
    for name, numbered in _group_images(images, _video_names(value)).items():
        numbers = [number for number, _ in numbered]
        values = [by_image.get(key, []) for _, key in numbered]
        if any(values):
            metadata = FileMetadata(fps, _common_size([images[key] for _, key in numbered]))
            place = f"{where} ({name})" if name else where
            frames = place_frames(numbers, values, place)
            recordings.append(frames._replace(name=name, metadata=metadata, names=names))
    if not recordings:
        expected, found = "annotations of the images in the file", "those of other images"
        raise InputError(problem(where, expected=expected, found=found))
    return recordings if len(recordings) > 1 else [recordings[0]._replace(name="")]


def is_coco_results(value: object) -> bool:
    """Recognise the results of COCO's evaluation: people with an image, and a flat list."""
    if not isinstance(value, list) or not value:
        return False
    return all(
        isinstance(each, Mapping)
        and "image_id" in each
        and (each.get("keypoints") in (None, []) or _holds_numbers(each.get("keypoints")))
        for each in value
    )


def to_people(people: list[Any], *, visibility: bool) -> list[dict[str, Any]]:
    """Convert people to objects with keypoints x, y, confidence.

    Parameters
    ----------
    people
        Annotations or results.
    visibility
        The third number may be v even where it is never 2.

    Returns
    -------
    Objects that `parse_people` reads. Where the third number is v, as it is 0, 1 or 2 for all
    keypoints of all people, it becomes null, and so do x and y of keypoints that are not labelled.
    """
    converted = []
    flags: set[float] = set()
    for person in people:
        numbers = person.get("keypoints") or []
        parts = [person.get(part) for part in _WHOLE_BODY]
        if all(_holds_numbers(part) for part in parts):
            numbers = [*numbers, *(number for part in parts for number in part)]
        flags.update(numbers[2::3])
        converted.append({**_without_keypoints(person), "keypoints": numbers})
    if flags <= {0, 1, 2} and (visibility or 2 in flags or flags == {0}):
        for each in converted:
            numbers = each["keypoints"]
            rows = [numbers[start : start + 3] for start in range(0, len(numbers), 3)]
            each["keypoints"] = [_hide(row, flags) for row in rows]
    return converted


def _hide(row: list[Any], flags: set[float]) -> list[Any]:
    """Replace v by null, and a keypoint that is not labelled by nulls."""
    if len(row) < 3:
        return row
    missing = row[2] == 0 and (flags != {0} or row[:2] == [0, 0])
    return [None, None, None] if missing else [row[0], row[1], None]


def _without_keypoints(person: Mapping[str, Any]) -> dict[str, Any]:
    identity = parse_identity(person)
    return {} if identity is None else {"track_id": identity}


def _group_images(
    images: Mapping[Any, Mapping[str, Any]], video_names: Mapping[Any, str]
) -> dict[str, list[tuple[int, Any]]]:
    """Group (frame number, image id) by recording."""
    videos: dict[Any, list[Any]] = defaultdict(list)
    for key, image in images.items():
        video = next((image[name] for name in _VIDEOS if image.get(name) is not None), None)
        videos[to_identity(video)].append(key)
    if None not in videos:
        return {
            str(video_names.get(video, video)): _number_images(keys, images)
            for video, keys in videos.items()
        }
    names = {str(image.get("file_name")): key for key, image in images.items()}
    groups = group_frames(names)
    grouped = {
        group: [(number, names[name]) for number, name in frames]
        for group, frames in groups.items()
    }
    others = set(images) - {key for frames in grouped.values() for _, key in frames}
    if others and not grouped:
        grouped[""] = list(enumerate(sorted(others, key=str)))
    return grouped


def _number_images(
    keys: list[Any], images: Mapping[Any, Mapping[str, Any]]
) -> list[tuple[int, Any]]:
    """Give the images of a video numbers: by their field, their file names, or their order."""
    for field in _NUMBERS:
        numbers = [images[key].get(field) for key in keys]
        if all(isinstance(number, int) for number in numbers):
            return list(zip([int(number or 0) for number in numbers], keys, strict=True))
    named = [frame_number(str(images[key].get("file_name"))) for key in keys]
    if None in named or len(set(named)) < len(named):
        return list(enumerate(keys))
    return [(number or 0, key) for number, key in zip(named, keys, strict=True)]


def _video_names(value: Mapping[str, Any]) -> dict[Any, str]:
    videos = value.get("videos")
    return {
        to_identity(video.get("id")): str(video.get("name", video.get("file_name")))
        for video in (videos if isinstance(videos, list) else [])
        if isinstance(video, Mapping) and ("name" in video or "file_name" in video)
    }


def _keypoint_names(value: Mapping[str, Any], category: str) -> tuple[str, ...] | None:
    """Find the names of the keypoints of a category; None where there are none."""
    categories = value.get("categories")
    for each in categories if isinstance(categories, list) else []:
        if isinstance(each, Mapping) and str(each.get("id")) == category:
            names = each.get("keypoints")
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                return tuple(names)
    return None


def _common_size(images: list[Mapping[str, Any]]) -> tuple[float, float] | None:
    """Return the size of the images, if all have the same."""
    sizes = {parse_metadata(image).size for image in images}
    return sizes.pop() if len(sizes) == 1 else None


def _holds_numbers(value: object) -> bool:
    return isinstance(value, list) and len(value) > 0 and set(map(type, value)) <= _NUMBERS_OR_NULL
