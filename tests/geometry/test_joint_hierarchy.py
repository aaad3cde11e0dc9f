import numpy as np
import pytest

from signlift.geometry.joint_hierarchy import Joint, Motion

ARM = (
    Joint("upper", -1, (0.0, 0.0, 0.0), ("Xposition", "Yposition", "Zposition", "Zrotation")),
    Joint("fore", 0, (2.0, 0.0, 0.0), ("Zrotation", "Xrotation")),
    Joint("fore_End", 1, (1.0, 0.0, 0.0), (), True),
)


def test_forward_kinematics_of_an_arm():
    values = np.array([[0, 0, 0, 0, 0, 0], [5, 1, 0, 90, 90, 45], [0, 0, 7, 90, -90, 10]], float)
    places = Motion(ARM, values, 30.0).places()
    expected = [
        [[0, 0, 0], [2, 0, 0], [3, 0, 0]],
        [[5, 1, 0], [5, 3, 0], [4, 3, 0]],
        [[0, 0, 7], [0, 2, 7], [1, 2, 7]],
    ]
    np.testing.assert_allclose(places.positions, expected, atol=1e-12)
    np.testing.assert_allclose(places.rotations[1, 0] @ [1, 0, 0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(places.rotations[:, 2], places.rotations[:, 1])


def test_a_position_stands_in_for_the_offset():
    joints = (
        Joint("root", -1, (3.0, 90.0, 1.0), ("Xposition",)),
        Joint("free", 0, (0.0, 1.0, 0.0), ("Zposition", "Xposition", "Yposition")),
    )
    motion = Motion(joints, np.array([[10.0, 4.0, 2.0, 3.0]]), 30.0)
    np.testing.assert_allclose(motion.places().positions[0], [[10, 90, 1], [12, 93, 5]])
    np.testing.assert_allclose(motion.rest().positions[0], [[3, 90, 1], [3, 91, 1]])


def test_what_is_not_known_spreads_outwards_only():
    places = Motion(ARM, np.array([[1.0, 2.0, 3.0, 0.0, np.nan, 0.0]]), 30.0).places()
    np.testing.assert_array_equal(places.positions[0, 1], [3, 2, 3])
    assert np.isnan(places.positions[0, 2]).any()


def test_no_frames():
    motion = Motion(ARM, np.empty((0, 6)), 30.0)
    assert motion.places().positions.shape == (0, 3, 3)
    assert (len(motion), motion.names) == (0, ("upper", "fore", "fore_End"))


def test_what_cannot_be():
    with pytest.raises(ValueError, match="2 values for 6 channels"):
        Motion(ARM, np.zeros((1, 2)), 30.0)
    with pytest.raises(ValueError, match="before its parent"):
        Motion(ARM[1:], np.zeros((1, 2)), 30.0)
