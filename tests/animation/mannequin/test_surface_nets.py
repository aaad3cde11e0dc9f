import numpy as np
import pytest

from signlift.animation.mannequin.surface_nets import extract_surface


def grid(count):
    return np.stack(np.meshgrid(*[np.arange(float(count))] * 3, indexing="ij"), -1)


def volume(vertices, triangles):
    first, second, third = np.moveaxis(vertices[triangles], 1, 0)
    return np.einsum("fi,fi->", first, np.cross(second, third)) / 6


def edges(triangles):
    return np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])


@pytest.fixture(scope="module")
def ball():
    return extract_surface(np.linalg.norm(grid(20) - 9.3, axis=-1) - 7.4)


def test_a_ball_has_its_radius_and_volume(ball):
    vertices, triangles = ball
    np.testing.assert_allclose(np.linalg.norm(vertices - 9.3, axis=-1), 7.4, atol=0.25)
    # Above 0: the triangles are counterclockwise when seen from outside.
    assert volume(vertices, triangles) == pytest.approx(4 / 3 * np.pi * 7.4**3, rel=0.02)


def test_the_surface_is_closed_and_uses_all_vertices(ball):
    vertices, triangles = ball
    there = {tuple(edge) for edge in edges(triangles).tolist()}
    assert there == {(second, first) for first, second in there}
    assert len(there) == 3 * len(triangles)
    assert set(triangles.ravel().tolist()) == set(range(len(vertices)))
    assert len(vertices) - len(there) // 2 + len(triangles) == 2  # Euler: one ball


def test_two_balls_are_two_surfaces():
    points = grid(20)
    balls = [np.linalg.norm(points - centre, axis=-1) - 3 for centre in (5, 13)]
    vertices, triangles = extract_surface(np.minimum(*balls))
    assert len(vertices) - len(edges(triangles)) // 2 + len(triangles) == 4


def test_nothing_inside():
    vertices, triangles = extract_surface(np.ones((3, 4, 5)))
    assert vertices.shape == (0, 3)
    assert triangles.shape == (0, 3)
