"""Damaged JSON is read or refused in a few lines."""

import copy
import json

import numpy as np
import pytest
from detected import openpose_frame, openpose_person, save
from hypothesis import given, settings
from hypothesis import strategies as st
from json_files import MAIN, POSES, alphapose, instance, openpose

import signlift as sl
from signlift.core.skeleton import (
    COCO17,
)
from signlift.errors import InputWarning


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ([], "a list of frames, found 0 empty frames"),
        ([None, []], "2 empty frames"),
        ({}, "found an empty object"),
        ({"asset": {"version": "2.0"}}, "expected 2D keypoints of OpenPose.*with the keys 'asset'"),
        (["text"], "found 'text'"),
        ([1, 2, 3], r"expected 2D keypoints .*found 1 \(in all 3 frames\)"),
        ([{"frame_id": "a", "instances": []}], "a frame number in each name, found 'a'"),
        ([{"frame_id": 1, "instances": []}], "a frame with a person, found none in 1 frames"),
        ({"frames": [{"joints": []}]}, "frame 0: .*with the keys 'joints'"),
        ({"keypoints": {"a": 1}}, "a list of keypoints, .*, found an object"),
        ([[[1, 2]] * 16], "found 16"),
    ],
)
def test_other_json(tmp_path, value, message):
    with pytest.raises(sl.InputError, match=message):
        sl.read(save(tmp_path / "a.json", value))


def test_the_same_fault_in_many_frames_is_one_line(tmp_path):
    value = [openpose_frame(openpose_person(MAIN[t % 8, :25])) for t in range(60)]
    for t in range(10, 30):
        value[t]["people"][0]["pose_keypoints_2d"] = [1] * 48
    path = save(tmp_path / "a.json", value)
    line = "a.json, frame 10, person 0: expected one of 17, .*, found 16"
    with pytest.warns(InputWarning, match=rf"{line} \(in 20 of 60 frames\)") as warned:
        recording = sl.read(path)
    assert len(warned) == 1 and recording.notes == ("20 of 60 frames left out",)
    missing = np.isnan(recording.keypoints).all((1, 2))
    assert missing.tolist() == [10 <= t < 30 for t in range(60)]
    for t in range(60):
        value[t]["people"][0]["pose_keypoints_2d"] = [1] * 48
    with pytest.raises(sl.InputError) as error:
        sl.read(save(tmp_path / "a.json", value))
    sizes = "17, 18, 25, 26, 33, 67, 75, 133, 136, 137"
    assert str(error.value) == (
        f"{path}: expected one of {sizes} keypoints, found 16 (in all 60 frames)"
    )
    value[7]["people"][0]["pose_keypoints_2d"] = [1, 2]
    with pytest.raises(sl.InputError) as error:
        sl.read(save(tmp_path / "a.json", value))
    assert [line.partition("found ")[2] for line in error.value.problems] == [
        "16 (in 59 of 60 frames)",
        "2",
    ]


@pytest.mark.parametrize("text", ['{"frames":' * 900 + "1" + "}" * 900, "[" * 900 + "]" * 900,
                                  '[{"instances":' * 400 + "[{}]" + "}]" * 400])  # fmt: skip
def test_deep_nesting(tmp_path, text):
    (tmp_path / "a.json").write_text(text)
    with pytest.raises(sl.InputError):
        sl.read(tmp_path / "a.json")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 10**20) | st.floats() | st.text(max_size=3),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=2), inside),
    max_leaves=5,
)


SOUND = [
    openpose(MAIN, t=0),
    [openpose_frame(openpose_person(MAIN[t, :25])) for t in range(2)],
    {"width": 9, "height": 9, "frames": [{"pose_landmarks": pose} for pose in POSES[:2]]},
    [{"frame_id": 1, "instances": [instance(MAIN[0, :17])]}],
    alphapose(MAIN[:, :17], frames=range(2)),
    {"keypoints": MAIN[:2, None, :17, :2].tolist(), "scores": MAIN[:2, None, :17, 2].tolist()},
    [[{"keypoints": {"x": [1.0] * 17, "y": [2.0] * 17}, "track_id": 1}]] * 2,
    [{"keypoints": [{"name": name, "position": {"x": 1, "y": 2}} for name in COCO17.keypoints]}],
    {name: [1, 2, 0.5] for name in COCO17.keypoints},
    {"data": [{"frame_index": 1, "skeleton": [{"pose": [0.5] * 36, "score": [0.5] * 18}]}]},
    {"1": {"0001": {"keypoints": [1.0] * 51, "scores": None}}},
    {"images": [{"id": 1, "file_name": "1.jpg"}],
     "annotations": [{"image_id": 1, "keypoints": [1.0] * 51}], "categories": []},
]  # fmt: skip


@pytest.mark.filterwarnings("ignore::signlift.errors.InputWarning")
@settings(max_examples=100)
@given(data=st.data())
def test_any_value_anywhere_is_read_or_an_input_error(tmp_path_factory, data):
    value = copy.deepcopy(data.draw(st.sampled_from(SOUND)))
    at, last = value, None
    for _ in range(data.draw(st.integers(1, 6))):
        if not isinstance(at, dict | list) or not at:
            break
        keys = sorted(at) if isinstance(at, dict) else range(min(len(at), 4))
        last = (at, data.draw(st.sampled_from(keys)))
        at = at[last[1]]
    last[0][last[1]] = data.draw(VALUES)
    path = tmp_path_factory.getbasetemp() / "value.json"
    path.write_text(json.dumps(value))
    try:
        for recording in sl.read_all(path):
            assert len(recording) > 0 and np.isfinite(recording.keypoints).any()
    except sl.InputError as error:
        assert error.problems


@settings(max_examples=30)
@given(cut=st.integers(1, 400), noise=st.binary(max_size=8))
def test_truncated_and_overwritten_bytes(tmp_path_factory, cut, noise):
    text = json.dumps(SOUND[3]).encode()
    path = tmp_path_factory.getbasetemp() / "noise.json"
    path.write_bytes(text[: cut % len(text)] + noise)
    try:
        sl.read_all(path)
    except sl.InputError as error:
        assert error.problems
