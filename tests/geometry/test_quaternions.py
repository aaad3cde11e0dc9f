import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.transform import Rotation

from signlift.geometry.quaternions import (
    continuous_quaternions,
    quaternion_from_rotation,
    quaternion_from_zxy,
    rotation_from_quaternion,
    turn_between,
    turn_towards,
)

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


@given(arrays(float, (7, 3), elements=ANGLES))
def test_angles_about_z_x_and_y_and_matrices(angles):
    rotation = Rotation.from_euler("ZXY", angles, degrees=True)
    made = quaternion_from_zxy(angles)
    same = Rotation.from_quat(made) * rotation.inv()
    np.testing.assert_allclose(same.magnitude(), 0, atol=1e-7)
    np.testing.assert_allclose(rotation_from_quaternion(made), rotation.as_matrix(), atol=1e-12)


def test_a_turn_stops_at_its_limit():
    rng = np.random.default_rng(0)
    for last, target in rng.normal(size=(20, 2, 4)):
        first, second = Rotation.from_quat([last, target])
        angle = (second * first.inv()).magnitude()
        last, target = first.as_quat().tolist(), second.as_quat().tolist()
        assert np.isclose(turn_between(last, target), angle)
        turned = Rotation.from_quat(turn_towards(last, target, angle / 3))
        np.testing.assert_allclose((turned * first.inv()).magnitude(), angle / 3)
        np.testing.assert_allclose((second * turned.inv()).magnitude(), angle * 2 / 3)
        whole = turn_towards(last, target, 4.0)
        np.testing.assert_allclose(np.abs(whole), np.abs(target))
        assert np.dot(whole, last) >= 0
