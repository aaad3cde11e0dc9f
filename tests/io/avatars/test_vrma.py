import numpy as np
import pytest
from moving_avatars import moving, still

from benchmarks.animated_gltf import read_gltf
from signlift.animation.rest_pose import complete_lengths, rest_joints
from signlift.datasets.simulated import simulate_recording
from signlift.io.avatars.vrma import HUMANOID_BONES, write_vrma, write_vrma_motion

#: VRM 1.0, humanoid: the bones that every avatar has.
REQUIRED = {
    *("hips", "spine", "head"),
    *(
        f"{side}{bone}"
        for side in ("left", "right")
        for bone in (
            *("UpperLeg", "LowerLeg", "Foot"),
            *("UpperArm", "LowerArm", "Hand"),
        )
    ),
}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return read_gltf(write_vrma_motion(moving(4), tmp_path_factory.mktemp("vrma") / "a.vrma"))


def humanoid(file):
    extension = file.document["extensions"]["VRMC_vrm_animation"]
    assert extension["specVersion"] == "1.0"
    return {bone: value["node"] for bone, value in extension["humanoid"]["humanBones"].items()}


def test_bones_have_the_names_of_vrm(file):
    bones = humanoid(file)
    assert file.document["extensionsUsed"] == ["VRMC_vrm_animation"]
    assert bones.keys() >= REQUIRED
    assert len(bones) == 51  # 5 in the middle, 8 of each side's limbs, 15 of each hand
    names = {bone: file.names[node] for bone, node in bones.items()}
    assert names["chest"] == "Spine1"
    assert names["leftThumbMetacarpal"] == "LeftHandThumb1"
    assert names["rightLittleDistal"] == "RightHandPinky3"
    assert names["rightRingIntermediate"] == "RightHandRing2"
    assert set(HUMANOID_BONES.values()) == set(bones)


def test_without_fingers_there_are_the_bones_of_the_body(tmp_path):
    joints = rest_joints(complete_lengths({}))
    path = write_vrma_motion(still(joints=joints), tmp_path / "a.vrma")
    assert humanoid(read_gltf(path)).keys() >= REQUIRED
    assert len(humanoid(read_gltf(path))) == 21


def test_it_has_no_mesh_and_a_rest_pose_of_translations(file):
    assert "meshes" not in file.document
    assert all("rotation" not in node for node in file.document["nodes"])
    hips = file.document["nodes"][humanoid(file)["hips"]]
    assert hips["translation"][1] > 0.8  # the height of the hips, by which players scale


def test_each_bone_has_one_rotation_and_only_the_hips_are_moved(file):
    paths = {}
    for node, path in file.tracks():
        paths.setdefault(path, []).append(node)
    assert sorted(paths["rotation"]) == sorted(humanoid(file).values())
    assert paths["translation"] == [humanoid(file)["hips"]]


def test_of_a_recording(tmp_path):
    recording = simulate_recording(0, 2, min_frames=10, max_frames=10, fps=25.0)
    read = read_gltf(write_vrma(recording, tmp_path / "a.vrma", height=180))
    assert read.document["asset"]["extras"]["fps"] == 25
    np.testing.assert_allclose(np.diff(read.times()), 0.04, atol=1e-6)
