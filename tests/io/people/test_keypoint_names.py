import pytest

from signlift.core.skeleton import COCO17, MEDIAPIPE33, OPENPOSE25, PANOPTIC26
from signlift.errors import InputError
from signlift.io.people.keypoint_names import (
    describe_left_out,
    match_keypoints,
    parse_keypoint_name,
)

SPELLINGS = (
    "left_shoulder LEFT_SHOULDER leftShoulder LeftShoulder LShoulder l_shoulder L_Shoulder "
    "shoulder_left shoulder.L shoulder_l Left-Shoulder lshoulder leftshoulder shoulderLeft LSho"
).split()


@pytest.mark.parametrize("name", [*SPELLINGS, "left shoulder", "Shoulder Left"])
def test_a_shoulder_is_found_in_every_spelling(name):
    assert parse_keypoint_name(name) == "LShoulder"


@pytest.mark.parametrize(
    ("name", "keypoint"),
    [
        ("nose", "Nose"),
        ("right_big_toe", "RBigToe"),
        ("REar", "REar"),
        ("rear", "REar"),
        ("right_hand", "RWrist"),
        ("LHand", "LWrist"),
        ("mid_hip", "MidHip"),
        ("Hip", "MidHip"),
        ("LEFT_EYE_INNER", "LEyeInner"),
        ("mouth_right", "RMouth"),
        ("LThumb3", "LThumb3"),
        ("tail", None),
        ("left_right_shoulder", None),
        ("left", None),
        ("", None),
        ("レフト", None),
    ],
)
def test_names_are_translated_to_those_of_skeletons(name, keypoint):
    assert parse_keypoint_name(name) == keypoint


@pytest.mark.parametrize("skeleton", [COCO17, OPENPOSE25, PANOPTIC26, MEDIAPIPE33])
def test_the_names_of_a_skeleton_are_that_skeleton_in_any_order(skeleton):
    named = match_keypoints(skeleton.keypoints, "a.csv")
    assert named.skeleton == skeleton
    assert named.columns == {number: number for number in range(len(skeleton))}
    if skeleton != PANOPTIC26:  # its 26th keypoint belongs to no other
        backwards = match_keypoints(skeleton.keypoints[::-1], "a.csv")
        assert backwards.skeleton == skeleton
        assert backwards.columns == {n: len(skeleton) - 1 - n for n in range(len(skeleton))}


def test_the_wrist_is_taken_before_the_hand():
    names = ["left_hand", "left_wrist", "left_shoulder", "right_shoulder", "right_hand"]
    named = match_keypoints(names, "a.csv")
    assert named.columns[COCO17.index("LWrist")] == 1
    assert named.columns[COCO17.index("RWrist")] == 4
    assert named.left_out == ("left_hand",)


def test_the_skeleton_of_the_user_is_taken():
    named = match_keypoints(["l_shoulder", "r_shoulder", "neck", "l_eye"], "a.csv", OPENPOSE25)
    assert named.skeleton is OPENPOSE25
    assert len(named.columns) == 4


def test_without_shoulders_it_is_no_body():
    with pytest.raises(InputError, match=r"a.csv: .* both shoulders among them, found paw, nose$"):
        match_keypoints(["paw", "nose"], "a.csv")


def test_names_that_are_left_out_are_one_note():
    assert describe_left_out([]) == ()
    (note,) = describe_left_out([f"p{i}" for i in range(11)])
    assert note.endswith("p6, p7 and 3 more")
