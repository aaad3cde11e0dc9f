"""Which JSON files are one frame, and which are recordings by themselves."""

import json

import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person

import signlift as sl
from signlift.core.skeleton import MEDIAPIPE33
from signlift.errors import InputError, InputWarning
from signlift.io.detectors.frame_sequence import FrameFile
from signlift.io.detectors.json_clips import are_one_person, is_clip, parse_frame
from signlift.io.people.assemble import Person


def pose(points):
    return [[round(float(x), 3) for x in point] for point in points]


def person(points):
    flat = [x for point in pose(points) for x in point]
    return {"keypoints": flat, "score": 2.0}


ONE = body(17, 8, at=(600, 400), size=300, move=2)
CROWD = np.concatenate([body(17, 1, at=(100 + 400 * n, 400), size=300, move=2) for n in range(4)])
LANDMARKS = [[{"x": x, "y": y, "visibility": c} for x, y, c in points] for points in
             body(33, 8, at=(0.5, 0.5), size=0.4, move=0.002).tolist()]  # fmt: skip
OPENPOSE = openpose_frame(openpose_person(body(25, 1)[0]))

FRAMES = {
    "openpose": OPENPOSE,
    "no person": {"people": []},
    "empty": [],
    "null": None,
    "people": [person(points) for points in CROWD],
    "people with frame": [person(points) | {"image_id": "12.jpg"} for points in CROWD],
    "mmpose": [{"keypoints": pose(points)[:17], "bbox": [1, 2, 3, 4]} for points in CROWD],
    "rtmlib": {"keypoints": [[point[:2] for point in pose(points)] for points in CROWD]},
    "arrays": [pose(points) for points in CROWD],
    "landmarks": LANDMARKS[0],
    "holistic": {"pose_landmarks": LANDMARKS[0], "left_hand_landmarks": None},
    "tasks": {"pose_landmarks": [LANDMARKS[0]]},
    "one frame of a list": {"instance_info": [{"frame_id": 3, "instances": [person(ONE[0])]}]},
}
CLIPS = {
    "openpose": [OPENPOSE, OPENPOSE],
    "by name": {"frame_0": OPENPOSE, "frame_1": {"people": []}},
    "alphapose": [person(points) | {"image_id": f"{t}.jpg"} for t, points in enumerate(ONE)],
    "mmpose": {"instance_info": [{"frame_id": t, "instances": []} for t in range(3)]},
    "poses": [person(points) for points in ONE],
    "arrays": [pose(points) for points in ONE],
    "rtmlib": {"keypoints": [[point[:2] for point in pose(points)] for points in ONE]},
    "landmarks": LANDMARKS,
    "holistic": [{"pose_landmarks": points} for points in LANDMARKS[:2]],
    "tasks": {"pose_landmarks": LANDMARKS},
    "many": [person(points) for points in np.concatenate([CROWD] * 4)],
}


def clip(value):
    return is_clip(FrameFile(0, "a.json", lambda: json.dumps(value).encode(), "a.json"))


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_is_not_a_recording(name):
    assert not clip(FRAMES[name])


@pytest.mark.parametrize("name", CLIPS)
def test_content_that_splits_into_frames_is_a_recording(name):
    assert clip(CLIPS[name])
    with pytest.raises(InputError, match=r"^a: expected one frame, found \d+ frames"):
        parse_frame(CLIPS[name], "a", None)


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[" * 5000, b'{"a": 1}', b'{"people": 3}', b"\xff", b"{}\n{}"]
)
def test_a_damaged_file_is_not_a_recording(content):
    assert not is_clip(FrameFile(0, "a.json", lambda: content, "a.json"))


def test_people_in_different_places_are_not_one_person():
    def people(values):
        return [Person(MEDIAPIPE33, row) for row in values]

    steady = body(33, 6, at=(600, 400), size=300, move=2)
    assert are_one_person(people(steady))
    assert not are_one_person(people(steady[:2]))
    assert not are_one_person(people(steady + np.arange(6)[:, None, None] * [200, 0, 0]))
    assert not are_one_person(people(steady * np.nan))


def test_a_list_with_one_pose_for_each_frame_is_a_recording(tmp_path):
    (tmp_path / "a.json").write_text(json.dumps(CLIPS["poses"]))
    recording = sl.read(tmp_path / "a.json")
    np.testing.assert_allclose(recording.keypoints, ONE[..., :2], atol=1e-3)
    (tmp_path / "b.json").write_text(json.dumps(CLIPS["many"]))
    with pytest.warns(InputWarning, match="at most 12 people in one frame, found 16 people"):
        assert len(sl.read(tmp_path / "b.json")) == 1


def test_a_recording_among_frames_is_left_out_or_read_by_itself(tmp_path):
    for t in range(9):
        (tmp_path / f"a_{t}.json").write_text(json.dumps(OPENPOSE))
    (tmp_path / "a_3.json").write_text(json.dumps(CLIPS["openpose"]))
    with pytest.warns(InputWarning, match="a_3.json: expected one frame, found 2 frames, a rec"):
        recording = sl.read(tmp_path)
    assert len(recording) == 9 and not recording.observed[3].any()
