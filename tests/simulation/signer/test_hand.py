import numpy as np
import pytest

from signlift.simulation.hands.hand_dimensions import average_hand, draw_hand
from signlift.simulation.hands.handshapes import draw_handshapes, handshape
from signlift.simulation.signer.hand import compute_hand_keypoints

SHOULDER, ELBOW, WRIST = np.array([[0.0, 0.3, 0.0]]), np.zeros((1, 3)), np.array([[0.0, 0.0, 0.25]])


def hand(turn=(0.0, 0.0, 0.0), shape="flat"):
    turns, angles = np.array([turn]), handshape(shape)[None]
    return compute_hand_keypoints(SHOULDER, ELBOW, WRIST, turns, angles, 0.2, average_hand())[0]


def test_a_stretched_hand_in_front_has_the_thumb_up():
    points = hand()
    assert points.shape == (21, 3)
    np.testing.assert_array_equal(points[0], WRIST[0])
    assert np.abs(points[:, 0]).max() < 0.04  # flat, the palm faces inwards
    np.testing.assert_allclose(points[12, 2] - WRIST[0, 2], 0.2, rtol=0.05)  # middle finger tip
    assert points[4, 1] > points[8, 1] > points[12, 1] > points[16, 1] > points[20, 1]


def test_fingers_bend_to_the_palm():
    assert (hand(shape="fist")[[8, 12, 16, 20], 0] < -0.02).all()
    np.testing.assert_allclose(hand(shape="fist")[5], hand()[5])  # knuckles stay


@pytest.mark.parametrize(
    ("turn", "axis", "tip"),
    [((np.pi / 2, 0, 0), 1, 1), ((0, np.pi / 2, 0), 0, -1), ((0, 0, np.pi / 2), 1, 1)],
)
def test_the_direction_of_each_hand_rotation(turn, axis, tip):
    point = hand(turn, "bent flat")[12] if turn[0] else hand(turn)[12]
    assert np.sign(point[axis]) == tip and abs(point[axis]) > 0.05


def test_bones_of_a_hand_have_constant_lengths():
    rng = np.random.default_rng(0)
    T = 50
    wrist = rng.standard_normal((T, 3))
    points = compute_hand_keypoints(
        rng.standard_normal((T, 3)),
        rng.standard_normal((T, 3)),
        wrist,
        rng.standard_normal((T, 3)),
        draw_handshapes(rng, T),
        0.19,
        draw_hand(rng),
    )
    fingers = points[:, 1:].reshape(T, 5, 4, 3)
    for lengths in (
        np.linalg.norm(np.diff(fingers, axis=2), axis=-1),
        np.linalg.norm(fingers[:, :, 0] - wrist[:, None], axis=-1),
    ):
        np.testing.assert_allclose(lengths, np.broadcast_to(lengths[:1], lengths.shape))
