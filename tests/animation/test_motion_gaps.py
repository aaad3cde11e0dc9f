import numpy as np

from signlift.animation.motion_gaps import (
    blend_frames,
    blend_to_next,
    find_blends,
    hold_last_value,
    moving_mean,
)
from signlift.geometry.euler_angles import euler_matrices
from signlift.geometry.interpolation import lerp, slerp, slerp_vectors, smoothstep

N = np.nan
GAPPY = np.array([[N, N, N], [1, 2, 3], [4, N, 6], [7, 8, 9], [N, N, N]])


def test_missing_values_are_held():
    start = np.array([0.0, -1.0, 0.0])
    np.testing.assert_array_equal(hold_last_value(GAPPY, start)[:, 0], [0, 1, 1, 7, 7])
    np.testing.assert_array_equal(hold_last_value(GAPPY, None)[:, 1], [2, 2, 2, 8, 8])
    assert np.isnan(hold_last_value(GAPPY[:1], None)).all()
    np.testing.assert_array_equal(hold_last_value(GAPPY[:1], start), [start])
    assert hold_last_value(GAPPY[:0], None).shape == (0, 3)


def test_moving_means_of_observed_values():
    np.testing.assert_allclose(moving_mean(GAPPY, 1)[:, 0], [1, 1, 4, 7, 7])
    np.testing.assert_allclose(moving_mean(GAPPY, 9)[:, 2], [6] * 5)
    assert np.isnan(moving_mean(GAPPY, 0)[0]).all()


def turns(degrees):
    return euler_matrices(np.array(degrees, float)[:, None], "Z", degrees=True)


def about(rotations):
    return np.degrees(np.arctan2(rotations[:, 1, 0], rotations[:, 0, 0]))


def test_held_values_blend_to_the_next_one():
    known = np.array([0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], bool)
    held_still = turns([10, 10, 40, 40, 40, 40, 40, 40, 100, 90, 90])
    found = about(blend_to_next(held_still, known, 3, slerp))
    np.testing.assert_allclose(found[[2, 3, 4, 8, 9, 10]], [40, 40, 40, 100, 90, 90], atol=1e-9)
    np.testing.assert_allclose(found[6], 70, atol=1e-9)  # half of the way after half the time
    assert 40 < found[5] < found[6] < found[7] < 100
    assert 10 < found[0] < found[1] < 40
    places = blend_to_next(about(held_still)[:, None] * [1, 0, -1], known, 3, lerp)
    np.testing.assert_allclose(places, found[:, None] * [1, 0, -1], atol=1e-9)


def test_short_gaps_blend_from_their_first_frame():
    found = about(blend_to_next(turns([0, 0, 60]), np.array([True, False, True]), 9, slerp))
    np.testing.assert_allclose(found, [0, 30, 60], atol=1e-9)


def test_gaps_that_do_not_end_are_held():
    still = turns([5, 5, 5])
    for known in ([True] * 3, [False] * 3, [True, False, False]):
        np.testing.assert_array_equal(blend_to_next(still, np.array(known), 2, slerp), still)
    assert blend_to_next(still[:0], np.zeros(0, bool), 2, slerp).shape == (0, 3, 3)


def test_held_directions_blend_on_an_arc():
    directions = np.full((9, 3), N)
    directions[0], directions[8] = [1, 0, 0], [0, 1, 0]
    found = hold_last_value(directions, None, 3, slerp_vectors)
    np.testing.assert_allclose(found[:5], np.tile([1, 0, 0], (5, 1)), atol=1e-12)
    np.testing.assert_allclose(found[6], np.array([1, 1, 0]) / np.sqrt(2), atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(found, axis=-1), 1)
    np.testing.assert_allclose(hold_last_value(directions, None, 3)[6], [0.5, 0.5, 0], atol=1e-12)
    # Values before the first one blend from the start value.
    late = hold_last_value(directions[1:], np.array([1.0, 0, 0]), 3, slerp_vectors)
    np.testing.assert_allclose(late, found[1:], atol=1e-12)


def test_the_number_of_blended_frames():
    assert [blend_frames(fps) for fps in (1, 10, 30, 50)] == [1, 3, 9, 15]


def test_blends_of_all_gaps_that_end():
    observed = np.array([0, 0, 1, 0, 1, 1, 0, 0, 0, 0, 1, 0], bool)
    blends = find_blends(observed, 3)
    assert blends.frames.tolist() == [0, 1, 3, 7, 8, 9]
    assert blends.held.tolist() == [0, 0, 2, 5, 5, 5]
    assert blends.next.tolist() == [2, 2, 4, 10, 10, 10]
    steps = np.array([1 / 3, 2 / 3, 1 / 2, 1 / 4, 2 / 4, 3 / 4])
    np.testing.assert_allclose(blends.fractions, smoothstep(steps))
    for still in ([True] * 3, [False] * 3, [True, False, False], []):
        assert find_blends(np.array(still, bool), 2) is None
