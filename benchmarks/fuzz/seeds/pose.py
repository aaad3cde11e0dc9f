"""Seeds of .pose files: versions 0.0, 0.1 and 0.2, of OpenPose and MediaPipe."""

from __future__ import annotations

import struct

import numpy as np
from numpy.typing import NDArray

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds.arrays import written
from benchmarks.fuzz.seeds.detectors import zip_bytes
from benchmarks.fuzz.seeds.mocap import bvh_seeds
from benchmarks.fuzz.seeds.people import SIZE, T, draw_keypoints, simulate_signer
from signlift.core.skeleton import MEDIAPIPE33, OPENPOSE25
from signlift.io.pose.pose_header import PoseComponent, PoseHeader, encode_header

_HAND = ("WRIST", *(f"{finger}_{n}" for finger in ("THUMB", "INDEX_FINGER") for n in (1, 2, 4)))
_OPENPOSE = (
    "Nose Neck RShoulder RElbow RWrist LShoulder LElbow LWrist MidHip RHip RKnee RAnkle LHip LKnee "
    "LAnkle REye LEye REar LEar LBigToe LSmallToe LHeel RBigToe RSmallToe RHeel"
).split()
_MEDIAPIPE = (
    "NOSE LEFT_EYE_INNER LEFT_EYE LEFT_EYE_OUTER RIGHT_EYE_INNER RIGHT_EYE RIGHT_EYE_OUTER "
    "LEFT_EAR RIGHT_EAR MOUTH_LEFT MOUTH_RIGHT LEFT_SHOULDER RIGHT_SHOULDER LEFT_ELBOW "
    "RIGHT_ELBOW LEFT_WRIST RIGHT_WRIST LEFT_PINKY RIGHT_PINKY LEFT_INDEX RIGHT_INDEX LEFT_THUMB "
    "RIGHT_THUMB LEFT_HIP RIGHT_HIP LEFT_KNEE RIGHT_KNEE LEFT_ANKLE RIGHT_ANKLE LEFT_HEEL "
    "RIGHT_HEEL LEFT_FOOT_INDEX RIGHT_FOOT_INDEX"
).split()


def pose_seeds() -> list[FuzzInput]:
    """Make files as pose-format and signlift write them."""
    openpose = (PoseComponent("pose_keypoints_2d", tuple(_OPENPOSE), ((0, 1),), ((255, 0, 0),)),)
    mediapipe = (
        PoseComponent("POSE_LANDMARKS", tuple(_MEDIAPIPE), ((11, 13),), ((0, 255, 0),), "XYZC"),
        PoseComponent("LEFT_HAND_LANDMARKS", _HAND, ((0, 1),), ((0, 0, 255),), "XYZC"),
    )
    bodies = (draw_keypoints(OPENPOSE25), _with_hand(draw_keypoints(MEDIAPIPE33)))
    contents = [
        encode_pose(components, values, version)
        for version in (0.0, 0.1, 0.2)
        for components, values in zip((openpose, mediapipe), bodies, strict=True)
    ]
    own = written(simulate_signer(), "a.pose")
    return [*(FuzzInput.of("a.pose", content) for content in contents), own]


def zip_seeds() -> list[FuzzInput]:
    """Make archives of files that are recordings."""
    files = {
        f"clips/{number}.pose": content
        for number, seed in enumerate(pose_seeds()[3:])
        for content in seed.files.values()
        if isinstance(content, bytes)
    }
    (motion,) = bvh_seeds()[1].files.values()
    assert isinstance(motion, bytes)
    more = {"a.bvh": motion, "notes.txt": b"none"}
    return [
        FuzzInput.of("clips.zip", zip_bytes(files)),
        FuzzInput.of("clips.zip", zip_bytes(files | more)),
    ]


def encode_pose(
    components: tuple[PoseComponent, ...], values: NDArray[np.float64], version: float
) -> bytes:
    """Encode one person [T, J, 3] as a version of the format."""
    dims = len(components[0].format) - 1
    header = encode_header(PoseHeader(components, *SIZE, 0, version))
    data = np.zeros((*values.shape[:2], dims), np.float32)
    data[..., :2] = values[..., :2]
    confidence = values[..., 2].astype(np.float32)
    if version == 0.0:
        body = struct.pack("<HH", 25, T)
        points = np.concatenate([data, confidence[..., None]], -1)
        for frame in points:
            body += struct.pack("<Hh", 1, 0) + frame.astype("<f4").tobytes()
        return header + body
    counts = struct.pack("<HHH", 25, T, 1) if version == 0.1 else struct.pack("<fIH", 25.0, T, 1)
    return header + counts + data.astype("<f4").tobytes() + confidence.astype("<f4").tobytes()


def _with_hand(body: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([body, body[:, :1].repeat(len(_HAND), 1)], 1)
