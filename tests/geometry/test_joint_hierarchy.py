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
    transforms = Motion(ARM, values, 30.0).forward_kinematics()
    expected = [
        [[0, 0, 0], [2, 0, 0], [3, 0, 0]],
        [[5, 1, 0], [5, 3, 0], [4, 3, 0]],
        [[0, 0, 7], [0, 2, 7], [1, 2, 7]],
    ]
    np.testing.assert_allclose(transforms.positions, expected, atol=1e-12)
    np.testing.assert_allclose(transforms.rotations[1, 0] @ [1, 0, 0], [0, 1, 0], atol=1e-12)
    np.testing.assert_allclose(transforms.rotations[:, 2], transforms.rotations[:, 1])


def test_position_channels_replace_the_offset():
    joints = (
        Joint("root", -1, (3.0, 90.0, 1.0), ("Xposition",)),
        Joint("free", 0, (0.0, 1.0, 0.0), ("Zposition", "Xposition", "Yposition")),
    )
    motion = Motion(joints, np.array([[10.0, 4.0, 2.0, 3.0]]), 30.0)
    np.testing.assert_allclose(motion.forward_kinematics().positions[0], [[10, 90, 1], [12, 93, 5]])
    np.testing.assert_allclose(motion.rest_pose().positions[0], [[3, 90, 1], [3, 91, 1]])


def test_unknown_values_spread_to_the_children_only():
    values = np.array([[1.0, 2.0, 3.0, 0.0, np.nan, 0.0]])
    transforms = Motion(ARM, values, 30.0).forward_kinematics()
    np.testing.assert_array_equal(transforms.positions[0, 1], [3, 2, 3])
    assert np.isnan(transforms.positions[0, 2]).any()


def test_a_motion_without_frames():
    motion = Motion(ARM, np.empty((0, 6)), 30.0)
    assert motion.forward_kinematics().positions.shape == (0, 3, 3)
    assert (len(motion), motion.names) == (0, ("upper", "fore", "fore_End"))


def test_unsound_motions_are_refused():
    with pytest.raises(ValueError, match="2 values for 6 channels"):
        Motion(ARM, np.zeros((1, 2)), 30.0)
    with pytest.raises(ValueError, match="joint fore comes before its parent"):
        Motion(ARM[1:], np.zeros((1, 2)), 30.0)
