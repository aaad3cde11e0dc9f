"""Keypoints in the JSON files of OpenPose, MediaPipe, MMPose and AlphaPose."""

import zipfile

import numpy as np
import pytest
from detected import openpose_frame, openpose_person, save, save_frames
from json_files import FRACTIONS, HANDS, MAIN, OTHER, POSES, SIZE, alphapose, instance, openpose

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


def test_a_frame_list_counts_its_empty_frames():
    assert split_frames([None, [], POSES[0], None], "a").length == 4
