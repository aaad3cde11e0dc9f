import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.animation.rest_pose import (
    centimetres_per_unit,
    complete_lengths,
    measure_body,
    rest_joints,
    weighted_median,
)
from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.errors import InputError

SIZES = {"torso": 50.0, "shoulders": 40.0}


def recording(**options):
    return Recording(np.zeros((1, 26, 2)), **options)


@pytest.mark.parametrize(
    ("values", "weights", "expected"),
    [
        ([1, 2, 30], [1, 1, 1], 2),
        ([30, 1], [1, 1], 15.5),
        ([1, 2, 30], [1, 1, 5], 30),
        ([1, np.nan, 3, 5], [1, 9, 1, 0], 2),
        ([4], [0.1], 4),
    ],
)
def test_weighted_medians(values, weights, expected):
    assert weighted_median(np.array(values, float), np.array(weights, float)) == expected


def test_a_median_without_values():
    assert np.isnan(weighted_median(np.array([np.nan]), np.ones(1)))
    assert np.isnan(weighted_median(np.zeros(0), np.zeros(0)))


@given(st.lists(st.floats(0, 100), min_size=1, max_size=9))
def test_a_median_lies_within(values):
    found = weighted_median(np.array(values), np.ones(len(values)))
    assert min(values) <= found <= max(values)
    assert found == pytest.approx(np.median(values))


def test_bones_that_point_at_the_camera_count_less():
    points = np.full((9, 26, 3), np.nan)
    index = PANOPTIC26.index
    points[:, [index("LShoulder"), index("RShoulder")]] = [[20, 0, 0], [-20, 0, 0]]
    points[:, index("LElbow")] = [20, 30, 0]
    points[:, index("RElbow")] = [-20, 0, 50]  # straight at the camera
    lengths = measure_body(points, np.ones((9, 26)))
    assert lengths == {"shoulders": 40, "upper_arm": 30}
    weights = np.ones((9, 26))
    weights[:, index("LElbow")] = 0  # not trusted at all
    assert measure_body(points, weights)["upper_arm"] == 50


def test_centimetres_per_unit():
    assert centimetres_per_unit(SIZES, recording(), None, 0.4) == 0.4
    assert centimetres_per_unit(SIZES, recording(unit="cm"), None, None) == 1
    assert centimetres_per_unit(SIZES, recording(unit="m"), None, None) == 100
    assert centimetres_per_unit({"torso": 200.0}, recording(), None, None) == 0.25
    without_hips = centimetres_per_unit({"shoulders": 400.0}, recording(), None, None)
    assert without_hips == pytest.approx(0.1, rel=0.05)
    tall = centimetres_per_unit({"torso": 0.28 * 180 * 3}, recording(), 180, None)
    assert tall == pytest.approx(1 / 3)
    assert (
        centimetres_per_unit(SIZES, recording(unit="m"), 90, None) < 1
    )  # the given height takes precedence


@pytest.mark.parametrize(
    ("height", "scale", "lengths", "message"),
    [
        (170, 1, SIZES, "height: expected none together with `scale`, found 170 and 1"),
        (None, 0, SIZES, "scale: expected centimetres per unit, a number above 0, found 0"),
        (None, float("nan"), SIZES, "scale: .*found nan"),
        (1.7, None, SIZES, r"height: .*found 1.7 \(in metres\?\)"),
        (None, None, {}, "expected shoulders, arms or a torso"),
        (170, None, {"thigh": 40.0}, "expected shoulders, arms or a torso"),
    ],
)
def test_wrong_sizes_are_refused(height, scale, lengths, message):
    with pytest.raises(InputError, match=message):
        centimetres_per_unit(lengths, recording(), height, scale)


def test_missing_lengths_are_average_fractions_of_the_others():
    lengths = complete_lengths({"torso": 28.0, "thigh": 30.0})
    assert (lengths["torso"], lengths["thigh"]) == (28, 30)
    assert 20 < lengths["shoulders"] < 30
    assert complete_lengths({})["torso"] == pytest.approx(50)


def test_the_rest_pose_is_a_t():
    lengths = complete_lengths({"torso": 50.0, "upper_arm": 31.0})
    joints = rest_joints(lengths)
    names = [joint.name for joint in joints]
    assert len(set(names)) == len(names) == 26
    where = {}
    for joint in joints:
        start = where[names[joint.parent]] if joint.parent >= 0 else np.zeros(3)
        where[joint.name] = start + joint.offset
    np.testing.assert_allclose(where["Neck"], [0, 50, 0])
    np.testing.assert_allclose(where["LeftForeArm"] - where["LeftArm"], [31, 0, 0])
    np.testing.assert_allclose(where["LeftHand_End"][1:], [50, 0])
    assert where["LeftToeBase"][2] > 0
    assert where["LeftToeBase"][1] == pytest.approx(
        -sum(lengths[n] for n in ("thigh", "shank", "foot_height"))
    )
    for name in names:
        if name.startswith("Left"):
            np.testing.assert_allclose(where["Right" + name[4:]], where[name] * [-1, 1, 1])
