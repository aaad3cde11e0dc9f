"""The JSON of OpenPose as other programs write it, and its relatives."""

import numpy as np
import pytest
from detected import body, openpose_frame, openpose_person, save, save_frames
from json_forms import MAIN, SIZE, T, check, flat

import signlift as sl
from signlift.core.skeleton import COCO17, COCO18, HALPE26, OPENPOSE25, WHOLEBODY133


def test_kinetics_skeleton(tmp_path):
    values = body(18, T, at=(0.5, 0.5), size=0.4, move=0.001)
    value = {"data": [
        {"frame_index": t + 1, "skeleton": [
            {"pose": flat(values[t, :, :2]), "score": values[t, :, 2].tolist()}]}
        for t in range(T)], "label": "signing", "label_index": 1}  # fmt: skip
    value["data"][4]["skeleton"] = []
    path = save(tmp_path / "a.json", value)
    with pytest.raises(sl.InputError, match="expected `size`, the width and height"):
        sl.read(path)
    recording = sl.read(path, size=(340, 256))
    assert not recording.observed[4].any()
    kept = [0, 1, 2, 3, 5]
    np.testing.assert_allclose(
        recording.keypoints[kept], values[kept, :, :2] * [340, 256], rtol=1e-5
    )
    assert recording.skeleton is COCO18


def test_alphapose_in_the_forms_of_cmu_and_openpose(tmp_path):
    values = MAIN[:, :18]
    cmu = {f"{t}.jpg": {"version": "AlphaPose v0.3", "bodies": [{"joints": flat(v)}]}
           for t, v in enumerate(values)}  # fmt: skip
    check(sl.read(save(tmp_path / "a.json", cmu)), values, COCO18)
    openpose = {f"{t}.jpg": {"people": [{"pose_keypoints_2d": flat(v)}]}
                for t, v in enumerate(values)}  # fmt: skip
    check(sl.read(save(tmp_path / "a.json", openpose)), values, COCO18)


@pytest.mark.parametrize("fraction", [False, True])
def test_the_canvas_of_controlnet_gives_the_size(tmp_path, fraction):
    values = MAIN[:, :18].copy()
    values[..., 2] = 1
    written = values / [*SIZE, 1] if fraction else values
    frames = [
        {"people": [{"pose_keypoints_2d": flat(v), "face_keypoints_2d": None,
                     "hand_left_keypoints_2d": None, "hand_right_keypoints_2d": []}],
         "canvas_height": 720, "canvas_width": 1280}
        for v in written
    ]  # fmt: skip
    for path in (
        save(tmp_path / "a.json", frames),
        save_frames(tmp_path / "in", frames, "pose_{:05}.json"),
    ):
        recording = sl.read(path)
        check(recording, values, COCO18)
        assert recording.size == SIZE


def rtmpose(values):
    """Frames of Pose2Sim: RTMPose's keypoints in OpenPose's form."""
    return [openpose_frame(openpose_person(v)) for v in values]


@pytest.mark.parametrize("skeleton", [COCO17, HALPE26, WHOLEBODY133])
def test_rtmpose_in_openpose_json(tmp_path, skeleton):
    values = MAIN[:, : len(skeleton)]
    frames = rtmpose(values)
    for path in (
        save_frames(tmp_path / "in", frames, "cam01_{:06}.json"),
        save(tmp_path / "a.json", frames),
    ):
        check(sl.read(path), values, skeleton)
        check(sl.read(path, skeleton=skeleton), values, skeleton)
        with pytest.raises(sl.InputError, match=rf"18 keypoints \(coco18\), found {len(skeleton)}"):
            sl.read(path, skeleton="coco18")
    if skeleton is HALPE26:
        assert sl.read(path, skeleton="panoptic26").skeleton.name == "panoptic26"


def test_missing_keypoints_of_rtmpose_are_nan(tmp_path):
    frames = rtmpose(MAIN[:, :26])
    frames[2] = openpose_frame(openpose_person(np.full((26, 3), np.nan)))
    frames[3]["people"][0]["pose_keypoints_2d"][3:6] = [float("nan")] * 3
    recording = sl.read(save(tmp_path / "a.json", frames))
    assert recording.skeleton is HALPE26
    assert not recording.observed[2].any() and not recording.observed[3, 1]


@pytest.mark.parametrize(
    "people",
    [
        lambda person: person,
        lambda person: {"0": person},
        lambda person: [None, person, None],
        lambda person: {"0": None, "7": person},
        lambda person: [{**person, "pose_keypoints_2d": [], "hand_left_keypoints_2d": []}, person],
    ],
)
def test_people_of_openpose_in_any_container(tmp_path, people):
    frames = [{"version": 1.3, "people": people(openpose_person(v[:25])), "camparam": {}}
              for v in MAIN]  # fmt: skip
    for path in (save_frames(tmp_path / "in", frames), save(tmp_path / "a.json", frames)):
        check(sl.read(path), MAIN[:, :25], OPENPOSE25)
    frames[1]["people"] = None
    assert not sl.read(save(tmp_path / "a.json", frames)).observed[1].any()
