import json

import numpy as np
import pytest
from studio import moving_person, moving_signer, panoptic_calibration, ring

from signlift.cli.main import main
from signlift.core.skeleton import COCO17, HALPE26, MEDIAPIPE75, PANOPTIC26, PANOPTIC67
from signlift.core.skeleton_arrays import convert

CAMERAS = ring(3)
PERSON = moving_person(5)


@pytest.fixture
def files(tmp_path):
    calibration = tmp_path / "calibration.json"
    calibration.write_text(panoptic_calibration(CAMERAS))
    views = []
    for camera in CAMERAS:
        views.append(tmp_path / f"{camera.name}.npy")
        np.save(views[-1], camera.project(PERSON).reshape(5, 52))
    return [*views, "--calibration", calibration, "-o", tmp_path / "data"]


def call(*arguments):
    return main(["triangulate", *map(str, arguments)])


def test_two_arrays_and_a_report(files, tmp_path, capsys):
    points = tmp_path / "points.npz"
    assert call(*files, "--points", points) == 0
    printed = capsys.readouterr().out
    assert (
        "LHand" in printed and f"{tmp_path / 'data'}: 3 views, 5 frames, 5 with MidHip" in printed
    )
    data, ground = (np.load(tmp_path / "data" / f"body_{n}.npy") for n in ("data", "ground"))
    assert data.shape == (3, 5, 52) and ground.shape == (3, 5, 26)
    for number, camera in enumerate(CAMERAS):
        np.testing.assert_allclose(
            ground[number], camera.relative_depth(PERSON, PANOPTIC26), atol=0.02
        )
    report = json.loads((tmp_path / "data" / "triangulation.json").read_text())
    assert report["unit"] == "cm" and report["all"]["mean_error"] < 0.01
    np.testing.assert_allclose(np.load(points)["points"][:, :25], PERSON[:, :25], atol=0.01)


def test_options(files, tmp_path, capsys):
    spoilt = np.load(files[0])
    spoilt[2, 1] += 40  # y of the Neck: that of x is along the lines of sight
    np.save(files[0], spoilt)
    views, rest = [files[1], files[0], files[2]], files[3:]
    options = ["--cameras", "00_01,00_00,00_02", "--offset", "1,1,1", "--threshold", "20"]
    found = []
    for kind in ("measured", "reprojected"):
        assert call(*views, *rest, *options, "--keypoints", kind, "--quiet", "--force") == 0
        found.append(np.load(tmp_path / "data" / "body_data.npy")[1, 2, 1])
    assert capsys.readouterr().out == ""
    assert np.isnan(found[0])  # what the others do not agree with is left out
    assert found[1] == pytest.approx(spoilt[2, 1] - 40, abs=0.1)
    report = json.loads((tmp_path / "data" / "triangulation.json").read_text())
    assert (report["first_frame"], report["settings"]["threshold"]) == (1, 20)
    assert call(*files, "--to", "coco17", "--quiet", "--force") == 0
    feet = "LBigToe, LSmallToe, LHeel, RBigToe, RSmallToe, RHeel"
    assert capsys.readouterr().err.splitlines() == [
        f"not in coco17: 6 keypoints of the body ({feet})"
    ]
    assert np.load(tmp_path / "data" / "body_data.npy").shape == (3, 5, 34)


def test_fingers_of_any_detector_become_those_of_panoptic67(files, tmp_path, capsys):
    signer = moving_signer(5)
    views = files[:3]
    for path, camera in zip(views, CAMERAS, strict=True):
        np.save(path, convert(camera.project(signer), PANOPTIC67, MEDIAPIPE75))
    rest = ["--calibration", files[4], "-o", tmp_path / "data", "--to", "panoptic67"]
    assert call(*views, *rest, "--quiet") == 0
    data, ground = (np.load(tmp_path / "data" / f"body_{n}.npy") for n in ("data", "ground"))
    assert data.shape == (3, 5, 134) and ground.shape == (3, 5, 67)
    for number, camera in enumerate(CAMERAS):
        true = camera.relative_depth(signer, PANOPTIC67)
        np.testing.assert_allclose(ground[number][:, 25:], true[:, 25:], atol=0.02)


def test_mistakes(files, tmp_path, capsys):
    assert call(*files, "--offset", "1,x") == 2
    assert "--offset: expected whole numbers" in capsys.readouterr().err
    assert call(*files, "--threshold", "0") == 2
    assert "threshold: expected a number of pixels above 0" in capsys.readouterr().err
    assert call(*files, "--to", "elk") == 2
    assert "--to: expected panoptic26, panoptic67," in capsys.readouterr().err
    (tmp_path / "calibration.json").write_text("{")
    assert call(*files) == 2
    assert "expected JSON" in capsys.readouterr().err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("skeleton", [COCO17, HALPE26])
def test_rtmpose_in_openpose_json(tmp_path, skeleton):
    calibration = tmp_path / "calibration.json"
    calibration.write_text(panoptic_calibration(CAMERAS))
    for camera in CAMERAS:
        (tmp_path / camera.name).mkdir()
        points = np.nan_to_num(convert(camera.project(PERSON), PANOPTIC26, skeleton))
        for t, frame in enumerate(points):
            confident = [[x, y, 0.9 if x else 0.0] for x, y in frame.tolist()]
            person = {"person_id": [-1], "pose_keypoints_2d": np.ravel(confident).tolist()}
            file = tmp_path / camera.name / f"{camera.name}_{t:06}.json"
            file.write_text(json.dumps({"version": 1.3, "people": [person]}))
    views = [tmp_path / camera.name for camera in CAMERAS]
    out, options = tmp_path / "data", ["--calibration", calibration, "--quiet"]
    assert call(*views, *options, "-o", out) == 0
    report = json.loads((out / "triangulation.json").read_text())
    assert report["all"]["mean_error"] < 0.1
    truth = CAMERAS[0].relative_depth(PERSON, PANOPTIC26)
    depth = np.load(out / "body_ground.npy")[0]
    for name in ("LElbow", "RWrist", "LKnee", "Nose"):
        expected = truth[:, PANOPTIC26.find(name)]
        np.testing.assert_allclose(depth[:, skeleton.index(name)], expected, atol=0.5)


def test_a_view_of_somebody_else_is_named(files, tmp_path, capsys):
    views = files[: len(CAMERAS)]
    keypoints = np.load(views[1])
    np.save(views[1], keypoints + 300)
    assert call(*files) == 1
    line = (
        f"{views[1].name}, video 0: expected keypoints that agree with the other views, found 100%"
    )
    assert line in capsys.readouterr().err
