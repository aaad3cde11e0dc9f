import numpy as np
import pytest
from moving_avatars import fingered_joints, still

from signlift.animation.mannequin.mannequin import make_mannequin
from signlift.animation.rest_pose import complete_lengths, rest_joints


def made(joints):
    return {part.name: part for part in make_mannequin(joints, positions(joints))}


def positions(joints):
    return still(1, joints).rest_pose().positions[0]


@pytest.fixture(scope="module")
def joints():
    return fingered_joints()


@pytest.fixture(scope="module")
def parts(joints):
    return made(joints)


def test_the_parts_and_their_colours(parts):
    colours = {name: part.colour for name, part in parts.items()}
    assert colours == {
        "Suit": "suit",
        "Head": "skin",
        "Eyes": "eyes",
        "LeftCuff": "left",
        "LeftShoe": "left",
        "RightCuff": "right",
        "RightShoe": "right",
        "LeftHand": "skin",
        "RightHand": "skin",
    }


def test_weights_sum_to_one_and_name_joints(parts, joints):
    for part in parts.values():
        np.testing.assert_allclose(part.weights.sum(-1), 1, atol=1e-12)
        assert part.weights.min() >= 0
        assert part.joints.min() >= 0
        assert part.joints.max() < len(joints)
        assert not any(joints[number].end for number in np.unique(part.joints[part.weights > 0]))


def test_surfaces_are_closed_and_face_outwards(parts):
    for name, part in parts.items():
        edges = np.concatenate([part.triangles[:, [i, (i + 1) % 3]] for i in range(3)])
        there = {tuple(edge) for edge in edges.tolist()}
        assert there == {(second, first) for first, second in there}, name
        first, second, third = np.moveaxis(part.positions[part.triangles], 1, 0)
        across = np.cross(second - first, third - first)
        assert (first * across).sum() > 0, name  # six times the volume
        np.testing.assert_allclose(np.linalg.norm(part.normals, axis=-1), 1, atol=1e-9)
        agrees = (across * part.normals[part.triangles].mean(1)).sum(-1) > 0
        assert agrees.mean() > 0.97, name


def test_the_nose_points_to_the_front_and_soles_are_on_the_floor(parts, joints):
    head, rest = parts["Head"], positions(joints)
    nose = head.positions[head.positions[:, 2].argmax()]
    assert abs(nose[0]) < 1
    assert nose[2] > rest[[joint.name for joint in joints].index("Head"), 2] + 9
    lowest = min(part.positions[:, 1].min() for part in parts.values())
    assert lowest == pytest.approx(rest[:, 1].min(), abs=1)


def test_left_and_right_mirror_each_other(parts):
    for name in ("Hand", "Cuff", "Shoe"):
        left, right = parts[f"Left{name}"].positions, parts[f"Right{name}"].positions
        np.testing.assert_allclose(left.max(0)[0], -right.min(0)[0], atol=0.1)
        assert left[:, 0].min() > 0 > right[:, 0].max()


def test_fingers_end_at_their_tips_and_move_with_their_own_joints(parts, joints):
    names, rest = [joint.name for joint in joints], positions(joints)
    hand = parts["LeftHand"]
    for finger in ("Thumb", "Index", "Middle", "Ring", "Pinky"):
        tip = rest[names.index(f"LeftHand{finger}3_End")]
        distances = np.linalg.norm(hand.positions - tip, axis=-1)
        assert distances.min() < 0.4
        near = hand.joints[distances < 1.0][hand.weights[distances < 1.0] > 0]
        assert {names[number] for number in near} <= {
            f"LeftHand{finger}2",
            f"LeftHand{finger}3",
        }


def test_beyond_the_web_no_vertex_moves_with_two_fingers(parts, joints):
    hand, rest = parts["RightHand"], positions(joints)
    names = [joint.name for joint in joints]
    knuckles = min(rest[names.index(f"RightHand{name}1"), 0] for name in ("Index", "Middle"))
    for place, numbers, weights in zip(hand.positions, hand.joints, hand.weights, strict=True):
        moved_by = {names[number][:12] for number in numbers[weights > 0]} - {"RightHand"}
        assert len(moved_by) <= 1 or place[0] > knuckles - 1.5


def test_without_finger_joints_hands_are_mittens():
    parts = made(rest_joints(complete_lengths({})))
    assert len(parts) == 9
    joints = {number for part in (parts["LeftHand"],) for number in part.joints[part.weights > 0]}
    assert len(joints) == 2  # forearm and hand


@pytest.mark.parametrize(
    "lengths",
    [
        {"torso": 30.0, "upper_arm": 18.0, "forearm": 15.0, "thigh": 24.0, "shank": 22.0},
        {"shoulders": 12.0, "hips": 4.0},
    ],
)
def test_other_bodies_have_whole_mannequins(lengths):
    for part in made(fingered_joints(**lengths)).values():
        assert len(part.positions) > 20
        assert np.isfinite(part.positions).all()
        assert np.isfinite(part.normals).all()
        np.testing.assert_allclose(part.weights.sum(-1), 1, atol=1e-12)
