import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.transform import Rotation

from signlift.geometry.euler_angles import (
    continuous_euler_zxy,
    euler_matrices,
    rotation_from_turn_nod_tilt,
)
from signlift.geometry.rotations import (
    chain_products,
    cross_product,
    frame_from_two_vectors,
    nearest_rotation,
    orthogonal_component,
    rotate_points,
    rotation_between,
    rotation_from_vector,
    twist_frames,
    unit_vectors,
    vector_from_rotation,
)

angle = st.floats(-720, 720)


@pytest.mark.parametrize("order", ["ZXY", "XYZ", "ZYX", "YXZ", "Z", "XZX", ""])
def test_matrices_equal_those_of_scipy(order):
    degrees = np.random.default_rng(0).uniform(-180, 180, (5, len(order)))
    expected = np.broadcast_to(np.eye(3), (5, 3, 3))
    if len(set(order)) == len(order) and order:
        expected = Rotation.from_euler(order, degrees, degrees=True).as_matrix().reshape(5, 3, 3)
    elif order:
        parts = [
            Rotation.from_euler(o, d[:, None], degrees=True)
            for o, d in zip(order, degrees.T, strict=True)
        ]
        expected = (parts[0] * parts[1] * parts[2]).as_matrix()
    np.testing.assert_allclose(euler_matrices(degrees, order, degrees=True), expected, atol=1e-12)


@given(st.tuples(angle, st.sampled_from([-90.0, 90.0, 0.0, 30.0]) | angle, angle))
def test_continuous_angles_give_the_matrices_back(degrees):
    matrices = euler_matrices(np.array([[degrees]]), "ZXY", degrees=True)
    np.testing.assert_allclose(
        euler_matrices(continuous_euler_zxy(matrices), "ZXY", degrees=True), matrices, atol=2e-6
    )


@pytest.mark.parametrize("middle", [0.0, 60.0, 120.0, 89.5])
def test_continuous_angles_go_on_past_half_turns(middle):
    turn = np.linspace(0, 1000, 400)
    degrees = np.stack([turn, np.full(400, middle), -turn], -1)[:, None]
    angles = continuous_euler_zxy(euler_matrices(degrees, "ZXY", degrees=True))
    assert np.abs(np.diff(angles, axis=0)).max() < 2.51
    assert abs(abs(angles[-1, 0, 0] - angles[0, 0, 0]) - 1000) < 1e-6


def test_continuous_angles_pass_through_gimbal_lock():
    degrees = np.stack([np.full(41, 20.0), np.linspace(70, 110, 41), np.full(41, -35.0)], -1)[
        :, None
    ]
    assert degrees[20, 0, 1] == 90
    np.testing.assert_allclose(
        continuous_euler_zxy(euler_matrices(degrees, "ZXY", degrees=True)), degrees, atol=1e-4
    )


@pytest.mark.parametrize("spread", [3.0, 60.0])
def test_angles_are_the_nearest_to_those_of_the_frame_before(spread):
    """Frame by frame, also where some frames are at gimbal lock."""
    rng = np.random.default_rng(2)
    degrees = np.cumsum(rng.normal(0, spread, (60, 2, 3)), 0)
    degrees[20:25, 0, 1], degrees[::9, 1, 1] = 90, -90
    angles = continuous_euler_zxy(euler_matrices(degrees, "ZXY", degrees=True))
    for now, before in zip(angles[1:].reshape(-1, 3), angles[:-1].reshape(-1, 3), strict=True):
        if abs(now[1]) % 180 == pytest.approx(90, abs=1e-3):
            assert now[2] == pytest.approx(before[2])
        for other in (now, now * [1, -1, 1] + 180):
            other = other - 360 * np.round((other - before) / 360)
            assert np.abs(now - before).sum() <= np.abs(other - before).sum() + 1e-6


def test_the_rotation_between_vectors_is_the_smallest():
    rng = np.random.default_rng(1)
    source, target = unit_vectors(rng.normal(size=(2, 200, 3)))
    rotation = rotation_between(source, target)
    np.testing.assert_allclose(np.einsum("tij,tj->ti", rotation, source), target, atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(rotation), 1)
    between = np.degrees(np.arccos((source * target).sum(-1)))
    about = Rotation.from_matrix(rotation).magnitude()
    np.testing.assert_allclose(np.degrees(about), between, atol=1e-5)


@pytest.mark.parametrize("axis", [*np.eye(3).tolist(), [0.6, 0.8, 0]])
def test_opposite_vectors_are_half_a_turn_apart(axis):
    source = np.array(axis)
    rotation = rotation_between(source, -source)
    np.testing.assert_allclose(rotation @ source, -source, atol=1e-12)
    np.testing.assert_allclose(rotation @ rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(rotation) == pytest.approx(1)
    np.testing.assert_allclose(rotation_between(source, source), np.eye(3), atol=1e-12)


def test_frames_from_two_vectors():
    frame = frame_from_two_vectors(np.array([0, 0, 2.0]), np.array([0, 3.0, 1.0]))
    np.testing.assert_allclose(frame, np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]]), atol=1e-12)
    assert np.isnan(
        frame_from_two_vectors(np.array([1.0, 0, 0]), np.array([2.0, 0, 0]))[:, 1]
    ).all()
    assert np.isnan(unit_vectors(np.zeros(3))).all()
    np.testing.assert_allclose(
        orthogonal_component(np.array([5.0, 1, 0]), np.array([1.0, 0, 0])), [0, 1, 0]
    )


def test_vectors_without_length_have_no_direction():
    unit = unit_vectors(np.array([[3.0, 0, 4], [0, 0, 0]]))
    np.testing.assert_allclose(unit, [[0.6, 0, 0.8], [np.nan] * 3])


def test_the_nearest_rotation_undoes_small_errors_and_reflections():
    rng = np.random.default_rng(5)
    expected = Rotation.random(30, random_state=6).as_matrix()
    found = nearest_rotation(expected + rng.normal(0, 1e-4, (30, 3, 3)))
    np.testing.assert_allclose(found, expected, atol=1e-3)
    identity = np.tile(np.eye(3), (30, 1, 1))
    np.testing.assert_allclose(found @ np.swapaxes(found, 1, 2), identity, atol=1e-12)
    assert np.linalg.det(nearest_rotation(np.diag([3.0, 2.0, -1.0]))) == pytest.approx(1)


@given(arrays(np.float64, (2, 3), elements=st.floats(-7, 7)))
def test_turn_nod_and_tilt_give_rotations(angles):
    matrix = rotation_from_turn_nod_tilt(angles)
    np.testing.assert_allclose(
        matrix @ np.swapaxes(matrix, -1, -2), np.tile(np.eye(3), (2, 1, 1)), atol=1e-12
    )
    np.testing.assert_allclose(np.linalg.det(matrix), 1)


def test_directions_of_turn_nod_and_tilt():
    quarter = np.pi / 2
    turn, nod, tilt = rotation_from_turn_nod_tilt(quarter * np.eye(3))
    left, up, front = np.eye(3)
    np.testing.assert_allclose(turn @ front, left, atol=1e-12)
    np.testing.assert_allclose(nod @ up, front, atol=1e-12)
    np.testing.assert_allclose(tilt @ up, -left, atol=1e-12)
    both = rotation_from_turn_nod_tilt(np.array([quarter, quarter, 0.0]))
    np.testing.assert_allclose(both @ up, left, atol=1e-12)
    rotated = rotate_points(turn[None], front[None, None])
    np.testing.assert_allclose(rotated, left[None, None], atol=1e-12)


@pytest.mark.parametrize("degrees", [0.0, 1e-6, 1.0, 90.0, 179.0, 179.9999, 180.0])
def test_rotation_vectors_are_those_of_scipy(degrees):
    axes = unit_vectors(np.random.default_rng(9).normal(size=(50, 3)))
    vectors = np.radians(degrees) * np.concatenate([axes, np.eye(3), -np.eye(3)])
    matrices = rotation_from_vector(vectors)
    np.testing.assert_allclose(matrices, Rotation.from_rotvec(vectors).as_matrix(), atol=1e-12)
    back = rotation_from_vector(vector_from_rotation(matrices))
    np.testing.assert_allclose(back, matrices, atol=1e-9)


def test_rotation_vectors():
    np.testing.assert_array_equal(rotation_from_vector(np.zeros(3)), np.eye(3))
    quarter = rotation_from_vector(np.array([0, 0, np.pi / 2]))
    np.testing.assert_allclose(quarter @ [1, 0, 0], [0, 1, 0], atol=1e-12)
    many = rotation_from_vector(np.random.default_rng(7).normal(size=(2, 5, 3)))
    np.testing.assert_allclose(np.linalg.det(many), np.ones((2, 5)))
    vectors = np.random.default_rng(8).uniform(-1.5, 1.5, (2, 5, 3))
    np.testing.assert_allclose(vector_from_rotation(rotation_from_vector(vectors)), vectors)
    assert rotation_from_vector(np.zeros((0, 3))).shape == (0, 3, 3)
    assert vector_from_rotation(np.zeros((0, 3, 3))).shape == (0, 3)


@pytest.mark.parametrize("shape", [(), (0,), (2, 3), (0, 4)])
@pytest.mark.parametrize("order", ["", "Y", "ZXY", "XXY", "XYZX"])
def test_euler_matrices_of_any_shape(shape, order):
    angles = np.full((*shape, len(order)), 30.0)
    matrices = euler_matrices(angles, order, degrees=True)
    assert matrices.shape == (*shape, 3, 3)
    np.testing.assert_allclose(matrices, euler_matrices(np.radians(angles), order))
    if order:
        assert np.isnan(euler_matrices(angles * np.nan, order)).any((-2, -1)).all()


def test_chains_of_rotations_are_multiplied():
    rng = np.random.default_rng(3)
    for length in (0, 1, 5, 127, 128, 129, 300):
        rotations = rotation_from_vector(rng.normal(size=(length, 2, 3)))
        found = chain_products(rotations)
        product = np.eye(3)
        for t in range(length):
            product = rotations[t] @ product
            np.testing.assert_allclose(found[t], product, atol=1e-12)


def test_twisted_frames_keep_their_first_axis():
    rng = np.random.default_rng(4)
    frames, angles = rotation_from_vector(rng.normal(size=(9, 3))), rng.normal(size=9)
    found = twist_frames(frames, angles)
    np.testing.assert_allclose(found[..., 0], frames[..., 0])
    expected = frames @ euler_matrices(angles[:, None], "X")
    np.testing.assert_allclose(found, expected, atol=1e-12)


def test_cross_products_are_those_of_numpy():
    first, second = np.random.default_rng(5).normal(size=(2, 4, 5, 3))
    np.testing.assert_allclose(cross_product(first, second[0]), np.cross(first, second[0]))
    np.testing.assert_allclose(cross_product(first[0, 0], second), np.cross(first[0, 0], second))


def test_angles_are_continued_from_those_before():
    turning = np.cumsum(np.random.default_rng(6).normal(0, 30, (90, 4, 3)), 0)
    turning[40, 1, 1] = 90  # gimbal lock
    matrices = euler_matrices(turning, "ZXY", degrees=True)
    whole = continuous_euler_zxy(matrices)
    first = continuous_euler_zxy(matrices[:35])
    second = continuous_euler_zxy(matrices[35:], first[-1])
    np.testing.assert_allclose(np.concatenate([first, second]), whole, atol=1e-9)
