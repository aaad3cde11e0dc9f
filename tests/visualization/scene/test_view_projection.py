import numpy as np
import pytest

from signlift.visualization.scene.view_projection import (
    VIEWS,
    compute_limits,
    floor_grid,
    floor_level,
    grid_step,
    project,
    wall_grid,
)

BOX = np.array([[-1.0, 1.0], [-2.0, 2.0], [-1.0, 1.0]])


def body(frames=50, seed=0):
    rng = np.random.default_rng(seed)
    rest = rng.uniform(-100, 100, (1, 20, 3))
    return rest + rng.normal(0, 3, (frames, 20, 3))


def test_the_front_view_shows_x_and_y_and_the_side_view_depth_and_y():
    point = np.array([1.0, 2.0, 3.0])
    assert project(point, "front", BOX).tolist() == [1, 2, 3]
    assert project(point, "side", BOX).tolist() == [3, 2, -1]


def test_the_turned_view_keeps_left_right_and_up_and_makes_near_things_larger():
    ends = np.array([[-0.5, 0, 0], [0.5, 0, 0], [0, -1, 0], [0, 1, 0]], float)
    ahead = np.array([0, 0, 1])
    near = project(ends - ahead, "turned", BOX)
    far = project(ends + ahead, "turned", BOX)
    for seen in (near, far):
        assert seen[0, 0] < seen[1, 0]
        assert seen[2, 1] < seen[3, 1]
    assert near[3, 1] - near[2, 1] > far[3, 1] - far[2, 1]
    assert (near[:, 2] < far[:, 2]).all()
    # The floor is seen from above: its far edge is higher up.
    floor = project(np.array([[0.0, 2, -1], [0, 2, 1]]), "turned", BOX)
    assert floor[1, 1] < floor[0, 1]


@pytest.mark.parametrize("view", VIEWS)
def test_missing_stays_missing_and_shapes_are_kept(view):
    points = body().astype(np.float32)
    points[3, 4] = np.nan
    seen = project(points, view, compute_limits(points))
    assert seen.shape == points.shape
    assert np.isnan(seen[3, 4]).all()
    assert np.isnan(seen).sum() == 3


def test_a_point_behind_the_viewer_is_not_drawn():
    seen = project(np.array([0.0, 0, -1e4]), "turned", BOX)
    assert np.isnan(seen[:2]).all()


def test_limits_hold_everything_with_a_margin():
    points = body()
    box = compute_limits(points)
    flat = points.reshape(-1, 3)
    assert (box[:, 0] < flat.min(0)).all()
    assert (box[:, 1] > flat.max(0)).all()
    assert ((box[:, 1] - box[:, 0]) < 1.4 * np.ptp(flat, axis=0).max()).all()
    assert floor_level(box) == pytest.approx(flat[:, 1].max(), abs=1.5)


def test_stray_points_do_not_change_the_limits():
    points = body()
    box = compute_limits(points)
    stray = points.copy()
    stray[7, 3] = 1e5
    stray[9, 4, 2] = -900
    assert np.abs(compute_limits(stray) - box).max() < 5


def test_a_coordinate_may_be_missing_on_its_own():
    points = body()
    flat = points.copy()
    flat[..., 2] = np.nan
    assert compute_limits(flat)[:2] == pytest.approx(compute_limits(points)[:2], abs=5)
    assert compute_limits(flat)[2].mean() == 0


@pytest.mark.parametrize("points", [np.full((4, 5, 3), np.nan), np.full((0, 5, 3), np.nan)])
def test_limits_without_any_point(points):
    assert compute_limits(points).tolist() == [[-1, 1]] * 3


def test_limits_of_a_single_place():
    box = compute_limits(np.full((2, 5, 3), 7.0))
    assert (box[:, 0] < 7).all()
    assert (box[:, 1] > 7).all()


def test_real_motion_is_not_taken_for_an_outlier():
    points = body(100)
    points[:, 0, 0] = np.linspace(-300, 300, 100)
    box = compute_limits(points)
    assert box[0, 0] < -300
    assert box[0, 1] > 300


@pytest.mark.parametrize(("length", "step"), [(4, 1), (400, 100), (0.9, 0.2), (21, 5)])
def test_grid_step_is_round(length, step):
    assert grid_step(length) == pytest.approx(step)


def test_grids():
    lines = wall_grid((-1.5, 1.5), (-0.5, 0.5), 1.0)
    assert lines.tolist() == [
        [[-1, -0.5], [-1, 0.5]],
        [[0, -0.5], [0, 0.5]],
        [[1, -0.5], [1, 0.5]],
        [[-1.5, 0], [1.5, 0]],
    ]
    assert wall_grid((0.1, 0.2), (0.1, 0.2), 1.0).shape == (0, 2, 2)
    assert floor_grid(BOX, 1.0).shape == (10, 2, 2)
