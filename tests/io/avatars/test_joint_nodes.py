import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moving_avatars import fingered_joints, moving, still

from benchmarks.animated_gltf import GltfFile
from signlift.animation.rest_pose import complete_lengths, rest_joints
from signlift.io.avatars.binary_gltf import GltfArrays
from signlift.io.avatars.joint_nodes import joint_animation, joint_nodes, standing_positions


def written(motion):
    arrays = GltfArrays()
    animation = joint_animation(motion, arrays)
    document = {"nodes": joint_nodes(motion), "animations": [animation], **arrays.document()}
    return GltfFile(document, arrays.content)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 20), st.sampled_from([23.976, 25.0, 60.0]), st.integers(0, 9))
def test_joints_are_where_forward_kinematics_places_them(frames, fps, seed):
    motion = moving(frames, fps=fps, seed=seed)
    file, expected = written(motion), motion.forward_kinematics()
    positions, rotations = file.transforms()
    assert file.names == list(motion.names)
    np.testing.assert_allclose(positions, expected.positions / 100, atol=1e-5)
    ends = np.array([joint.end for joint in motion.joints])
    np.testing.assert_allclose(rotations[:, ~ends], expected.rotations[:, ~ends], atol=1e-5)
    np.testing.assert_allclose(file.times(), np.arange(frames) / fps, atol=1e-5)


def test_quaternions_have_length_one_and_never_jump():
    for (_, path), (_, values) in written(moving(60)).tracks().items():
        if path == "rotation":
            np.testing.assert_allclose(np.linalg.norm(values, axis=-1), 1, atol=1e-6)
            assert (values[1:] * values[:-1]).sum(-1).min() > 0.9


def test_the_rest_pose_stands_on_the_floor_without_rotations():
    joints = rest_joints(complete_lengths({}))
    nodes = joint_nodes(still(joints=joints))
    assert all(set(node) <= {"name", "translation", "children"} for node in nodes)
    standing = standing_positions(still(joints=joints))
    assert standing[:, 1].min() == 0
    legs = sum(complete_lengths({})[name] for name in ("thigh", "shank", "foot_height"))
    assert nodes[0]["translation"] == pytest.approx([0, legs / 100, 0])


def test_every_joint_moves_and_no_end_does():
    motion = moving(5)
    tracks = written(motion).tracks()
    assert {number for number, _ in tracks} == {
        number for number, joint in enumerate(motion.joints) if not joint.end
    }
    assert [number for number, path in tracks if path == "translation"] == [0]


def test_joints_at_rest_have_one_key_and_the_hips_have_all():
    lengths = {target: len(times) for target, (times, _) in written(still(7)).tracks().items()}
    assert lengths.pop((0, "rotation")) == lengths.pop((0, "translation")) == 7
    assert set(lengths.values()) == {1}


def test_a_single_frame():
    file = written(moving(1))
    assert file.times().tolist() == [0]
    assert file.transforms()[0].shape == (1, len(fingered_joints()), 3)
