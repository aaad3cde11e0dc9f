import numpy as np
import pytest
from named_keypoints import named_keypoints

from signlift.core.skeleton import (
    COCO17,
    COCO18,
    HALPE26,
    HALPE136,
    MEDIAPIPE33,
    MEDIAPIPE75,
    OPENPOSE25,
    OPENPOSE67,
    OPENPOSE137,
    PANOPTIC26,
    PANOPTIC67,
    ROOT,
    SKELETONS,
    WHOLEBODY133,
    Skeleton,
    get_skeleton,
    skeleton_of_size,
)
from signlift.errors import InputError

COCO_FEET = ("LBigToe", "LSmallToe", "LHeel", "RBigToe", "RSmallToe", "RHeel")

any_skeleton = pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)


@any_skeleton
def test_every_skeleton_is_sound(skeleton):
    assert (
        len(skeleton) == len(set(skeleton.keypoints)) == len(skeleton.sides) == len(skeleton.mirror)
    )
    assert np.array_equal(skeleton.mirror[skeleton.mirror], np.arange(len(skeleton)))
    assert len(skeleton.pairs) == skeleton.sides.count("left") == skeleton.sides.count("right")
    for left, right in skeleton.pairs:
        assert (left[0], right[0], left[1:]) == ("L", "R", right[1:])
    assert skeleton.bone_index.shape == (len(skeleton.bones), 2)
    assert all(skeleton.has(name) for name in (ROOT, "Neck", "Nose"))


@any_skeleton
def test_bones_form_trees_that_hold_every_drawn_keypoint(skeleton):
    alone = {chain[0] for chain in skeleton.chains if len(chain) == 1}
    seen = set()
    for parent, child in skeleton.bones:
        assert child not in seen
        seen |= {parent, child}
    undrawn = set(skeleton.keypoints) - seen - alone
    assert undrawn == ({"Keypoint26"} if skeleton is PANOPTIC26 else set())


def test_sizes_and_orders():
    sizes = [len(skeleton) for skeleton in (PANOPTIC26, PANOPTIC67, OPENPOSE25, COCO17)]
    assert sizes == [26, 67, 25, 17]
    assert PANOPTIC26.keypoints[:6] == ("Neck", "Nose", "MidHip", "LShoulder", "LElbow", "LHand")
    assert PANOPTIC67.keypoints[:25] == PANOPTIC26.keypoints[:25]
    assert PANOPTIC67.keypoints[25] == "RHandRoot"
    assert PANOPTIC67.keypoints[46] == "LHandRoot"
    assert (OPENPOSE25.index("MidHip"), OPENPOSE25.index("RHeel")) == (8, 24)
    assert (COCO17.index("LWrist"), COCO17.index("RAnkle")) == (9, 16)


def test_the_orders_of_keypoints_are_those_of_detectors():
    assert [len(skeleton) for skeleton in (OPENPOSE67, OPENPOSE137, COCO18)] == [67, 137, 18]
    assert [len(skeleton) for skeleton in (WHOLEBODY133, HALPE26, HALPE136)] == [133, 26, 136]
    assert [len(skeleton) for skeleton in (MEDIAPIPE33, MEDIAPIPE75)] == [33, 75]
    assert (COCO18.index("Neck"), COCO18.index("LHip"), COCO18.index("LEar")) == (1, 11, 17)
    assert (HALPE26.index("Head"), HALPE26.index("MidHip"), HALPE26.index("LHeel")) == (17, 19, 24)
    for skeleton, face, left, right in (
        (OPENPOSE137, 25, 95, 116),
        (WHOLEBODY133, 23, 91, 112),
        (HALPE136, 26, 94, 115),
    ):
        assert skeleton.keypoints[face : face + 9] == (*(f"RJaw{i}" for i in range(8)), "Jaw8")
        assert skeleton.keypoints[left : left + 2] == ("LHandRoot", "LThumb1")
        assert skeleton.keypoints[right : right + 2] == ("RHandRoot", "RThumb1")
        assert skeleton.keypoints[left + 5] == "LIndex1"
    assert WHOLEBODY133.keypoints[17:23] == COCO_FEET
    assert MEDIAPIPE33.keypoints[15:23:2] == ("LWrist", "LPinky", "LIndex", "LThumb")
    assert (MEDIAPIPE33.index("LHip"), MEDIAPIPE33.index("RFootIndex")) == (23, 32)
    assert MEDIAPIPE75.keypoints[33:55:21] == ("LHandRoot", "RHandRoot")


@pytest.mark.parametrize(
    ("skeleton", "first"), [(OPENPOSE137, 25), (WHOLEBODY133, 23), (HALPE136, 26)]
)
def test_faces_are_mirrored(skeleton, first):
    pairs = [*zip(range(8), range(16, 8, -1), strict=True)]  # the jaw
    pairs += [*zip(range(17, 22), range(26, 21, -1), strict=True)]  # the brows
    pairs += [(31, 35), (32, 34), (36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)]
    pairs += [(48, 54), (49, 53), (50, 52), (59, 55), (58, 56), (60, 64), (61, 63), (67, 65)]
    expected = np.arange(68)
    for right, left in pairs:
        expected[right], expected[left] = left, right
        assert skeleton.sides[first + right] == "right"
    np.testing.assert_array_equal(skeleton.mirror[first : first + 68] - first, expected)


def test_the_default_skeleton_of_a_number_of_keypoints():
    sizes = (26, 67, 25, 17, 18, 33, 133, 136, 137, 75)
    names = "panoptic26 panoptic67 openpose25 coco17 coco18 mediapipe33 wholebody133 halpe136"
    found = [skeleton_of_size(size).name for size in sizes]
    assert found == [*names.split(), "openpose137", "mediapipe75"]
    assert skeleton_of_size(24) is None


def test_lookup_by_name_and_alias():
    assert get_skeleton("panoptic26") is PANOPTIC26
    assert get_skeleton("body25") is OPENPOSE25
    assert get_skeleton(COCO17) is COCO17
    with pytest.raises(InputError, match=r"expected one of panoptic26, .*, found 'smpl'"):
        get_skeleton("smpl")


@pytest.mark.parametrize(
    ("keypoints", "chains", "message"),
    [
        (("Nose", "Nose"), (), r"duplicate keypoint names \['Nose'\]"),
        (("Nose",), (("Nose", "Neck"),), "unknown"),
        (("Nose", "Neck", "Head"), (("Nose", "Head"), ("Neck", "Head")), "two parents"),
        (("LElbow",), (), "has no counterpart RElbow"),
    ],
)
def test_unsound_skeletons_are_refused(keypoints, chains, message):
    with pytest.raises(ValueError, match=message):
        Skeleton("bad", keypoints, chains)


def test_a_point_is_the_keypoint_or_else_the_middle():
    values = named_keypoints(PANOPTIC26)
    hips = (values[:, PANOPTIC26.index("LHip")] + values[:, PANOPTIC26.index("RHip")]) / 2
    own = values[0, PANOPTIC26.index("MidHip")].copy()
    values[1, PANOPTIC26.index("MidHip")] = np.nan
    np.testing.assert_array_equal(PANOPTIC26.point(values, "MidHip"), [own, hips[1]])
    assert COCO17.point(named_keypoints(COCO17), "Neck").shape == (2, 2)
    np.testing.assert_array_equal(
        PANOPTIC26.point(values, "LWrist"), values[:, PANOPTIC26.index("LHand")]
    )
    with pytest.raises(InputError, match="coco17: expected a keypoint LHeel"):
        COCO17.point(named_keypoints(COCO17), "LHeel")


def test_an_unknown_keypoint_is_reported_with_the_known_ones():
    assert PANOPTIC26.index("MidHip") == 2
    with pytest.raises(KeyError, match=r"panoptic26: expected .*Neck, Nose, .*found LWrist"):
        PANOPTIC26.index("LWrist")
