import json

import numpy as np
import pytest
from studio import (
    camera_at,
    moving_person,
    panoptic_calibration,
    ring,
    save_directory,
    take_files,
)

from signlift.cli.main import main
from signlift.core.skeleton import PANOPTIC26
from signlift.datasets.projected_panoptic import (
    are_panoptic,
    choose_views,
    project_panoptic,
    project_take,
)
from signlift.errors import InputError
from signlift.io.calibration.calibration_reader import Calibration
from signlift.io.mocap.panoptic import read_takes

CAMERAS = ring(8)
PERSON = moving_person(5)


@pytest.fixture
def take(tmp_path):
    return save_directory(take_files(PERSON), tmp_path / "take")


@pytest.fixture
def calibration(tmp_path):
    path = tmp_path / "calibration_take.json"
    path.write_text(panoptic_calibration(CAMERAS))
    return path


def load(directory):
    return np.load(directory / "body_data.npy"), np.load(directory / "body_ground.npy")


def test_arrays_hold_the_projections_of_the_cameras(take, calibration, tmp_path):
    done = project_panoptic(take, tmp_path / "data", calibration, ["00_05", "00_01"])
    assert (done.recordings, done.frames, done.failed) == (2, 10, ())
    data, ground = load(tmp_path / "data")
    for number, camera in enumerate((CAMERAS[5], CAMERAS[1])):
        seen = camera.project(PERSON)
        np.testing.assert_allclose(data[number].reshape(5, 26, 2), seen, atol=1e-2)
        depth = camera.relative_depth(PERSON, PANOPTIC26)
        np.testing.assert_allclose(ground[number], depth, atol=1e-2)
    origins = json.loads((tmp_path / "data" / "cameras.json").read_text())
    assert origins["unit"] == "px"
    assert [facts["camera"] for facts in origins["recordings"]] == ["00_05", "00_01"]
    assert (tmp_path / "data" / "groups.txt").read_text() == "take\ntake\n"


def test_world_coordinates_without_a_calibration(take, tmp_path):
    project_panoptic([take], tmp_path / "data")
    data, ground = load(tmp_path / "data")
    assert data.shape == (1, 5, 52)
    np.testing.assert_allclose(data[0].reshape(5, 26, 2), PERSON[..., :2], atol=1e-4)
    hip = PANOPTIC26.index("MidHip")
    np.testing.assert_allclose(ground[0], PERSON[..., 2] - PERSON[:, [hip], 2], atol=1e-4)


def test_keypoints_outside_the_image(take):
    (read,) = read_takes(take)
    camera = camera_at([0.0, 0.0, -120.0])
    whole, cropped = project_take(read, camera), project_take(read, camera, crop=True)
    outside = ((whole.keypoints < 0) | (whole.keypoints > [1920, 1080])).any(-1)
    assert 0.2 < outside.mean() < 0.8
    assert np.isnan(cropped.keypoints[outside]).all()
    np.testing.assert_array_equal(cropped.keypoints[~outside], whole.keypoints[~outside])
    np.testing.assert_array_equal(cropped.depth, whole.depth)


def test_views_are_spread_evenly():
    vga = [camera_at([0.0, 0.0, -9.0], name=f"01_{n:02d}", kind="vga") for n in range(5)]
    calibration = Calibration("a", (*vga, *CAMERAS))
    four = choose_views(calibration)
    assert len(four) == 4 and all(camera.kind == "hd" for camera in four)
    numbers = sorted(CAMERAS.index(camera) for camera in four)
    assert np.diff([*numbers, numbers[0] + 8]).tolist() == [2, 2, 2, 2]
    assert len(choose_views(calibration, 8)) == 8
    assert len(choose_views(Calibration("a", tuple(CAMERAS[:3])))) == 3
    assert choose_views(calibration, ["01_03"]) == [vga[3]]
    for views, message in ((0, "1 to 8 cameras, found 0"), (9, "found 9")):
        with pytest.raises(InputError, match=message):
            choose_views(calibration, views)
    with pytest.raises(InputError, match="each camera once"):
        choose_views(calibration, ["00_00", "00_00"])


def test_bad_takes_among_good_ones(take, calibration, tmp_path):
    bad = save_directory({"body3DScene_00000001.json": b"[]"}, tmp_path / "bad")
    done = project_panoptic([bad, take], tmp_path / "data", calibration, 2)
    assert done.recordings == 2 and "a list of bodies" in done.failed[0]
    with pytest.raises(InputError, match="a list of bodies"):
        project_panoptic(bad, tmp_path / "data", calibration)
    assert are_panoptic([bad, take]) and not are_panoptic([calibration])
    with pytest.raises(InputError, match="a Panoptic take, like the other inputs"):
        are_panoptic([take, calibration])


def test_the_command_line(take, calibration, tmp_path, capsys):
    out = tmp_path / "data"
    options = ["project", str(take), "-o", str(out), "--force"]
    assert main([*options, "--calibration", str(calibration), "--views", "00_02, 00_03"]) == 0
    assert capsys.readouterr().out == f"{out}: 2 recordings, 10 frames, in px of each camera\n"
    assert main([*options, "--calibration", str(calibration), "--views", "3", "--quiet"]) == 0
    assert load(out)[0].shape == (3, 5, 52)
    assert main([*options, "--skeleton", "coco17"]) == 0
    assert "1 recording, 5 frames, in cm of the world" in capsys.readouterr().out
    assert load(out)[0].shape == (1, 5, 34)
    assert main([*options, "--views", "3"]) == 2
    assert "--views: expected --calibration as well, found none" in capsys.readouterr().err
    np.save(tmp_path / "a.npy", np.zeros((3, 26, 3)))
    mocap = ["project", str(tmp_path / "a.npy"), "-o", str(tmp_path / "other")]
    assert main([*mocap, "--calibration", str(calibration), "--person", "1"]) == 2
    errors = capsys.readouterr().err.splitlines()
    expected = "recordings of the Panoptic Studio, found other files"
    assert errors[0] == f"--calibration: expected {expected}"
    assert len(errors) == 2
    (take / "hdPose3d_stage1_op25" / "body3DScene_00000102.json").write_text("")
    assert main([*options, "--quiet"]) == 1
    assert "body3DScene_00000102.json: expected JSON" in capsys.readouterr().err
