import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC26
from signlift.errors import InputError
from signlift.geometry.virtual_camera import (
    CLEARANCE,
    Camera,
    facing,
    look_at,
    project,
    random_camera,
)

# A camera 2 m in front of someone who faces +z: their left (+x) is at the right of the picture.
FRONT = look_at(np.array([0.0, 1.0, 2.0]), np.array([0.0, 1.0, 0.0]), focal=1000.0, size=(640, 480))


def person(on=PANOPTIC26, frames=()):
    """Shoulders and hips of someone who faces +z; the rest is missing."""
    points = np.full((*frames, len(on), 3), np.nan)
    places = {"Shoulder": (0.2, 1.4, 0.0), "Hip": (0.1, 0.9, 0.0)}
    for part, (x, y, z) in places.items():
        points[..., on.index(f"L{part}"), :] = [x, y, z]
        points[..., on.index(f"R{part}"), :] = [-x, y, z]
    return points


def test_known_points():
    points = np.array([[0.0, 1.0, 0.0], [0.5, 1.0, 0.0], [0.0, 1.2, 1.0], [0.0, 1.0, -2.0]])
    keypoints, depth = project(points, FRONT, np.array([0.0, 1.0, 0.0]))
    np.testing.assert_allclose(keypoints, [[320, 240], [570, 240], [320, 40], [320, 240]])
    # A metre at the root's distance of 2 m is 500 pixels; nearer is negative.
    np.testing.assert_allclose(depth, [0, 0, -500, 1000], atol=1e-9)


def test_behind_the_camera_is_missing():
    points = np.array([[0.0, 1.0, 3.0], [0.0, 1.0, 2.0], [0.0, 1.0, 0.0]])
    keypoints, depth = project(points, FRONT, np.array([0.0, 1.0, 0.0]))
    assert np.isnan(keypoints[:2]).all() and np.isnan(depth[:2]).all()
    assert np.isfinite(keypoints[2]).all() and depth[2] == 0
    keypoints, depth = project(points, FRONT, np.array([0.0, 1.0, 9.0]))
    assert np.isnan(depth).all() and np.isfinite(keypoints[2]).all()


@pytest.mark.parametrize("on", [PANOPTIC26, COCO17])
@pytest.mark.parametrize("frames", [(0,), (1,), (2, 5)])
def test_the_root_comes_from_the_skeleton(on, frames):
    points = person(on, frames)
    keypoints, depth = project(points, FRONT, on)
    assert keypoints.shape == (*frames, len(on), 2) and depth.shape == (*frames, len(on))
    np.testing.assert_allclose(depth[..., on.index("LHip")], 0, atol=1e-9)
    assert np.isnan(depth[..., on.index("Nose")]).all()


def test_a_frame_without_hips_has_keypoints_but_no_depth():
    points = person(frames=(2,))
    points[1, PANOPTIC26.index("LHip")] = np.nan
    keypoints, depth = project(points, FRONT)
    assert np.isfinite(keypoints[1, PANOPTIC26.index("LShoulder")]).all()
    assert np.isnan(depth[1]).all() and np.isfinite(depth[0]).any()


def test_the_wrong_skeleton_is_named():
    with pytest.raises(InputError, match=r"panoptic26: expected shape .*26, 3.*found \[1, 17, 3\]"):
        project(np.zeros((1, 17, 3)), FRONT)


def test_roll_turns_the_picture_counterclockwise():
    camera = look_at(np.array([0, 0, 2.0]), np.zeros(3), roll=90, focal=100.0, size=(200, 200))
    above, _ = project(np.array([[0.0, 1.0, 0.0]]), camera, np.zeros(3))
    np.testing.assert_allclose(above, [[50, 100]], atol=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rotation": np.diag([1.0, 1.0, -1.0])}, "camera rotation"),
        ({"rotation": np.ones((3, 3))}, "camera rotation"),
        ({"focal": 0.0}, "camera focal"),
        ({"focal": np.nan}, "camera focal"),
        ({"size": (0, 480)}, "camera size"),
        ({"position": np.full(3, np.nan)}, "camera position"),
    ],
)
def test_wrong_cameras(change, message):
    good = {
        "position": np.zeros(3),
        "rotation": np.eye(3),
        "focal": 1.0,
        "principal": (0.0, 0.0),
        "size": (1, 1),
    }
    Camera(**good)
    with pytest.raises(InputError, match=f"{message}: expected .* found"):
        Camera(**(good | change))


@pytest.mark.parametrize("target", [(0.0, 0.0, 0.0), (0.0, 1.0, 0.0)])
def test_a_camera_needs_a_direction(target):
    with pytest.raises(InputError, match="line of sight"):
        look_at(np.zeros(3), np.array(target))


@given(angle=st.floats(-np.pi, np.pi))
def test_facing_turns_with_the_person(angle):
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    points = person(OPENPOSE25, (3,))
    points[0] = np.nan
    np.testing.assert_allclose(facing(points @ turn.T, OPENPOSE25), [sin, 0, cos], atol=1e-9)


def test_facing_without_any_hint():
    np.testing.assert_array_equal(facing(np.full((2, 26, 3), np.nan)), [0, 0, 1])


@given(
    seed=st.integers(0, 2**32),
    spread=st.floats(0, 4),
    turn=st.floats(0, 90),
    size=st.sampled_from([(1280, 720), (720, 1280), (64, 64)]),
)
def test_a_random_camera_has_everyone_in_the_picture(seed, spread, turn, size):
    rng = np.random.default_rng(seed)
    points = person(frames=(4,)) + spread * rng.standard_normal((4, 1, 3))
    points[:, PANOPTIC26.index("Nose")] = points[:, PANOPTIC26.index("LHip")] + [0, 0.7, 0.1]
    camera = random_camera(rng, points, max_turn=turn, size=size)
    keypoints, _ = project(points, camera)
    known = np.isfinite(points).all(-1)
    assert np.isfinite(keypoints[known]).all()
    assert (keypoints[known] >= 0).all() and (keypoints[known] <= size).all()
    assert camera.view(points[known])[:, 2].min() >= CLEARANCE - 1e-9


def test_a_random_camera_keeps_to_its_ranges():
    rng = np.random.default_rng(0)
    points = person()
    turns, metres, rolls = [], [], []
    for _ in range(300):
        camera = random_camera(rng, points, max_turn=20, max_tilt=5, max_roll=2)
        back = -camera.rotation[2]
        turns.append(np.degrees(np.arctan2(back[0], back[2])))
        assert abs(np.degrees(np.arcsin(back[1]))) <= 5 + 1e-9
        rolls.append(np.degrees(np.arcsin(camera.rotation[0, 1])))
        metres.append(np.linalg.norm(camera.position - [0, 1.15, 0]))
    assert -20 <= min(turns) < -15 and 15 < max(turns) <= 20
    assert max(np.abs(rolls)) <= 2 + 1e-9
    assert 1.4 < min(metres) < 1.8 and 4.6 < max(metres) < 5.1


def test_the_same_chance_gives_the_same_camera():
    first, second = (random_camera(np.random.default_rng(3), person()) for _ in range(2))
    np.testing.assert_array_equal(first.position, second.position)
    assert first.focal == second.focal


def test_a_given_focal_length_is_kept():
    assert random_camera(np.random.default_rng(0), person(), focal=321.0).focal == 321


def test_one_point_is_enough():
    points = np.full((26, 3), np.nan)
    points[0] = [1.0, 2.0, 3.0]
    keypoints, _ = project(points, random_camera(np.random.default_rng(0), points))
    np.testing.assert_allclose(keypoints[0], [640, 360])


def test_what_random_camera_refuses():
    rng = np.random.default_rng(0)
    with pytest.raises(InputError, match="expected points, found none"):
        random_camera(rng, np.full((2, 26, 3), np.nan))
    with pytest.raises(InputError) as error:
        random_camera(rng, person(), distance=(3, 2), fill=(0.5, 1.5), max_turn=-1, max_tilt=90)
    assert [line.split(":")[0] for line in error.value.problems] == [
        "distance",
        "fill",
        "max_turn",
        "max_tilt",
    ]
