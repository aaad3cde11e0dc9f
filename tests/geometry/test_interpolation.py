import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from signlift.geometry.interpolation import lerp, slerp, slerp_vectors, smoothstep
from signlift.geometry.rotations import unit_vectors


@pytest.mark.parametrize("degrees", [0.0, 1e-7, 1.0, 90.0, 135.0, 179.9, 180.0])
def test_rotations_between_two_are_those_of_scipy(degrees):
    rng = np.random.default_rng(2)
    first = Rotation.random(20, random_state=3)
    about = unit_vectors(rng.normal(size=(20, 3)))
    second = first * Rotation.from_rotvec(np.radians(degrees) * about)
    fraction = np.linspace(0, 1, 20)
    found = slerp(first.as_matrix(), second.as_matrix(), fraction)
    np.testing.assert_allclose(
        found @ np.swapaxes(found, 1, 2), np.tile(np.eye(3), (20, 1, 1)), atol=1e-9
    )
    went = np.degrees((first.inv() * Rotation.from_matrix(found)).magnitude())
    np.testing.assert_allclose(went, degrees * fraction, atol=1e-5)
    if degrees < 179.99:
        for one in range(20):
            both = Rotation.concatenate([first[one], second[one]])
            expected = Slerp([0, 1], both)(fraction[one]).as_matrix()
            np.testing.assert_allclose(found[one], expected, atol=1e-6)
    else:
        ends = slerp(first.as_matrix(), second.as_matrix(), np.ones(20))
        np.testing.assert_allclose(ends, second.as_matrix(), atol=1e-6)
    assert slerp(np.eye(3)[None][:0], np.eye(3)[None][:0], np.ones(0)).shape == (0, 3, 3)


def test_vectors_move_on_the_shortest_arc():
    x, y = np.eye(3)[:2]
    fractions = np.array([0.0, 0.5, 1.0])
    halfway = np.sqrt(0.5) * (x + y)
    vectors = slerp_vectors(np.tile(x, (3, 1)), np.tile(y, (3, 1)), fractions)
    np.testing.assert_allclose(vectors, [x, halfway, y], atol=1e-12)
    opposite = slerp_vectors(x, -x, np.array(0.5))
    assert abs(opposite @ x) < 1e-9 and np.linalg.norm(opposite) == pytest.approx(1)


def test_numbers_move_on_a_straight_line():
    numbers = lerp(np.zeros(2), np.array([1.0, 4.0]), np.array([0.25, 1.0]))
    np.testing.assert_allclose(numbers, [[0.25, 1], [1, 4]])


def test_smoothstep_starts_and_ends_without_speed():
    values = smoothstep(np.linspace(-0.5, 1.5, 2001))
    assert values[0] == 0 and values[-1] == 1 and (np.diff(values) >= 0).all()
    assert np.diff(values)[[500, 1499]].max() < 1e-5
