"""Small .pose files in memory, made with the pose-format library."""

import struct
from io import BytesIO

import numpy as np
from pose_format import Pose
from pose_format.numpy import NumPyPoseBody
from pose_format.pose_header import PoseHeader, PoseHeaderComponent, PoseHeaderDimensions
from pose_format.utils.openpose import OpenPose_Components
from pose_format.utils.openpose_135 import OpenPose_Components as OpenPose135

OPENPOSE = list(OpenPose_Components)
OPENPOSE135 = list(OpenPose135)

_BODY = (
    "NOSE LEFT_EYE_INNER LEFT_EYE LEFT_EYE_OUTER RIGHT_EYE_INNER RIGHT_EYE RIGHT_EYE_OUTER "
    "LEFT_EAR RIGHT_EAR MOUTH_LEFT MOUTH_RIGHT LEFT_SHOULDER RIGHT_SHOULDER LEFT_ELBOW "
    "RIGHT_ELBOW LEFT_WRIST RIGHT_WRIST LEFT_PINKY RIGHT_PINKY LEFT_INDEX RIGHT_INDEX LEFT_THUMB "
    "RIGHT_THUMB LEFT_HIP RIGHT_HIP LEFT_KNEE RIGHT_KNEE LEFT_ANKLE RIGHT_ANKLE LEFT_HEEL "
    "RIGHT_HEEL LEFT_FOOT_INDEX RIGHT_FOOT_INDEX"
).split()
_HAND = ["WRIST", *(f"{f}_{n}" for f in ("THUMB", "INDEX_FINGER") for n in ("MCP", "PIP", "TIP"))]


def component(name, points, limbs=(), letters="XYZC"):
    return PoseHeaderComponent(name, list(points), list(limbs), [(255, 0, 0)], letters)


def mediapipe(face=("0", "1", "7")):
    """MediaPipe Holistic's components, with small hands and a small face."""
    hand_limbs = [(0, 1), (1, 2), (2, 3), (0, 4), (4, 5), (5, 6)]
    return [
        component("POSE_LANDMARKS", _BODY, [(15, 17), (17, 19), (15, 21), (11, 13), (13, 15)]),
        component("FACE_LANDMARKS", face, [(0, 1), (1, 2), (2, 0)]),
        component("LEFT_HAND_LANDMARKS", _HAND, hand_limbs),
        component("RIGHT_HAND_LANDMARKS", _HAND, hand_limbs),
        component("POSE_WORLD_LANDMARKS", _BODY),
    ]


def make_pose(components, frames=4, people=1, fps=25.0, size=(640, 480), seed=0, step=None):
    """Random points in the image, all observed; the version is 0.2.

    They are new in each frame, or move by `step` pixels from frame to frame.
    """
    rng = np.random.default_rng(seed)
    header = PoseHeader(0.2, PoseHeaderDimensions(*size), components)
    shape = (frames, people, header.total_points())
    data = rng.uniform(20, 400, (*shape, header.num_dims())).astype(np.float32)
    if step is not None:
        data = data[:1] + np.float32(step) * np.arange(frames, dtype="f4")[:, None, None, None]
    if header.num_dims() > 2:
        data[..., 2] = rng.uniform(-1, 1, shape)  # as MediaPipe has it
    confidence = rng.uniform(0.35, 1, shape).astype(np.float32)
    return Pose(header, NumPyPoseBody(fps, data, confidence))


def to_bytes(pose, version=0.2):
    """The file, as writers of this version of the format made it."""
    file = BytesIO()
    pose.write(file)
    if version == 0.2:
        return file.getvalue()
    header = BytesIO()
    pose.header.write(header)
    data = np.asarray(pose.body.data.data, np.float32)
    confidence = np.asarray(pose.body.confidence, np.float32)
    frames, people = confidence.shape[:2]
    start = struct.pack("<f", version) + header.getvalue()[4:]
    if version == 0.1:
        counts = struct.pack("<HHH", int(pose.body.fps), frames, people)
        return start + counts + data.tobytes() + confidence.tobytes()
    body = struct.pack("<HH", int(pose.body.fps), frames)
    points = np.concatenate([data, confidence[..., None]], -1)
    for frame in points:
        # Someone of whom nothing is seen is not there.
        there = [(n, one) for n, one in enumerate(frame) if (one[:, -1] > 0).any()]
        body += struct.pack("<H", len(there))
        for number, one in there:
            body += struct.pack("<h", number) + one.tobytes()
    return start + body
