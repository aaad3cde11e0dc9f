import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.animation.gaps import Gaps
from signlift.animation.wrists import forearm_twist, solve_wrists, twist_about_x
from signlift.geometry.euler_angles import euler_matrices
from signlift.geometry.rotations import rotation_from_vector


def solve_wrist(forearm, palm, blend):
    """Solve one wrist, [T, 3, 3]."""
    return [both[:, 0] for both in solve_wrists(forearm[:, None], palm[:, None], Gaps(blend))]


@pytest.mark.parametrize(("twist", "expected"), [(0, 0), (60, 30), (-90, -45), (150, 30), (180, 0)])
def test_the_forearm_takes_half_of_the_twist(twist, expected):
    found = np.degrees(forearm_twist(np.radians(np.array([float(twist)]))))
    assert found[0] == pytest.approx(expected)


@given(st.floats(-np.pi, np.pi), st.floats(0, 0.1))
def test_a_turning_hand_never_makes_the_forearm_jump(start, step):
    hands = euler_matrices((start + step * np.arange(60))[:, None], "X")
    forearm, _ = solve_wrist(np.tile(np.eye(3), (60, 1, 1)), hands, 9)
    twists = twist_about_x(forearm)
    assert np.abs(twists).max() <= np.radians(60) + 1e-6
    assert np.abs(np.diff(twists)).max() < step + 1e-6


def test_the_twist_is_what_remains_without_the_swing():
    swing = rotation_from_vector(np.array([[0, 0.4, 0], [0, 0, -1.2], [0, 0.3, 0.3]]))
    twist = np.array([0.7, -1.3, 2.9])
    np.testing.assert_allclose(twist_about_x(swing @ euler_matrices(twist[..., None], "X")), twist)


def test_hands_are_where_the_palm_is():
    rng = np.random.default_rng(0)
    forearm, palm = rotation_from_vector(rng.normal(0, 1, (2, 20, 3)))
    turned, hand = solve_wrist(forearm, palm, 9)
    np.testing.assert_allclose(hand, palm, atol=1e-12)
    np.testing.assert_allclose(turned[..., 0], forearm[..., 0])


def test_an_unobserved_palm_moves_with_the_forearm():
    forearm = rotation_from_vector(np.linspace(0, 2, 50)[:, None] * [0, 1.0, 0])
    palm = forearm @ rotation_from_vector(np.array([0.5, 0.2, 0]))
    palm[:5] = palm[20:45] = np.nan
    _, hand = solve_wrist(forearm, palm, 9)
    np.testing.assert_allclose(
        np.swapaxes(forearm, 1, 2)[20:45] @ hand[20:45], [forearm[19].T @ hand[19]] * 25, atol=1e-9
    )
    never, straight = solve_wrist(forearm, np.full((50, 3, 3), np.nan), 9)
    np.testing.assert_allclose(straight, forearm)
    np.testing.assert_allclose(never, forearm)
