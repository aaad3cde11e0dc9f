import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.transform import Rotation

from signlift.geometry.quaternions import continuous_quaternions, quaternion_from_rotation

ANGLES = st.floats(-400, 400)


@given(arrays(float, (7, 3), elements=ANGLES))
def test_quaternions_are_those_of_scipy(angles):
    rotation = Rotation.from_euler("zxy", angles, degrees=True)
    made = quaternion_from_rotation(rotation.as_matrix())
    np.testing.assert_allclose(np.linalg.norm(made, axis=-1), 1, atol=1e-12)
    same = Rotation.from_quat(made) * rotation.inv()
    np.testing.assert_allclose(same.magnitude(), 0, atol=1e-7)


def test_half_turns_about_every_axis():
    turns = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [0.6, 0.8, 0], [0, -0.6, 0.8]]) * np.pi
    made = quaternion_from_rotation(Rotation.from_rotvec(turns).as_matrix())
    np.testing.assert_allclose(np.abs(made[:, 3]), 0, atol=1e-12)
    np.testing.assert_allclose(np.abs((made[:, :3] * turns).sum(-1)), np.pi, atol=1e-12)


def test_rotations_of_no_frames():
    assert quaternion_from_rotation(np.zeros((0, 4, 3, 3))).shape == (0, 4, 4)
    assert continuous_quaternions(np.zeros((0, 4, 4))).shape == (0, 4, 4)


@given(arrays(float, (9, 2, 4), elements=st.floats(-1, 1)))
def test_signs_are_those_of_the_frame_before(quaternions):
    made = continuous_quaternions(quaternions)
    np.testing.assert_array_equal(np.abs(made), np.abs(quaternions))
    np.testing.assert_array_equal(made[0], quaternions[0])
    assert ((made[1:] * made[:-1]).sum(-1) >= 0).all()


def test_a_joint_that_turns_round_and_round_never_jumps():
    turns = Rotation.from_euler("y", np.arange(0.0, 1500, 10)[:, None], degrees=True)
    made = continuous_quaternions(quaternion_from_rotation(turns.as_matrix()))
    assert np.linalg.norm(np.diff(made, axis=0), axis=-1).max() < 0.09
