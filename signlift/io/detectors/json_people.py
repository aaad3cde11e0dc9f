"""The people in one frame of a JSON file: the forms in which detectors write them.

Each form has a function that recognises it by its keys, and one that parses it. They are tried in
order; the names appear in messages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from signlift.core.skeleton import MEDIAPIPE33
from signlift.errors import InputError, problem
from signlift.io.detectors.nested_lists import (
    describe_json,
    first_nonempty,
    holds_objects,
    holds_people,
    is_landmark,
    nesting_depth,
)
from signlift.io.detectors.people_forms.flat_skeletons import (
    is_flat_skeletons,
    parse_flat_skeletons,
)
from signlift.io.detectors.people_forms.keypoint_order import ANY_ORDER, KeypointOrder
from signlift.io.detectors.people_forms.landmark_names import is_named, parse_named_people
from signlift.io.detectors.people_forms.mediapipe import is_mediapipe, parse_mediapipe_people
from signlift.io.detectors.people_forms.mmpose import (
    find_keypoints,
    has_keypoints,
    parse_mmpose_people,
    parse_person_list,
)
from signlift.io.detectors.people_forms.openpose import (
    is_openpose,
    is_openpose_person,
    parse_openpose_people,
    parse_openpose_person,
)
from signlift.io.detectors.people_forms.person_fields import (
    FRAME_NUMBERS,
    parse_identity,
    to_identity,
)
from signlift.io.detectors.people_forms.yolo import is_yolo, parse_yolo_people
from signlift.io.people.assemble import Person

#: Keys of lists of people.
_PEOPLE_LISTS = (
    "instances predictions people persons poses keypoints landmarks detections annotations "
    "results objects humans".split()
)


#: Keys of a frame without a person.
_FACTS = {*FRAME_NUMBERS, *"time timestamp timestamp_ms width height fps file_name image".split()}

#: Keys of objects that hold what is in a frame, and keys of landmarks in them.
_INNER = "landmarks keypoints holistic results result data".split()
_PARTS = "pose pose_landmarks poseLandmarks".split()


class PeopleForm(NamedTuple):
    """A form of the people in a frame.

    Attributes
    ----------
    name
        The programs that write it.
    recognises
        Whether an object that is not empty has this form. Never raises.
    parse
        Parses the people in the object; the other arguments are those of `parse_people`.
    """

    name: str
    recognises: Callable[[Mapping[str, Any]], bool]
    parse: Callable[[Mapping[str, Any], str, KeypointOrder], list[Person]]


def parse_people(frame: object, where: str, order: KeypointOrder | None = None) -> list[Person]:
    """Parse the people in one frame.

    Parameters
    ----------
    frame
        The JSON value; null for no person.
    where
        File and frame, for messages.
    order
        The order of keypoints, for forms that do not name them; None for that of their number.

    Raises
    ------
    InputError
        The frame has an unknown form, or is damaged.
    """
    if frame is None or frame == [] or frame == {}:
        return []
    order = order or ANY_ORDER
    if isinstance(frame, Mapping):
        form = next((form for form in PEOPLE_FORMS if form.recognises(frame)), None)
        if form is None:
            raise unknown_json(frame, where)
        people = form.parse(frame, where, order)
        if len(people) == 1 and people[0].identity is None:
            return [people[0]._replace(identity=parse_identity(frame))]
        return people
    if not isinstance(frame, list):
        raise unknown_json(frame, where)
    return _parse_list(frame, where, order)


def _parse_list(frame: list[Any], where: str, order: KeypointOrder) -> list[Person]:
    """Parse a list of people, of landmarks, or of numbers."""
    first = first_nonempty(frame)
    if first is None:
        return []
    if isinstance(first, Mapping) and not is_landmark(first):
        return [
            person
            for number, item in enumerate(frame)
            for person in parse_people(item, f"{where}, person {number}", order)
        ]
    if isinstance(first, list) and (nesting_depth(first) > 1 or holds_objects(first)):
        if holds_people(first):
            return parse_people(first, where, order)  # a batch of one
        return [
            _parse_pose(item, f"{where}, person {number}", order)
            for number, item in enumerate(frame)
            if item
        ]
    return [parse_person_list(frame, where, order)]


def _parse_pose(pose: object, where: str, order: KeypointOrder) -> Person:
    if not isinstance(pose, list):
        raise InputError(problem(where, expected="keypoints", found=describe_json(pose)))
    return parse_person_list(pose, where, order)


def unknown_json(value: object, where: str) -> InputError:
    """Make the error of a value of no known form, which names the form if it is a known one."""
    if isinstance(value, Mapping):
        inner = [first_nonempty(each) for each in value.values() if isinstance(each, list)]
        for each in (value, *(each for each in inner if isinstance(each, Mapping))):
            for recognises, expected, found in _REFUSED:
                if recognises(each):
                    return InputError(problem(where, expected=expected, found=found))
    expected = "2D keypoints of OpenPose, MediaPipe, MMPose or another detector (docs/formats.md)"
    found = describe_json(value)
    if isinstance(value, Mapping):
        keys = ", ".join(repr(str(key)[:20]) for key in list(value)[:5])
        found = f"an object with the keys {keys}" if keys else "an empty object"
    return InputError(problem(where, expected=expected, found=found))


def _has(*keys: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda frame: all(key in frame for key in keys)


def _people_list(frame: Mapping[str, Any]) -> str | None:
    """Find the key of a list of people, or of an object of people by number or name."""
    for key in _PEOPLE_LISTS:
        inner = frame.get(key)
        if isinstance(inner, list) and holds_people(inner):
            return key
        if isinstance(inner, Mapping) and inner and all(map(has_keypoints, inner.values())):
            return key
    return None


def _parse_people_list(frame: Mapping[str, Any], where: str, order: KeypointOrder) -> list[Person]:
    people = frame[_people_list(frame) or ""]
    if isinstance(people, list):
        return parse_people(people, where, order)
    return [
        person if person.identity is not None else person._replace(identity=to_identity(name))
        for name, value in people.items()
        for person in parse_people(value, f"{where}, person {name}", order)
    ]


def _inner_frame(frame: Mapping[str, Any]) -> str | None:
    """Find the key of an object with a frame of MediaPipe or OpenPose in it."""
    for key in _INNER:
        inner = frame.get(key)
        if isinstance(inner, Mapping) and (
            is_openpose(inner) or any(isinstance(inner.get(part), list) for part in _PARTS)
        ):
            return key
    return None


def _is_other_pose(frame: Mapping[str, Any]) -> bool:
    """Recognise `pose`, a list of another number of keypoints than MediaPipe's."""
    pose = frame.get("pose")
    if not isinstance(pose, list) or nesting_depth(pose) != 2 or holds_objects(pose):
        return False
    return len(pose) != len(MEDIAPIPE33)


def _has_pose(frame: Mapping[str, Any]) -> bool:
    """Recognise ml5's person, whose keypoints are in `pose`."""
    return has_keypoints(frame.get("pose"))


def _has_nobody(frame: Mapping[str, Any]) -> bool:
    """Recognise a frame with an empty list of people, or with its number and size alone."""
    if set(frame) <= _FACTS:
        return True
    return any(frame.get(key, 0) in ([], None) for key in _PEOPLE_LISTS)


#: Forms of people, in the order in which they are tried.
PEOPLE_FORMS: tuple[PeopleForm, ...] = (
    PeopleForm("OpenPose", is_openpose, parse_openpose_people),
    PeopleForm(
        "OpenPose, one person",
        is_openpose_person,
        lambda frame, where, order: [
            person for person in [parse_openpose_person(frame, where, order)] if person is not None
        ],
    ),
    PeopleForm("kinetics-skeleton, AlphaPose", is_flat_skeletons, parse_flat_skeletons),
    PeopleForm("Ultralytics YOLO", is_yolo, parse_yolo_people),
    PeopleForm(
        "ml5", _has_pose, lambda frame, where, order: parse_people(frame["pose"], where, order)
    ),
    PeopleForm(
        "a frame in an object",
        lambda frame: _inner_frame(frame) is not None,
        lambda frame, where, order: parse_people(frame[_inner_frame(frame) or ""], where, order),
    ),
    PeopleForm(
        "a list of keypoints",
        _is_other_pose,
        lambda frame, where, order: [parse_person_list(frame["pose"], where, order)],
    ),
    PeopleForm("several people", lambda frame: _people_list(frame) is not None, _parse_people_list),
    PeopleForm(
        "MMPose, AlphaPose, OpenPifPaf, COCO, TensorFlow.js",
        lambda frame: find_keypoints(frame) is not None,
        parse_mmpose_people,
    ),
    PeopleForm("keypoints by name", is_named, parse_named_people),
    PeopleForm("other keypoints", has_keypoints, parse_mmpose_people),
    PeopleForm(
        "MediaPipe",
        is_mediapipe,
        lambda frame, where, order: parse_mediapipe_people(frame, where, order.skeleton),
    ),
    PeopleForm("nobody", _has_nobody, lambda *_: []),
)

#: Forms that are known and not read: how they are recognised, what is expected, and what is found.
_REFUSED: tuple[tuple[Callable[[Mapping[str, Any]], bool], str, str], ...] = (
    (
        lambda frame: any("keypoints_3d" in str(key) or key == "keypoints3D" for key in frame),
        "2D keypoints (depth is predicted from them)",
        "3D keypoints alone",
    ),
    (
        lambda frame: (
            any(str(key).startswith(("joints19", "joints26")) for key in frame)
            or "joint_positions" in frame
        ),
        "2D keypoints (`signlift project` reads the 3D keypoints of Panoptic Studio)",
        "3D joints",
    ),
    (
        lambda frame: "face_landmarks" in frame or "faceLandmarks" in frame,
        "keypoints of a body",
        "MediaPipe's face mesh alone",
    ),
    (
        lambda frame: any("hand" in str(key).lower() for key in frame),
        "keypoints of a body",
        "hands without a body",
    ),
    (
        _has("shapes", "imagePath"),
        "2D keypoints (export the annotations as COCO keypoints)",
        "annotations of LabelMe",
    ),
    (
        lambda frame: bool({"bbox", "box", "boxes", "segmentation"} & set(frame)),
        "people with keypoints (a pose model detects them)",
        "boxes alone, as of a detector of objects",
    ),
)
