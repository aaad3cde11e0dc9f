import numpy as np
import pytest
from detected import body, landmarks

from signlift.core.skeleton import MEDIAPIPE33, MEDIAPIPE75
from signlift.errors import InputError
from signlift.io.detectors.people_forms.mediapipe import (
    is_mediapipe,
    parse_landmark,
    parse_mediapipe_people,
    select_mediapipe_columns,
)

WHOLE = body(75, 1, at=(0.5, 0.5), size=0.5, move=0)[0]
POSE = landmarks(WHOLE[:33])
LEFT, RIGHT = landmarks(WHOLE[33:54]), landmarks(WHOLE[54:])


@pytest.mark.parametrize(
    "frame",
    [
        {"pose_landmarks": POSE},
        {"poseLandmarks": POSE, "timestamp": 3},
        {"landmarks": POSE},
        {"pose_landmarks": {"landmark": POSE}},
        {"pose_landmarks": [POSE]},
        {"pose_landmarks": POSE, "left_hand_landmarks": None, "face_landmarks": [1]},
        {"pose_landmarks": [[x, y, 0.1, c] for x, y, c in WHOLE[:33].tolist()]},
        {"pose": POSE, "pose_world_landmarks": LEFT},
    ],
)
def test_a_pose_in_all_its_forms(frame):
    assert is_mediapipe(frame)
    ((skeleton, values, *_),) = parse_mediapipe_people(frame, "a")
    assert skeleton is MEDIAPIPE33
    np.testing.assert_allclose(values, WHOLE[:33], 1e-6)


def test_hands():
    frame = {"pose_landmarks": POSE, "left_hand_landmarks": LEFT, "right_hand_landmarks": RIGHT}
    ((skeleton, values, *_),) = parse_mediapipe_people(frame, "a")
    assert skeleton is MEDIAPIPE75
    np.testing.assert_allclose(values, WHOLE, 1e-6)
    ((_, values, *_),) = parse_mediapipe_people(
        {"poseLandmarks": None, "rightHandLandmarks": RIGHT}, "a"
    )
    assert np.isnan(values[:54]).all() and not np.isnan(values[54:]).any()


def test_several_people_and_none():
    people = parse_mediapipe_people({"pose_landmarks": [POSE, POSE], "left_hand": LEFT}, "a")
    assert [person.skeleton for person in people] == [MEDIAPIPE75, MEDIAPIPE33]
    assert parse_mediapipe_people({"pose_landmarks": None}, "a") == []
    assert parse_mediapipe_people({"pose_landmarks": []}, "a") == []


def test_landmarks_without_visibility():
    pose = [{"x": 0.1, "y": 0.2, "z": 0.0} for _ in range(33)]
    ((_, values, *_),) = parse_mediapipe_people({"landmarks": pose}, "a")
    assert np.isnan(values[:, 2]).all()
    ((_, values, *_),) = parse_mediapipe_people(
        {"landmarks": [{**one, "presence": 0.5} for one in pose]}, ""
    )
    assert (values[:, 2] == 0.5).all()


def test_a_z_that_is_no_number_leaves_x_and_y():
    for z in (None, "near", True, float("nan"), float("inf"), 10**400):
        assert parse_landmark({"x": 1, "y": 2, "z": z})[:2] == [1, 2]
    frame = {"pose_landmarks": [{**point, "z": 10**400} for point in POSE]}
    ((_, values, *_, z),) = parse_mediapipe_people(frame, "a")
    assert not np.isnan(values).any() and z is None
    frame = {"pose_landmarks": [{**point, "z": 0.25} for point in POSE]}
    assert (parse_mediapipe_people(frame, "a")[0].detector_depth == 0.25).all()


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        ({"pose_landmarks": POSE[:30]}, "33 landmarks of a pose, found 30"),
        ({"pose_landmarks": POSE, "left_hand_landmarks": RIGHT[:2]}, "21 landmarks of a hand"),
        (
            {"pose_landmarks": POSE[:5] + [{"x": 1}] * 28},
            "x and y, found landmark 5 without",
        ),
        (
            {"pose_landmarks": POSE[:5] + [3] * 28},
            "x and y, found landmark 5 without",
        ),
        ({"pose_landmarks": [{"x": "a", "y": 1}] * 33}, "landmarks: numbers"),
        ({"pose_landmarks": [1, 2, 3]}, r"x, y, z and visibility, found shape \[3\]"),
        ({"pose_landmarks": "none"}, "a list of landmarks, found 'none'"),
        ({"pose_world_landmarks": POSE}, "found pose_world_landmarks alone"),
    ],
)
def test_frames_of_another_form(frame, message):
    with pytest.raises(InputError, match=message):
        parse_mediapipe_people(frame, "a")


def test_columns():
    array = np.array([[0.1, 0.2, -3.0, 0.5, 0.9], [0.0] * 5])
    np.testing.assert_allclose(select_mediapipe_columns(array)[0], [0.1, 0.2, -3, 0.5], 1e-6)
    assert np.isnan(select_mediapipe_columns(array)[1]).all()
    assert np.isnan(select_mediapipe_columns(array[:, :3])[0, 3])
    assert select_mediapipe_columns(array[:, :2])[1, :2].tolist() == [0, 0]  # zero is a coordinate
