import numpy as np
import pytest

from signlift.animation.gaps import Gaps
from signlift.animation.limbs import LIMBS, complete_middle_joint, solve_limbs
from signlift.animation.motion_gaps import blend_frames
from signlift.geometry.euler_angles import rotation_from_turn_nod_tilt
from signlift.geometry.rotations import orthogonal_component, rotation_between, unit_vectors
from signlift.geometry.two_bone_ik import two_bone_ik

ARM, RIGHT_ARM, LEG, _ = LIMBS
N = np.full(3, np.nan)


def solve_limb(limb, first, second, fps):
    """Solve one limb, [T, 3] and [T, 3]."""
    both = solve_limbs((limb,), first[:, None], second[:, None], fps, Gaps(blend_frames(fps)))
    return [rotations[:, 0] for rotations in both]


def steps(matrices):
    """Degrees from each frame to the next."""
    between = np.swapaxes(matrices[:-1], 1, 2) @ matrices[1:]
    cos = (np.trace(between, axis1=1, axis2=2) - 1) / 2
    return np.degrees(np.arccos(np.clip(cos, -1, 1)))


@pytest.mark.parametrize("limb", LIMBS, ids=lambda limb: limb.name)
def test_bones_point_where_they_should(limb):
    rng = np.random.default_rng(0)
    first, second = unit_vectors(rng.normal(size=(2, 50, 3)))
    for fps in (1.0, 30.0, 500.0):
        upper, lower = solve_limb(limb, first, second, fps)
        np.testing.assert_allclose(upper @ np.array(limb.bone), first, atol=1e-12)
        np.testing.assert_allclose(lower @ np.array(limb.bone), second, atol=1e-12)
        np.testing.assert_allclose(np.linalg.det(upper), 1)
        np.testing.assert_allclose(
            upper @ np.swapaxes(upper, 1, 2), np.tile(np.eye(3), (50, 1, 1)), atol=1e-12
        )


@pytest.mark.parametrize("limb", [ARM, RIGHT_ARM])
def test_elbows_are_hinges(limb):
    out = np.array(limb.bone, float)
    bent = unit_vectors(out + np.array([0, 0, 1.0]))  # forearm ahead, palm down: no twist
    upper, lower = solve_limb(limb, np.tile(out, (40, 1)), np.tile(bent, (40, 1)), 30.0)
    np.testing.assert_allclose(upper, np.tile(np.eye(3), (40, 1, 1)), atol=1e-9)
    np.testing.assert_allclose(lower[0] @ [0, 1, 0], [0, 1, 0], atol=1e-9)
    raised, _ = solve_limb(limb, out[None], unit_vectors(out + np.array([0, 1.0, 0]))[None], 30.0)
    np.testing.assert_allclose(raised[0] @ [0, 1, 0], [0, 0, -1], atol=1e-9)


def test_knees_are_hinges():
    bent = unit_vectors(np.array([0, -1.0, -1.0]))
    upper, lower = solve_limb(LEG, np.array([[0, -1.0, 0]]), bent[None], 30.0)
    np.testing.assert_allclose(upper[0], np.eye(3), atol=1e-9)
    np.testing.assert_allclose(lower[0] @ [1, 0, 0], [1, 0, 0], atol=1e-9)


@pytest.mark.parametrize("limb", LIMBS, ids=lambda limb: limb.name)
@pytest.mark.parametrize("noise", [0.0, 0.05, 0.5])
def test_a_straight_limb_that_trembles_does_not_flip(limb, noise):
    rng = np.random.default_rng(1)
    swing = np.stack([np.zeros(300), np.zeros(300), 0.7 * np.sin(np.arange(300) / 20)], -1)
    first = (rotation_from_turn_nod_tilt(swing) @ np.array([[0.3], [-1.0], [0.4]]))[..., 0]
    second = unit_vectors(first + noise * 0.3 * rng.normal(size=first.shape))
    first = unit_vectors(first)
    upper, _ = solve_limb(limb, first, second, 30.0)
    moved = np.degrees(np.arccos(np.clip((first[:-1] * first[1:]).sum(-1), -1, 1)))
    assert (steps(upper) < moved + np.degrees(0.4) + 1e-6).all()


def test_a_plane_that_flips_is_followed_over_several_frames():
    first = np.tile([1.0, 0, 0], (60, 1))
    second = unit_vectors(
        np.tile([1.0, 0, 1.0], (60, 1)) * np.where(np.arange(60) < 30, 1, -1)[:, None] * [0, 0, 1]
        + [1, 0, 0]
    )
    upper, lower = solve_limb(ARM, first, second, 30.0)
    assert steps(upper).max() < 24
    np.testing.assert_allclose(upper[-1] @ [0, 1, 0], [0, -1, 0], atol=1e-6)
    np.testing.assert_allclose(lower @ [1, 0, 0], second, atol=1e-12)


def test_a_missing_limb_hangs_or_is_held():
    down, bend = (np.array(vector) for vector in ARM.hanging[:2])
    first = np.array([N, N, [1.0, 0, 0], N, [1, 0, 0], N])
    second = np.array([N, N, [0, 0, 1.0], N, N, [1, 0, 0]])
    upper, lower = solve_limb(ARM, first, second, 3.0)
    np.testing.assert_allclose(
        upper[0] @ [1, 0, 0], unit_vectors(down)
    )  # not observed yet: it hangs
    np.testing.assert_allclose(lower[0] @ [1, 0, 0], unit_vectors(bend), atol=1e-12)
    for t in (3, 4, 5):
        np.testing.assert_allclose(upper[t], upper[2], atol=1e-9)
        np.testing.assert_allclose(lower[t], lower[2], atol=1e-9)


def test_a_limb_that_is_observed_again_does_not_jump():
    first = np.full((60, 3), np.nan)
    second = first.copy()
    first[:10], second[:10] = [0, -1, 0], [0, -1, 0]
    first[40:], second[40:] = (
        unit_vectors(np.array([1.0, 0.2, 0.5])),
        unit_vectors(np.array([0, 1.0, 1.0])),
    )
    for turned in solve_limb(ARM, first, second, 30.0):
        assert steps(turned).max() < 40
        np.testing.assert_allclose(turned[10:31], turned[[9] * 21], atol=1e-9)  # it is held
        assert steps(turned[30:41]).min() > 0  # and then blends


def test_a_missing_elbow_is_placed():
    start, elbow, hand = (
        np.zeros((3, 3)),
        np.array([[0, -3.0, 0], N, N]),
        np.array([[0, -3.0, 4], [0, -3, 4.0], N]),
    )
    found = complete_middle_joint(start, elbow, hand, (3.0, 4.0), (1.0, 0, 0), Gaps(9))
    np.testing.assert_allclose(found[1], [0, -3, 0], atol=1e-6)
    assert np.isnan(found[2]).all()
    # Never observed: on its natural side; both lengths hold.
    found = complete_middle_joint(
        start[:1], N[None], np.array([[0, -5.0, 0]]), (3.0, 4.0), (1.0, 0, 0), Gaps(9)
    )
    assert found[0, 0] > 0
    assert np.linalg.norm(found[0]) == pytest.approx(3)
    assert np.linalg.norm(found[0] - [0, -5, 0]) == pytest.approx(4)
    folded = complete_middle_joint(
        start[:1], N[None], np.zeros((1, 3)), (3.0, 4.0), (1.0, 0, 0), Gaps(9)
    )
    assert np.isnan(folded).all()  # a hand in the shoulder determines nothing


def test_a_missing_twist_blends_to_that_of_the_next_plane():
    first = np.tile([1.0, 0, 0], (80, 1))
    second = unit_vectors(np.tile([1.0, 0, 1.0], (80, 1)))
    second[:10] = unit_vectors(np.array([1.0, 0, -1.0]))  # half a turn away
    gap = (np.arange(80) >= 10) & (np.arange(80) < 50)
    lost = np.where(gap[:, None], N, second)
    for bone in (np.where(gap[:, None], N, first), first):  # both missing; the second alone
        upper, lower = solve_limb(ARM, bone, lost, 30.0)
        assert steps(upper).max() < 27.1  # half a turn in ten steps that begin and end slowly
        np.testing.assert_allclose(upper[50:] @ [0, 1, 0], np.tile([0, 1, 0], (30, 1)), atol=1e-9)
        np.testing.assert_allclose(lower[50:] @ [1, 0, 0], second[50:], atol=1e-9)


def test_an_elbow_turns_to_its_next_position():
    hand = np.tile([0, -5.0, 0], (60, 1))
    elbow = np.tile([0, -1.8, 2.4], (60, 1))
    elbow[40:] = [2.4, -1.8, 0]
    elbow[10:40] = N
    found = complete_middle_joint(np.zeros((60, 3)), elbow, hand, (3.0, 4.0), (0, 0, 1.0), Gaps(9))
    np.testing.assert_allclose(found[10:31], np.tile([0, -1.8, 2.4], (21, 1)), atol=1e-6)
    assert np.linalg.norm(np.diff(found[30:41], axis=0), axis=-1).max() < 2.4 * np.pi / 2 * 0.151
    np.testing.assert_allclose(np.linalg.norm(found, axis=-1), 3, atol=1e-6)


def test_bends_are_carried_from_frame_to_frame_in_every_gap():
    rng = np.random.default_rng(2)
    axis = unit_vectors(np.cumsum(rng.normal(0, 0.2, (200, 3)), 0) + np.array([0, -4, 0]))
    hand = axis * rng.uniform(3, 6, (200, 1))
    elbow, _ = two_bone_ik(
        np.zeros((200, 3)), hand, (3.0, 4.0), rng.normal(size=(200, 3)), np.zeros(200)
    )
    elbow[rng.random(200) < 0.4] = N
    elbow[:3], elbow[50:90], elbow[-4:] = N, N, N
    hand[60:70], hand[100] = N, N
    found = complete_middle_joint(np.zeros((200, 3)), elbow, hand, (3.0, 4.0), (1.0, 0, 0), Gaps(1))
    bend, last = np.array([1.0, 0, 0]), None
    for t in np.flatnonzero(~np.isnan(hand[:, 0])):
        if last is not None:
            bend = rotation_between(axis[last], axis[t]) @ bend
        last = t
        if np.isnan(elbow[t, 0]):
            ends = t + 1 < 200 and not np.isnan(elbow[t + 1, 0])
            expected, _ = two_bone_ik(np.zeros(3), hand[t], (3.0, 4.0), bend, np.array(0.0))
            if not ends:  # where a gap ends, the last frame blends to the next bend
                np.testing.assert_allclose(found[t], expected, atol=1e-9)
        else:
            bend = orthogonal_component(elbow[t], axis[t])
            np.testing.assert_array_equal(found[t], elbow[t])
