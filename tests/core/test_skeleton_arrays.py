import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from named_keypoints import named_keypoints

from signlift.core.skeleton import (
    COCO17,
    DERIVED,
    H36M17,
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
)
from signlift.core.skeleton_arrays import convert, subtract_root_depth
from signlift.errors import InputError

any_skeleton = pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)


@any_skeleton
def test_conversion_to_panoptic26_keeps_the_body_and_nothing_else(skeleton):
    # Every keypoint is at a place of its own, so that a wrong match shows.
    values = np.arange(len(skeleton), dtype=float)[None, :, None]
    out = convert(values, skeleton, PANOPTIC26)[0, :, 0]
    for number, name in enumerate(PANOPTIC26.keypoints):
        own = skeleton.find(name)
        if name in DERIVED:
            assert out[number] == np.mean([skeleton.index(part) for part in DERIVED[name]])
        elif own is None:
            assert np.isnan(out[number])
            assert name == "Keypoint26" or name.endswith(
                ("Toe", "Heel", "Eye", "Ear") if skeleton is H36M17 else ("Toe", "Heel")
            )
        else:
            assert out[number] == own
            assert skeleton.keypoints[own] in (name, name.replace("Hand", "Wrist"))


@pytest.mark.parametrize("skeleton", [OPENPOSE67, OPENPOSE137, WHOLEBODY133, HALPE136, MEDIAPIPE75])
def test_conversion_to_panoptic67_keeps_the_hands(skeleton):
    values = np.arange(len(skeleton), dtype=float)[None, :, None]
    out = convert(values, skeleton, PANOPTIC67)[0, 25:, 0]
    left = skeleton.index("LHandRoot")
    right = skeleton.index("RHandRoot")
    np.testing.assert_array_equal(out[:21], np.arange(right, right + 21))
    np.testing.assert_array_equal(out[21:], np.arange(left, left + 21))
    back = convert(np.zeros((1, 33, 2)), MEDIAPIPE33, skeleton)
    fingers = [skeleton.index(f"{side}{name}") for side in "LR" for name in ("Thumb2", "Index1")]
    assert np.isnan(back[:, fingers]).all()


def test_conversion_goes_by_name():
    out = convert(named_keypoints(PANOPTIC26), PANOPTIC26, OPENPOSE25)
    expected = named_keypoints(OPENPOSE25)
    plain = [i for i, name in enumerate(OPENPOSE25.keypoints) if name not in ("Neck", "MidHip")]
    assert np.array_equal(out[:, plain], expected[:, plain])


def test_conversion_recomputes_derived_points_and_falls_back_on_the_sources_own():
    values = named_keypoints(OPENPOSE25)
    left, right = (values[:, OPENPOSE25.index(name)].copy() for name in ("LHip", "RHip"))
    neck = values[:, OPENPOSE25.index("Neck")].copy()
    values[:, OPENPOSE25.index("LShoulder")] = np.nan
    out = convert(values, OPENPOSE25, PANOPTIC26)
    np.testing.assert_allclose(out[:, PANOPTIC26.index("MidHip")], (left + right) / 2)
    np.testing.assert_array_equal(out[:, PANOPTIC26.index("Neck")], neck)
    assert np.isnan(out[:, PANOPTIC26.index("Keypoint26")]).all()


def test_conversion_from_coco_makes_neck_and_hips():
    out = convert(named_keypoints(COCO17), COCO17, PANOPTIC26)
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


@any_skeleton
def test_the_depth_of_the_root_is_subtracted(skeleton):
    depth = np.random.default_rng(0).normal(size=(3, len(skeleton)))
    relative = subtract_root_depth(depth, skeleton)
    np.testing.assert_allclose(skeleton.point(relative[..., None], ROOT), 0, atol=1e-12)
    np.testing.assert_allclose(np.diff(relative), np.diff(depth))
    depth[1] = np.nan
    assert np.isnan(subtract_root_depth(depth, skeleton)[1]).all()
    assert subtract_root_depth(np.zeros((0, len(skeleton))), skeleton).shape == (0, len(skeleton))
