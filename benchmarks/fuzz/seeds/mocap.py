"""Seeds of motion capture: BVH, arrays of joints, the Panoptic Studio, rigs."""

from __future__ import annotations

import json

import numpy as np
from numpy.typing import NDArray

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds.arrays import npy_bytes, npz_bytes, written
from benchmarks.fuzz.seeds.detectors import zip_bytes
from benchmarks.fuzz.seeds.people import simulate_signer
from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from signlift.core.skeleton_arrays import convert

#: A rig of user's names, and the files that name its joints.
_RIG = {
    "keypoints": {name: name.lower() for name in PANOPTIC26.keypoints if name != "Neck"}
    | {"Neck": ["lshoulder", "rshoulder"]},
    "head": "nose",
    "joints": [name.lower() for name in PANOPTIC26.keypoints],
    "unit": "cm",
    "up": "y",
}

_PLAIN_BVH = """HIERARCHY
ROOT Hips
{
  OFFSET 0 0 0
  CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
%s}
MOTION
Frames: 3
Frame Time: 0.033333
%s
"""


def bvh_seeds() -> list[FuzzInput]:
    """Make an avatar that signlift wrote, and a small rig of Mixamo's names."""
    limbs = [("Spine", 50), ("LeftUpLeg", -5), ("RightUpLeg", -5)]
    chains = {
        "Spine": [("LeftArm", 18), ("RightArm", -18), ("Neck", 0)],
        "LeftUpLeg": [("LeftLeg", 0)],
        "RightUpLeg": [("RightLeg", 0)],
        "LeftArm": [("LeftForeArm", 28)],
        "RightArm": [("RightForeArm", -28)],
        "LeftForeArm": [("LeftHand", 25)],
        "RightForeArm": [("RightHand", -25)],
        "LeftLeg": [("LeftFoot", 0)],
        "RightLeg": [("RightFoot", 0)],
        "Neck": [("Head", 0)],
    }
    count = 0

    def joint(name: str, x: float) -> str:
        nonlocal count
        count += 1
        y = -40 if "Leg" in name or "Foot" in name else 10
        inside = "".join(joint(*child) for child in chains.get(name, []))
        inside = inside or "End Site { OFFSET 0 5 0 }\n"
        head = f"JOINT mixamorig:{name} {{ OFFSET {x} {y} 0 "
        return f"{head}CHANNELS 3 Zrotation Xrotation Yrotation\n{inside}}}\n"

    joints = "".join(joint(name, x) for name, x in limbs)
    rows = "\n".join(" ".join(str(t + n % 7) for n in range(6 + 3 * count)) for t in range(3))
    return [
        written(simulate_signer(), "a.bvh"),
        FuzzInput.of("a.bvh", _PLAIN_BVH % (joints, rows)),
    ]


def mocap_array_seeds() -> list[FuzzInput]:
    """Make joints in three dimensions, with and without names and fingers."""
    points = _person_in_space()
    hands = convert(points, PANOPTIC26, PANOPTIC67)
    hands[:, 25:] = points[:, :1] + np.random.default_rng(0).normal(0, 8, (42, 3))
    fingers = np.array([name.lower() for name in PANOPTIC67.keypoints])
    names = np.array([name.lower() for name in PANOPTIC26.keypoints])
    return [
        FuzzInput.of("a.npy", npy_bytes(points)),
        FuzzInput.of("a.npy", npy_bytes(np.stack([points] * 2).astype(np.float32))),
        FuzzInput.of("a.npz", npz_bytes(walk=points, run=points[:3], fps=60)),
        FuzzInput.of("a.npz", npz_bytes(compressed=True, a=points, joint_names=names)),
        FuzzInput.of("a.npy", npy_bytes(hands.astype(np.float32))),
        FuzzInput.of("a.npz", npz_bytes(a=hands, joint_names=fingers)),
    ]


def panoptic_seeds() -> list[FuzzInput]:
    """Make a take as a directory and as an archive, with hands."""
    files = {}
    for t, joints in enumerate(_person_in_space() * [1, -1, -1]):
        scored = np.concatenate([joints, np.full((26, 1), 0.7)], 1).round(3)
        person = {"id": 0, "joints26": scored.ravel().tolist()}
        scene = {"version": 0.7, "univTime": 1000 + t * 33.37, "bodies": [person]}
        files[f"hdPose3d_stage1_op25/body3DScene_{100 + t:08d}.json"] = json.dumps(scene).encode()
        landmarks = (joints[:1] + np.arange(21)[:, None]).round(2)
        hand = {"landmarks": landmarks.ravel().tolist(), "averageScore": [0.5] * 21}
        hands = {"version": 0.1, "people": [{"id": 0, "left_hand": hand, "right_hand": hand}]}
        files[f"hdHand3d/handRecon3D_hd{100 + t:08d}.json"] = json.dumps(hands).encode()
    bodies = {name: content for name, content in files.items() if "body3D" in name}
    return [
        FuzzInput.directory("take", files),
        FuzzInput.directory("take", bodies),
        FuzzInput.of("take.zip", zip_bytes({f"take/{name}": files[name] for name in files})),
    ]


def rig_seeds() -> list[FuzzInput]:
    """Make JSON files of rigs."""
    return [FuzzInput.of("rig.json", json.dumps(_RIG))]


def _person_in_space() -> NDArray[np.float64]:
    """Return [T, 26, 3] in centimetres, y up."""
    signer = simulate_signer()
    assert signer.depth is not None
    points = np.concatenate([signer.keypoints, signer.depth[..., None]], -1).astype(np.float64)
    torso = np.nanmean(np.linalg.norm(points[:, 1] - points[:, 8], axis=-1))
    return points / torso * 50 * [1, -1, -1]
