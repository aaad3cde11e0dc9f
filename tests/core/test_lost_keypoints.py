import itertools

import numpy as np
import pytest

import signlift as sl
from signlift.core.lost_keypoints import describe_lost_keypoints, describe_lost_names
from signlift.core.skeleton import (
    COCO17,
    HALPE136,
    MEDIAPIPE75,
    OPENPOSE25,
    OPENPOSE67,
    OPENPOSE137,
    PANOPTIC67,
    SKELETONS,
    WHOLEBODY133,
)

WITH_HANDS = (OPENPOSE67, OPENPOSE137, MEDIAPIPE75, WHOLEBODY133, PANOPTIC67, HALPE136)


def recording_of(skeleton):
    keypoints = np.random.default_rng(0).uniform(0, 99, (3, len(skeleton), 2))
    return sl.Recording(keypoints, skeleton)


@pytest.mark.parametrize(
    ("source", "target"),
    list(itertools.permutations(WITH_HANDS, 2)),
    ids=lambda skeleton: skeleton.name,
)
def test_hands_and_faces_are_converted_by_name(source, target):
    recording = recording_of(source)
    converted = recording.convert(target)
    shared = [name for name in source.keypoints if target.find(name) is not None]
    assert sum(name.endswith(("1", "2", "3", "4")) and name[0] in "LR" for name in shared) >= 40
    for name in shared:
        if name not in ("Neck", "MidHip"):
            np.testing.assert_array_equal(
                converted.keypoints[:, target.find(name)],
                recording.keypoints[:, source.index(name)],
            )


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
def test_nothing_is_lost_on_the_same_skeleton(skeleton):
    assert recording_of(skeleton).convert(skeleton).notes == ()


def test_a_conversion_notes_what_it_cannot_keep():
    assert recording_of(OPENPOSE137).convert("openpose67").notes == (
        "not in openpose67: 70 keypoints of the face",
    )
    assert recording_of(WHOLEBODY133).convert("panoptic26").notes == (
        "not in panoptic26: 42 keypoints of the hands, 68 keypoints of the face",
    )
    # Neck and MidHip follow from keypoints that coco17 has.
    feet = "LBigToe, LSmallToe, LHeel, RBigToe, RSmallToe, RHeel"
    assert recording_of(OPENPOSE25).convert(COCO17).notes == (
        f"not in coco17: 6 keypoints of the body ({feet})",
    )


def test_only_observed_keypoints_are_lost():
    observed = np.zeros((2, 137), bool)
    assert describe_lost_keypoints(observed, OPENPOSE137, OPENPOSE25) is None
    observed[1, OPENPOSE137.index("LIndex4")] = True
    line = describe_lost_keypoints(observed, OPENPOSE137, OPENPOSE25, "bvh")
    assert line == "not in bvh: 1 keypoint of the hands"


def test_points_of_pose_files_are_counted_by_component():
    names = ["face_landmarks:1", "face_landmarks:2", "left_hand:x", "pose_world_landmarks:NOSE"]
    assert describe_lost_names(names, "openpose") == (
        "not in openpose: 1 keypoint of the hands, 2 keypoints of the face, "
        "1 keypoint of world landmarks"
    )
    assert describe_lost_names([], "openpose") is None
