import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import SKELETONS, get_skeleton
from signlift.errors import InputError
from signlift.simulation import (
    SIGNER,
    Manner,
    Signer,
    average_proportions,
    draw_manner,
    sample_motion,
)

seeds = st.integers(0, 2**32)


def at(points, name):
    return points[:, SIGNER.index(name)]


def draw(seed, frames=150):
    rng = np.random.default_rng(seed)
    signer = Signer.draw(rng)
    return signer, signer.move(rng, frames)


@given(seeds)
def test_bones_keep_their_lengths(seed):
    signer, points = draw(seed)
    assert np.isfinite(points).all()
    parents, children = SIGNER.bone_index.T
    lengths = np.linalg.norm(points[:, parents] - points[:, children], axis=-1)
    # The shoulders move on the trunk, and the neck bends.
    bends = {
        *(("Neck", other) for other in ("Nose", "LShoulder", "RShoulder")),
        ("MidHip", "Neck"),
    }
    rigid = [bone not in bends for bone in SIGNER.bones]
    lengths = lengths[:, rigid]
    np.testing.assert_allclose(
        lengths, np.broadcast_to(lengths[:1], lengths.shape), rtol=1e-6, atol=1e-12
    )
    forearm = np.linalg.norm(at(points, "RHand") - at(points, "RElbow"), axis=-1)
    np.testing.assert_allclose(forearm, signer.body.forearm)


@given(seeds)
def test_a_body_stands_the_right_way_round(seed):
    _, points = draw(seed)
    for part in ("Shoulder", "Hip", "Knee", "Ankle", "Ear", "Eye"):
        front = at(points, f"L{part}")[:, 0] > at(points, f"R{part}")[:, 0]
        # Chest and head together may turn by more than a quarter, but not for long.
        assert front.mean() > 0.6 if part in ("Ear", "Eye") else front.all()
    for above, below in (("Keypoint26", "Nose"), ("Nose", "Neck"), ("Neck", "MidHip")):
        assert (at(points, above)[:, 1] > at(points, below)[:, 1]).mean() > 0.5
    for name in ("Neck", "MidHip"):
        part = "Shoulder" if name == "Neck" else "Hip"
        middle = (at(points, "L" + part) + at(points, "R" + part)) / 2
        np.testing.assert_allclose(at(points, name), middle, atol=1e-12)
    for toe in ("LBigToe", "RHeel"):
        assert np.ptp(at(points, toe), axis=0).max() < 1e-9  # feet stay where they are
        np.testing.assert_allclose(at(points, toe)[:, 1], 0, atol=1e-9)


@given(seeds)
def test_hands_stay_out_of_the_body(seed):
    signer, points = draw(seed)
    tall = signer.body.stature
    chest = body_frame(points)
    for side, sign in (("L", 1), ("R", -1)):
        wrist = chest(side + "Hand") * [sign, 1, 1]
        # Before the middle of the chest, and not behind it either.
        within = (np.abs(wrist[:, 0]) < 0.15 * signer.body.shoulders) & (wrist[:, 1] < 0)
        within &= wrist[:, 1] > -signer.body.trunk
        assert (np.abs(wrist[within, 2]) > 0.045 * tall).all()
        ears = (at(points, "LEar") + at(points, "REar")) / 2
        assert np.linalg.norm(at(points, side + "Hand") - ears, axis=-1).min() > 0.045 * tall
        # No elbow folds shut.
        far = np.linalg.norm(at(points, side + "Hand") - at(points, side + "Shoulder"), axis=-1)
        assert far.min() > 0.3 * signer.body.arm


@given(seeds)
def test_arms_move_smoothly(seed):
    _, points = draw(seed)
    for name in ("LHand", "RHand", "LElbow", "RElbow"):
        velocity = np.diff(at(points, name), axis=0) * 30
        assert np.linalg.norm(velocity, axis=-1).max() < 9
        assert np.linalg.norm(np.diff(velocity, axis=0), axis=-1).max() * 30 < 400


def body_frame(points):
    """A function that gives a keypoint from the Neck: left, along the trunk, forward."""
    up = at(points, "Neck") - at(points, "MidHip")
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    left = at(points, "LShoulder") - at(points, "RShoulder")
    left = left - (left * up).sum(-1, keepdims=True) * up
    left = left / np.linalg.norm(left, axis=-1, keepdims=True)
    axes = np.stack([left, up, np.cross(left, up)], 1)
    return lambda name: np.einsum("tij,tj->ti", axes, at(points, name) - at(points, "Neck"))


def test_without_fingers_all_else_is_the_same():
    signer = Signer()
    whole, part = (signer.move(np.random.default_rng(3), 40, fingers=f) for f in (True, False))
    fingers = np.array([name[-1] in "1234" for name in SIGNER.keypoints])
    assert fingers.sum() == 40 and np.isnan(part[:, fingers]).all()
    np.testing.assert_array_equal(part[:, ~fingers], whole[:, ~fingers])


def test_recordings_begin_at_rest_or_within_signing():
    speeds, low = [], []
    for seed in range(150):
        signer, points = draw(seed, 90)
        hand = ("L" if signer.manner.left_handed else "R") + "Hand"
        low.append(body_frame(points)(hand)[[0, 45, -1], 1] < -0.55 * signer.body.trunk)
        speeds.append(np.linalg.norm(np.diff(at(points, hand), axis=0), axis=-1).max() * 30)
    first, middle, last = np.mean(low, axis=0)
    assert 0.25 < first < 0.7 and 0.2 < last < 0.7 and middle < min(first, last)
    assert np.median(speeds) > 0.8


def test_motion_is_that_of_signing():
    speeds, heights, angles = [], [], []
    for seed in range(40):
        signer, points = draw(seed, 200)
        hand = "L" if signer.manner.left_handed else "R"
        wrist, elbow, shoulder = (at(points, hand + part) for part in ("Hand", "Elbow", "Shoulder"))
        speeds.append(np.linalg.norm(np.diff(wrist, axis=0), axis=-1) * 30)
        heights.append(wrist[:, 1] - at(points, "MidHip")[:, 1])
        upper, lower = shoulder - elbow, wrist - elbow
        cos = (upper * lower).sum(-1) / (signer.body.upper_arm * signer.body.forearm)
        angles.append(np.degrees(np.arccos(cos)))
    speed, height, angle = (np.concatenate(values) for values in (speeds, heights, angles))
    assert 0.05 < np.median(speed) < 0.6
    assert 1.0 < np.percentile(speed, 95) < 2.2
    assert speed.max() < 5
    assert 0.5 < (height > 0.1).mean() < 0.95
    assert 70 < np.median(angle) < 125
    assert np.percentile(angle, 10) < 75 and np.percentile(angle, 90) > 125
    # Signers hold still between signs, and never jump.
    assert (speed < 0.1).mean() > 0.1
    acceleration = np.abs(np.concatenate([np.diff(values) for values in speeds])) * 30
    assert np.percentile(acceleration, 99) < 35


@pytest.mark.parametrize("left_handed", [False, True])
def test_one_hand_signs_more(left_handed):
    signer = Signer(manner=Manner(left_handed=left_handed))
    rng = np.random.default_rng(0)
    points = signer.move(rng, 3000)
    ways = {
        hand: np.linalg.norm(np.diff(at(points, hand), axis=0), axis=-1).sum()
        for hand in ("LHand", "RHand")
    }
    assert max(ways, key=ways.__getitem__) == ("LHand" if left_handed else "RHand")


def test_sitting():
    rng = np.random.default_rng(0)
    body = average_proportions()
    points = Signer(body, Manner(seated=True)).move(rng, 100)
    height = at(points, "MidHip")[:, 1]
    assert (height < 0.6 * (body.leg + body.foot_height)).all()
    assert (at(points, "LKnee")[:, 2] > 0.25).all()
    assert (at(points, "LKnee")[:, 1] > at(points, "LAnkle")[:, 1] + 0.2).all()


@pytest.mark.parametrize("skeleton", [*SKELETONS, "openpose25"])
def test_every_skeleton_is_whole(skeleton):
    points = sample_motion(np.random.default_rng(0), 20, skeleton=skeleton)
    J = 25 if isinstance(skeleton, str) else len(skeleton)
    assert points.shape == (20, J, 3)
    named = get_skeleton(skeleton).keypoints
    known = [SIGNER.has(name) for name in named]  # faces and the like are not
    assert np.isfinite(points[:, known]).all() and np.isnan(points[:, ~np.array(known)]).all()


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame_of_signing(frames):
    assert sample_motion(np.random.default_rng(0), frames).shape == (frames, 26, 3)


def test_the_same_chance_gives_the_same_motion():
    first, second, other = (sample_motion(np.random.default_rng(seed), 50) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, other)


def test_frames_per_second_change_the_sampling_only():
    signer = Signer()
    slow = signer.move(np.random.default_rng(0), 61, fps=15.0)
    fast = signer.move(np.random.default_rng(0), 121, fps=30.0)
    np.testing.assert_allclose(fast[::2], slow, atol=1e-12)


def test_what_sample_motion_refuses():
    rng = np.random.default_rng(0)
    with pytest.raises(InputError) as error:
        sample_motion(rng, -1, fps=0.0)
    assert error.value.problems == (
        "frames: expected 0 or more, found -1",
        "fps: expected a number above 0, found 0.0",
    )
    with pytest.raises(InputError, match="skeleton: expected one of"):
        sample_motion(rng, 1, skeleton="smpl")


def test_most_people_sign_with_the_right_hand():
    rng = np.random.default_rng(0)
    manners = [draw_manner(rng) for _ in range(500)]
    assert 0.05 < np.mean([manner.left_handed for manner in manners]) < 0.15
    assert 0.2 < np.mean([manner.seated for manner in manners]) < 0.3
