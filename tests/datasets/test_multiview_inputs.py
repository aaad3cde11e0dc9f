import json
from dataclasses import replace

import numpy as np
import pytest
from studio import moving_person, ring

from signlift.core.skeleton import OPENPOSE25, OPENPOSE67, PANOPTIC26
from signlift.core.skeleton_arrays import convert
from signlift.datasets.multiview_inputs import assign_cameras, read_views
from signlift.errors import InputError
from signlift.io.calibration.calibration_reader import Calibration

CAMERAS = tuple(ring(3))
CALIBRATION = Calibration("a.json", CAMERAS, "cm")


def named(*names):
    return Calibration(
        "a",
        tuple(
            replace(camera, name=name, kind="")
            for name, camera in zip(names, CAMERAS, strict=False)
        ),
    )


def write_openpose(directory, camera, first=0, frames=3):
    directory.mkdir(parents=True)
    points = convert(moving_person(frames), PANOPTIC26, OPENPOSE25)
    for t, keypoints in enumerate(camera.project(points)):
        values = np.concatenate([keypoints, np.ones((25, 1))], 1).ravel().tolist()
        text = json.dumps({"people": [{"pose_keypoints_2d": values}]})
        (directory / f"a_{first + t:06d}_keypoints.json").write_text(text)
    return directory


def test_views_are_read_with_their_cameras_and_frame_numbers(tmp_path):
    folders = [
        write_openpose(tmp_path / f"view_{camera.name}_json", camera, first=7 + number)
        for number, camera in enumerate(CAMERAS)
    ]
    views = read_views(folders[::-1], CALIBRATION)
    assert [view.camera.name for view in views] == ["00_02", "00_01", "00_00"]
    assert [view.first for view in views] == [9, 8, 7]
    assert views[0].recording.skeleton is OPENPOSE25
    views = read_views(folders, CALIBRATION, offsets=[2, 1, 0])
    assert [view.first for view in views] == [9, 9, 9]


def test_cameras_by_name():
    views = ["cam1_json", "cam10.json", "x/Cam_02 a"]
    cameras = assign_cameras(views, named("cam10", "cam_1", "cam02"))
    assert [camera.name for camera in cameras] == ["cam_1", "cam10", "cam02"]


def test_cameras_are_assigned_in_order_without_names():
    cameras = assign_cameras(["a", "b", "c"], CALIBRATION)
    assert [camera.name for camera in cameras] == ["00_00", "00_01", "00_02"]
    cameras = assign_cameras(["a", "b"], CALIBRATION, ["00_02", "00_00"])
    assert [camera.name for camera in cameras] == ["00_02", "00_00"]


@pytest.mark.parametrize(
    ("views", "names", "message"),
    [
        (
            ["a", "b"],
            None,
            r"a: expected the name of one camera \(00_00, 00_01, 00_02\) in the view's name, or",
        ),
        (["00_00", "b", "c"], None, "b: expected the name of one camera"),
        (["00_00 and 00_01", "00_02"], None, "found 00_00, 00_01"),
        (["00_00 a", "00_00 b"], None, "one view of each camera, found several views of 00_00"),
        (["a", "b"], ["00_00"], "cameras: expected 2 names, one for each view, found 1"),
        (["a", "b"], ["00_00", "x"], "one of the cameras 00_00, 00_01, 00_02, found 'x'"),
        (["a", "b"], ["00_01", "00_01"], "found several views of 00_01"),
    ],
)
def test_cameras_that_cannot_be_assigned(views, names, message):
    with pytest.raises(InputError, match=message):
        assign_cameras(views, CALIBRATION, names)


def test_a_view_without_hands_is_combined_with_one_that_has_them(tmp_path):
    folders = [write_openpose(tmp_path / camera.name, camera) for camera in CAMERAS[:2]]
    for path in folders[1].iterdir():
        frame = json.loads(path.read_text())
        frame["people"][0]["hand_left_keypoints_2d"] = [5.0, 6.0, 1.0] * 21
        path.write_text(json.dumps(frame))
    bare, whole = read_views(folders, CALIBRATION)
    assert bare.recording.skeleton is whole.recording.skeleton is OPENPOSE67
    assert np.isnan(bare.recording.keypoints[:, 25:]).all()
    assert not np.isnan(bare.recording.keypoints[:, 0]).any()
    assert (bare.recording.confidence[:, 25:] == 0).all()
    assert (whole.recording.keypoints[:, OPENPOSE67.index("LHandRoot")] == [5, 6]).all()


def test_wrong_input(tmp_path):
    directory = write_openpose(tmp_path / "00_00", CAMERAS[0])
    other = tmp_path / "00_01.npy"
    np.save(other, np.full((3, 52), 9.0))
    with pytest.raises(InputError, match="inputs: expected two views or more, found 1"):
        read_views([directory], CALIBRATION)
    with pytest.raises(InputError, match="none: expected a file or directory"):
        read_views([directory, tmp_path / "none"], CALIBRATION)
    with pytest.raises(InputError) as caught:
        read_views([directory, other], CALIBRATION, cameras=["00_00", "00_01"], offsets=[1])
    assert "offsets: expected 2 numbers, one for each view, found 1" in caught.value.problems[0]
    assert (
        "panoptic26, as in 00_01.npy, video 0, found keypoints of openpose25"
        in caught.value.problems[1]
    )
