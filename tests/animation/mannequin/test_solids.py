import numpy as np
import pytest

from signlift.animation.mannequin.solids import SmoothUnion, Solid

CONE = Solid("a", np.array([0.0, 0, 0]), np.array([10.0, 0, 0]), (2.0, 1.0))
BAR = Solid("b", np.array([5.0, -6, 0]), np.array([5.0, 6, 1]), (1.0, 1.5), (1.0, 1.0, 2.0))
POINTS = np.random.default_rng(0).uniform(-8, 12, (500, 3))


@pytest.mark.parametrize(
    ("point", "distance"),
    [((0, 3, 0), 1), ((10, 0, 3), 2), ((5, 0, 0), -1.5), ((-5, 0, 0), 3), ((14, 0, 0), 3)],
)
def test_distances_from_a_cone_with_round_ends(point, distance):
    union = SmoothUnion([CONE], 0.1)
    assert union.distances(np.array([point], float))[0, 0] == pytest.approx(distance)
    assert union.distance(np.array([point], float)) == pytest.approx(distance)


def test_an_ellipsoid_is_thinner_where_it_is_squeezed():
    ball = Solid("a", np.ones(3), np.ones(3), (2.0, 2.0), (1.0, 2.0, 1.0))
    on_it = np.array([[3.0, 1, 1], [1, 2, 1], [1, 1, -1]])
    np.testing.assert_allclose(SmoothUnion([ball], 0.1).distance(on_it), 0, atol=1e-6)


def test_a_smooth_union_holds_the_union_and_rounds_its_edges():
    union = SmoothUnion([CONE, BAR], 0.5)
    nearest, smooth = union.distances(POINTS).min(-1), union.distance(POINTS)
    assert (smooth <= nearest).all()
    assert (smooth >= nearest - 0.5 * np.log(2) - 1e-9).all()


def test_the_nearest_solid_has_the_largest_share():
    union = SmoothUnion([CONE, BAR], 0.5)
    distances = union.distances(POINTS)
    shares = union.shares(distances)
    np.testing.assert_allclose(shares.sum(-1), 1)
    np.testing.assert_array_equal(shares.argmax(-1), distances.argmin(-1))


def test_the_gradient_is_that_of_finite_differences():
    union = SmoothUnion([CONE, BAR], 0.5)
    distance, gradient = union.gradient(POINTS)
    np.testing.assert_allclose(distance, union.distance(POINTS))
    steps = 1e-6 * np.eye(3)
    expected = [(union.distance(POINTS + s) - union.distance(POINTS - s)) / 2e-6 for s in steps]
    # Not at the few points where a cone's end begins.
    close = np.abs(gradient - np.stack(expected, -1)).max(-1) < 1e-4
    assert close.mean() > 0.99


def test_a_grid_reaches_beyond_the_solids():
    first, step, distances = SmoothUnion([CONE, BAR], 0.5).grid(0.5)
    assert step == 0.5
    assert (first < [-2, -7, -2]).all()
    border = np.ones(distances.shape, bool)
    border[1:-1, 1:-1, 1:-1] = False
    assert (distances[border] > 0).all()
    assert (distances < 0).any()


def test_a_grid_around_something_long_is_coarser():
    far = Solid("b", np.array([900.0, 900, 900]), np.array([901.0, 900, 900]), (1.0, 1.0))
    _, step, distances = SmoothUnion([CONE, far], 0.5).grid(0.5)
    assert step > 10
    assert distances.size < 600_000
