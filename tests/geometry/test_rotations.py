import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation, Slerp

from signlift.geometry.rotations import (
    aside,
    axes,
    euler_matrices,
    euler_zxy,
    part_way,
    swing,
    unit,
)

angle = st.floats(-720, 720)


@pytest.mark.parametrize("order", ["ZXY", "XYZ", "ZYX", "YXZ", "Z", "XZX", ""])
def test_matrices_are_scipys(order):
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
    np.testing.assert_allclose(euler_matrices(degrees, order), expected, atol=1e-12)


@given(st.tuples(angle, st.sampled_from([-90.0, 90.0, 0.0, 30.0]) | angle, angle))
def test_angles_give_their_matrices_back(degrees):
    matrices = euler_matrices(np.array([[degrees]]), "ZXY")
    np.testing.assert_allclose(euler_matrices(euler_zxy(matrices), "ZXY"), matrices, atol=2e-6)


@pytest.mark.parametrize("middle", [0.0, 60.0, 120.0, 89.5])
def test_curves_go_on_past_half_turns(middle):
    turn = np.linspace(0, 1000, 400)
    degrees = np.stack([turn, np.full(400, middle), -turn], -1)[:, None]
    found = euler_zxy(euler_matrices(degrees, "ZXY"))
    assert np.abs(np.diff(found, axis=0)).max() < 2.51
    assert abs(abs(found[-1, 0, 0] - found[0, 0, 0]) - 1000) < 1e-6


def test_curves_go_through_gimbal_lock():
    degrees = np.stack([np.full(41, 20.0), np.linspace(70, 110, 41), np.full(41, -35.0)], -1)[
        :, None
    ]
    assert degrees[20, 0, 1] == 90
    np.testing.assert_allclose(euler_zxy(euler_matrices(degrees, "ZXY")), degrees, atol=1e-4)


def test_swings_are_the_shortest():
    rng = np.random.default_rng(1)
    source, target = unit(rng.normal(size=(2, 200, 3)))
    turned = swing(source, target)
    np.testing.assert_allclose(np.einsum("tij,tj->ti", turned, source), target, atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(turned), 1)
    between = np.degrees(np.arccos((source * target).sum(-1)))
    about = Rotation.from_matrix(turned).magnitude()
    np.testing.assert_allclose(np.degrees(about), between, atol=1e-5)


@pytest.mark.parametrize("axis", [*np.eye(3).tolist(), [0.6, 0.8, 0]])
def test_opposite_directions_are_half_a_turn_apart(axis):
    source = np.array(axis)
    turned = swing(source, -source)
    np.testing.assert_allclose(turned @ source, -source, atol=1e-12)
    np.testing.assert_allclose(turned @ turned.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turned) == pytest.approx(1)
    np.testing.assert_allclose(swing(source, source), np.eye(3), atol=1e-12)


def test_axes():
    frame = axes(np.array([0, 0, 2.0]), np.array([0, 3.0, 1.0]))
    np.testing.assert_allclose(frame, np.array([[0, 0, -1], [0, 1, 0], [1, 0, 0]]), atol=1e-12)
    assert np.isnan(axes(np.array([1.0, 0, 0]), np.array([2.0, 0, 0]))[:, 1]).all()
    assert np.isnan(unit(np.zeros(3))).all()
    np.testing.assert_allclose(aside(np.array([5.0, 1, 0]), np.array([1.0, 0, 0])), [0, 1, 0])


@pytest.mark.parametrize("degrees", [0.0, 1e-7, 1.0, 90.0, 135.0, 179.9, 180.0])
def test_on_the_way_from_one_rotation_to_another(degrees):
    rng = np.random.default_rng(2)
    first = Rotation.random(20, random_state=3)
    about = unit(rng.normal(size=(20, 3)))
    second = first * Rotation.from_rotvec(np.radians(degrees) * about)
    part = np.linspace(0, 1, 20)
    found = part_way(first.as_matrix(), second.as_matrix(), part)
    np.testing.assert_allclose(
        found @ np.swapaxes(found, 1, 2), np.tile(np.eye(3), (20, 1, 1)), atol=1e-9
    )
    went = np.degrees((first.inv() * Rotation.from_matrix(found)).magnitude())
    np.testing.assert_allclose(went, degrees * part, atol=1e-5)
    if degrees < 179.99:
        for one in range(20):
            both = Rotation.concatenate([first[one], second[one]])
            expected = Slerp([0, 1], both)(part[one]).as_matrix()
            np.testing.assert_allclose(found[one], expected, atol=1e-6)
    else:
        ends = part_way(first.as_matrix(), second.as_matrix(), np.ones(20))
        np.testing.assert_allclose(ends, second.as_matrix(), atol=1e-6)
    assert part_way(np.eye(3)[None][:0], np.eye(3)[None][:0], np.ones(0)).shape == (0, 3, 3)
