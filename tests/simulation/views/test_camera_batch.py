import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import COCO17, PANOPTIC26, SKELETONS
from signlift.errors import InputError
from signlift.geometry.virtual_camera import MIN_DISTANCE
from signlift.simulation.views.camera_batch import IMAGE_SIZES, render_views
from signlift.simulation.views.framing import ViewSettings, estimate_fronts

PLACES = {
    "Neck": (0.0, 1.4, 0.0),
    "Nose": (0.0, 1.6, 0.1),
    "MidHip": (0.0, 0.9, 0.0),
    "LShoulder": (0.19, 1.4, 0.0),
    "LElbow": (0.25, 1.15, 0.05),
    "LHip": (0.1, 0.9, 0.0),
    "LKnee": (0.1, 0.5, 0.05),
    "LAnkle": (0.1, 0.1, 0.0),
}


def people(skeleton=PANOPTIC26, count=3, frames=4, turned=0.0, spread=0.02, seed=0):
    """Return people who face +z, turned left by an angle in radians, with random other points."""
    rng = np.random.default_rng(seed)
    points = rng.normal([0, 1.1, 0.1], 0.2, (count, 1, len(skeleton), 3)).repeat(frames, 1)
    for name, place in PLACES.items():
        for side, sign in (("L", 1), ("R", -1)):
            number = skeleton.find(name if name[0] != "L" else side + name[1:])
            if number is not None:
                points[:, :, number] = np.array(place) * [sign, 1, 1]
    points += spread * rng.standard_normal((count, frames, 1, 3))
    angle = np.broadcast_to(turned, (count, frames))
    cos, sin, zero = np.cos(angle), np.sin(angle), np.zeros_like(angle)
    turn = np.array([[cos, zero, sin], [zero, zero + 1, zero], [-sin, zero, cos]])
    return np.einsum("ijbt,btkj->btki", turn, points).astype(np.float32)


@pytest.mark.parametrize("skeleton", SKELETONS, ids=lambda skeleton: skeleton.name)
def test_the_projection_equals_that_of_one_camera(skeleton):
    points = people(skeleton, turned=2.0)
    points[0, 1, 3] = np.nan
    points[1, 2] = np.nan
    points[2, 0, skeleton.index("LHip")] = np.nan
    views = render_views(np.random.default_rng(1), points, skeleton)
    assert views.keypoints.dtype == views.depth.dtype == np.float32
    for lane in range(3):
        camera, motion = views.camera(lane), points[lane].astype(np.float64)
        keypoints, depth = camera.project(motion), camera.relative_depth(motion, skeleton)
        np.testing.assert_allclose(views.keypoints[lane], keypoints, rtol=1e-4, atol=0.05)
        np.testing.assert_allclose(views.depth[lane], depth, rtol=1e-3, atol=0.05)


@given(
    seed=st.integers(0, 2**32),
    turned=st.floats(-4, 4),
    spread=st.floats(0, 2),
    shape=st.tuples(st.integers(0, 4), st.integers(0, 4)),
)
def test_every_point_is_in_front_of_its_camera(seed, turned, spread, shape):
    points = people(COCO17, *shape, turned, spread, seed)
    settings = ViewSettings(any_side_probability=1.0, placed_probability=0.0)
    views = render_views(np.random.default_rng(seed), points, "coco17", settings)
    assert views.keypoints.shape == (*shape, 17, 2) and views.depth.shape == (*shape, 17)
    assert np.isfinite(views.keypoints).all() and np.isfinite(views.depth).all()
    for lane in range(shape[0]):
        depth = views.camera(lane).to_camera(points[lane].astype(np.float64))[..., 2]
        assert depth.min(initial=9.0) >= MIN_DISTANCE
        size = tuple(views.size[lane].astype(int))
        assert size in IMAGE_SIZES and views.focal[lane] > 0


def test_cameras_stay_in_their_ranges():
    points = people(count=1, frames=2, turned=1.0, spread=0.0).repeat(2000, 0)
    anywhere = ViewSettings(placed_probability=0.0)
    views = render_views(np.random.default_rng(0), points, PANOPTIC26, anywhere)
    near = np.abs(views.turn) <= 20
    # Half of them by `front_probability`, and a third of the other half at random.
    assert near.mean() == pytest.approx(2 / 3, abs=0.04)
    assert 55 < views.turn.max() <= 60 and -60 <= views.turn.min() < -55
    assert np.abs(views.tilt).max() <= 15 and views.tilt.min() < -8 and views.tilt.max() > 10
    assert 3 < np.abs(views.roll).max() <= 5
    assert views.distance.min() >= 1 and views.distance.max() <= 10
    assert np.median(views.distance) == pytest.approx(np.sqrt(10), rel=0.06)
    assert abs(views.tilt.mean()) < 0.5  # as often up as down
    for name in ("Nose", "Neck"):
        keypoint = views.keypoints[:, 0, PANOPTIC26.index(name)]
        assert ((keypoint > 0) & (keypoint < views.size)).all(-1).mean() > 0.99
    ankles = views.keypoints[:, 0, PANOPTIC26.index("LAnkle"), 1] < views.size[:, 1]
    assert 0.25 < ankles.mean() < 0.6


def test_placed_cameras_look_at_the_chest_and_are_nearly_level():
    points = people(count=1, frames=2, spread=0.0).repeat(3000, 0)
    settings = ViewSettings(placed_probability=1.0)
    views = render_views(np.random.default_rng(0), points, PANOPTIC26, settings)
    assert (np.abs(views.tilt) < 5).mean() > 0.6 and np.abs(views.tilt).max() <= 14
    assert abs(views.tilt.mean()) < 1.5
    assert views.distance.min() >= 0.8 and views.distance.max() <= 8
    centred = np.abs(views.principal / views.size - 0.5).max(1) < 0.01
    assert centred.mean() == pytest.approx(0.75, abs=0.05)
    neck, ankle = (
        views.keypoints[:, 0, PANOPTIC26.index(name), 1] / views.size[:, 1]
        for name in ("Neck", "LAnkle")
    )
    assert ((neck > 0) & (neck < 1)).mean() > 0.99
    assert 0.1 < (ankle < 1).mean() < 0.3  # the whole body, and phones from afar
    # Near cameras are webcams: wide, below the face, before the person.
    near = views.distance < 1.2
    angle = np.degrees(2 * np.arctan(views.size.max(1) / 2 / views.focal))
    assert (angle[near] >= 44.9).all() and (angle[near] <= 78.1).all()
    assert views.tilt[near].mean() < -1 and np.abs(views.turn[near]).max() <= 45


def test_turn_is_positive_to_the_left_of_the_person():
    points = people(count=200, frames=1, spread=0.0)
    views = render_views(np.random.default_rng(0), points, PANOPTIC26)
    to = views.position - [0, 1, 0]
    np.testing.assert_allclose(np.degrees(np.arctan2(to[:, 0], to[:, 2])), views.turn, atol=8)
    # Seen from the person's left, the left shoulder is nearer.
    left, right = (views.depth[:, 0, PANOPTIC26.index(f"{s}Shoulder")] for s in "LR")
    turned = np.abs(views.turn) > 10
    np.testing.assert_array_equal((left < right)[turned], (views.turn > 0)[turned])


def test_scale_is_the_torso_length():
    points = people(spread=0.0)
    views = render_views(np.random.default_rng(0), points, PANOPTIC26)
    neck, hips = (views.keypoints[:, 0, PANOPTIC26.index(n)] for n in ("Neck", "MidHip"))
    np.testing.assert_allclose(views.scale, np.linalg.norm(neck - hips, axis=-1), rtol=1e-4)


@given(st.floats(-3, 3))
def test_the_front(angle):
    turned = np.array([[angle, angle, angle, angle + 2.0], [angle, angle + 2.0, angle + 4, angle]])
    points = people(count=2, turned=turned)
    points[0, 0, PANOPTIC26.index("LHip")] = np.nan
    points[0, 1] = np.nan
    front, turns_around = estimate_fronts(points, PANOPTIC26)
    np.testing.assert_allclose(front[0], [np.sin(angle), 0, np.cos(angle)], atol=1e-5)
    assert turns_around.all()
    assert not estimate_fronts(points[:1, :3], PANOPTIC26)[1].any()


def test_people_who_turn_around_are_rendered_from_any_side():
    turned = np.linspace(0, 2 * np.pi, 40) * np.ones((300, 1))
    points = people(count=300, frames=40, turned=turned)
    rng = np.random.default_rng(0)
    turns = render_views(
        rng, points, PANOPTIC26, ViewSettings(any_side_probability=1.0, placed_probability=0.0)
    ).turn
    assert turns.min() < -160 and turns.max() > 160
    turns = render_views(rng, points, PANOPTIC26, ViewSettings(any_side_probability=0.0)).turn
    assert np.abs(turns).max() <= 60
    still = render_views(
        rng,
        people(count=300),
        PANOPTIC26,
        ViewSettings(any_side_probability=1.0, placed_probability=0.0),
    ).turn
    assert np.abs(still).max() <= 60


def test_missing_people():
    points = people()
    points[1] = np.nan
    neckless = [PANOPTIC26.index(name) for name in ("Neck", "LShoulder")]
    points[2][:, neckless] = np.nan
    views = render_views(np.random.default_rng(0), points, PANOPTIC26)
    assert np.isnan(views.keypoints[1]).all() and np.isnan(views.depth[1]).all()
    assert views.scale[1] == 1 and np.isfinite(views.position).all()
    views.camera(1)
    observed = np.isfinite(points[2]).all(-1)
    assert np.isfinite(views.keypoints[2][observed]).all()
    front, turns_around = estimate_fronts(points[1:2], PANOPTIC26)
    np.testing.assert_array_equal(front, [[0, 0, 1]])
    assert not turns_around.any()


def test_the_same_seed_gives_the_same_views():
    first, second = (render_views(np.random.default_rng(5), people(), PANOPTIC26) for _ in "ab")
    np.testing.assert_array_equal(first.keypoints, second.keypoints)


def test_wrong_input():
    with pytest.raises(InputError, match=r"coco17: expected shape \[B, T, 17, 3\]"):
        render_views(np.random.default_rng(0), people(), COCO17)
    with pytest.raises(InputError) as error:
        ViewSettings(
            placed_probability=1.5,
            distance=(2, 1),
            max_turn=-1,
            front_probability=2,
            front_turn=np.nan,
            any_side_probability=-0.1,
            max_tilt=90,
            max_roll=-1,
            whole_body_probability=9,
            fill=(0.0, 1.0),
            max_offset=1,
        )
    assert len(error.value.problems) == 11
