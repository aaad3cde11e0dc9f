import numpy as np

from signlift.animation.motion_gaps import frames_back, held, returning, smoothed
from signlift.geometry.interpolation import lerp, slerp, slerp_vectors
from signlift.geometry.rotations import euler_matrices

N = np.nan
GAPPY = np.array([[N, N, N], [1, 2, 3], [4, N, 6], [7, 8, 9], [N, N, N]])


def test_what_is_missing_stays_as_it_was():
    start = np.array([0.0, -1.0, 0.0])
    np.testing.assert_array_equal(held(GAPPY, start)[:, 0], [0, 1, 1, 7, 7])
    np.testing.assert_array_equal(held(GAPPY, None)[:, 1], [2, 2, 2, 8, 8])
    assert np.isnan(held(GAPPY[:1], None)).all()
    np.testing.assert_array_equal(held(GAPPY[:1], start), [start])
    assert held(GAPPY[:0], None).shape == (0, 3)


def test_means_of_what_is_known():
    np.testing.assert_allclose(smoothed(GAPPY, 1)[:, 0], [1, 1, 4, 7, 7])
    np.testing.assert_allclose(smoothed(GAPPY, 9)[:, 2], [6] * 5)
    assert np.isnan(smoothed(GAPPY, 0)[0]).all()


def turns(degrees):
    return euler_matrices(np.array(degrees, float)[:, None], "Z", degrees=True)


def about(rotations):
    return np.degrees(np.arctan2(rotations[:, 1, 0], rotations[:, 0, 0]))


def test_what_is_known_again_is_gone_to_in_time():
    known = np.array([0, 0, 1, 0, 0, 0, 0, 0, 1, 1, 0], bool)
    held_still = turns([10, 10, 40, 40, 40, 40, 40, 40, 100, 90, 90])
    found = about(returning(held_still, known, 3, slerp))
    np.testing.assert_allclose(found[[2, 3, 4, 8, 9, 10]], [40, 40, 40, 100, 90, 90], atol=1e-9)
    np.testing.assert_allclose(found[6], 70, atol=1e-9)  # half of the way after half the time
    assert 40 < found[5] < found[6] < found[7] < 100
    assert 10 < found[0] < found[1] < 40
    places = returning(about(held_still)[:, None] * [1, 0, -1], known, 3, lerp)
    np.testing.assert_allclose(places, found[:, None] * [1, 0, -1], atol=1e-9)


def test_a_gap_that_is_short_is_crossed_from_its_first_frame():
    found = about(returning(turns([0, 0, 60]), np.array([True, False, True]), 9, slerp))
    np.testing.assert_allclose(found, [0, 30, 60], atol=1e-9)


def test_nowhere_to_go():
    still = turns([5, 5, 5])
    for known in ([True] * 3, [False] * 3, [True, False, False]):
        np.testing.assert_array_equal(returning(still, np.array(known), 2, slerp), still)
    assert returning(still[:0], np.zeros(0, bool), 2, slerp).shape == (0, 3, 3)


def test_what_is_held_comes_back_as_its_kind_does():
    directions = np.full((9, 3), N)
    directions[0], directions[8] = [1, 0, 0], [0, 1, 0]
    found = held(directions, None, 3, slerp_vectors)
    np.testing.assert_allclose(found[:5], np.tile([1, 0, 0], (5, 1)), atol=1e-12)
    np.testing.assert_allclose(found[6], np.array([1, 1, 0]) / np.sqrt(2), atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(found, axis=-1), 1)
    np.testing.assert_allclose(held(directions, None, 3)[6], [0.5, 0.5, 0], atol=1e-12)
    # What was never seen sets out from where it is taken to be.
    late = held(directions[1:], np.array([1.0, 0, 0]), 3, slerp_vectors)
    np.testing.assert_allclose(late, found[1:], atol=1e-12)


def test_the_frames_of_a_return():
    assert [frames_back(fps) for fps in (1, 10, 30, 50)] == [1, 3, 9, 15]
