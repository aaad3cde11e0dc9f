"""Avatars in motion, with fingers, for the tests of avatars' formats."""

import numpy as np

from signlift.animation.hand_shape import average_hand_shape, finger_offsets
from signlift.animation.rest_pose import complete_lengths, rest_joints
from signlift.geometry.joint_hierarchy import Motion


def fingered_joints(**lengths):
    """Make the joints of an avatar with fingers; lengths in cm differ from the average."""
    complete = complete_lengths(lengths)
    return rest_joints(complete, finger_offsets(average_hand_shape(complete["forearm"])))


def moving(frames=12, joints=None, fps=25.0, seed=0):
    """Turn all joints smoothly, some by more than half a turn, and move the hips."""
    joints = fingered_joints() if joints is None else joints
    rng = np.random.default_rng(seed)
    channels = [channel for joint in joints for channel in joint.channels]
    time = np.arange(frames)[:, None] / fps
    speed, phase = rng.uniform(0.3, 3, len(channels)), rng.uniform(0, 6.3, len(channels))
    values = 40 * np.sin(speed * time + phase)
    values[:, 4] = 700 * time[:, 0]  # the hips turn round and round
    values[:, 1] = 90 + values[:, 1] / 10
    return Motion(joints, values, fps)


def still(frames=3, joints=None):
    """Stand in the rest pose."""
    joints = fingered_joints() if joints is None else joints
    channels = sum(len(joint.channels) for joint in joints)
    return Motion(joints, np.zeros((frames, channels)), 25.0)
