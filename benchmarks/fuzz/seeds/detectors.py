"""Seeds of the JSON of detectors: one file, a file for each frame, an archive."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds.people import SIZE, T, draw_keypoints
from signlift.core.skeleton import (
    COCO17,
    COCO18,
    HALPE26,
    MEDIAPIPE75,
    OPENPOSE137,
    WHOLEBODY133,
    Skeleton,
)

Values = NDArray[np.float64]


def zip_bytes(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return the content of a zip archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)  # with a fixed time, not that of today
            info.compress_type = method
            archive.writestr(info, content)
    return file.getvalue()


def json_seeds() -> list[FuzzInput]:
    """Make one JSON file of each detector."""
    contents = [*_openpose(), *_mediapipe(), *_mmpose(), *_alphapose(), *_others(), *_tracked()]
    seeds = [FuzzInput.of("a.json", json.dumps(content)) for content in contents]
    frames = [json.dumps(frame) for frame in _openpifpaf()]
    seeds.append(FuzzInput.of("a.json", "\n".join(frames) + "\n"))
    lines = [json.dumps(line) for line in _live_lines()]
    seeds.append(FuzzInput.of("a.jsonl", "\n".join(lines) + "\n"))
    packed = gzip.compress(json.dumps(contents[1]).encode(), mtime=0)
    seeds.append(FuzzInput.of("a.json.gz", packed))
    return seeds


def _live_lines() -> list[dict[str, Any]]:
    """Make the lines that `signlift live` writes."""
    hello = {"type": "hello", "version": 1, "keypoints": list(COCO17.keypoints), "fps": 25}
    return [
        hello | {"size": list(SIZE)},
        *(
            {"type": "frame", "x": x, "y": y, "confidence": c, "z": x}
            for x, y, c in np.moveaxis(draw_keypoints(COCO17), -1, 1).tolist()
        ),
        {"type": "error", "message": "line 9"},
    ]


def json_frames_seeds() -> list[FuzzInput]:
    """Make a JSON file for each frame, in a directory and in an archive."""
    frames = _openpose_frames(draw_keypoints(OPENPOSE137), draw_keypoints(OPENPOSE137, seed=1))
    clip = _frame_files("clip_{:012d}_keypoints.json", frames)
    images = _frame_files("{:06d}.json", [[_instance(v)] for v in draw_keypoints(COCO17)])
    other = {f"b{name[4:]}": content for name, content in clip.items()}
    # RTMPose's 26 keypoints in OpenPose's JSON, as Pose2Sim writes them.
    rtmpose = _frame_files("cam1_{:06d}.json", _openpose_frames(draw_keypoints(HALPE26)))
    return [
        FuzzInput.directory("clip", clip),
        FuzzInput.of("clip.zip", zip_bytes({f"out/{name}": data for name, data in clip.items()})),
        FuzzInput.of("clip.zip", zip_bytes({"clip.json": json.dumps(frames).encode()})),
        FuzzInput.directory("predictions", images),
        FuzzInput.directory("two", clip | other),
        FuzzInput.directory("cam1_json", rtmpose),
    ]


def _frame_files(name: str, frames: list[Any]) -> dict[str, bytes]:
    return {name.format(t): json.dumps(frame).encode() for t, frame in enumerate(frames)}


def _openpose_frames(*people: Values) -> list[Any]:
    frames = []
    for t in range(T):
        bodies = []
        for values in (person[t] for person in people):
            parts = {"pose": values}
            if len(values) == 137:
                parts["pose"] = values[:25]
                parts["face"] = values[25:95]
                parts["hand_left"], parts["hand_right"] = values[95:116], values[116:]
            lists = {f"{name}_keypoints_2d": part.ravel().tolist() for name, part in parts.items()}
            bodies.append({"person_id": [-1], **lists, "pose_keypoints_3d": []})
        frames.append({"version": 1.3, "people": bodies})
    return frames


def _openpose() -> list[Any]:
    whole = _openpose_frames(draw_keypoints(OPENPOSE137), draw_keypoints(OPENPOSE137, seed=1))
    small = _openpose_frames(draw_keypoints(COCO18))
    named = {f"frame_{t}": frame for t, frame in enumerate(small)}
    # ControlNet's and DWPose's.
    canvas = [{**frame, "canvas_width": SIZE[0], "canvas_height": SIZE[1]} for frame in small]
    return [whole[0], whole, named, canvas, {"people": {"0": small[0]["people"][0]}}]


def _landmarks(values: Values) -> list[dict[str, float]]:
    return [{"x": x, "y": y, "z": -0.1, "visibility": c} for x, y, c in values.tolist()]


def _mediapipe() -> list[Any]:
    values = draw_keypoints(MEDIAPIPE75, fractions=True)
    poses = [_landmarks(frame[:33]) for frame in values]
    holistic = [
        {
            "frame": t,
            "pose_landmarks": poses[t],
            "left_hand_landmarks": _landmarks(values[t, 33:54]),
            "right_hand_landmarks": None if t == 1 else _landmarks(values[t, 54:]),
            "face_landmarks": None,
        }
        for t in range(T)
    ]
    named = [
        {str(name): point for name, point in zip(MEDIAPIPE75.keypoints, pose, strict=False)}
        for pose in poses
    ]
    facts = {"width": SIZE[0], "height": SIZE[1], "fps": 25}
    timed = [{"landmarks": pose, "timestamp_ms": 40 * t} for t, pose in enumerate(poses)]
    return [poses, {**facts, "frames": holistic}, timed, {**facts, "frames": named}]


def _instance(values: Values) -> dict[str, Any]:
    return {
        "keypoints": values[:, :2].tolist(),
        "keypoint_scores": values[:, 2].tolist(),
        "bbox": [[0, 0, 9, 9]],
        "bbox_score": 0.9,
    }


def _mmpose() -> list[Any]:
    first, second = draw_keypoints(WHOLEBODY133), draw_keypoints(COCO17)
    numbered = [{"frame_id": t + 1, "instances": [_instance(first[t])]} for t in range(T)]
    rtmlib = {
        "keypoints": second[:, None, :, :2].tolist(),
        "scores": second[:, None, :, 2].tolist(),
    }
    return [
        {"meta_info": {"dataset_name": "coco_wholebody"}, "instance_info": numbered},
        [[_instance(frame)] for frame in second],
        rtmlib,
        {"predictions": [[_instance(frame)] for frame in second]},
    ]


def _alphapose() -> list[Any]:
    rows = [
        {
            "image_id": f"{t}.jpg",
            "category_id": 1,
            "keypoints": frame.ravel().tolist(),
            "score": 2.9,
            "box": [0, 0, 9, 9],
            "idx": number,
        }
        for number in (1, 2)
        for t, frame in enumerate(draw_keypoints(HALPE26, seed=number))
    ]
    return [rows]


def _others() -> list[Any]:
    """YOLO, COCO annotations, PoseNet, MoveNet, kinetics-skeleton."""
    values = draw_keypoints(COCO17)
    annotations = {
        "images": [
            {"id": t, "file_name": f"{t:06d}.jpg", "width": SIZE[0], "height": SIZE[1]}
            for t in range(T)
        ],
        "annotations": [
            {"id": t, "image_id": t, "category_id": 1, "keypoints": v.ravel().tolist(), "score": 1}
            for t, v in enumerate(values)
        ],
        "categories": [{"id": 1, "name": "person", "keypoints": list(COCO17.keypoints)}],
    }
    yolo = [
        [{"name": "person", "class": 0, "confidence": 0.9, "keypoints": _columns(frame)}]
        for frame in values
    ]
    posenet = [
        {
            "score": 0.9,
            "keypoints": [
                {"part": name, "score": c, "position": {"x": x, "y": y}}
                for name, (x, y, c) in zip(_camel(COCO17), frame.tolist(), strict=True)
            ],
        }
        for frame in values
    ]
    movenet = [
        {
            "keypoints": [
                {"name": name, "score": c, "x": x, "y": y}
                for name, (x, y, c) in zip(_snake(COCO17), frame.tolist(), strict=True)
            ]
        }
        for frame in values
    ]
    kinetics = {
        "data": [
            {
                "frame_index": t + 1,
                "skeleton": [
                    {
                        "pose": (frame[:, :2] / SIZE).ravel().tolist(),
                        "score": frame[:, 2].tolist(),
                    }
                ],
            }
            for t, frame in enumerate(draw_keypoints(COCO18))
        ],
        "label": "signing",
        "label_index": 1,
    }
    return [annotations, yolo, posenet, movenet, kinetics]


def _tracked() -> list[Any]:
    """AlphaPose by person, easy_ViTPose, recordings by name, signlift's own with depth."""
    values = draw_keypoints(COCO17)
    flat = [{"keypoints": frame.ravel().tolist(), "scores": None} for frame in values]
    own = [
        {
            "pose_keypoints_2d": frame[:, :3].ravel().tolist(),
            "pose_keypoints_3d": frame[:, [0, 1, 2, 2]].ravel().tolist(),
        }
        for frame in values
    ]
    header = {"producer": "signlift", "unit": "px", "size": list(SIZE), "notes": ["lifted"]}
    return [
        {"1": {f"{t:04d}": person for t, person in enumerate(flat)}, "2": {"0001": flat[0]}},
        {
            # y comes before x.
            "keypoints": [{"0": frame[:, [1, 0, 2]].tolist()} for frame in values],
            "skeleton": {str(n): name for n, name in enumerate(_snake(COCO17))},
        },
        {name: [{"keypoints": frame.tolist()} for frame in values] for name in ("one", "two")},
        {
            "header": header,
            "frames": [
                {"frame": t, "time": t / 10, "people": [person]} for t, person in enumerate(own)
            ],
        },
    ]


def _openpifpaf() -> list[Any]:
    return [
        {"frame": t, "predictions": [{"keypoints": frame.ravel().tolist(), "score": 0.9}]}
        for t, frame in enumerate(draw_keypoints(COCO17))
    ]


def _columns(values: Values) -> dict[str, list[float]]:
    return {key: values[:, n].tolist() for n, key in enumerate(("x", "y", "visible"))}


def _snake(skeleton: Skeleton) -> list[str]:
    sides = {"L": "left_", "R": "right_"}
    return [
        sides[name[0]] + name[1:].lower() if name[0] in sides else name.lower()
        for name in skeleton.keypoints
    ]


def _camel(skeleton: Skeleton) -> list[str]:
    return [
        name.split("_")[0] + "".join(part.title() for part in name.split("_")[1:])
        for name in _snake(skeleton)
    ]
