import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.errors import InputError
from signlift.skeleton import (
    COCO17,
    OPENPOSE25,
    PANOPTIC26,
    PANOPTIC67,
    ROOT,
    SKELETONS,
    Skeleton,
    convert,
    relative_to_root,
    skeleton,
)

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
    seen = set()
    for parent, child in on.bones:
        assert child not in seen
        seen |= {parent, child}
    undrawn = set(on.keypoints) - seen
    assert undrawn == ({"Keypoint26"} if on is PANOPTIC26 else set())


def test_sizes_and_orders():
    assert [len(on) for on in (PANOPTIC26, PANOPTIC67, OPENPOSE25, COCO17)] == [26, 67, 25, 17]
    assert PANOPTIC26.keypoints[:6] == ("Neck", "Nose", "MidHip", "LShoulder", "LElbow", "LHand")
    assert PANOPTIC67.keypoints[:25] == PANOPTIC26.keypoints[:25]
    assert PANOPTIC67.keypoints[25] == "RHandRoot"
    assert PANOPTIC67.keypoints[46] == "LHandRoot"
    assert (OPENPOSE25.index("MidHip"), OPENPOSE25.index("RHeel")) == (8, 24)
    assert (COCO17.index("LWrist"), COCO17.index("RAnkle")) == (9, 16)


def test_lookup_by_name_and_alias():
    assert skeleton("panoptic26") is PANOPTIC26
    assert skeleton("body25") is OPENPOSE25
    assert skeleton(COCO17) is COCO17
    with pytest.raises(InputError, match=r"expected one of panoptic26, .*, found 'smpl'"):
        skeleton("smpl")


@pytest.mark.parametrize(
    ("keypoints", "chains", "message"),
    [
        (("Nose", "Nose"), (), "stands twice"),
        (("Nose",), (("Nose", "Neck"),), "unknown"),
        (("Nose", "Neck", "Head"), (("Nose", "Head"), ("Neck", "Head")), "two parents"),
        (("LElbow",), (), "has no RElbow"),
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


def test_point_takes_the_keypoint_then_the_middle():
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
def test_relative_to_root(on):
    depth = np.random.default_rng(0).normal(size=(3, len(on)))
    relative = relative_to_root(depth, on)
    np.testing.assert_allclose(on.point(relative[..., None], ROOT), 0, atol=1e-12)
    np.testing.assert_allclose(np.diff(relative), np.diff(depth))
    depth[1] = np.nan
    assert np.isnan(relative_to_root(depth, on)[1]).all()
    assert relative_to_root(np.zeros((0, len(on))), on).shape == (0, len(on))
