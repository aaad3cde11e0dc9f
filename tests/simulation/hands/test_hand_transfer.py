import numpy as np
import pytest

from signlift.core.hands import FINGER_KEYPOINTS
from signlift.core.skeleton import PANOPTIC67
from signlift.simulation import sample_motion
from signlift.simulation.hands.hand_detector import HandDetectorSettings, detect_hands
from signlift.simulation.hands.hand_dimensions import draw_hand
from signlift.simulation.hands.hand_transfer import palm_axes, transfer_hands


@pytest.fixture(scope="module")
def fingers():
    points = sample_motion(np.random.default_rng(0), 50, skeleton=PANOPTIC67)
    sides = [
        points[:, [PANOPTIC67.index(side + name) for name in FINGER_KEYPOINTS]]
        - points[:, [PANOPTIC67.index(side + "HandRoot")]]
        for side in "LR"
    ]
    return np.stack(sides)[None].repeat(8, 0)


def bones(fingers):
    return np.linalg.norm(np.diff(fingers.reshape(*fingers.shape[:3], 5, 4, 3), axis=-2), axis=-1)


def test_transferred_hands_have_the_new_lengths(fingers):
    rng = np.random.default_rng(1)
    hands = [draw_hand(rng) for _ in range(8)]
    lengths = np.linspace(0.15, 0.2, 8)
    moved = transfer_hands(rng, fingers, hands, lengths)
    expected = np.stack([hand.bones for hand in hands]) * lengths[:, None, None]
    expected = np.broadcast_to(expected[:, None, None], (8, 2, 50, 5, 3))
    np.testing.assert_allclose(bones(moved), expected, rtol=2e-3)


def test_transferred_fingers_keep_the_angles_of_their_joints(fingers):
    rng = np.random.default_rng(1)
    moved = transfer_hands(rng, fingers, [draw_hand(rng) for _ in range(8)], np.full(8, 0.18))

    def cosines(points):
        steps = np.diff(points.reshape(8, 2, 50, 5, 4, 3), axis=-2)
        steps /= np.linalg.norm(steps, axis=-1, keepdims=True)
        return (steps[..., 1:, :] * steps[..., :-1, :]).sum(-1)

    np.testing.assert_allclose(cosines(moved), cosines(fingers), atol=1e-3)


def test_palms_face_each_other_when_hands_point_forward():
    left = np.zeros((5, 4, 3))
    left[1:, 0, 2] = 1.0  # forward
    left[1:, 0, 1] = [0.3, 0.1, -0.1, -0.3]  # the index finger on top
    right = left * [-1, 1, 1]
    axes = palm_axes(np.stack([left, right]), np.array([1.0, -1.0]))
    np.testing.assert_allclose(axes[:, 2, 0], [-1, 1], atol=1e-9)


def test_a_clean_detector_finds_everything_and_a_noisy_one_errs_as_measured():
    rng = np.random.default_rng(0)
    H, T = 200, 100
    points, depth = np.zeros((H, T, 21, 2), np.float32), np.zeros((H, T, 21), np.float32)
    size, inside = np.ones((H, T), np.float32), np.ones((H, T, 21), bool)
    clean = HandDetectorSettings(clean_probability=1.0, depth_probability=0.0)
    exact = detect_hands(rng, points, depth, size, inside, clean)
    assert (exact.level == 0).all()
    assert np.nanmax(np.abs(exact.points)) == 0
    noisy = HandDetectorSettings(clean_probability=0.0, level=0.0, depth_probability=1.0)
    found = detect_hands(rng, points, depth, size, inside, noisy)
    spread = np.nanstd(found.points, axis=(0, 1, 3))
    assert 0.07 < spread[0] < 0.14  # the wrist
    assert (spread[[5, 9, 13, 17]] > 0.06).all() and (spread[[5, 9, 13, 17]] < 0.14).all()
    assert (spread[[8, 12, 16, 20]] > 0.12).all() and (spread[[8, 12, 16, 20]] < 0.24).all()
    lost = np.isnan(found.points[..., 0]).all(-1).mean()
    assert 0.06 < lost < 0.2
    assert (np.isnan(found.depth) == np.isnan(found.points[..., 0])).all()


def test_some_detectors_find_three_knuckles_alone():
    points, depth = np.zeros((4, 30, 21, 2), np.float32), np.zeros((4, 30, 21), np.float32)
    size, inside = np.ones((4, 30), np.float32), np.ones((4, 30, 21), bool)
    settings = HandDetectorSettings(clean_probability=1.0, knuckles_probability=1.0)
    found = detect_hands(np.random.default_rng(0), points, depth, size, inside, settings)
    observed = ~np.isnan(found.points[..., 0])
    assert np.flatnonzero(observed.all((0, 1))).tolist() == [2, 5, 17]
    assert not observed[..., [0, 1, 3, 4, 8]].any()


def test_keypoints_outside_the_image_are_missing():
    rng = np.random.default_rng(0)
    inside = np.ones((4, 30, 21), bool)
    inside[:, 10:, 5] = False
    points, depth = np.zeros((4, 30, 21, 2), np.float32), np.zeros((4, 30, 21), np.float32)
    found = detect_hands(
        rng, points, depth, np.ones((4, 30), np.float32), inside, HandDetectorSettings()
    )
    assert np.isnan(found.points[:, 10:, 5]).all()
