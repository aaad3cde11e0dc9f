"""One person, and two, in the JSON of many programs."""

import json

import numpy as np
from detected import body

from signlift.core.skeleton import COCO17

T = 6


MAIN, OTHER = body(136, T, size=200), body(136, T, at=(700, 300), size=80, seed=1)


SIZE = (1280.0, 720.0)


NAMES = (
    "nose left_eye right_eye left_ear right_ear left_shoulder right_shoulder left_elbow "
    "right_elbow left_wrist right_wrist left_hip right_hip left_knee right_knee left_ankle "
    "right_ankle"
).split()


def camel(name):
    first, *words = name.split("_")
    return first + "".join(word.capitalize() for word in words)


def flat(values):
    return np.ravel(values).tolist()


def check(recording, values, skeleton=COCO17, confidence=True):
    assert recording.skeleton is skeleton
    np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-5)
    if confidence:
        np.testing.assert_allclose(recording.confidence, values[..., 2], 1e-5)
    else:
        assert recording.confidence is None


def yolo(values, **more):
    x, y, c = values.T.tolist()
    person = {"name": "person", "class": 0, "confidence": 0.9, "box": {"x1": 1, "y1": 2}}
    return {**person, "keypoints": {"x": x, "y": y, "visible": c}, **more}


def posenet(values):
    return {"score": 0.9, "keypoints": [
        {"part": camel(name), "position": {"x": x, "y": y}, "score": c}
        for name, (x, y, c) in zip(NAMES, values.tolist(), strict=True)]}  # fmt: skip


def movenet(values, order=range(17)):
    return {"score": 0.9, "keypoints": [
        {"name": NAMES[n], "y": values[n, 1], "x": values[n, 0], "score": values[n, 2]}
        for n in order]}  # fmt: skip


def by_name(values, form):
    return {name: form(*row) for name, row in zip(NAMES, values.tolist(), strict=True)}


def point(x, y, c):
    return {"x": x, "y": y, "confidence": c}


def pifpaf(values, **more):
    return {"keypoints": flat(values), "bbox": [1, 2, 3, 4], "score": 0.8, "category_id": 1, **more}


ONE = MAIN[:, :17]


FORMS = {
    "YOLO, a list for each frame": [[yolo(v)] for v in ONE],
    "YOLO, JSON in strings": [json.dumps([yolo(v)]) for v in ONE],
    "YOLO, tracked": [[yolo(v, track_id=4)] for v in ONE],
    "PoseNet": [posenet(v) for v in ONE],
    "PoseNet, several poses": [[posenet(v)] for v in ONE],
    "MoveNet": [[movenet(v)] for v in ONE],
    "MoveNet in another order": [movenet(v, range(16, -1, -1)) for v in ONE],
    "MoveNet's keypoints alone": [movenet(v)["keypoints"] for v in ONE],
    "ml5": [[{"pose": posenet(v), "skeleton": []}] for v in ONE],
    "names and points": [by_name(v, point) for v in ONE],
    "names and lists": {"fps": 25, "frames": [by_name(v, lambda *row: list(row)) for v in ONE]},
    "names in pose": [{"pose": by_name(v, point)} for v in ONE],
    "names in keypoints": [{"keypoints": by_name(v, point), "score": 1} for v in ONE],
    "names by frame": {f"frame_{t}": by_name(v, point) for t, v in enumerate(ONE)},
    "OpenPifPaf": [{"frame": t + 1, "predictions": [pifpaf(v)]} for t, v in enumerate(ONE)],
    "AlphaPose": [{"image_id": f"{t}.jpg", **pifpaf(v)} for t, v in enumerate(ONE)],
    "AlphaPose by image": {f"img_{t}.jpg": pifpaf(v) for t, v in enumerate(ONE)},
    "PoseFlow": {f"{t}.jpg": [pifpaf(v, idx=1)] for t, v in enumerate(ONE)},
    "tracked": {
        "1": {f"{t:04}": {"keypoints": flat(v), "scores": None} for t, v in enumerate(ONE)}
    },
    "frames of people": {f"frame_{t}": {"person_0": pifpaf(v)} for t, v in enumerate(ONE)},
    "detectron2": [{"image_id": t, **pifpaf(v)} for t, v in enumerate(ONE)],
    "RTMLib, tracked": [
        {"keypoints": [v[:, :2].tolist()], "scores": [v[:, 2].tolist()], "track_ids": [1]}
        for v in ONE
    ],
    "people of people": [
        {"frame_idx": t, "keypoints": [{"keypoints": v.tolist(), "scores": None}]}
        for t, v in enumerate(ONE)
    ],
    "people with keypoints": [{"people": [pifpaf(v)]} for v in ONE],
    "detectron2's instances": [
        {"pred_keypoints": [v.tolist()], "scores": [0.9], "pred_boxes": [[1, 2, 3, 4]]} for v in ONE
    ],
    "torchvision": [
        {"scores": [0.9], "keypoints": [v[:, :2].tolist()], "keypoints_scores": [v[:, 2].tolist()]}
        for v in ONE
    ],
    "names and numbers": [
        {f"{name}_{field}": v[n, column] for n, name in enumerate(NAMES)
         for column, field in enumerate(("x", "y", "score"))} for v in ONE],
    "bare people of OpenPose": [{"pose_keypoints_2d": flat(v)} for v in ONE],
    "pose": [{"frame": t, "pose": v.tolist()} for t, v in enumerate(ONE)],
    "flat lists": [flat(v) for v in ONE],
    "strings": [{"keypoints": [[str(x) for x in row] for row in v.tolist()]} for v in ONE],
    "easy_ViTPose": {"keypoints": [{"0": v[:, [1, 0, 2]].tolist()} for v in ONE],
                     "skeleton": {str(n): name for n, name in enumerate(NAMES)}},
}  # fmt: skip
