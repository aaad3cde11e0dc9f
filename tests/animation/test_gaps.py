import numpy as np

from signlift.animation.gaps import held, smoothed

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
