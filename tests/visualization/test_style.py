from drawn_recordings import drawn, recording
from matplotlib.colors import to_hex

from signlift.core.skeleton import PANOPTIC26
from signlift.visualization.style import (
    SIDE_COLOURS,
    bone_side,
    keypoint_side,
    keypoint_weight,
)


def test_each_side_has_its_colour():
    front = drawn(recording()).drawings[0]
    bones = [to_hex(colour) for colour in front.bones.get_colors()[1::2]]
    dots = [to_hex(colour) for colour in front.dots.get_facecolors()]
    for side, colour in SIDE_COLOURS.items():
        colour = colour.lower()
        assert bones.count(colour) == sum(bone_side(b) == side for b in PANOPTIC26.bones)
        assert dots.count(colour) == PANOPTIC26.sides[:25].count(side)
    legend = front.axes.figure.legends[0]
    assert [text.get_text() for text in legend.get_texts()] == ["left", "right", "middle"]


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
