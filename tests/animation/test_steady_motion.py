import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signlift.animation import steady_motion
from signlift.geometry.rotations import rotation_from_vector

TURNS = np.stack([np.zeros(40), np.arange(40) / 10, np.zeros(40)], -1)


def steady_rotations(rotations, fps):
    return steady_motion.steady_rotations(rotations, fps)[0]


def steady_angles(angles, fps):
    """Steady the angles of one finger, [T, n]."""
    return steady_motion.steady_angles(angles[:, None], fps)[0][:, 0]


def between(rotations):
    trace = np.einsum("tij,tij->t", rotations[1:], rotations[:-1])
    return np.arccos(np.clip((trace - 1) / 2, -1, 1))


def test_slow_motion_is_unchanged():
    rotations = rotation_from_vector(TURNS)
    np.testing.assert_array_equal(steady_rotations(rotations, 30.0), rotations)
    np.testing.assert_array_equal(steady_angles(TURNS, 30.0), TURNS)


def test_single_flips_are_removed():
    turns = TURNS.copy()
    turns[[0, 12, 20, 21, 39], 1] += np.pi
    found = steady_rotations(rotation_from_vector(turns), 30.0)
    assert between(found).max() < 0.31
    far = between(np.stack([found[12], rotation_from_vector(TURNS[12])]))
    assert far[0] < 0.21
    bent = np.zeros((20, 2))
    bent[7, 1] = 2.0
    np.testing.assert_array_equal(steady_angles(bent, 30.0), 0)


def test_half_a_turn_takes_its_time():
    turns = np.zeros((60, 3))
    turns[30:, 0] = np.pi - 0.01
    found = steady_rotations(rotation_from_vector(turns), 30.0)
    assert between(found).max() < 15 / 30 + 1e-9
    np.testing.assert_allclose(found[30 + 8 :], rotation_from_vector(turns[30 + 8 :]), atol=1e-9)
    np.testing.assert_allclose(found[:30], rotation_from_vector(turns[:30]))


def test_missing_frames_stay_missing_and_count_as_time():
    rotations = rotation_from_vector(np.repeat([[0, 0, 0], [1.4, 0, 0]], 10, axis=0))
    rotations[8:13] = np.nan
    found = steady_rotations(rotations, 30.0)
    np.testing.assert_array_equal(found, rotations)
    nothing = np.full((4, 3, 3), np.nan)
    np.testing.assert_array_equal(steady_rotations(nothing, 30.0), nothing)
    assert steady_rotations(nothing[:0], 30.0).shape == (0, 3, 3)
    assert steady_angles(np.ones((1, 3)), 30.0).shape == (1, 3)


@given(arrays(np.float64, (12, 3), elements=st.floats(-3, 3)), st.floats(5, 120))
def test_nothing_is_faster_than_the_limit(vectors, fps):
    found = steady_rotations(rotation_from_vector(vectors), fps)
    assert between(found).max() < min(15 / fps, 1) + 1e-6
    angles = steady_angles(vectors, fps)
    assert np.abs(np.diff(angles, axis=0)).max() < min(25 / fps, 1) + 1e-9
    assert angles.min() >= vectors.min() - 1e-9
    assert angles.max() <= vectors.max() + 1e-9


def one_by_one(function, values, fps, first=3):
    """Steady the first frames together, and each of the others by itself."""
    found, before = function(values[:first], fps)
    parts = [found]
    for t in range(first, len(values)):
        found, before = function(values[t : t + 1], fps, before)
        parts.append(found)
    return np.concatenate(parts)


def test_slow_motion_is_unchanged_frame_by_frame():
    rotations = rotation_from_vector(TURNS)
    rotations[10:13] = np.nan
    found = one_by_one(steady_motion.steady_rotations, rotations, 30.0)
    np.testing.assert_array_equal(found, rotations)
    found = one_by_one(steady_motion.steady_angles, TURNS[:, None], 30.0)
    np.testing.assert_allclose(found[:, 0], TURNS, atol=1e-12)


def test_single_flips_are_held_frame_by_frame():
    turns = TURNS.copy()
    turns[[12, 20, 21, 39], 1] += np.pi
    found = one_by_one(steady_motion.steady_rotations, rotation_from_vector(turns), 30.0)
    np.testing.assert_allclose(found[12], rotation_from_vector(TURNS[11]), atol=1e-9)
    np.testing.assert_allclose(found[21], rotation_from_vector(TURNS[19]), atol=1e-9)
    bent = np.zeros((20, 1, 2))
    bent[7, 0, 1] = 2.0
    np.testing.assert_array_equal(one_by_one(steady_motion.steady_angles, bent, 30.0), 0)


@given(arrays(np.float64, (12, 3), elements=st.floats(-3, 3)), st.floats(5, 120))
def test_nothing_is_faster_than_the_limit_frame_by_frame(vectors, fps):
    found = one_by_one(steady_motion.steady_rotations, rotation_from_vector(vectors), fps)
    assert between(found).max() < min(15 / fps, 1) + 1e-6
    angles = one_by_one(steady_motion.steady_angles, vectors[:, None], fps)
    assert np.abs(np.diff(angles, axis=0)).max() < min(25 / fps, 1) + 1e-9


def test_a_palm_that_was_never_observed_is_missing_frame_by_frame():
    rotations = rotation_from_vector(TURNS)
    rotations[:6] = np.nan
    found = one_by_one(steady_motion.steady_rotations, rotations, 30.0)
    np.testing.assert_array_equal(found, rotations)
