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
from signlift.core.skeleton import COCO17, OPENPOSE25, OPENPOSE137, PANOPTIC26


def test_points_of_body_hands_and_face_have_common_names_and_sides(save):
    skeleton = sl.read(save(make_pose(OPENPOSE))).skeleton
    assert skeleton.keypoints == OPENPOSE137.keypoints
    assert set(skeleton.bones[:24]) == set(OPENPOSE25.bones)
    assert set(skeleton.bones[24:]) <= set(OPENPOSE137.bones)
    assert ("LWrist", "LHandRoot") in skeleton.bones
    assert ("RHandRoot", "RIndex1") in skeleton.bones


def test_openpose_135_in_one_component(save):
    skeleton = sl.read(save(make_pose(OPENPOSE135))).skeleton
    assert (skeleton.name, len(skeleton)) == ("openpose135", 135)
    # Its hands have no root of their own, and its UpperNeck is not the middle of the shoulders.
    missing = {"Neck", "MidHip", "LHandRoot", "RHandRoot"}
    assert (
        set(skeleton.keypoints) == {*OPENPOSE137.keypoints, "Head", "body_135:UpperNeck"} - missing
    )
    assert ("RWrist", "RThumb1") in skeleton.bones
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
    expected = ("Nose", "LShoulder", "RShoulder", "Neck", "MidHip", "LBigToe", "Head")
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


HAND = [
    "WRIST",
    *("THUMB_CMC", "THUMB_MCP", "THUMB_IP", "THUMB_TIP"),
    *(
        f"{finger}_{joint}"
        for finger in ("INDEX_FINGER", "MIDDLE_FINGER", "RING_FINGER", "PINKY")
        for joint in ("MCP", "PIP", "DIP", "TIP")
    ),
]


def holistic():
    """MediaPipe Holistic's components with whole hands."""
    body, face, *_, world = mediapipe()
    hands = [component(f"{side}_HAND_LANDMARKS", HAND) for side in ("LEFT", "RIGHT")]
    return [body, face, *hands, world]


def alphapose():
    body = ["nose", "left_wrist", "right_wrist", "left_shoulder", "right_shoulder"]
    return [
        component("BODY_136", body, letters="XYC"),
        component("FACE_136", [f"face_{n}" for n in range(68)], letters="XYC"),
        component("LEFT_HAND_136", [f"hand_{n}" for n in range(21)], letters="XYC"),
        component("RIGHT_HAND_136", [f"hand_{n}" for n in range(21)], letters="XYC"),
    ]


@pytest.mark.parametrize(
    ("components", "target", "kept"),
    [
        (OPENPOSE, "openpose137", 137),
        (OPENPOSE, "openpose67", 67),
        (OPENPOSE, "wholebody133", 17 + 6 + 68 + 42),
        (OPENPOSE, "mediapipe75", 17 + 2 + 2 + 42),  # heels, and big toes
        (OPENPOSE, "panoptic67", 67),
        (OPENPOSE, "halpe136", 135),  # no top of the head
        (OPENPOSE135, "openpose137", 135),  # no roots of hands; Neck and MidHip are middles
        (holistic(), "mediapipe75", 75),
        (holistic(), "openpose137", 23 + 42),
        (holistic(), "wholebody133", 17 + 4 + 42),
        (alphapose(), "halpe136", 5 + 1 + 68 + 42),
    ],
)
def test_a_conversion_keeps_all_that_exists_in_both(save, components, target, kept):
    recording = sl.read(save(make_pose(components)))
    assert recording.convert(target).observed.any(0).sum() >= kept


@pytest.mark.parametrize("components", [OPENPOSE, holistic(), alphapose()])
def test_each_point_of_a_hand_becomes_its_counterpart(save, components):
    pose = make_pose(components)
    recording = sl.read(save(pose)).convert("openpose137")
    start = 0
    for part in pose.header.components:
        points = np.asarray(pose.body.data.data)[:, 0, start : start + len(part.points), :2]
        start += len(part.points)
        name = part.name.lower()
        if "hand" in name:
            first = OPENPOSE137.index("LHandRoot" if "left" in name else "RHandRoot")
            np.testing.assert_array_equal(recording.keypoints[:, first : first + 21], points)
        elif "face" in name and len(points[0]) >= 68:
            first = OPENPOSE137.index("RJaw0")
            count = len(points[0])
            np.testing.assert_array_equal(recording.keypoints[:, first : first + count], points)


def test_a_name_stands_for_one_order_of_keypoints(save, tmp_path):
    recording = sl.read(save(make_pose(OPENPOSE)))
    assert recording.skeleton.name == "openpose137"
    np.save(tmp_path / "array.npy", recording.keypoints)
    for skeleton in (None, "openpose137"):
        array = sl.read(tmp_path / "array.npy", skeleton=skeleton)
        assert array.skeleton is OPENPOSE137
        for name in ("LHandRoot", "RPinky4", "RJaw0", "LPupil", "LWrist"):
            np.testing.assert_array_equal(
                array.keypoints[:, OPENPOSE137.index(name)],
                recording.keypoints[:, recording.skeleton.index(name)],
            )
    body, face, left, right = OPENPOSE
    other = sl.read(save(make_pose([body, left, right, face])))
    assert other.skeleton.name == "pose137"
    converted = other.convert("openpose137").keypoints
    np.testing.assert_array_equal(converted[:, 95:116], other.keypoints[:, 25:46])


def test_mediapipe_with_hands_alone_is_mediapipe75(save):
    body, _, left, right, _ = holistic()
    recording = sl.read(save(make_pose([body, left, right])))
    assert recording.skeleton.name == "mediapipe75"
    np.testing.assert_array_equal(recording.convert("mediapipe75").keypoints, recording.keypoints)
    assert sl.read(save(make_pose([body, right, left]))).skeleton.name == "pose75"
