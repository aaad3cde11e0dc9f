import numpy as np
import pytest

from signlift.animation.finger_rotations import RELAXED
from signlift.animation.hand_points import HandPoints
from signlift.animation.hand_shape import average_hand_shape, finger_offsets, measure_hands
from signlift.animation.palms import fit_palms
from signlift.geometry.rotations import rotation_from_vector
from tests.hands import BONES, PALM, place_fingers

FOREARM = 25.5


def turned_hands(frames=60, noise=0.0, seed=0):
    """Both hands, turned at random, as left hands."""
    rng = np.random.default_rng(seed)
    turns = rotation_from_vector(rng.normal(0, 0.7, (2 * frames, 3)))
    bends = RELAXED * rng.uniform(0.5, 2.0, (2 * frames, 5, 1))
    fingers = place_fingers(bends) @ np.swapaxes(turns, 1, 2)
    points = np.concatenate([np.zeros((2 * frames, 1, 3)), fingers], 1)
    points += np.array([10.0, 20, 30])
    points += noise * rng.standard_normal(points.shape)
    return HandPoints(points.reshape(frames, 2, 21, 3), np.ones((frames, 2, 21)), True), turns


def test_the_shape_of_a_hand_is_measured():
    hands, _ = turned_hands()
    shape = measure_hands(hands, FOREARM)
    np.testing.assert_allclose(shape.bones, BONES, atol=1e-6)
    lengths = np.linalg.norm(PALM[:, None] - PALM, axis=-1)
    measured = np.linalg.norm(shape.palm[:, None] - shape.palm, axis=-1)
    np.testing.assert_allclose(measured, lengths, atol=1e-3)
    assert set(shape.measured) == set(shape.lengths)
    # Along the palm, towards the thumb, out of the palm.
    np.testing.assert_allclose(shape.palm[1:].mean(0)[1:], 0, atol=1e-6)
    assert shape.palm[1, 1] > shape.palm[4, 1]


def test_errors_of_detection_change_little():
    hands, _ = turned_hands(300, noise=0.4)
    points = hands.points.copy()
    points[::5] = points[::5, :, ::-1]  # wrong in a fifth of the frames
    shape = measure_hands(HandPoints(points, hands.weights, True), FOREARM)
    np.testing.assert_allclose(shape.bones, BONES, rtol=0.25)
    assert np.linalg.norm(shape.palm - measure_hands(hands, FOREARM).palm, axis=1).max() < 0.7


def test_bones_that_are_never_observed_follow_from_the_others():
    hands, _ = turned_hands()
    points = hands.points * 1.2
    points[:, :, 9:13] = np.nan  # the middle finger
    points[:, :, 20] = np.nan  # the tip of the little finger
    shape = measure_hands(HandPoints(points, hands.weights, True), FOREARM)
    np.testing.assert_allclose(shape.bones, 1.2 * BONES, rtol=1e-3)
    assert {"middle1", "palm_middle", "pinky3"}.isdisjoint(shape.measured)
    assert len(shape.measured) == 20 - 5


@pytest.mark.parametrize("scale", [0.0, 0.1, 20.0, np.nan])
def test_a_hand_that_is_none_has_average_proportions(scale):
    hands, _ = turned_hands(5)
    points = hands.points * scale
    weights = np.where(np.isnan(points).any(-1), 0.0, hands.weights)
    shape = measure_hands(HandPoints(points, weights, True), FOREARM)
    average = average_hand_shape(FOREARM)
    np.testing.assert_array_equal(shape.palm, average.palm)
    np.testing.assert_array_equal(shape.bones, average.bones)
    assert shape.measured == ()
    assert 17 < np.linalg.norm(average.palm[2]) + average.bones[2].sum() < 20


def test_offsets_of_the_rest_pose():
    shape = average_hand_shape(FOREARM)
    offsets = finger_offsets(shape)
    assert len(offsets) == 10
    np.testing.assert_allclose(np.linalg.norm(offsets["LeftHandIndex"][1:], axis=1), shape.bones[1])
    np.testing.assert_allclose(offsets["LeftHandPinky"][2], [shape.bones[4, 1], 0, 0])
    np.testing.assert_allclose(offsets["RightHandPinky"][2], [-shape.bones[4, 1], 0, 0])
    x, y, z = offsets["LeftHandThumb"][3]
    assert (x, y) == (pytest.approx(z), pytest.approx(0))


def test_palms_are_fitted():
    hands, turns = turned_hands()
    axes = fit_palms(hands, PALM)
    np.testing.assert_allclose(axes.reshape(-1, 3, 3), turns, atol=1e-9)


def test_palms_of_few_knuckles():
    hands, turns = turned_hands(4)
    points = hands.points.copy()
    points[0, :, [5, 9, 13]] = np.nan  # the little finger's knuckle and the thumb's base remain
    points[1, :, [1, 5, 9, 13]] = np.nan  # one knuckle
    points[2, :, 0] = np.nan  # no wrist
    points[3] = points[3, :, :1]  # all at one place
    axes = fit_palms(HandPoints(points, hands.weights, True), PALM)
    np.testing.assert_allclose(axes[0], turns[:2], atol=1e-9)
    assert np.isnan(axes[1:]).all()
    assert fit_palms(hands.select(np.zeros(0, np.int64)), PALM).shape == (0, 2, 3, 3)
