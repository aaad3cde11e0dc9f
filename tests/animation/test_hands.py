import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from signlift.animation.avatar import solve_avatar
from signlift.animation.finger_rotations import MAX_ANGLES, MIN_ANGLES, RELAXED
from signlift.core.hands import FINGERS
from signlift.core.skeleton import PANOPTIC67
from signlift.geometry.rotations import rotation_from_vector
from signlift.simulation.hands.finger_joints import compute_fingers
from signlift.simulation.hands.hand_dimensions import average_hand, draw_hand
from signlift.simulation.hands.handshapes import HANDSHAPES, handshape
from tests.hands import BONES, PALM, place_fingers, record_hands

FLIP = np.array([1, -1, -1])
#: Frames for which a pose is held, so that the avatar has time to reach it.
HOLD = 12
FRACTIONS = arrays(np.float64, (3, 5, 5), elements=st.floats(0, 1))


def angles_within(fractions):
    return MIN_ANGLES + fractions * (MAX_ANGLES - MIN_ANGLES)


def names_of(side):
    """The avatar's joints at the 20 keypoints of a hand."""
    return [
        f"{side}Hand{finger}{joint}" if joint < 4 else f"{side}Hand{finger}3_End"
        for finger in FINGERS
        for joint in (1, 2, 3, 4)
    ]


def hand_of(avatar, side):
    names = avatar.motion.names
    numbers = [names.index(name) for name in names_of(side)]
    return avatar.motion.forward_kinematics().positions[:, numbers]


def distances(avatar, recording, side):
    """[T, 20] in cm, from the avatar's hand to the keypoints."""
    first = PANOPTIC67.index(f"{side[0]}HandRoot")
    points = (recording.points[:, first + 1 : first + 21] - avatar.origin) * avatar.scale * FLIP
    return np.linalg.norm(hand_of(avatar, side) - points, axis=-1)


def test_a_hand_at_rest_has_no_rotations():
    rest = np.zeros((4, 5, 5))
    rest[:, 0, 1] = np.radians(45)
    avatar = solve_avatar(record_hands(place_fingers(rest)))
    np.testing.assert_allclose(avatar.motion.values[:, 3:], 0, atol=2)
    at = dict(zip(avatar.motion.names, avatar.motion.rest_pose().positions[0], strict=True))
    for side, outwards in (("Left", 1), ("Right", -1)):
        hand = at[f"{side}Hand"]
        for finger in FINGERS[1:]:
            chain = [at[f"{side}Hand{finger}{joint}"] for joint in ("1", "2", "3", "3_End")]
            np.testing.assert_allclose(np.diff(chain, axis=0)[:, 1:], 0, atol=1e-6)
            assert (np.diff(chain, axis=0)[:, 0] * outwards > 0).all()
        thumb = at[f"{side}HandThumb3_End"] - at[f"{side}HandThumb1"]
        assert thumb[2] == pytest.approx(abs(thumb[0]))
        assert at[f"{side}HandIndex1"][2] > hand[2] > at[f"{side}HandPinky1"][2]


@settings(max_examples=8)
@given(FRACTIONS, st.integers(0, 100))
def test_hands_within_the_limits_come_back(fractions, seed):
    vectors = np.random.default_rng(seed).normal(0, 0.6, (3, 3))
    hand = place_fingers(angles_within(0.05 + 0.9 * fractions) * [1, 1, 0, 1, 1])
    palm = np.repeat(rotation_from_vector(vectors), HOLD, 0)
    recording = record_hands(np.repeat(hand, HOLD, 0), palm=palm)
    avatar = solve_avatar(recording)
    for side in ("Left", "Right"):
        assert distances(avatar, recording, side)[HOLD - 4 :: HOLD].max() < 0.2


@settings(max_examples=8)
@given(arrays(np.float64, (6, 20, 3), elements=st.floats(-20, 20)))
def test_any_keypoints_keep_lengths_and_limits(points):
    avatar = solve_avatar(record_hands(points))
    values = avatar.motion.values
    assert np.isfinite(values).all()
    positions = avatar.motion.forward_kinematics().positions
    for number, joint in enumerate(avatar.motion.joints[1:], 1):
        lengths = np.linalg.norm(positions[:, number] - positions[:, joint.parent], axis=-1)
        np.testing.assert_allclose(lengths, np.linalg.norm(joint.offset), atol=1e-9)
    for side, sign in (("Left", -1), ("Right", 1)):
        for number, finger in enumerate(FINGERS[1:], 1):
            for joint in (2, 3):  # hinges: they turn about z alone
                column = channel(avatar, f"{side}Hand{finger}{joint}")
                np.testing.assert_allclose(values[:, column + 1 : column + 3], 0, atol=1e-6)
                flexion = sign * values[:, column]
                assert (flexion >= np.degrees(MIN_ANGLES[number, joint + 1]) - 1e-6).all()
                assert (flexion <= np.degrees(MAX_ANGLES[number, joint + 1]) + 1e-6).all()


def channel(avatar, name):
    """Return the number of the first channel of a joint."""
    before = avatar.motion.joints[: avatar.motion.names.index(name)]
    return sum(len(joint.channels) for joint in before)


def test_handshapes_of_signs_come_back():
    size = np.linalg.norm(PALM[2]) + BONES[2].sum()
    angles = np.stack([handshape(name) for name in HANDSHAPES])
    recording = record_hands(np.repeat(compute_fingers(angles, average_hand()), HOLD, 0) * size)
    avatar = solve_avatar(recording)
    for side in ("Left", "Right"):
        held = dict(
            zip(HANDSHAPES, distances(avatar, recording, side)[HOLD - 4 :: HOLD], strict=True)
        )
        for name, distance in held.items():
            assert distance.mean() < 0.2, name
            assert distance.max() < 0.9, name


def test_hands_of_other_people_come_back():
    rng = np.random.default_rng(3)
    for _ in range(2):
        hand = draw_hand(rng)
        angles = np.stack([handshape(name) for name in HANDSHAPES[::2]])
        recording = record_hands(np.repeat(compute_fingers(angles, hand), HOLD, 0) * 18.0)
        avatar = solve_avatar(recording)
        assert distances(avatar, recording, "Left")[HOLD - 4 :: HOLD].mean() < 0.3
        np.testing.assert_allclose(avatar.lengths["middle1"], hand.bones[2, 0] * 18, rtol=0.01)


def test_left_and_right_are_mirror_images():
    rng = np.random.default_rng(1)
    left = place_fingers(angles_within(rng.random((8, 5, 5))))
    palm = rotation_from_vector(rng.normal(0, 0.5, (8, 3)))
    avatar = solve_avatar(record_hands(left, palm=palm))
    left, right = hand_of(avatar, "Left"), hand_of(avatar, "Right")
    np.testing.assert_allclose(left * [-1, 1, 1], right, atol=1e-6)


def test_a_hand_that_is_missing_is_held_and_blends():
    rng = np.random.default_rng(2)
    angles = np.repeat(angles_within(rng.random((2, 5, 5))), 40, axis=0)
    points = place_fingers(angles)
    points[20:60] = np.nan
    avatar = solve_avatar(record_hands(points))
    values = avatar.motion.values
    first, last = channel(avatar, "LeftHandThumb1"), channel(avatar, "LeftHandPinky3") + 3
    fingers = values[:, first:last]
    np.testing.assert_allclose(fingers[20:51], np.tile(fingers[19], (31, 1)), atol=1e-6)
    assert np.abs(np.diff(fingers, axis=0)).max() < 45
    assert np.abs(np.diff(fingers, axis=0))[50:60].max() > 1


def test_a_hand_is_relaxed_before_it_is_observed():
    points = place_fingers(np.tile(RELAXED, (30, 1, 1)))
    missing = points.copy()
    missing[:20] = np.nan
    avatar = solve_avatar(record_hands(points, missing))
    left, right = hand_of(avatar, "Left"), hand_of(avatar, "Right")
    np.testing.assert_allclose(left * [-1, 1, 1], right, atol=0.2)
    # Without any hand it has the size that goes with the arm.
    avatar = solve_avatar(record_hands(np.full((3, 20, 3), np.nan)))
    assert np.isfinite(avatar.motion.values).all()
    assert "index1" not in avatar.measured
    assert 15 < sum(avatar.lengths[name] for name in ("palm_middle", "middle1", "middle2")) < 20


def test_one_frame_alone():
    avatar = solve_avatar(record_hands(place_fingers(RELAXED[None])))
    assert len(avatar.motion) == 1


def test_bodies_without_fingers_have_none():
    points = record_hands(place_fingers(np.tile(RELAXED, (3, 1, 1))))
    avatar = solve_avatar(points.convert("panoptic26"))
    assert "LeftHand_End" in avatar.motion.names
    assert not any("Thumb" in name for name in (*avatar.motion.names, *avatar.lengths))
