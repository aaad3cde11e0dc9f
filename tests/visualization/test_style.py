from signlift.visualization.style import (
    bone_side,
    keypoint_side,
    keypoint_weight,
)


def test_a_bone_from_one_side_to_the_other_is_in_the_middle():
    assert bone_side(("LHip", "RHip")) == "middle"
    assert bone_side(("Neck", "LShoulder")) == "left"
    assert bone_side(("RElbow", "RHand")) == "right"


def test_keypoints_of_a_component_have_its_side():
    assert keypoint_side("hand_left_keypoints_2d:T_IP") == "left"
    assert keypoint_side("face_keypoints_2d:FB_0") == "middle"
    assert bone_side(("LWrist", "hand_left_keypoints_2d:BASE")) == "left"
    assert keypoint_weight("hand_left_keypoints_2d:T_IP") == keypoint_weight("LIndex2")


def test_fingers_are_finer_than_arms():
    assert keypoint_weight("LIndex2") < keypoint_weight("LEye") < keypoint_weight("LElbow")
