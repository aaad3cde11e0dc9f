"""Seeds of the messages of live lifting: lines of JSON, those of the page, body proportions."""

from __future__ import annotations

import json
from typing import Any

from benchmarks.fuzz.fuzz_input import FuzzInput
from benchmarks.fuzz.seeds.people import SIZE, T, draw_keypoints
from signlift.core.skeleton import get_skeleton


def line_seeds() -> list[FuzzInput]:
    """Make lines of a program that finds keypoints, in several forms."""
    return [
        FuzzInput.of("coco17.jsonl", _lines(_keypoint_messages("coco17"))),
        FuzzInput.of("openpose137.jsonl", _lines(_keypoint_messages("openpose137"))),
        FuzzInput.of("holistic.jsonl", _lines(_holistic_messages())),
    ]


def socket_seeds() -> list[FuzzInput]:
    """Make the messages of a page, with those of its buttons."""
    hello, *frames = _holistic_messages()
    messages = [
        hello,
        {"type": "record"},
        *frames,
        {"type": "stop"},
        {"type": "restart"},
        frames[0],
        {"type": "forget_proportions"},
    ]
    return [FuzzInput.of("messages.jsonl", _lines(messages))]


def _keypoint_messages(name: str) -> list[dict[str, Any]]:
    values = draw_keypoints(get_skeleton(name))
    hello = {"type": "hello", "version": 1, "skeleton": name, "fps": 25, "size": list(SIZE)}
    frames = [
        {"type": "frame", "time": t / 25, "id": t, "keypoints": values[t].tolist()}
        for t in range(T)
    ]
    return [hello, *frames]


def _holistic_messages() -> list[dict[str, Any]]:
    values = draw_keypoints(get_skeleton("mediapipe75"), fractions=True)
    hello = {
        "type": "hello",
        "version": 1,
        "skeleton": "mediapipe75",
        "fps": 30,
        "size": list(SIZE),
        "unit": "fraction",
    }
    parts = {"body": slice(0, 33), "left_hand": slice(33, 54), "right_hand": slice(54, 75)}
    frames = [
        {"type": "frame", **{name: _landmarks(values[t, part]) for name, part in parts.items()}}
        for t in range(2)
    ]
    return [hello, *frames, {"type": "frame"}]


def _landmarks(values: Any) -> list[dict[str, float]]:
    return [
        {"x": float(x), "y": float(y), "z": 0.0, "visibility": float(score)}
        for x, y, score in values
    ]


def _lines(messages: list[dict[str, Any]]) -> str:
    return "".join(json.dumps(message) + "\n" for message in messages)
