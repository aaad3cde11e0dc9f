import json

import numpy as np
import pytest

import signlift as sl
from signlift.core.skeleton import COCO17
from signlift.errors import InputError

HELLO = {
    "type": "hello",
    "version": 1,
    "skeleton": "coco17",
    "keypoints": list(COCO17.keypoints),
    "bones": [[0, 1]],
    "fps": 25,
    "size": [640, 480],
}
KEYPOINTS = np.random.default_rng(0).uniform(100, 400, (3, 17, 2)).round(2)


def frame(keypoints, confidence=0.9):
    x, y = keypoints.T.tolist()
    confidences = None if confidence is None else [confidence] * 17
    return {"type": "frame", "x": x, "y": y, "confidence": confidences, "z": [0.0] * 17}


def write(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_the_keypoints_of_live_frames_are_read(tmp_path):
    nobody = {"type": "frame", "x": [None] * 17, "y": [None] * 17, "confidence": None}
    error = {"type": "error", "message": "line 4"}
    lines = [HELLO, frame(KEYPOINTS[0]), error, frame(KEYPOINTS[1]), nobody, frame(KEYPOINTS[2])]
    recording = sl.read(write(tmp_path / "live.jsonl", *lines))
    assert (recording.skeleton, recording.fps, recording.size) == (COCO17, 25, (640, 480))
    expected = KEYPOINTS[[0, 1, 1, 2]]
    expected[2] = np.nan
    np.testing.assert_allclose(recording.keypoints, expected, rtol=1e-6)
    assert recording.depth is None


def test_frames_without_a_confidence_and_of_other_lengths(tmp_path):
    path = write(tmp_path / "live.jsonl", HELLO, *[frame(each, None) for each in KEYPOINTS])
    np.testing.assert_allclose(sl.read(path).keypoints, KEYPOINTS, rtol=1e-6)
    short = {"type": "frame", "x": [1.0], "y": [2.0]}
    with pytest.raises(InputError, match="frame 1: expected 17 x and y, found 1"):
        sl.read(write(tmp_path / "live.jsonl", HELLO, frame(KEYPOINTS[0]), short))
    with pytest.raises(InputError, match="expected 17 x and y, found None"):
        sl.read(write(tmp_path / "live.jsonl", HELLO, frame(KEYPOINTS[0]), {"type": "frame"}))
