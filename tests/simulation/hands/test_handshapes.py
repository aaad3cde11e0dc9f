import numpy as np
import pytest

from signlift.core.hand_proportions import MAX_ANGLES, MIN_ANGLES
from signlift.simulation.hands.finger_joints import compute_fingers
from signlift.simulation.hands.hand_dimensions import average_hand, draw_hand
from signlift.simulation.hands.handshapes import HANDSHAPES, draw_handshapes, handshape

TIPS = {"thumb": 3, "index": 7, "middle": 11, "ring": 15, "pinky": 19}


def points(shape):
    return compute_fingers(handshape(shape), average_hand())


def distance(shape, one, other):
    return np.linalg.norm(points(shape)[TIPS[one]] - points(shape)[TIPS[other]])


def test_drawn_handshapes_stay_within_the_limits_of_joints():
    angles = draw_handshapes(np.random.default_rng(0), 500)
    assert angles.shape == (500, 5, 4)
    assert (angles >= MIN_ANGLES).all() and (angles <= MAX_ANGLES).all()
    assert (angles.std(0)[1:, [0, 2]] > 0.3).all()


@pytest.mark.parametrize("shape", HANDSHAPES)
def test_handshapes_are_within_the_limits_of_joints(shape):
    angles = handshape(shape)
    assert (angles >= MIN_ANGLES - 1e-9).all() and (angles <= MAX_ANGLES + 1e-9).all()


def test_fingers_of_shapes_are_stretched_or_closed():
    index = points("index")
    assert index[TIPS["index"], 0] > 0.85
    assert (index[[TIPS[name] for name in ("middle", "ring", "pinky")], 0] < 0.55).all()
    assert (points("ILY")[[TIPS["index"], TIPS["pinky"]], 0] > 0.7).all()


def test_the_thumb_meets_the_index_in_a_pinch_and_leaves_it_in_an_l():
    assert distance("F", "thumb", "index") < 0.15
    assert distance("O", "thumb", "index") < 0.15
    assert distance("L", "thumb", "index") > 0.5
    assert distance("Y", "thumb", "pinky") > 0.8


def test_fingers_cross_and_spread():
    y = {shape: points(shape)[[7, 11], 1] for shape in ("R", "U", "V")}
    assert y["V"][0] - y["V"][1] > 0.2
    assert y["U"][0] > y["U"][1]
    assert y["R"][0] < y["R"][1]


def test_hands_differ_but_their_middle_fingers_end_at_one_hand_length():
    rng = np.random.default_rng(0)
    hands = [draw_hand(rng) for _ in range(200)]
    bases = np.array([np.linalg.norm(hand.knuckles[0]) for hand in hands])
    palms = np.array([np.linalg.norm(hand.knuckles[2]) for hand in hands])
    ends = palms + [hand.bones[2].sum() for hand in hands]
    np.testing.assert_allclose(ends, 1)
    assert bases.min() < 0.12 and bases.max() > 0.22
    assert 0.45 < palms.mean() < 0.55 and palms.std() > 0.012
