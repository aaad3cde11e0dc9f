import copy
import json
import zipfile

import numpy as np
import pytest
from detected import body, landmarks, openpose_frame, openpose_person, save, save_frames
from hypothesis import given, settings
from hypothesis import strategies as st

import signlift as sl
from signlift.core.skeleton import (
    COCO17,
    HALPE26,
    MEDIAPIPE33,
    MEDIAPIPE75,
    OPENPOSE25,
    OPENPOSE137,
    PANOPTIC26,
    WHOLEBODY133,
)
from signlift.errors import InputWarning
from signlift.io.detectors.json_frames import split_frames
from signlift.io.detectors.json_layouts.metadata import parse_metadata
from signlift.io.people.assemble import FileMetadata

MAIN, OTHER = body(137, 8, size=200), body(137, 8, at=(700, 300), size=80, seed=1)


def openpose(*bodies, t):
    people = [
        openpose_person(one[t, :25], one[t, 95:].reshape(2, 21, 3), one[t, 25:95]) for one in bodies
    ]
    return openpose_frame(*people)


def check(recording, values):
    np.testing.assert_allclose(recording.keypoints, values[..., :2], 1e-5)
    np.testing.assert_allclose(recording.confidence, values[..., 2], 1e-5)


def test_openpose_frames_in_a_directory_and_in_an_archive(tmp_path):
    frames = [openpose(MAIN, OTHER, t=t) if t % 2 else openpose(OTHER, MAIN, t=t) for t in range(8)]
    frames[3] = None  # the file is not there
    frames[5] = openpose_frame()
    directory = save_frames(tmp_path / "clip", frames, first=95)
    with zipfile.ZipFile(tmp_path / "clip.bin", "w") as archive:
        for file in directory.iterdir():
            archive.write(file, f"out/{file.name}")
    present = [0, 1, 2, 4, 6, 7]
    for path in (directory, tmp_path / "clip.bin"):
        recording = sl.read(path, fps=25)
        assert (recording.skeleton, len(recording), recording.fps) == (OPENPOSE137, 8, 25)
        assert recording.notes == ("person 0 of 2",)
        assert np.isnan(recording.keypoints[[3, 5]]).all()
        np.testing.assert_allclose(recording.keypoints[present], MAIN[present][..., :2], 1e-5)
        second = sl.read(path, person=1)
        np.testing.assert_allclose(second.keypoints[present], OTHER[present][..., :2], 1e-5)
        with pytest.raises(sl.InputError, match="expected a person from 0 to 1, found person 7"):
            sl.read(path, person=7)


def test_one_bad_frame_of_many(tmp_path):
    frames = [openpose(MAIN, t=t) for t in range(8)]
    directory = save_frames(tmp_path / "clip", frames)
    bad = directory / "clip_000000000002_keypoints.json"
    for text in ('{"people": [', '{"people": [{"pose_keypoints_2d": [1, 2]}]}', "[" * 5000, ""):
        bad.write_text(text)
        with pytest.warns(InputWarning, match="000002_keypoints"):
            recording = sl.read(directory)
        assert np.isnan(recording.keypoints).all((1, 2)).tolist() == [t == 2 for t in range(8)]
        assert recording.notes[0] == "1 of 8 files left out"
    for file in directory.iterdir():
        file.write_text('{"people": 3}')
    with pytest.raises(sl.InputError) as error:
        sl.read(directory)
    (line,) = error.value.problems
    assert line == f"{directory}: expected a list of people, found 3 (in all 8 files)"


def test_several_recordings_in_one_directory(tmp_path):
    for name in ("a", "b"):
        frames = [openpose(MAIN, t=t) for t in range(3)]
        save_frames(tmp_path / "clips", frames, name=name + "_{:03d}_keypoints.json")
    assert [one.name for one in sl.read_all(tmp_path / "clips")] == ["clips/a", "clips/b"]
    (tmp_path / "clips" / "b_000_keypoints.json").write_text("{}")
    for t in (1, 2):
        save(tmp_path / "clips" / f"b_00{t}_keypoints.json", openpose_frame())
    with pytest.warns(InputWarning, match="clips/b: expected a frame with a person, found none"):
        (only,) = sl.read_all(tmp_path / "clips")
    assert only.name == "clips/a"


def test_a_single_frame(tmp_path):
    recording = sl.read(save(tmp_path / "x_keypoints.json", openpose(MAIN, t=0)))
    check(recording, MAIN[:1])
    frames = [openpose_frame(openpose_person(MAIN[t, :25])) for t in range(8)]
    for value in (frames, {f"frame_{t}": frame for t, frame in enumerate(frames)}):
        recording = sl.read(save(tmp_path / "all.json", value))
        assert recording.skeleton is OPENPOSE25
        check(recording, MAIN[:, :25])


FRACTIONS = body(75, 6, at=(0.5, 0.5), size=0.4, move=0.001)
SIZE = (1920.0, 1080.0)
POSES = [landmarks(FRACTIONS[t, :33]) for t in range(6)]
HANDS = [[landmarks(FRACTIONS[t, start : start + 21]) for t in range(6)] for start in (33, 54)]


@pytest.mark.parametrize(
    "value",
    [
        POSES,
        {"frames": POSES},
        {"landmarks": POSES},
        {"pose_landmarks": POSES},
        [{"landmarks": pose} for pose in POSES],
        [{"frame": t, "pose_landmarks": pose} for t, pose in enumerate(POSES)],
        [{"pose_landmarks": {"landmark": pose}} for pose in POSES],
        [{"pose_landmarks": [pose], "timestamp_ms": 40 * t} for t, pose in enumerate(POSES)],
        {"frames": [{"poseLandmarks": pose} for pose in POSES]},
        {str(t): {"pose_landmarks": pose} for t, pose in enumerate(POSES)},
        [[[x, y, 0.1, c] for x, y, c in one] for one in FRACTIONS[:, :33].tolist()],
    ],
)
def test_mediapipe_in_all_its_forms(tmp_path, value):
    path = save(tmp_path / "a.json", value)
    recording = sl.read(path, size=SIZE)
    assert (recording.skeleton, recording.size) == (MEDIAPIPE33, SIZE)
    check(recording, FRACTIONS[:, :33] * [*SIZE, 1])
    with pytest.raises(sl.InputError, match=r"a\.json: expected `size`, the width and height"):
        sl.read(path)


@pytest.mark.parametrize(
    "metadata",
    [
        {"width": 1920, "height": 1080, "fps": 25},
        {"image_size": [1920, 1080], "frame_rate": 25.0},
        {"metadata": {"video_width": 1920, "video_height": 1080, "fps": 25}},
    ],
)
def test_holistic_with_its_size(tmp_path, metadata):
    frames = [
        {"pose_landmarks": POSES[t], "left_hand_landmarks": HANDS[0][t],
         "right_hand_landmarks": HANDS[1][t] if t != 2 else None, "face_landmarks": None}
        for t in range(6)
    ]  # fmt: skip
    frames[4] = None
    recording = sl.read(save(tmp_path / "a.json", {**metadata, "frames": frames}))
    assert (recording.skeleton, recording.fps, recording.size) == (MEDIAPIPE75, 25, SIZE)
    missing = np.isnan(recording.keypoints[..., 0])
    assert missing[4].all() and missing[2].tolist() == [False] * 54 + [True] * 21
    assert not missing[[0, 1, 3, 5]].any()
    lists = {"pose_landmarks": POSES, "left_hand_landmarks": HANDS[0], **metadata}
    recording = sl.read(save(tmp_path / "b.json", lists))
    assert recording.skeleton is MEDIAPIPE75


def test_invalid_metadata_is_ignored():
    for value in (
        3,
        {"fps": "a", "size": [1]},
        {"fps": -1, "width": 5},
        {"fps": True, "size": [0, 1]},
    ):
        assert parse_metadata(value) == FileMetadata()


def instance(values, **more):
    return {
        "keypoints": values[:, :2].tolist(), "keypoint_scores": values[:, 2].tolist(),
        "bbox": [[0, 0, 9, 9]], "bbox_score": 0.9, **more,
    }  # fmt: skip


def test_mmpose_and_rtmlib(tmp_path):
    main, other = MAIN[:, :133], OTHER[:, :133]
    by_frame = [[instance(main[t]), instance(other[t])] for t in range(8)]
    numbered = [{"frame_id": t + 1, "instances": frame} for t, frame in enumerate(by_frame)]
    rtmlib = [
        {"keypoints": np.stack([other[t], main[t]])[..., :2].tolist(),
         "scores": np.stack([other[t], main[t]])[..., 2].tolist()}
        for t in range(8)
    ]  # fmt: skip
    whole = {key: [frame[key] for frame in rtmlib] for key in ("keypoints", "scores")}
    for value in (
        numbered,
        {"meta_info": {"dataset_name": "coco_wholebody"}, "instance_info": numbered},
        by_frame,
        {"predictions": by_frame},
        [{"predictions": [frame]} for frame in by_frame],
        rtmlib,
        whole,
    ):
        recording = sl.read(save(tmp_path / "a.json", value))
        assert recording.skeleton is WHOLEBODY133
        assert recording.notes == ("person 0 of 2",)
        check(recording, main)
    image = sl.read(save(tmp_path / "a.json", [instance(other[0]), instance(main[0])]))
    check(image, main[:1])


def test_mmpose_predictions_of_a_directory_of_images(tmp_path):
    frames = [[instance(MAIN[t, :17])] for t in range(5)]
    recording = sl.read(save_frames(tmp_path / "predictions", frames, name="{:06d}.json"))
    assert recording.skeleton is COCO17
    check(recording, MAIN[:5, :17])


def test_missing_frame_numbers(tmp_path):
    value = [{"frame_id": t, "instances": [instance(MAIN[t, :17])]} for t in (3, 4, 7)]
    recording = sl.read(save(tmp_path / "a.json", value))
    assert np.isnan(recording.keypoints).all((1, 2)).tolist() == [False, False, True, True, False]
    value[0]["frame_id"] = 10**9
    with pytest.raises(
        sl.InputError, match="missing between them, found 3 frames with numbers from 4"
    ):
        sl.read(save(tmp_path / "a.json", value))


def alphapose(*bodies, frames=range(8), name="{}.jpg"):
    return [
        {"image_id": name.format(t), "category_id": 1, "keypoints": one[t].ravel().tolist(),
         "score": 2.9, "box": [0, 0, 9, 9], "idx": [0.0]}
        for t in frames for one in bodies
    ]  # fmt: skip


def test_alphapose(tmp_path):
    value = alphapose(OTHER[:, :26], MAIN[:, :26], frames=(1, 2, 5))
    recording = sl.read(save(tmp_path / "alphapose-results.json", value))
    assert (recording.skeleton, len(recording)) == (HALPE26, 6)  # a video's begin at 0
    np.testing.assert_allclose(recording.keypoints[[1, 2, 5]], MAIN[[1, 2, 5], :26, :2], 1e-5)
    assert np.isnan(recording.keypoints[[0, 3, 4]]).all()
    recording = sl.read(save(tmp_path / "a.json", value), skeleton="panoptic26")
    assert recording.skeleton is PANOPTIC26
    padded = alphapose(MAIN[:, :17], frames=(3, 4), name="img_{:05d}.png")
    assert len(sl.read(save(tmp_path / "a.json", padded))) == 2


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
@settings(max_examples=200)
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
    path = tmp_path_factory.mktemp("json") / "a.json"
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
    path = tmp_path_factory.mktemp("json") / "a.json"
    path.write_bytes(text[: cut % len(text)] + noise)
    try:
        sl.read_all(path)
    except sl.InputError as error:
        assert error.problems


def test_a_frame_list_counts_its_empty_frames():
    assert split_frames([None, [], POSES[0], None], "a").length == 4
