import math
from unittest import mock

import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person
from hypothesis import given
from hypothesis import strategies as st

from signlift.errors import InputError
from signlift.io.detectors import json_clips
from signlift.io.detectors.json_clips import parse_frame
from signlift.io.detectors.people_forms import openpose
from signlift.io.detectors.people_forms.openpose import parse_openpose_people, parse_plain_openpose

WHOLE = body(137, 1)[0]
FACE, HANDS = WHOLE[25:95], WHOLE[95:].reshape(2, 21, 3)

PARTS = [
    (25, None, None),
    (18, None, None),
    (25, HANDS, None),
    (18, HANDS, None),
    (25, HANDS, FACE),
    (25, None, FACE),
    (18, HANDS, FACE),
]
KEYS = [
    f"{part}_keypoints_{axes}d"
    for part in ("pose", "hand_left", "hand_right", "face")
    for axes in (2, 3)
]
ODD = [None, True, "3", "x", [1.0], math.nan, math.inf, -math.inf, 1e18, -1e19, 10**400, 1e-60, 0]
VALUES = [None, [], [1.0] * 3, [0.0] * 75, [[1.0, 2.0, 0.5]] * 25, [1.0] * 204, "a", {}, 4]


def with_points(person, missing=()):
    """The person with 3D keypoints beside all that it has in 2D, as signlift writes them."""
    points = {}
    for key, numbers in person.items():
        if key.endswith("_2d"):
            rows = np.reshape(numbers, (-1, 3)).tolist()
            each = [[x, y, 10.0 * n - 40, c] for n, (x, y, c) in enumerate(rows)]
            each = [[0] * 4 if n in missing else point for n, point in enumerate(each)]
            points[key.replace("2d", "3d")] = [number for point in each for number in point]
    return {**person, **points}


@st.composite
def frames(draw):
    """Frames of OpenPose with up to two changes."""
    count, hands, face = draw(st.sampled_from(PARTS))
    people = [openpose_person(WHOLE[:count], hands, face) for _ in range(draw(st.integers(0, 2)))]
    if draw(st.booleans()):
        missing = draw(st.sets(st.integers(0, 24)))
        people = [with_points(person, missing) for person in people]
    frame = openpose_frame(*people)
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.sampled_from(["number", "part", "identity", "key", "frame", "person"]))
        if place == "frame":
            key = draw(st.sampled_from(["people", "version", "fps", "frames", "keypoints"]))
            frame[key] = draw(st.sampled_from([None, [], 3, {}, people]))
            continue
        person = draw(st.sampled_from(people)) if people else {}
        if not isinstance(person, dict):
            continue
        if place == "number":
            lists = [v for v in person.values() if isinstance(v, list) and v]
            if lists:
                numbers = draw(st.sampled_from(lists))
                numbers[draw(st.integers(0, len(numbers) - 1))] = draw(st.sampled_from(ODD))
        elif place == "part":
            person[draw(st.sampled_from(KEYS))] = draw(st.sampled_from(VALUES))
        elif place == "identity":
            person["person_id"] = draw(st.sampled_from([[-1], [2], 3, "a", None, [], {}, 1.5]))
        elif place == "key":
            key = draw(st.sampled_from([*KEYS, "person_id", "keypoints", "track_id", "bbox"]))
            if person.pop(key, "none") == "none":
                person[key] = draw(st.sampled_from([1, [1.0] * 51]))
        elif people:
            people[0] = draw(st.sampled_from([None, 3, [], {}]))
            frame["people"] = people
    return frame


def parse(frame):
    try:
        people = parse_frame(frame, "a.json", None)
    except InputError as error:
        return str(error)
    return [
        (
            person.skeleton.name,
            person.values.dtype.name,
            person.values.tolist(),
            person.identity,
            None if person.depth is None else person.depth.tolist(),
        )
        for person in people
    ]


@given(frames())
def test_all_frames_are_parsed_as_without_the_fast_path(frame):
    fast = parse(frame)
    with (
        mock.patch.object(json_clips, "parse_plain_openpose", lambda _: None),
        mock.patch.object(openpose, "parse_plain_person", lambda *_: None),
    ):
        slow = parse(frame)
    np.testing.assert_equal(fast, slow)  # NaN equals NaN


@pytest.mark.parametrize("parts", PARTS)
def test_depth_of_signlift_takes_the_fast_path(parts):
    count, hands, face = parts
    person = with_points(openpose_person(WHOLE[:count], hands, face), missing=(3,))
    elsewhere = {**person, "pose_keypoints_3d": [7.0] * (4 * count)}  # in a space of its own
    frame = openpose_frame(person, elsewhere)
    people = parse_plain_openpose(frame)
    assert people is not None and np.isnan(people[0].depth[3]) and people[0].depth[2] == -20
    with mock.patch.object(openpose, "parse_plain_person", lambda *_: None):
        slow = parse_openpose_people(frame, "a")
    for fast, same in zip(people, slow, strict=True):
        np.testing.assert_array_equal(fast.values, same.values)
        np.testing.assert_equal(fast.depth, same.depth)


@pytest.mark.parametrize("parts", PARTS)
def test_the_plain_form_takes_the_fast_path(parts):
    count, hands, face = parts
    frame = openpose_frame(*[openpose_person(WHOLE[:count], hands, face)] * 2)
    people = parse_plain_openpose(frame)
    assert people is not None and len(people) == 2
    for person, slow in zip(people, parse_openpose_people(frame, "a"), strict=True):
        assert person.skeleton is slow.skeleton and person.depth is None
        np.testing.assert_array_equal(person.values, slow.values)
    assert parse_plain_openpose(openpose_frame()) == []


def test_other_forms_do_not():
    person = openpose_person(WHOLE[:25], HANDS)
    for frame in (
        [],
        {"people": None},
        {**openpose_frame(person), "fps": 25},
        openpose_frame(None),
        openpose_frame({**person, "track_id": 1}),
        openpose_frame({**person, "pose_keypoints_3d": [1.0] * 96}),
        openpose_frame({**person, "face_keypoints_3d": [1.0] * 280}),
        openpose_frame({**person, "pose_keypoints_2d": [1.0] * 51}),
        openpose_frame({**person, "pose_keypoints_2d": [None] * 75}),
    ):
        assert parse_plain_openpose(frame) is None
