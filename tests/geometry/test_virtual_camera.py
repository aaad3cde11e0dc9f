import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import OPENPOSE25, PANOPTIC26
from signlift.errors import InputError
from signlift.geometry.virtual_camera import MIN_DISTANCE, estimate_front, look_at, random_camera


def person(on=PANOPTIC26, frames=()):
    """Shoulders and hips of someone who faces +z; the rest is missing."""
    points = np.full((*frames, len(on), 3), np.nan)
    places = {"Shoulder": (0.2, 1.4, 0.0), "Hip": (0.1, 0.9, 0.0)}
    for part, (x, y, z) in places.items():
        points[..., on.index(f"L{part}"), :] = [x, y, z]
        points[..., on.index(f"R{part}"), :] = [-x, y, z]
    return points


def test_a_positive_roll_turns_the_image_counterclockwise():
    camera = look_at(np.array([0, 0, 2.0]), np.zeros(3), roll=90, focal=100.0, size=(200, 200))
    above = camera.project(np.array([[0.0, 1.0, 0.0]]))
    np.testing.assert_allclose(above, [[50, 100]], atol=1e-9)


@pytest.mark.parametrize("target", [(0.0, 0.0, 0.0), (0.0, 1.0, 0.0)])
def test_a_camera_needs_a_direction(target):
    with pytest.raises(InputError, match="line of sight"):
        look_at(np.zeros(3), np.array(target))


@given(angle=st.floats(-np.pi, np.pi))
def test_the_front_turns_with_the_person(angle):
    cos, sin = np.cos(angle), np.sin(angle)
    turn = np.array([[cos, 0, sin], [0, 1, 0], [-sin, 0, cos]])
    points = person(OPENPOSE25, (3,))
    points[0] = np.nan
    np.testing.assert_allclose(
        estimate_front(points @ turn.T, OPENPOSE25), [sin, 0, cos], atol=1e-9
    )


def test_the_front_without_shoulders_and_hips():
    np.testing.assert_array_equal(estimate_front(np.full((2, 26, 3), np.nan)), [0, 0, 1])


@given(
    seed=st.integers(0, 2**32),
    spread=st.floats(0, 4),
    turn=st.floats(0, 90),
    size=st.sampled_from([(1280, 720), (720, 1280), (64, 64)]),
)
def test_a_random_camera_has_the_whole_person_in_the_image(seed, spread, turn, size):
    rng = np.random.default_rng(seed)
    points = person(frames=(4,)) + spread * rng.standard_normal((4, 1, 3))
    points[:, PANOPTIC26.index("Nose")] = points[:, PANOPTIC26.index("LHip")] + [0, 0.7, 0.1]
    camera = random_camera(rng, points, max_turn=turn, size=size)
    keypoints = camera.project(points)
    known = np.isfinite(points).all(-1)
    assert np.isfinite(keypoints[known]).all()
    assert (keypoints[known] >= 0).all() and (keypoints[known] <= size).all()
    assert camera.to_camera(points[known])[:, 2].min() >= MIN_DISTANCE - 1e-9


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


def test_the_same_seed_gives_the_same_camera():
    first, second = (random_camera(np.random.default_rng(3), person()) for _ in range(2))
    np.testing.assert_array_equal(first.position, second.position)
    assert first.focal == second.focal


def test_a_given_focal_length_is_kept():
    assert random_camera(np.random.default_rng(0), person(), focal=321.0).focal == 321


def test_one_point_is_enough():
    points = np.full((26, 3), np.nan)
    points[0] = [1.0, 2.0, 3.0]
    keypoints = random_camera(np.random.default_rng(0), points).project(points)
    np.testing.assert_allclose(keypoints[0], [640, 360])


def test_random_camera_refuses_wrong_ranges():
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
