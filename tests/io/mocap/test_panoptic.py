import numpy as np
import pytest
from sources import recognised_by
from studio import (
    body_scene,
    hand_scene,
    moving_person,
    save_directory,
    save_zip,
    scored,
    take_files,
)

import signlift as sl
from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from signlift.errors import InputError, InputWarning
from signlift.io.mocap.panoptic import is_panoptic, read_takes

PERSON = moving_person(6)
HIP, WRIST = PANOPTIC26.index("MidHip"), PANOPTIC26.index("LHand")


def hands_of(points, number=0):
    """A take's hands, the left one to the left of the wrists."""
    files = {}
    for t, frame in enumerate(points):
        sides = {
            side: np.concatenate([frame[WRIST] + shift + np.zeros((21, 3)), np.ones((21, 1))], 1)
            for side, shift in (("left_hand", -3), ("right_hand", 5))
        }
        files[f"hdHand3d/handRecon3D_hd{101 + t:08d}.json"] = hand_scene({number: sides})
    return files


@pytest.mark.parametrize("save", [save_directory, save_zip])
def test_a_take_as_a_recording(tmp_path, save):
    path = save(take_files(PERSON), tmp_path / "take")
    recording = sl.read(path)
    assert recording.skeleton is PANOPTIC26 and recording.unit == "cm"
    np.testing.assert_allclose(recording.keypoints, PERSON[..., :2], atol=1e-4)
    depth = PERSON[..., 2] - PERSON[:, [HIP], 2]
    np.testing.assert_allclose(recording.depth, depth, atol=1e-4)
    np.testing.assert_allclose(recording.confidence[:, :25], 0.5)
    assert (recording.confidence[:, 25] == 0).all()  # the 26th is missing
    assert recording.fps == pytest.approx(29.97, abs=0.01)
    assert recording.name == "take" or save is save_zip


def test_the_directory_of_the_frames_itself(tmp_path):
    save_directory(take_files(PERSON), tmp_path / "take")
    (take,) = read_takes(tmp_path / "take" / "hdPose3d_stage1_op25")
    assert (take.name, take.first, len(take.points)) == ("take", 100, 6)


@pytest.mark.parametrize("save", [save_directory, save_zip])
def test_hands(tmp_path, save):
    path = save(take_files(PERSON) | hands_of(PERSON[1:]), tmp_path / "take.d")
    (take,) = read_takes(path)
    assert take.skeleton is PANOPTIC67
    np.testing.assert_allclose(take.points[:, :25], PERSON[:, :25], atol=1e-4)
    left, right = PANOPTIC67.index("LHandRoot"), PANOPTIC67.index("RHandRoot")
    assert np.isnan(take.points[0, 25:]).all()  # its file is not there
    np.testing.assert_allclose(take.points[1:, left], PERSON[1:, WRIST] - 3, atol=1e-4)
    np.testing.assert_allclose(take.points[1:, right + 20], PERSON[1:, WRIST] + 5, atol=1e-4)


def test_hands_of_another_person_do_not_count(tmp_path):
    path = save_directory(take_files(PERSON) | hands_of(PERSON, number=3), tmp_path)
    (take,) = read_takes(path)
    assert np.isnan(take.points[:, 25:]).all()


def test_most_joints_count(tmp_path):
    some = {
        name.replace("op25", "coco19"): body_scene({0: scored(points[:19])}, "joints19")
        for (name, _), points in zip(take_files(PERSON).items(), PERSON, strict=True)
    }
    path = save_directory(some, tmp_path / "take")
    (take,) = read_takes(path)
    assert take.fps is None and np.isnan(take.points[:, 19:]).all()
    np.testing.assert_allclose(take.points[:, :19], PERSON[:, :19], atol=1e-4)
    save_directory(take_files(PERSON), path)
    (take,) = read_takes(path, fps=25)
    assert not np.isnan(take.points[:, 24]).any() and take.fps > 29


def test_several_takes_each_with_its_hands(tmp_path):
    files = {f"a/{name}": data for name, data in take_files(PERSON).items()}
    files |= {f"b/{name}": data for name, data in take_files(PERSON[:4] + 9).items()}
    files |= {f"b/{name}": data for name, data in hands_of(PERSON[:3]).items()}
    for path in (save_directory(files, tmp_path / "all"), save_zip(files, tmp_path / "all.zip")):
        takes = {take.name: take for take in read_takes(path)}
        assert {name: len(take.points) for name, take in takes.items()} == {"a": 6, "b": 4}
        assert [takes[name].skeleton for name in "ab"] == [PANOPTIC26, PANOPTIC67]


def test_people_are_identified_by_id(tmp_path):
    small = PERSON * 0.5 + [200, 0, 0]
    files = {}
    for t in range(6):
        bodies = {4: scored(PERSON[t]), 9: scored(small[t])}
        order = sorted(bodies, reverse=t % 2 == 0)
        if t == 3:
            order = [9]
        name = f"hdPose3d_stage1_op25/body3DScene_{t:08d}.json"
        files[name] = body_scene({number: bodies[number] for number in order})
    path = save_directory(files, tmp_path / "two")
    main, other = sl.read(path), sl.read(path, person=1)
    there = [0, 1, 2, 4, 5]
    np.testing.assert_allclose(main.keypoints[there], PERSON[there, :, :2], atol=1e-4)
    assert np.isnan(main.keypoints[3]).all()
    np.testing.assert_allclose(other.keypoints, small[..., :2], atol=1e-4)
    assert main.notes == ("person 0 of 2 (id 4)",)
    with pytest.raises(InputError, match="a person from 0 to 1, found person 2"):
        sl.read(path, person=2)


def test_missing_frames_and_bad_files(tmp_path):
    path = save_directory(take_files(PERSON), tmp_path / "take")
    directory = path / "hdPose3d_stage1_op25"
    (directory / "body3DScene_00000102.json").unlink()
    (directory / "body3DScene_00000104.json").write_bytes(b"{")
    with pytest.warns(InputWarning, match=r"body3DScene_00000104\.json: expected JSON"):
        recording = sl.read(path)
    gone = np.isnan(recording.keypoints).all((1, 2))
    assert gone.tolist() == [False, False, True, False, True, False]
    assert "1 of 5 files left out" in recording.notes[0]


def test_a_single_frame_without_hips(tmp_path):
    points = PERSON[:1].copy()
    points[:, HIP] = points[:, PANOPTIC26.index("LHip")] = np.nan
    recording = sl.read(save_directory(take_files(points), tmp_path))
    assert recording.keypoints.shape == (1, 26, 2) and recording.fps is None
    assert np.isnan(recording.depth).all()


def test_mistakes(tmp_path):
    empty_take = save_directory(
        {"body3DScene_00000001.json": body_scene({})}, tmp_path / "empty_take"
    )
    with pytest.raises(InputError, match="a frame with a keypoint, found none"):
        sl.read(empty_take)
    bad = save_directory({"body3DScene_00000001.json": b"[]"}, tmp_path / "bad")
    with pytest.raises(InputError, match="a list of bodies"):
        sl.read(bad)
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(InputError, match=r"files body3DScene_NNNNNNNN\.json, found none"):
        read_takes(empty)
    broken = tmp_path / "a.zip"
    broken.write_bytes(b"PK" + bytes(range(256)) * 40)
    with pytest.raises(InputError, match="a zip archive"):
        read_takes(broken)


def test_takes_are_recognised(tmp_path):
    take = save_directory(take_files(PERSON[:1]), tmp_path / "take")
    archive = save_zip(take_files(PERSON[:1]), tmp_path / "take.zip")
    other = save_zip({"a_1.json": b"{}"}, tmp_path / "other.zip")
    assert recognised_by(is_panoptic, take) and recognised_by(is_panoptic, archive)
    assert not recognised_by(is_panoptic, other)
    (tmp_path / "damaged.zip").write_bytes(b"PK\x03\x04")
    assert not recognised_by(is_panoptic, tmp_path / "damaged.zip")
