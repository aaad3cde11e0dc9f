from dataclasses import replace

import numpy as np
import pytest

import signlift as sl
from signlift.animation import steady_motion
from signlift.animation.avatar import solve_with_body
from signlift.animation.causal_avatar import CausalAvatar
from signlift.animation.gaps import Gaps
from signlift.errors import InputError
from signlift.geometry.rotations import vector_from_rotation

SAMPLE = sl.load().lift(sl.read(sl.sample_path("openpose")), causal=True)


def rotations(motion):
    return motion.forward_kinematics().rotations


def test_each_pose_of_the_first_second_is_that_of_the_last_frame_so_far():
    avatar = CausalAvatar(SAMPLE.fps)
    for t in range(12):
        pose = avatar.step(SAMPLE[t])
        if t in (0, 1, 11):
            expected = sl.solve_avatar(SAMPLE[: t + 1]).motion
            assert pose.motion.names == expected.names and len(pose.motion) == 1
            np.testing.assert_allclose(
                rotations(pose.motion)[0], rotations(expected)[-1], atol=1e-9
            )


def test_later_poses_differ_little_from_those_of_all_frames():
    recording = replace(SAMPLE.convert("panoptic26")[:50], fps=10)
    avatar = CausalAvatar(10)
    for frame in recording:
        pose = avatar.step(frame)
    expected = sl.solve_avatar(recording).motion
    turned = np.swapaxes(rotations(expected)[-1], 1, 2) @ rotations(pose.motion)[0]
    angles = np.degrees(np.linalg.norm(vector_from_rotation(turned), axis=-1))
    assert np.median(angles) < 2 and angles.max() < 20


def test_a_given_body_is_not_measured_again():
    whole, body = solve_with_body(SAMPLE)
    part, same = solve_with_body(SAMPLE[40:], body=body)
    assert part.lengths == whole.lengths and len(part.motion) == len(SAMPLE) - 40
    assert same.lengths == body.lengths and same.twists == body.twists
    np.testing.assert_array_equal(same.origin, body.origin)
    np.testing.assert_allclose(rotations(part.motion)[-1], rotations(whole.motion)[-1], atol=0.02)


def test_an_arm_that_is_missing_for_long_keeps_its_last_pose():
    body = SAMPLE.convert("panoptic26")[:58]
    hidden = [body.skeleton.index(name) for name in ("RElbow", "RHand")]
    keypoints = body.keypoints.copy()
    keypoints[40:, hidden] = np.nan
    avatar, poses = CausalAvatar(10), []
    for t in range(len(body)):
        pose = avatar.step(replace(body[t], keypoints=keypoints[t : t + 1]))
        world = rotations(pose.motion)[0]
        parent, child = (pose.motion.names.index(name) for name in ("RightShoulder", "RightArm"))
        poses.append(world[parent].T @ world[child])
    # The twist of an arm without an elbow eases to a natural one: its direction counts.
    directions = np.array(poses)[:, :, 0]
    np.testing.assert_allclose(directions[41:], directions[[40] * len(directions[41:])], atol=0.1)


def test_a_gap_holds_the_pose_and_nobody_yet_has_none():
    empty = sl.Recording(
        np.full((1, 137, 2), np.nan), SAMPLE.skeleton, depth=np.full((1, 137), np.nan)
    )
    avatar = CausalAvatar(SAMPLE.fps)
    assert avatar.step(empty) is None
    for frame in SAMPLE[:5]:
        pose = avatar.step(frame)
    held = avatar.step(empty)
    # Fast turns of hands and fingers are spread over the frames that follow.
    body = [number for number, name in enumerate(pose.motion.names) if "Hand" not in name]
    np.testing.assert_allclose(
        rotations(held.motion)[0, body], rotations(pose.motion)[0, body], atol=1e-6
    )


def test_a_frame_needs_depth():
    with pytest.raises(InputError, match="expected depth, found none"):
        CausalAvatar().step(sl.Recording(np.zeros((1, 26, 2))))


@pytest.mark.parametrize("lost", ["some", "legs", "hips", "fingers"])
def test_frame_by_frame_is_the_same_as_all_frames_so_far_at_once(lost, monkeypatch):
    """With gaps of limbs, of a hand, and of everybody; where no turn is too fast."""
    monkeypatch.setattr(steady_motion, "_MAX_STEP", 20.0)
    rng = np.random.default_rng(4)
    recording = replace(SAMPLE[:45], fps=1)
    keypoints, names = recording.keypoints.copy(), recording.skeleton.keypoints
    hidden = {
        "some": (),
        "legs": ("Knee", "Ankle", "Heel", "Toe"),
        "hips": ("Hip", "Knee", "Ankle", "Heel", "Toe"),
        "fingers": ("Thumb", "Index", "Middle", "Ring", "Pinky", "HandRoot"),
    }[lost]
    for number, name in enumerate(names):
        if any(part in name for part in hidden):
            keypoints[:, number] = np.nan
        elif any(part in name for part in ("Elbow", "Ear", "Knee", "Pinky", "RIndex")):
            keypoints[rng.random(len(keypoints)) < 0.3, number] = np.nan
    left = [names.index(name) for name in ("LElbow", "LWrist")]
    keypoints[12:18, left], keypoints[20:23] = np.nan, np.nan
    recording = replace(recording, keypoints=keypoints)
    _, body = solve_with_body(recording)
    gaps = Gaps(memory={})
    solve_with_body(recording[:6], body=body, gaps=gaps)
    for t in range(6, len(recording)):
        found, _ = solve_with_body(recording[t], body=body, gaps=gaps)
        if t % 3 == 0 or t == 21:
            expected, _ = solve_with_body(recording[: t + 1], body=body, gaps=Gaps(memory={}))
            np.testing.assert_allclose(
                rotations(found.motion)[0], rotations(expected.motion)[0], atol=1e-9
            )
