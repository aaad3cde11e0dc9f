import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signlift.animation.finger_angles import complete_angles, measure_angles, natural_twists
from signlift.animation.finger_rotations import (
    MAX_ANGLES,
    MAX_NATURAL_TWISTS,
    MIN_ANGLES,
    RELAXED,
    REST_THUMB,
    base_frames,
    finger_rotations,
    rest_frame,
)
from signlift.animation.gaps import Gaps
from signlift.animation.hand_shape import HandShape
from signlift.animation.motion_gaps import blend_frames
from tests.hands import BONES, PALM, place_fingers

SHAPE = HandShape(PALM, BONES)
SLOW = 1.0  # frames per second, so that no angle is too fast


def solve_finger(finger, points, shape, fps, twist=0.0):
    """Solve one finger of one hand, [T, 3, 3]."""
    points = np.repeat(points[:, None, None], 5, axis=2)
    twists = (twist,) * 5
    angles = measure_angles(points, shape, twists)
    return complete_angles(angles, fps, Gaps(blend_frames(fps)), twists)[:, 0, finger]


def natural_twist(finger, points, shape):
    points = np.repeat(points[:, None, None], 5, axis=2)
    return natural_twists([points[:1], points[1:]], shape)[finger]


def joints(angles, finger):
    """[T, 5, 5] angles as the joints of a finger beyond its base, [T, 3, 3]."""
    return place_fingers(angles)[:, 4 * finger + 1 : 4 * finger + 4]


@pytest.mark.parametrize("finger", range(5))
def test_known_angles_come_back(finger):
    angles = np.tile(np.radians([20.0, 8.0, 0.0, 35.0, 25.0]), (3, 5, 1))
    found = solve_finger(finger, joints(angles, finger), SHAPE, SLOW)
    np.testing.assert_allclose(np.degrees(found), np.degrees(angles[:, finger]), atol=0.1)


@settings(max_examples=20)
@given(st.integers(0, 4), arrays(np.float64, (4, 3, 3), elements=st.floats(-15, 15)))
def test_angles_keep_their_limits(finger, points):
    found = solve_finger(finger, points, SHAPE, SLOW)
    assert (found >= MIN_ANGLES[finger] - 1e-9).all()
    assert (found <= MAX_ANGLES[finger] + 1e-9).all()


@pytest.mark.parametrize("degrees", [-15.0, 0.0, 20.0])
def test_the_twist_with_which_a_finger_always_bends_is_found(degrees):
    angles = np.tile(RELAXED, (30, 1, 1)) * np.linspace(0, 2, 30)[:, None, None]
    angles[..., 2] = np.radians(degrees)
    points = joints(angles, 3)
    twist = natural_twist(3, points, SHAPE)
    assert np.degrees(twist) == pytest.approx(degrees, abs=1)
    found = solve_finger(3, points, SHAPE, 30.0, twist)
    np.testing.assert_allclose(found, angles[:, 3], atol=np.radians(1))


def test_a_straight_finger_has_no_twist_of_its_own():
    straight = joints(np.zeros((5, 5, 5)), 2)
    assert natural_twist(2, straight, SHAPE) == pytest.approx(0, abs=1e-6)
    assert natural_twist(2, np.full((5, 3, 3), np.nan), SHAPE) == 0
    assert natural_twist(2, straight[:0], SHAPE) == 0
    rng = np.random.default_rng(0)
    assert abs(natural_twist(2, rng.normal(0, 9, (50, 3, 3)), SHAPE)) <= MAX_NATURAL_TWISTS[2]


def test_a_fist_is_no_singularity():
    angles = np.tile(RELAXED, (40, 1, 1))
    angles[:, 1:, 0] = np.radians(np.linspace(80, 95, 40))[:, None]
    angles[:, 1:, 3] = np.radians(100)
    found = np.stack([solve_finger(f, joints(angles, f), SHAPE, 30.0) for f in range(1, 5)], 1)
    np.testing.assert_allclose(found, angles[:, 1:], atol=np.radians(1))


def test_a_finger_that_bends_aside_or_backwards_does_not_twist_suddenly():
    away = np.radians(np.linspace(-15, 15, 60))
    base = np.array([PALM[1] + [BONES[1, 0], 0, 0]] * 60)
    aside = np.stack([np.full(60, 0.95), np.full(60, 0.3), np.sin(away)], -1)
    points = np.stack([base, base + 2.2 * aside, base + 4.1 * aside], 1)
    found = solve_finger(1, points, SHAPE, 30.0)
    assert np.degrees(np.abs(np.diff(found, axis=0))).max() < 5


def test_missing_joints_keep_their_angles():
    angles = np.tile(RELAXED * 1.5, (30, 1, 1))
    points = joints(angles, 2)
    points[10:20, 2] = np.nan  # the tip
    points[25:] = np.nan
    found = solve_finger(2, points, SHAPE, 30.0)
    np.testing.assert_allclose(found, angles[:, 2], atol=np.radians(0.5))
    never = solve_finger(2, np.full((3, 3, 3), np.nan), SHAPE, 30.0)
    np.testing.assert_allclose(never, np.tile(RELAXED[2], (3, 1)))
    assert solve_finger(2, points[:0], SHAPE, 30.0).shape == (0, 5)


def test_no_angles_are_the_rest_pose():
    rest = np.zeros((5, 5))
    rest[0, 1] = REST_THUMB
    for finger in range(5):
        np.testing.assert_allclose(finger_rotations(rest)[finger], [np.eye(3)] * 3, atol=1e-12)
    np.testing.assert_allclose(rest_frame(0)[:, 0], [0.5**0.5, 0.5**0.5, 0], atol=1e-12)
    np.testing.assert_allclose(rest_frame(3), np.eye(3))


@given(st.integers(0, 4), st.floats(-0.3, 1.6), st.floats(-0.6, 1.2))
def test_frames_are_rotations_whose_first_axis_is_the_bone(finger, first, second):
    frame = base_frames(finger, np.array([first]), np.array([second]))[0]
    np.testing.assert_allclose(frame.T @ frame, np.eye(3), atol=1e-9)
    assert np.linalg.det(frame) == pytest.approx(1)
    forward, aside = frame[2, 0], frame[1, 0]
    if finger:
        assert aside == pytest.approx(np.sin(second))
    else:
        assert forward == pytest.approx(np.sin(first))


def test_the_thumb_bends_towards_the_fingers_where_it_is_opposed():
    opposed = base_frames(0, np.radians([55.0]), np.radians([15.0]))[0]
    beside = base_frames(0, np.radians([5.0]), np.radians([30.0]))[0]
    # Its tip moves across the palm to the little finger's side, and when opposed back to the palm.
    assert opposed[1, 2] < -0.3
    assert opposed[2, 2] < -0.15
    assert beside[1, 2] < -0.3
    assert beside[2, 2] > 0.2
