import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from signlift.errors import InputError
from signlift.skeleton import SKELETONS
from signlift.synthetic import (
    SIGNER,
    Manner,
    Signer,
    average_proportions,
    draw_manner,
    draw_proportions,
    sample_motion,
)
from signlift.synthetic.proportions import FRACTIONS
from signlift.synthetic.signs import PLACES

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
    rigid = [bone != ("Neck", "Nose") for bone in SIGNER.bones]
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
        assert (at(points, f"L{part}")[:, 0] > at(points, f"R{part}")[:, 0]).all()
    for above, below in (("Keypoint26", "Nose"), ("Nose", "Neck"), ("Neck", "MidHip")):
        assert (at(points, above)[:, 1] > at(points, below)[:, 1]).all()
    assert (at(points, "Nose")[:, 2] > at(points, "Neck")[:, 2]).mean() > 0.9
    np.testing.assert_allclose(
        at(points, "LShoulder") + at(points, "RShoulder"), 2 * at(points, "Neck")
    )
    np.testing.assert_allclose(
        at(points, "LHip") + at(points, "RHip"), 2 * at(points, "MidHip"), atol=1e-12
    )
    for toe in ("LBigToe", "RHeel"):
        np.testing.assert_allclose(at(points, toe)[:, 1], 0, atol=0.03)


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
    assert 0.1 < np.median(speed) < 0.8
    assert 1.0 < np.percentile(speed, 95) < 2.2
    assert speed.max() < 5
    assert 0.6 < (height > 0.1).mean() < 0.98
    assert 60 < np.median(angle) < 130
    # Signers hold still between signs, and never jump.
    assert (speed < 0.1).mean() > 0.1
    acceleration = np.abs(np.concatenate([np.diff(values) for values in speeds])) * 30
    assert np.percentile(acceleration, 99) < 30


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
    assert np.isfinite(points).all()


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
        sample_motion(rng, 1, skeleton="mediapipe")


@given(seeds)
def test_drawn_bodies_stay_near_the_mean(seed):
    body = draw_proportions(np.random.default_rng(seed))
    assert 1.4 < body.stature < 2.0
    for name, part in FRACTIONS.items():
        assert 0.86 < getattr(body, name) / (part * body.stature) < 1.15


def test_an_average_body():
    body = average_proportions(2.0)
    assert body.forearm == pytest.approx(0.292)
    assert body.arm == body.upper_arm + body.forearm
    assert body.leg == body.thigh + body.shank


def test_most_people_sign_with_the_right_hand():
    rng = np.random.default_rng(0)
    manners = [draw_manner(rng) for _ in range(500)]
    assert 0.05 < np.mean([manner.left_handed for manner in manners]) < 0.15
    assert 0.2 < np.mean([manner.seated for manner in manners]) < 0.3


def test_arms_can_reach_the_places_of_signs():
    body = average_proportions(1.0)
    for (x, y, z), _ in PLACES.values():
        assert np.hypot(np.hypot(x - body.shoulders / 2, y), z) < body.arm
