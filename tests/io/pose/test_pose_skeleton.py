import numpy as np
import pytest
from pose_files import (
    OPENPOSE,
    OPENPOSE135,
    component,
    make_pose,
    mediapipe,
)
from pose_format import Pose

import signlift as sl
from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC26


def test_only_points_of_the_body_have_common_names_and_sides(save):
    skeleton = sl.read(save(make_pose(OPENPOSE))).skeleton
    assert skeleton.keypoints[:25] == OPENPOSE25.keypoints
    assert skeleton.keypoints[25] == "face_keypoints_2d:FB_0"
    assert {bone for bone in skeleton.bones if ":" not in bone[1]} == set(OPENPOSE25.bones)
    assert set(skeleton.sides[25:]) == {"middle"}
    assert ("LWrist", "hand_left_keypoints_2d:BASE") in skeleton.bones
    assert ("hand_right_keypoints_2d:BASE", "hand_right_keypoints_2d:I_CMC") in skeleton.bones


def test_openpose_135_in_one_component(save):
    skeleton = sl.read(save(make_pose(OPENPOSE135))).skeleton
    assert (skeleton.name, len(skeleton)) == ("openpose135", 135)
    assert {name for name in skeleton.keypoints if ":" not in name} == {
        name for name in OPENPOSE25.keypoints if name not in ("Neck", "MidHip")
    }
    assert ("RWrist", "body_135:RThumb1CMC") in skeleton.bones
    assert skeleton.has("Neck")


@pytest.mark.parametrize("components", [OPENPOSE, mediapipe()])
def test_reduced_files(save, components):
    body = components[0]
    left = [point for point in body.points if "L" in point[:1] and "Hip" not in point]
    pose = make_pose(components).get_components([body.name], {body.name: left[:9]})
    recording = sl.read(save(pose))
    skeleton = recording.skeleton
    num_points = len(pose.header.components[0].points)
    assert recording.observed[:, :num_points].all()
    # The counterparts that the file lacks are added, never observed, and not written.
    assert len(skeleton) > num_points
    assert not recording.observed[:, num_points:].any()
    assert ("LElbow", "LWrist") in skeleton.bones
    assert sl.load().lift(recording).depth.shape == (4, len(skeleton))
    again = Pose.read(sl.write(recording, save(b"", "b.pose")).read_bytes())
    assert again.header.components[0].points == pose.header.components[0].points


def test_names_of_other_detectors(save):
    points = ["nose", "left_shoulder", "right_shoulder", "neck", "hip", "left_big_toe", "head"]
    skeleton = sl.read(save(make_pose([component("BODY_136", points, letters="XYC")]))).skeleton
    expected = ("Nose", "LShoulder", "RShoulder", "Neck", "MidHip", "LBigToe", "body_136:head")
    assert skeleton.keypoints[:7] == expected
    assert skeleton.keypoints[7:] == ("RBigToe",)


def test_repeated_names_are_numbered(save):
    twice = [component("Body", ["LWrist", "RWrist", "LWrist", "LWrist", "x"], letters="XYC")] * 2
    recording = sl.read(save(make_pose(twice)))
    assert recording.skeleton.keypoints[:4] == ("LWrist", "RWrist", "body:LWrist", "body:LWrist#2")
    assert len(set(recording.skeleton.keypoints)) == 10
    assert recording.observed.all()


def test_signlifts_skeletons_are_recognised(save, tmp_path):
    for skeleton in (OPENPOSE25, PANOPTIC26, COCO17):
        keypoints = np.random.default_rng(0).uniform(10, 400, (3, len(skeleton), 2))
        path = sl.write(sl.Recording(keypoints, skeleton, size=(640, 480)), tmp_path / "k.pose")
        assert sl.read(path).skeleton is skeleton
