import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from studio import camera_at, ring

from signlift.geometry.triangulation import (
    reprojection_errors,
    triangulate_consistent,
    triangulate_points,
)


def seen_by(points, cameras, noise=0.0, seed=0):
    """[N, V, 2] in pixels, and as rays."""
    pixels = np.stack([camera.project(points) for camera in cameras], 1)
    pixels = pixels + np.random.default_rng(seed).normal(0, noise, pixels.shape)
    rays = np.stack([camera.rays(pixels[:, v]) for v, camera in enumerate(cameras)], 1)
    return pixels, rays


POINTS = np.random.default_rng(1).uniform(-70, 70, (60, 3))


@pytest.mark.parametrize("count", [2, 3, 7])
def test_exact_without_noise(count):
    cameras = ring(count + 1)[:count]  # two that face each other would be no good
    pixels, rays = seen_by(POINTS, cameras)
    points = triangulate_points(rays, np.ones(rays.shape[:2]), cameras)
    np.testing.assert_allclose(points, POINTS, atol=1e-6)
    assert reprojection_errors(points, pixels, cameras).max() < 1e-5


def test_a_known_point_of_two_views():
    # One camera at the origin looks along z, one at (10, 0, 10) looks back along -x.
    one = camera_at([0.0, 0.0, 0.0], [0.0, 0.0, 1.0])
    two = camera_at([10.0, 0.0, 10.0], [0.0, 0.0, 10.0])
    rays = np.array([[[0.0, 0.1], [0.0, 0.1]]])
    points = triangulate_points(rays, np.ones((1, 2)), [one, two])
    np.testing.assert_allclose(points, [[0.0, 1.0, 10.0]], atol=1e-12)


def test_the_error_falls_with_more_views():
    cameras = ring(12)
    _, rays = seen_by(POINTS, cameras, noise=3.0)
    errors = []
    for count in (3, 6, 12):
        chosen = np.arange(0, 12, 12 // count)
        points = triangulate_points(
            rays[:, chosen], np.ones((60, count)), [cameras[v] for v in chosen]
        )
        errors.append(np.linalg.norm(points - POINTS, axis=1).mean())
    assert errors[0] > 1.2 * errors[1] > 1.4 * errors[2] > 0


def test_what_counts_more_draws_more():
    cameras = ring(5)
    pixels, _ = seen_by(POINTS, cameras)
    pixels[:, 0] += 10
    rays = np.stack([camera.rays(pixels[:, v]) for v, camera in enumerate(cameras)], 1)
    off = []
    for weight in (1.0, 0.1, 0.0):
        weights = np.ones((60, 5))
        weights[:, 0] = weight
        points = triangulate_points(rays, weights, cameras)
        off.append(np.linalg.norm(points - POINTS, axis=1).mean())
    assert off[0] > 3 * off[1] and off[2] < 1e-6


def test_what_tells_no_point():
    cameras = ring(3)
    _, rays = seen_by(POINTS[:4], cameras)
    weights = np.ones((4, 3))
    weights[0, 1:] = 0  # one view
    rays[1, :2] = np.nan  # one view
    weights[2] = 0
    points = triangulate_points(rays, weights, cameras)
    assert np.isnan(points).all(1).tolist() == [True, True, True, False]
    assert triangulate_points(rays[:0], weights[:0], cameras).shape == (0, 3)
    same = [cameras[0]] * 3
    assert np.isnan(triangulate_points(rays[3:, :1].repeat(3, 1), np.ones((1, 3)), same)).all()
    behind = rays[3:].copy()
    behind[:, 0, 0] += 5  # the directions meet behind a camera, or nowhere
    assert np.isnan(triangulate_points(behind[:, :2], np.ones((1, 2)), cameras[:2])).all()


@pytest.mark.parametrize("wrong", [0, 3])
def test_a_wrong_view_is_left_out(wrong):
    cameras = ring(5)
    pixels, rays = seen_by(POINTS, cameras, noise=0.5)
    pixels[:30, wrong] += [80, -60]
    rays[:, wrong] = cameras[wrong].rays(pixels[:, wrong])
    weights = np.ones((60, 5))
    points, used = triangulate_consistent(pixels, rays, weights, cameras, threshold=10.0)
    assert used[30:].all() and not used[:30, wrong].any()
    assert np.delete(used[:30], wrong, axis=1).all()
    assert np.linalg.norm(points - POINTS, axis=1).max() < 1.0


def test_two_wrong_views_of_six_are_left_out():
    cameras = ring(6)
    pixels, _ = seen_by(POINTS, cameras)
    pixels[:, 1] += [90, 40]
    pixels[:, 4] += [-10, 120]
    rays = np.stack([camera.rays(pixels[:, v]) for v, camera in enumerate(cameras)], 1)
    points, used = triangulate_consistent(pixels, rays, np.ones((60, 6)), cameras, 5.0)
    assert used.tolist() == [[True, False, True, True, False, True]] * 60
    np.testing.assert_allclose(points, POINTS, atol=1e-5)


def test_views_that_never_agree_give_nothing():
    cameras = ring(4)
    pixels = np.random.default_rng(3).uniform(0, 1000, (40, 4, 2))
    rays = np.stack([camera.rays(pixels[:, v]) for v, camera in enumerate(cameras)], 1)
    points, used = triangulate_consistent(pixels, rays, np.ones((40, 4)), cameras, 1.0, 3)
    assert np.isnan(points).all() and not used.any()


def test_min_views():
    cameras = ring(4)
    pixels, rays = seen_by(POINTS[:3], cameras)
    weights = np.ones((3, 4))
    weights[1, :1] = 0
    weights[2, :2] = 0
    _, used = triangulate_consistent(pixels, rays, weights, cameras, 5.0, min_views=3)
    assert used.sum(1).tolist() == [4, 3, 0]


@settings(max_examples=20)
@given(
    count=st.integers(2, 5),
    lost=st.floats(0, 0.6),
    noise=st.floats(0, 30),
    seed=st.integers(0, 1000),
)
def test_what_is_kept_agrees(count, lost, noise, seed):
    cameras = ring(count)
    pixels, rays = seen_by(POINTS[:12], cameras, noise, seed)
    weights = np.random.default_rng(seed).uniform(0.1, 1, (12, count))
    weights[np.random.default_rng(seed + 1).random((12, count)) < lost] = 0
    points, used = triangulate_consistent(pixels, rays, weights, cameras, 8.0)
    found = ~np.isnan(points[:, 0])
    assert (used.sum(1)[found] >= 2).all() and not used[~found].any()
    assert not (used & (weights == 0)).any()
    errors = reprojection_errors(points, pixels, cameras)
    assert (errors[used] <= 8.0).all()
