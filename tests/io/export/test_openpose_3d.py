import json

import numpy as np
import pytest
from lifted_recordings import lifted

import signlift as sl
from signlift.core.recording import Recording
from signlift.core.skeleton import COCO17, OPENPOSE25, PANOPTIC67, Skeleton
from signlift.io.export.openpose_3d import write_openpose

PARTS = ("pose", "face", "hand_left", "hand_right")
KEYS = [
    "person_id",
    *(f"{part}_keypoints_{d}" for d in ("2d", "3d") for part in PARTS),
    *(f"{part}_depth_uncertainty" for part in PARTS),
]


def test_a_single_file_has_a_header_and_all_frames(tmp_path):
    recording = lifted(5, OPENPOSE25)
    recording.keypoints[3] = np.nan  # a frame without a keypoint
    file = json.loads(sl.write(recording, tmp_path / "a.json").read_text())
    header = file["header"]
    assert (header["fps"], header["unit"], header["size"]) == (25, "px", [640, 480])
    assert header["notes"] == ["lifted with the shipped weights", "gaps filled"]
    assert header["missing"] == "0, 0, 0, 0"
    assert header["axes"] == "x right, y down, z away from the camera"
    assert [frame["frame"] for frame in file["frames"]] == list(range(5))
    assert [frame["time"] for frame in file["frames"]] == [0, 0.04, 0.08, 0.12, 0.16]
    assert file["frames"][3]["people"] == []
    for t in (0, 1, 2, 4):
        (person,) = file["frames"][t]["people"]
        assert list(person) == KEYS
        whole = np.reshape(person["pose_keypoints_3d"], (25, 4))
        known = recording.observed[t] & ~np.isnan(recording.depth[t])
        np.testing.assert_allclose(whole[known, :3], recording.points[t, known], rtol=1e-6)
        np.testing.assert_allclose(whole[known, 3], recording.confidence[t, known], rtol=1e-6)
        assert (whole[~known] == 0).all()
        flat = np.reshape(person["pose_keypoints_2d"], (25, 3))
        seen = recording.observed[t]
        np.testing.assert_allclose(flat[seen, :2], recording.keypoints[t, seen], rtol=1e-6)
        assert (flat[~seen] == 0).all()
        assert person["hand_left_keypoints_3d"] == person["face_keypoints_3d"] == []
        uncertainty = np.array(person["pose_depth_uncertainty"])
        expected = np.where(known, recording.depth_uncertainty[t], 0)
        np.testing.assert_allclose(uncertainty, expected, rtol=1e-6)
        assert person["face_depth_uncertainty"] == []


def test_keypoints_that_openpose_does_not_have_are_written_by_name(tmp_path):
    names = ("Nose", "face_landmarks:10", 'odd "%s"', "flat", "never")
    keypoints = np.arange(20.0).reshape(2, 5, 2)
    keypoints[:, 4] = np.nan
    keypoints[1, 1] = np.nan
    depth = np.array([[0, 1, 2, np.nan, 4]] * 2)
    recording = Recording(keypoints, Skeleton("mesh", names), depth=depth)
    first, second = json.loads(sl.write(recording, tmp_path / "a.json").read_text())["frames"]
    (person,) = first["people"]
    assert person["other_keypoints_3d"] == {
        "face_landmarks:10": [2, 3, 1, 1],
        'odd "%s"': [4, 5, 2, 1],
    }
    assert "other_depth_uncertainty" not in person
    assert second["people"][0]["other_keypoints_3d"]["face_landmarks:10"] == [0, 0, 0, 0]
    certain = recording.with_depth(depth, np.full(depth.shape, 0.5))
    (frame, _) = json.loads(sl.write(certain, tmp_path / "b.json").read_text())["frames"]
    uncertainty = frame["people"][0]["other_depth_uncertainty"]
    assert uncertainty == {"face_landmarks:10": 0.5, 'odd "%s"': 0.5}


def test_only_keypoints_without_depth_are_noted_as_lost(tmp_path):
    keypoints = np.arange(8.0).reshape(1, 4, 2)
    skeleton = Skeleton("mesh", ("Nose", "LMole", "RMole", "Tail"))
    recording = Recording(keypoints, skeleton, depth=np.array([[0, 1, np.nan, 3]]))
    header = json.loads(sl.write(recording, tmp_path / "a.json").read_text())["header"]
    assert "not in openpose: 1 keypoint of the body (RMole)" in header["notes"]


def test_a_directory_has_a_file_for_each_frame(tmp_path):
    recording = lifted(3, PANOPTIC67, confidence=None)
    directory = sl.write(recording, tmp_path / "clip", format="openpose")
    files = sorted(directory.iterdir())
    assert [file.name for file in files] == [
        f"clip_00000000000{t}_keypoints.json" for t in range(3)
    ]
    frame = json.loads(files[1].read_text())
    assert list(frame) == ["version", "people"]
    (person,) = frame["people"]
    for side, letter in (("left", "L"), ("right", "R")):
        hand = np.reshape(person[f"hand_{side}_keypoints_3d"], (21, 4))
        for number, name in ((0, "HandRoot"), (4, "Thumb4"), (5, "Index1"), (20, "Pinky4")):
            point = recording.points[1, recording.skeleton.index(letter + name)]
            expected = [0, 0, 0, 0] if np.isnan(point[0]) else [*point, 1]
            np.testing.assert_allclose(hand[number], expected, rtol=1e-6)
    assert not list(tmp_path.glob(".*"))


def test_keypoints_are_converted_by_name_and_derived(tmp_path):
    keypoints = np.arange(34, dtype="f4").reshape(1, 17, 2)
    depth = np.linspace(-8, 8, 17, dtype="f4")[None]
    write_openpose(Recording(keypoints, COCO17, depth=depth), tmp_path / "a.json")
    (frame,) = json.loads((tmp_path / "a.json").read_text())["frames"]
    assert "time" not in frame
    whole = np.reshape(frame["people"][0]["pose_keypoints_3d"], (25, 4))
    np.testing.assert_allclose(whole[OPENPOSE25.index("Nose")], [0, 1, -8, 1])
    np.testing.assert_allclose(whole[OPENPOSE25.index("Neck")], [11, 12, -2.5, 1])
    np.testing.assert_allclose(whole[OPENPOSE25.index("LBigToe")], 0)


def test_no_frame(tmp_path):
    write_openpose(lifted(0), tmp_path / "a.json")
    assert json.loads((tmp_path / "a.json").read_text())["frames"] == []
    (tmp_path / "empty").mkdir()
    write_openpose(lifted(0), tmp_path / "empty")
    assert not list((tmp_path / "empty").iterdir())


def test_recordings_that_cannot_be_written_are_refused(tmp_path):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "other").touch()
    with pytest.raises(sl.InputError, match="new or empty directory, found a directory with files"):
        write_openpose(lifted(), tmp_path / "full")
    with pytest.raises(sl.InputError, match="new or empty directory, found a file"):
        write_openpose(lifted(), tmp_path / "full" / "other")
    with pytest.raises(sl.InputError, match="expected a recording with depth"):
        write_openpose(lifted().with_depth(None), tmp_path / "a.json")
    strange = Skeleton("strange", ("Tail",))
    recording = Recording(np.zeros((1, 1, 2)), strange, depth=np.zeros((1, 1)))
    with pytest.raises(sl.InputError, match="keypoints that OpenPose has, found the skeleton str"):
        write_openpose(recording, tmp_path / "a.json")
    assert [path.name for path in tmp_path.iterdir()] == ["full"]
