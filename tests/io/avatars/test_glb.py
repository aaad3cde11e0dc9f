import numpy as np
import pytest
from moving_avatars import moving

import signlift as sl
from benchmarks.animated_gltf import read_gltf
from signlift.animation.avatar import solve_avatar
from signlift.datasets.simulated import simulate_recording
from signlift.errors import InputError
from signlift.io.avatars.glb import write_glb, write_glb_motion


@pytest.fixture(scope="module")
def recording():
    made = simulate_recording(0, 2, min_frames=10, max_frames=10, fps=25.0)
    return made.with_note("lifted with something")


@pytest.fixture(scope="module")
def file(recording, tmp_path_factory):
    path = tmp_path_factory.mktemp("glb") / "signer.glb"
    return read_gltf(write_glb(recording, path, height=165))


@pytest.fixture(scope="module")
def mesh(tmp_path_factory):
    return read_gltf(write_glb_motion(moving(2), tmp_path_factory.mktemp("glb") / "a.glb"))


def test_joints_move_as_those_of_the_avatar(file, recording):
    motion = solve_avatar(recording, height=165).motion
    expected = motion.forward_kinematics().positions / 100
    positions, _ = file.transforms()
    np.testing.assert_allclose(positions[:, : len(motion.joints)], expected, atol=1e-5)
    assert file.times()[-1] == pytest.approx(9 / 25)


def test_what_is_known_is_in_the_asset(file, recording):
    asset = file.document["asset"]
    assert (asset["version"], asset["generator"]) == ("2.0", f"signlift {sl.__version__}")
    extras = asset["extras"]
    assert (extras["name"], extras["unit"], extras["frames"]) == (recording.name, "m", 10)
    assert "lifted with something" in extras["notes"]


def test_inverse_bind_matrices_undo_the_rest_pose(mesh):
    (skin,) = mesh.document["skins"]
    inverse = mesh.array(skin["inverseBindMatrices"]).reshape(-1, 4, 4).transpose(0, 2, 1)
    nodes = mesh.document["nodes"]
    rest = np.zeros((len(nodes), 3))
    for number, node in enumerate(nodes):
        rest[number] += node.get("translation", [0, 0, 0])
        for child in node.get("children", []):
            rest[child] += rest[number]
    at_rest = np.concatenate([rest[skin["joints"]], np.ones((len(inverse), 1))], 1)
    moved = np.einsum("kij,kj->ki", inverse, at_rest)
    np.testing.assert_allclose(moved, np.tile([0, 0, 0, 1], (len(inverse), 1)), atol=1e-6)


def test_vertices_have_normals_and_weights_of_one(mesh):
    joints = len(mesh.document["skins"][0]["joints"])
    (made,) = mesh.document["meshes"]
    for primitive in made["primitives"]:
        attributes = {name: mesh.array(n) for name, n in primitive["attributes"].items()}
        vertices = len(attributes["POSITION"])
        assert {len(values) for values in attributes.values()} == {vertices}
        np.testing.assert_allclose(np.linalg.norm(attributes["NORMAL"], axis=-1), 1, atol=1e-6)
        np.testing.assert_allclose(attributes["WEIGHTS_0"].sum(-1), 1, atol=1e-6)
        assert attributes["JOINTS_0"].max() < joints
        assert (attributes["JOINTS_0"][attributes["WEIGHTS_0"] == 0] == 0).all()
        indices = mesh.array(primitive["indices"])
        assert indices.max() == vertices - 1
        assert len(indices) % 3 == 0
        accessor = mesh.document["accessors"][primitive["attributes"]["POSITION"]]
        np.testing.assert_array_equal(accessor["min"], attributes["POSITION"].min(0))
        np.testing.assert_array_equal(accessor["max"], attributes["POSITION"].max(0))


def test_the_mannequin_is_in_metres_and_stands_on_the_floor(mesh):
    (made,) = mesh.document["meshes"]
    numbers = [primitive["attributes"]["POSITION"] for primitive in made["primitives"]]
    points = np.concatenate([mesh.array(number) for number in numbers])
    assert points[:, 1].min() == pytest.approx(0, abs=0.01)
    assert 1.6 < points[:, 1].max() < 1.9
    assert points[:, 2].max() > -points[:, 2].min()  # feet point to the front


@pytest.mark.parametrize("suffix", [".glb", ".vrma"])
def test_write_chooses_the_format_by_its_suffix_and_filters_as_for_bvh(suffix, recording, tmp_path):
    sl.write(recording, tmp_path / f"a{suffix}")
    sl.write(recording, tmp_path / "a.bvh")
    motion = sl.io.mocap.bvh.read_bvh(tmp_path / "a.bvh")
    expected = motion.forward_kinematics().positions / 100
    positions, _ = read_gltf(tmp_path / f"a{suffix}").transforms()
    np.testing.assert_allclose(positions[:, : len(motion.joints)], expected, atol=1e-4)


@pytest.mark.parametrize("suffix", [".glb", ".vrma"])
def test_a_recording_without_depth_is_refused_and_no_file_written(suffix, recording, tmp_path):
    flat = sl.Recording(recording.keypoints, recording.skeleton)
    with pytest.raises(InputError, match="a recording with depth, found no depth"):
        sl.write(flat, tmp_path / f"a{suffix}")
    assert not list(tmp_path.iterdir())
