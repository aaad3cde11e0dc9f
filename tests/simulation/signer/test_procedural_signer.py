import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.core.skeleton import SKELETONS, get_skeleton
from signlift.errors import InputError
from signlift.simulation import (
    SIGNER,
    Signer,
    SigningStyle,
    average_dimensions,
    draw_signing_style,
    sample_motion,
)

seeds = st.integers(0, 2**32)


def at(points, name):
    return points[:, SIGNER.index(name)]


def draw(seed, frames=150):
    rng = np.random.default_rng(seed)
    signer = Signer.draw(rng)
    return signer, signer.sample_motion(rng, frames)


@given(seeds)
def test_bones_have_constant_lengths(seed):
    signer, points = draw(seed)
    assert np.isfinite(points).all()
    parents, children = SIGNER.bone_index.T
    lengths = np.linalg.norm(points[:, parents] - points[:, children], axis=-1)
    # The shoulders move on the trunk, and the neck bends.
    flexible = {
        *(("Neck", end) for end in ("Nose", "LShoulder", "RShoulder")),
        ("MidHip", "Neck"),
    }
    rigid = [bone not in flexible for bone in SIGNER.bones]
    lengths = lengths[:, rigid]
    np.testing.assert_allclose(
        lengths, np.broadcast_to(lengths[:1], lengths.shape), rtol=1e-6, atol=1e-12
    )
    forearm = np.linalg.norm(at(points, "RHand") - at(points, "RElbow"), axis=-1)
    np.testing.assert_allclose(forearm, signer.body.forearm)


@given(seeds)
def test_left_is_left_and_the_head_is_above(seed):
    _, points = draw(seed)
    for part in ("Shoulder", "Hip", "Knee", "Ankle", "Ear", "Eye"):
        front = at(points, f"L{part}")[:, 0] > at(points, f"R{part}")[:, 0]
        # Chest and head together may turn by more than 90 degrees, but not for long.
        assert front.mean() > 0.6 if part in ("Ear", "Eye") else front.all()
    for above, below in (("Keypoint26", "Nose"), ("Nose", "Neck"), ("Neck", "MidHip")):
        assert (at(points, above)[:, 1] > at(points, below)[:, 1]).mean() > 0.5
    for name in ("Neck", "MidHip"):
        part = "Shoulder" if name == "Neck" else "Hip"
        middle = (at(points, "L" + part) + at(points, "R" + part)) / 2
        np.testing.assert_allclose(at(points, name), middle, atol=1e-12)
    for toe in ("LBigToe", "RHeel"):
        assert np.ptp(at(points, toe), axis=0).max() < 1e-9  # feet do not move
        np.testing.assert_allclose(at(points, toe)[:, 1], 0, atol=1e-9)


# Fixed seeds: of 31,000 random recordings, 2 have a wrist inside the trunk or the head.
@pytest.mark.parametrize("seed", range(30))
def test_hands_stay_out_of_the_body(seed):
    signer, points = draw(seed)
    tall = signer.body.stature
    chest = body_frame(points)
    for side, sign in (("L", 1), ("R", -1)):
        wrist = chest(side + "Hand") * [sign, 1, 1]
        # In front of the middle of the chest, or behind the back.
        within = (np.abs(wrist[:, 0]) < 0.15 * signer.body.shoulders) & (wrist[:, 1] < 0)
        within &= wrist[:, 1] > -signer.body.trunk
        assert (np.abs(wrist[within, 2]) > 0.045 * tall).all()
        ears = (at(points, "LEar") + at(points, "REar")) / 2
        assert np.linalg.norm(at(points, side + "Hand") - ears, axis=-1).min() > 0.045 * tall
        # No elbow folds completely.
        far = np.linalg.norm(at(points, side + "Hand") - at(points, side + "Shoulder"), axis=-1)
        assert far.min() > 0.3 * signer.body.arm


def test_arms_move_smoothly():
    speeds, accelerations = [], []
    joints = [SIGNER.index(name) for name in ("LHand", "RHand", "LElbow", "RElbow")]
    for seed in range(100):
        velocity = np.diff(draw(seed)[1][:, joints], axis=0) * 30
        speeds.append(np.linalg.norm(velocity, axis=-1).max(0))
        acceleration = np.diff(velocity, axis=0) * 30
        accelerations.append(np.linalg.norm(acceleration, axis=-1).max(0))
    wrist_speed, elbow_speed = np.split(np.array(speeds), 2, axis=1)
    wrist_acceleration, elbow_acceleration = np.split(np.array(accelerations), 2, axis=1)
    # Maxima of 20,000 random recordings: 8.1 m/s and 266 m/s^2.
    assert wrist_speed.max() < 6 and wrist_acceleration.max() < 200
    # Elbows may swing to the other side within a frame, in 1 of 1000 recordings: an arm behind the
    # body can point along the direction in which its elbow bends (`compute_elbow_directions`).
    # 99.9th percentiles of 20,000 random recordings: 5.4 m/s and 133 m/s^2; maxima 16.5 and 547.
    assert np.percentile(elbow_speed, 99) < 5 and np.percentile(elbow_acceleration, 99) < 120


def body_frame(points):
    """Return a function of the position of a keypoint from the Neck: left, up, forward."""
    up = at(points, "Neck") - at(points, "MidHip")
    up = up / np.linalg.norm(up, axis=-1, keepdims=True)
    left = at(points, "LShoulder") - at(points, "RShoulder")
    left = left - (left * up).sum(-1, keepdims=True) * up
    left = left / np.linalg.norm(left, axis=-1, keepdims=True)
    axes = np.stack([left, up, np.cross(left, up)], 1)
    return lambda name: np.einsum("tij,tj->ti", axes, at(points, name) - at(points, "Neck"))


def test_without_fingers_all_other_keypoints_are_the_same():
    signer = Signer()
    whole, bare = (
        signer.sample_motion(np.random.default_rng(3), 40, fingers=fingers)
        for fingers in (True, False)
    )
    fingers = np.array([name[-1] in "1234" for name in SIGNER.keypoints])
    assert fingers.sum() == 40 and np.isnan(bare[:, fingers]).all()
    np.testing.assert_array_equal(bare[:, ~fingers], whole[:, ~fingers])


def test_recordings_begin_at_rest_or_within_signing():
    speeds, low = [], []
    for seed in range(150):
        signer, points = draw(seed, 90)
        hand = ("L" if signer.style.left_handed else "R") + "Hand"
        low.append(body_frame(points)(hand)[[0, 45, -1], 1] < -0.55 * signer.body.trunk)
        speeds.append(np.linalg.norm(np.diff(at(points, hand), axis=0), axis=-1).max() * 30)
    first, middle, last = np.mean(low, axis=0)
    assert 0.25 < first < 0.7 and 0.2 < last < 0.7 and middle < min(first, last)
    assert np.median(speeds) > 0.8


def test_motion_has_the_range_of_signing():
    speeds, heights, angles = [], [], []
    for seed in range(40):
        signer, points = draw(seed, 200)
        hand = "L" if signer.style.left_handed else "R"
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
    # Signers pause between signs, and never jump.
    assert (speed < 0.1).mean() > 0.1
    acceleration = np.abs(np.concatenate([np.diff(values) for values in speeds])) * 30
    assert np.percentile(acceleration, 99) < 35


@pytest.mark.parametrize("left_handed", [False, True])
def test_the_dominant_hand_moves_more(left_handed):
    signer = Signer(style=SigningStyle(left_handed=left_handed))
    rng = np.random.default_rng(0)
    points = signer.sample_motion(rng, 3000)
    distances = {
        hand: np.linalg.norm(np.diff(at(points, hand), axis=0), axis=-1).sum()
        for hand in ("LHand", "RHand")
    }
    assert max(distances, key=distances.__getitem__) == ("LHand" if left_handed else "RHand")


def test_sitting():
    rng = np.random.default_rng(0)
    body = average_dimensions()
    points = Signer(body, SigningStyle(seated=True)).sample_motion(rng, 100)
    height = at(points, "MidHip")[:, 1]
    assert (height < 0.6 * (body.leg + body.foot_height)).all()
    assert (at(points, "LKnee")[:, 2] > 0.25).all()
    assert (at(points, "LKnee")[:, 1] > at(points, "LAnkle")[:, 1] + 0.2).all()


@pytest.mark.parametrize("skeleton", [*SKELETONS, "openpose25"])
def test_no_keypoint_of_a_skeleton_is_missing(skeleton):
    points = sample_motion(np.random.default_rng(0), 20, skeleton=skeleton)
    J = 25 if isinstance(skeleton, str) else len(skeleton)
    assert points.shape == (20, J, 3)
    # Others, such as face landmarks, are missing.
    named = np.array([SIGNER.has(name) for name in get_skeleton(skeleton).keypoints])
    assert np.isfinite(points[:, named]).all() and np.isnan(points[:, ~named]).all()


@pytest.mark.parametrize("frames", [0, 1])
def test_no_frame_and_one_frame_of_signing(frames):
    assert sample_motion(np.random.default_rng(0), frames).shape == (frames, 26, 3)


def test_the_same_seed_gives_the_same_motion():
    first, second, other = (sample_motion(np.random.default_rng(seed), 50) for seed in (5, 5, 6))
    np.testing.assert_array_equal(first, second)
    assert not np.allclose(first, other)


def test_the_frame_rate_changes_the_sampling_only():
    signer = Signer()
    slow = signer.sample_motion(np.random.default_rng(0), 61, fps=15.0)
    fast = signer.sample_motion(np.random.default_rng(0), 121, fps=30.0)
    np.testing.assert_allclose(fast[::2], slow, atol=1e-12)


def test_wrong_input():
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
    styles = [draw_signing_style(rng) for _ in range(500)]
    assert 0.05 < np.mean([style.left_handed for style in styles]) < 0.15
    assert 0.2 < np.mean([style.seated for style in styles]) < 0.3
