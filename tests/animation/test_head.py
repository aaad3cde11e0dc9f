import numpy as np
import pytest

from signlift.animation.gaps import Gaps
from signlift.animation.head import FACE_OFFSETS, solve_head
from signlift.geometry.euler_angles import rotation_from_turn_nod_tilt

STATURE = 170.0
LENGTHS = {"neck": 22.0}
SHAPE = np.array(list(FACE_OFFSETS.values())) * STATURE
T = 60


def heads(seed=0, shape=SHAPE):
    rng = np.random.default_rng(seed)
    turned = rotation_from_turn_nod_tilt(np.cumsum(rng.normal(0, 0.06, (T, 3)), 0))
    middle = np.array([0, 172.0, 0]) + rng.normal(0, 0.5, (T, 3))
    return turned, middle, np.einsum("tij,kj->tki", turned, shape) + middle[:, None]


def pose(points, chest=None):
    neck = np.tile([0, 150.0, 0], (len(points), 1))
    chest = np.tile(np.eye(3), (len(points), 1, 1)) if chest is None else chest
    return solve_head(points, neck, chest, LENGTHS, STATURE, Gaps(9))


def off(found, true):
    cos = (np.trace(np.swapaxes(found, 1, 2) @ true, axis1=1, axis2=2) - 1) / 2
    return np.degrees(np.arccos(np.clip(cos, -1, 1)))


def test_a_whole_face_determines_position_and_rotation():
    turned, middle, points = heads()
    head = pose(points)
    assert off(head.rotation, turned).max() < 1e-3
    np.testing.assert_allclose(head.middle, middle, atol=1e-6)


def test_the_shape_of_another_face_is_estimated():
    shape = SHAPE * [1.3, 1.0, 0.8]
    turned, middle, points = heads(1, shape)
    head = pose(points)
    assert off(head.rotation, turned).max() < 6  # what is level is a matter of definition
    assert np.ptp(off(head.rotation, turned)) < 0.5
    assert np.abs(head.middle - middle).max() < 0.5


@pytest.mark.parametrize("missing", [[3], [4], [3, 4], [1, 4], [0, 3]])
def test_three_keypoints_are_enough(missing):
    turned, _, points = heads(2)
    points[T // 2 :, missing] = np.nan
    found = pose(points)
    assert off(found.rotation, turned).max() < 2
    assert np.isfinite(found.middle).all()


def test_fewer_keypoints_use_the_neck_and_the_last_rotation():
    turned, _, points = heads(3)
    points[30:, 1:] = np.nan  # the nose alone
    found = pose(points)
    assert off(found.rotation, turned)[30:40].max() < 25
    assert (off(found.rotation[:-1], found.rotation[1:]) < 25).all()


def test_an_unobserved_head_turns_with_the_chest():
    turned, _, points = heads(4)
    points[:20] = np.nan
    points[40:] = np.nan
    chest = rotation_from_turn_nod_tilt(np.linspace(0, 1, T)[:, None] * [1.0, 0, 0])
    found = pose(points, chest)
    np.testing.assert_allclose(found.rotation[:11], chest[:11], atol=1e-9)
    assert off(found.rotation, turned)[20:40].max() < 1e-3
    held = np.swapaxes(chest, 1, 2) @ found.rotation
    np.testing.assert_allclose(held[40:], np.tile(held[39], (20, 1, 1)), atol=1e-6)
    assert np.isnan(found.middle[[0, 50]]).all()
    nothing = pose(np.full((2, 5, 3), np.nan))
    np.testing.assert_allclose(nothing.rotation, np.tile(np.eye(3), (2, 1, 1)))


def test_a_face_that_is_observed_again_does_not_jump():
    for missing in ([0, 1, 2, 3, 4], [1, 2, 3, 4]):  # all of it; all but the nose
        turned, _, points = heads(5)
        points[20:50, missing] = np.nan
        found = pose(points).rotation
        assert off(found[:-1], found[1:])[38:].max() < 20
        np.testing.assert_allclose(found[50:], turned[50:], atol=1e-3)
        if 0 in missing:
            np.testing.assert_allclose(found[20:41], found[[19] * 21], atol=1e-9)
            assert off(found[40:50], found[41:51]).min() > 0
