import numpy as np
import pytest

from signlift.animation.landmarks import HEAD_OFFSETS, add_landmarks
from signlift.core.skeleton import PANOPTIC26
from signlift.geometry.euler_angles import euler_matrices, rotation_from_turn_nod_tilt

UP = np.array([0.0, 1.0, 0.0])
INDEX = PANOPTIC26.index
STANDING = {
    **{"MidHip": (0, 90, 0), "Neck": (0, 140, 0), "LShoulder": (20, 140, 0), "LHip": (10, 90, 0)},
    **{"LKnee": (10, 48, 0), "LAnkle": (10, 7, 0)},
}


def standing(toes=None):
    points = np.full((1, 26, 3), np.nan)
    places = STANDING if toes is None else {**STANDING, "LBigToe": toes}
    for name, place in places.items():
        points[:, INDEX(name)] = place
        if name[0] == "L":
            points[:, INDEX("R" + name[1:])] = np.array(place) * [-1, 1, 1]
    return points


def turned(head, foot):
    joint = np.tile([0, 158.0, 0], (len(head), 1))
    ankle = np.tile([10, 7.0, 0], (len(head), 1))
    return {"Head": (joint, head), "LFoot": (ankle, foot)}


def test_a_face_turns_with_the_head():
    angles = np.array([[0, 0, 0], [np.pi / 2, 0, 0], [0, 0.3, 0]])
    rest = standing()
    points = np.repeat(rest, 3, 0)
    still = np.tile(np.eye(3), (3, 1, 1))
    out = add_landmarks(points, rest, turned(rotation_from_turn_nod_tilt(angles), still), 170.0, UP)
    nose = out[:, INDEX("Nose")] - [0, 158, 0]
    np.testing.assert_allclose(nose[0], np.array(HEAD_OFFSETS["Nose"]) * 170)
    np.testing.assert_allclose(nose[1], np.array(HEAD_OFFSETS["Nose"])[[2, 1, 0]] * 170, atol=1e-9)
    assert nose[2, 1] < nose[0, 1]
    assert (out[0, INDEX("LEar"), 0], out[0, INDEX("LEye"), 0]) > (0, 0)
    np.testing.assert_allclose(out[:, INDEX("LHeel")], np.tile([10, 0.37, -6.12], (3, 1)))
    assert out[0, INDEX("LSmallToe"), 0] > 10  # outwards
    assert np.isnan(out[:, INDEX("RHeel")]).all()  # that foot has no joint
    np.testing.assert_array_equal(out[:, INDEX("LKnee")], points[:, INDEX("LKnee")])


def test_keypoints_of_the_rig_are_kept():
    rest = standing(toes=(14, 2, 15))
    still = np.tile(np.eye(3), (1, 1, 1))
    out = add_landmarks(rest, rest, turned(still, still), 170.0, UP)
    np.testing.assert_array_equal(out[0, INDEX("LBigToe")], [14, 2, 15])
    assert out[0, INDEX("LHeel"), 0] < 10  # opposite to the toes, which point outwards


@pytest.mark.parametrize("order", ["XYZ", "ZYX"])
def test_without_an_upright_rest_pose_they_point_forward_on_average(order):
    rng = np.random.default_rng(0)
    rest = np.zeros((1, 26, 3))
    rest[..., 0] = np.arange(26)  # all bones in a line
    points = np.repeat(standing(), 200, 0)
    looks = rotation_from_turn_nod_tilt(rng.normal(0, 0.3, (200, 3)))
    crooked = euler_matrices(np.array([40.0, -70.0, 100.0]), order, degrees=True)
    out = add_landmarks(
        points, rest, turned(looks @ crooked, np.tile(crooked, (200, 1, 1))), 170.0, UP
    )
    nose = out[:, INDEX("Nose")] - [0, 158, 0]
    expected = np.einsum("tij,j->ti", looks, np.array(HEAD_OFFSETS["Nose"]) * 170)
    assert np.linalg.norm(nose - expected, axis=-1).max() < 1.5
    np.testing.assert_allclose(out[0, INDEX("LHeel")], [10, 0.37, -6.12], atol=1e-6)


def test_without_positions_nothing_is_placed():
    points = np.full((2, 26, 3), np.nan)
    still = np.tile(np.eye(3), (2, 1, 1))
    out = add_landmarks(points, points[:1], turned(still, still), 170.0, UP)
    assert np.isnan(out).all()
    np.testing.assert_array_equal(add_landmarks(points, points[:1], {}, 170.0, UP), points)
