import numpy as np
import pytest
from heads import rotation

from signlift.core.face.face_landmarks import landmark_places
from signlift.lifting.face.head_surface import head_surface, intersect


def test_the_surface_passes_the_landmarks():
    places = np.array([place for place, _ in landmark_places().values()], float)
    inside = np.abs(places[:, 0]) < 68  # the sides of the head are steep
    z, _, _ = head_surface().at(places[inside, 0], places[inside, 1])
    assert np.abs(z - places[inside, 2]).max() < 4


def test_slopes_are_those_of_the_depth():
    surface = head_surface()
    x, y = np.array([20.0, -30, 5]), np.array([-40.0, 20, 60])
    _, slope_x, slope_y = surface.at(x, y)
    assert (surface.at(x + 1, y)[0] - surface.at(x - 1, y)[0]) / 2 == pytest.approx(
        slope_x, abs=0.1
    )
    assert (surface.at(x, y + 1)[0] - surface.at(x, y - 1)[0]) / 2 == pytest.approx(
        slope_y, abs=0.1
    )


def test_normals_point_out_of_the_face():
    cheek = np.array([[42.0, 24.0, -73.0]])
    normal = head_surface().normals(cheek)[0]
    assert np.linalg.norm(normal) == pytest.approx(1)
    assert normal[2] < -0.5  # to the camera
    assert normal[0] > 0.2  # and to the side


@pytest.mark.parametrize("turn", [0, -20, 20])
def test_lines_of_sight_meet_the_surface(turn):
    surface = head_surface()
    places = np.array([[0.0, 13], [28, -66], [-42, 24], [0, 78], [-30, 0], [10, -10]])
    points = np.concatenate([places, surface.at(*places.T)[0][:, None]], 1) @ rotation(turn).T
    depth, steepness = intersect(surface, rotation(turn)[None], points[None, :, :2])
    assert (steepness[0] > 0.2).all()
    assert depth[0] == pytest.approx(points[:, 2], abs=0.5)


def test_lines_beside_the_face_have_the_depth_of_its_border():
    sights = np.array([[[500.0, 0], [0, 500]]])
    depth, steepness = intersect(head_surface(), np.eye(3)[None], sights)
    assert (steepness == 0).all()
    assert np.isfinite(depth).all()
    assert (np.abs(depth) <= 125).all()
