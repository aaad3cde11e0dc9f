import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import (
    COCO17,
    COCO18,
    DERIVED,
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
    convert,
    get_skeleton,
    skeleton_of_size,
    subtract_root_depth,
)
from signlift.errors import InputError

COCO_FEET = ("LBigToe", "LSmallToe", "LHeel", "RBigToe", "RSmallToe", "RHeel")

any_skeleton = pytest.mark.parametrize("on", SKELETONS, ids=lambda on: on.name)


@any_skeleton
def test_every_skeleton_is_sound(on):
    assert len(on) == len(set(on.keypoints)) == len(on.sides) == len(on.mirror)
    assert np.array_equal(on.mirror[on.mirror], np.arange(len(on)))
    assert len(on.pairs) == on.sides.count("left") == on.sides.count("right")
    for left, right in on.pairs:
        assert (left[0], right[0], left[1:]) == ("L", "R", right[1:])
    assert on.bone_index.shape == (len(on.bones), 2)
    assert all(on.has(name) for name in (ROOT, "Neck", "Nose"))


@any_skeleton
def test_bones_form_trees_that_hold_every_drawn_keypoint(on):
    alone = {chain[0] for chain in on.chains if len(chain) == 1}
    seen = set()
    for parent, child in on.bones:
        assert child not in seen
        seen |= {parent, child}
    undrawn = set(on.keypoints) - seen - alone
    assert undrawn == ({"Keypoint26"} if on is PANOPTIC26 else set())


def test_sizes_and_orders():
    assert [len(on) for on in (PANOPTIC26, PANOPTIC67, OPENPOSE25, COCO17)] == [26, 67, 25, 17]
    assert PANOPTIC26.keypoints[:6] == ("Neck", "Nose", "MidHip", "LShoulder", "LElbow", "LHand")
    assert PANOPTIC67.keypoints[:25] == PANOPTIC26.keypoints[:25]
    assert PANOPTIC67.keypoints[25] == "RHandRoot"
    assert PANOPTIC67.keypoints[46] == "LHandRoot"
    assert (OPENPOSE25.index("MidHip"), OPENPOSE25.index("RHeel")) == (8, 24)
    assert (COCO17.index("LWrist"), COCO17.index("RAnkle")) == (9, 16)


def test_the_orders_of_keypoints_are_those_of_detectors():
    assert [len(on) for on in (OPENPOSE67, OPENPOSE137, COCO18)] == [67, 137, 18]
    assert [len(on) for on in (WHOLEBODY133, HALPE26, HALPE136)] == [133, 26, 136]
    assert [len(on) for on in (MEDIAPIPE33, MEDIAPIPE75)] == [33, 75]
    assert (COCO18.index("Neck"), COCO18.index("LHip"), COCO18.index("LEar")) == (1, 11, 17)
    assert (HALPE26.index("Head"), HALPE26.index("MidHip"), HALPE26.index("LHeel")) == (17, 19, 24)
    for on, face, left, right in (
        (OPENPOSE137, 67, 25, 46),
        (WHOLEBODY133, 23, 91, 112),
        (HALPE136, 26, 94, 115),
    ):
        assert on.keypoints[face : face + 9] == (*(f"RJaw{i}" for i in range(8)), "Jaw8")
        assert on.keypoints[left : left + 2] == ("LHandRoot", "LThumb1")
        assert on.keypoints[right : right + 2] == ("RHandRoot", "RThumb1")
        assert on.keypoints[left + 5] == "LIndex1"
    assert WHOLEBODY133.keypoints[17:23] == COCO_FEET
    assert MEDIAPIPE33.keypoints[15:23:2] == ("LWrist", "LPinky", "LIndex", "LThumb")
    assert (MEDIAPIPE33.index("LHip"), MEDIAPIPE33.index("RFootIndex")) == (23, 32)
    assert MEDIAPIPE75.keypoints[33:55:21] == ("LHandRoot", "RHandRoot")


@pytest.mark.parametrize(("on", "first"), [(OPENPOSE137, 67), (WHOLEBODY133, 23), (HALPE136, 26)])
def test_faces_are_mirrored(on, first):
    pairs = [*zip(range(8), range(16, 8, -1), strict=True)]  # the jaw
    pairs += [*zip(range(17, 22), range(26, 21, -1), strict=True)]  # the brows
    pairs += [(31, 35), (32, 34), (36, 45), (37, 44), (38, 43), (39, 42), (40, 47), (41, 46)]
    pairs += [(48, 54), (49, 53), (50, 52), (59, 55), (58, 56), (60, 64), (61, 63), (67, 65)]
    expected = np.arange(68)
    for right, left in pairs:
        expected[right], expected[left] = left, right
        assert on.sides[first + right] == "right"
    np.testing.assert_array_equal(on.mirror[first : first + 68] - first, expected)


def test_the_default_skeleton_of_a_number_of_keypoints():
    sizes = (26, 67, 25, 17, 18, 33, 133, 136, 137, 75)
    names = "panoptic26 panoptic67 openpose25 coco17 coco18 mediapipe33 wholebody133 halpe136"
    found = [skeleton_of_size(size).name for size in sizes]
    assert found == [*names.split(), "openpose137", "mediapipe75"]
    assert skeleton_of_size(24) is None


@any_skeleton
def test_conversion_to_panoptic26_keeps_the_body_and_nothing_else(on):
    # Every keypoint is at a place of its own, so that a wrong match shows.
    values = np.arange(len(on), dtype=float)[None, :, None]
    out = convert(values, on, PANOPTIC26)[0, :, 0]
    for number, name in enumerate(PANOPTIC26.keypoints):
        own = on.find(name)
        if name in DERIVED:
            assert out[number] == np.mean([on.index(part) for part in DERIVED[name]])
        elif own is None:
            assert np.isnan(out[number])
            assert name == "Keypoint26" or name.endswith(("Toe", "Heel"))
        else:
            assert out[number] == own
            assert on.keypoints[own] in (name, name.replace("Hand", "Wrist"))


@pytest.mark.parametrize("on", [OPENPOSE67, OPENPOSE137, WHOLEBODY133, HALPE136, MEDIAPIPE75])
def test_conversion_to_panoptic67_keeps_the_hands(on):
    values = np.arange(len(on), dtype=float)[None, :, None]
    out = convert(values, on, PANOPTIC67)[0, 25:, 0]
    left = on.index("LHandRoot")
    right = on.index("RHandRoot")
    np.testing.assert_array_equal(out[:21], np.arange(right, right + 21))
    np.testing.assert_array_equal(out[21:], np.arange(left, left + 21))
    back = convert(np.zeros((1, 33, 2)), MEDIAPIPE33, on)
    fingers = [on.index(f"{side}{name}") for side in "LR" for name in ("Thumb2", "Index1")]
    assert np.isnan(back[:, fingers]).all()


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


def _named(on, frames=2):
    """Keypoints whose x is a number that belongs to the name, y the frame."""
    values = np.zeros((frames, len(on), 2), np.float32)
    values[..., 0] = [sum(map(ord, name.replace("Hand", "Wrist"))) for name in on.keypoints]
    values[..., 1] = np.arange(frames)[:, None]
    return values


def test_conversion_goes_by_name():
    out = convert(_named(PANOPTIC26), PANOPTIC26, OPENPOSE25)
    expected = _named(OPENPOSE25)
    plain = [i for i, name in enumerate(OPENPOSE25.keypoints) if name not in ("Neck", "MidHip")]
    assert np.array_equal(out[:, plain], expected[:, plain])


def test_conversion_recomputes_derived_points_and_falls_back_on_the_sources_own():
    values = _named(OPENPOSE25)
    left, right = (values[:, OPENPOSE25.index(name)].copy() for name in ("LHip", "RHip"))
    neck = values[:, OPENPOSE25.index("Neck")].copy()
    values[:, OPENPOSE25.index("LShoulder")] = np.nan
    out = convert(values, OPENPOSE25, PANOPTIC26)
    np.testing.assert_allclose(out[:, PANOPTIC26.index("MidHip")], (left + right) / 2)
    np.testing.assert_array_equal(out[:, PANOPTIC26.index("Neck")], neck)
    assert np.isnan(out[:, PANOPTIC26.index("Keypoint26")]).all()


def test_conversion_from_coco_makes_neck_and_hips():
    out = convert(_named(COCO17), COCO17, PANOPTIC26)
    missing = {n for n, x in zip(PANOPTIC26.keypoints, out[0, :, 0], strict=True) if np.isnan(x)}
    toes = {s + t for s in "LR" for t in ("BigToe", "SmallToe", "Heel")}
    assert missing == {"Keypoint26", *toes}


@given(st.sampled_from(SKELETONS), st.sampled_from(SKELETONS), st.integers(0, 4))
def test_conversion_and_mirroring_commute(source, target, frames):
    values = np.random.default_rng(frames).normal(size=(frames, len(source), 3))
    one = convert(values[:, source.mirror], source, target)
    other = convert(values, source, target)[:, target.mirror]
    np.testing.assert_allclose(one, other)


def test_conversion_refuses_a_wrong_number_of_keypoints():
    with pytest.raises(InputError, match=r"coco17: expected shape \[\.\.\., 17, C\]"):
        convert(np.zeros((3, 26, 2)), COCO17, PANOPTIC26)


def test_a_point_is_the_keypoint_or_else_the_middle():
    values = _named(PANOPTIC26)
    hips = (values[:, PANOPTIC26.index("LHip")] + values[:, PANOPTIC26.index("RHip")]) / 2
    own = values[0, PANOPTIC26.index("MidHip")].copy()
    values[1, PANOPTIC26.index("MidHip")] = np.nan
    np.testing.assert_array_equal(PANOPTIC26.point(values, "MidHip"), [own, hips[1]])
    assert COCO17.point(_named(COCO17), "Neck").shape == (2, 2)
    np.testing.assert_array_equal(
        PANOPTIC26.point(values, "LWrist"), values[:, PANOPTIC26.index("LHand")]
    )
    with pytest.raises(InputError, match="coco17: expected a keypoint LHeel"):
        COCO17.point(_named(COCO17), "LHeel")


@any_skeleton
def test_the_depth_of_the_root_is_subtracted(on):
    depth = np.random.default_rng(0).normal(size=(3, len(on)))
    relative = subtract_root_depth(depth, on)
    np.testing.assert_allclose(on.point(relative[..., None], ROOT), 0, atol=1e-12)
    np.testing.assert_allclose(np.diff(relative), np.diff(depth))
    depth[1] = np.nan
    assert np.isnan(subtract_root_depth(depth, on)[1]).all()
    assert subtract_root_depth(np.zeros((0, len(on))), on).shape == (0, len(on))


def test_an_unknown_keypoint_is_reported_with_the_known_ones():
    assert PANOPTIC26.index("MidHip") == 2
    with pytest.raises(KeyError, match=r"panoptic26: expected .*Neck, Nose, .*found LWrist"):
        PANOPTIC26.index("LWrist")
