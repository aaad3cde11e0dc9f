import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.io.tables.column_names import (
    find_roles,
    find_wide_columns,
    parse_part,
    parse_wide_column,
)


@pytest.mark.parametrize(
    ("name", "key", "axis"),
    [
        ("x0", 0, "x"),
        ("Y_12", 12, "y"),
        ("c3", 3, "confidence"),
        ("v1", 1, "confidence"),
        ("z 4", 4, "z"),
        ("nose_x", "nose", "x"),
        ("Nose_score", "Nose", "confidence"),
        ("left_wrist.y", "left_wrist", "y"),
        ("noseX", "noseX"[:-1], "x"),
        ("leftShoulderScore", "leftShoulder", "confidence"),
        ("x_nose", "nose", "x"),
        ("0_x", 0, "x"),
        ("kpt_7_x", 7, "x"),
        ("pose_3_visibility", ("pose", 3), "confidence"),
        ("pose_x_3", ("pose", 3), "x"),
        ("left_hand_y12", ("left_hand", 12), "y"),
        ("x_left_hand_20", ("left_hand", 20), "x"),
        ("y_face_467", ("face", 467), "y"),
    ],
)
def test_columns_of_a_keypoint(name, key, axis):
    assert parse_wide_column(name) == (key, axis)


@pytest.mark.parametrize("name", ["frame", "x", "", "label", "class", "0", "sequence_id", "x_"])
def test_columns_of_nothing(name):
    assert parse_wide_column(name) is None


def test_only_keypoints_with_x_and_y_count():
    names = ["x0", "y0", "c0", "x1", "instance.score", "time_s"]
    assert find_wide_columns(names) == {0: {"x": "x0", "y": "y0", "confidence": "c0"}}


def test_roles_are_found_in_any_spelling():
    roles = find_roles(["Frame Number", "Track ID", "Body Part", "X", "Y", "Likelihood", "cup"])
    assert roles == {
        "frame": "Frame Number",
        "person": "Track ID",
        "keypoint": "Body Part",
        "x": "X",
        "y": "Y",
        "confidence": "Likelihood",
    }
    assert find_roles(["frame", "frame_idx"]) == {"frame": "frame"}


def test_parts_of_mediapipe():
    assert [parse_part(name) for name in ("Pose", "left_hand", "face", "tail")] == [
        "pose",
        "left_hand",
        "face",
        None,
    ]


@given(st.text(max_size=30))
def test_any_name_is_parsed(name):
    parse_wide_column(name)
    find_roles([name])
