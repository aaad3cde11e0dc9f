import numpy as np
import pytest

from signlift.core.body_parts import (
    describe_observed,
    frames_with_body,
    name_parts,
    require_body,
)
from signlift.core.recording import Recording
from signlift.core.skeleton import OPENPOSE137, SKELETONS, get_skeleton
from signlift.errors import InputError


def recording(skeleton, *names):
    """Two frames, the second with these keypoints."""
    skeleton = get_skeleton(skeleton)
    keypoints = np.full((2, len(skeleton), 2), np.nan)
    keypoints[1, [skeleton.index(name) for name in names]] = 100
    return Recording(keypoints, skeleton)


@pytest.mark.parametrize(
    ("names", "enough"),
    [
        (["LShoulder", "RShoulder"], True),
        (["Neck", "RShoulder"], True),
        (["LShoulder", "LHip"], True),
        (["Neck", "MidHip"], True),
        (["LShoulder", "LElbow", "LWrist", "Nose"], False),
        (["LHip", "RHip"], False),
        (["Nose", "LEye", "REye", "LEar", "REar"], False),
        ([], False),
    ],
)
def test_a_body_needs_two_points_of_its_trunk(names, enough):
    assert frames_with_body(recording("openpose25", *names)).tolist() == [False, enough]


def test_what_is_observed_is_named():
    hands = [name for name in OPENPOSE137.keypoints if name[1:].startswith(("HandRoot", "Index"))]
    assert describe_observed(recording("openpose137", *hands)) == "hands alone"
    assert describe_observed(recording("openpose137", "Nose", *hands)) == "face and hands alone"
    assert (
        describe_observed(recording("coco17", "LWrist", "RWrist", "LElbow"))
        == "left elbow and wrists alone"
    )
    assert name_parts(["LWrist", "RBigToe", "RHip", "LHip"]) == ["left wrist", "right foot", "hips"]
    assert describe_observed(recording("coco17", "LWrist")) == "left wrist alone"
    assert name_parts(["left_hand_landmarks:WRIST", "face_landmarks:12"]) == ["hands", "face"]


def test_the_parts_of_all_skeletons_have_names():
    parts = {part for skeleton in SKELETONS for part in name_parts(skeleton.keypoints)}
    assert parts == {
        *("face", "shoulders", "elbows", "wrists", "hips", "knees", "ankles", "feet", "hands"),
        *("Neck", "Spine"),
    }


def test_a_recording_without_a_body_is_refused():
    require_body(recording("openpose25", "LShoulder", "RShoulder"), "a")
    require_body(recording("openpose25"), "a")  # it has nothing at all
    with pytest.raises(InputError, match=r"a: expected keypoints of the body .*, found face alone"):
        require_body(recording("openpose25", "Nose", "LEye"), "a")
