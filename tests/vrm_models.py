"""A VRM 1.0 avatar made by code, for tests of its animation: other proportions, other axes."""

import numpy as np
from moving_avatars import fingered_joints, still
from scipy.spatial.transform import Rotation

from signlift.io.avatars.binary_gltf import VERTICES, GltfArrays, write_binary_gltf
from signlift.io.avatars.vrma import HUMANOID_BONES

#: Long legs and short arms, as of a drawn character.
PROPORTIONS = {"torso": 36.0, "upper_arm": 21.0, "forearm": 17.0, "thigh": 46.0, "shank": 48.0}


def write_vrm(path, seed=0):
    """Write a VRM avatar in a T pose whose bones have local axes at random.

    Returns
    -------
    The rotations [K, 3, 3] of its bones in the T pose, by their names in VRM.
    """
    motion = still(1, fingered_joints(**PROPORTIONS))
    rest = motion.rest_pose().positions[0] / 100
    rest[:, 1] -= rest[:, 1].min()
    axes = Rotation.random(len(rest), random_state=seed)
    nodes = []
    for number, joint in enumerate(motion.joints):
        outer = axes[joint.parent].inv() if joint.parent >= 0 else Rotation.identity()
        start = rest[joint.parent] if joint.parent >= 0 else 0
        node = {"name": f"bone_{number}"}
        node["translation"] = outer.apply(rest[number] - start).tolist()
        node["rotation"] = (outer * axes[number]).as_quat().tolist()
        nodes.append(node)
        if joint.parent >= 0:
            nodes[joint.parent].setdefault("children", []).append(number)
    bones = {
        HUMANOID_BONES[joint.name]: {"node": number}
        for number, joint in enumerate(motion.joints)
        if joint.name in HUMANOID_BONES
    }
    arrays = GltfArrays()
    corners = np.array([[0.0, 1, 0], [0.1, 1, 0], [0, 1.1, 0]])
    weights = np.tile([1.0, 0, 0, 0], (3, 1))
    attributes = {
        "POSITION": arrays.add(corners, "VEC3", bounds=True, target=VERTICES),
        "JOINTS_0": arrays.add(np.zeros((3, 4), np.uint8), "VEC4", target=VERTICES),
        "WEIGHTS_0": arrays.add(weights, "VEC4", target=VERTICES),
    }
    meta = {"name": "test", "version": "1", "authors": ["signlift"]}
    meta["licenseUrl"] = "https://vrm.dev/licenses/1.0/"
    vrm = {"specVersion": "1.0", "meta": meta, "humanoid": {"humanBones": bones}}
    document = {
        "asset": {"version": "2.0"},
        "extensionsUsed": ["VRMC_vrm"],
        "extensions": {"VRMC_vrm": vrm},
        "scene": 0,
        "scenes": [{"nodes": [0, len(nodes)]}],
        "nodes": [*nodes, {"name": "body", "mesh": 0, "skin": 0}],
        "meshes": [{"primitives": [{"attributes": attributes}]}],
        "skins": [{"joints": [0]}],
    }
    write_binary_gltf(path, document, arrays)
    names = {bone: value["node"] for bone, value in bones.items()}
    return {bone: axes[number].as_matrix() for bone, number in names.items()}
