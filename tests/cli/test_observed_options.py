"""`--min-confidence` and `--keep-zeros` of the verbs other than lift."""

import json

import numpy as np
import pytest
from studio import moving_person, panoptic_calibration, ring, save_directory, take_files

import signlift as sl
from signlift.cli.main import main

CAMERAS = ring(3)
FEET = slice(19, 25)


def call(*arguments):
    return main([str(argument) for argument in arguments])


@pytest.fixture
def zeros(make_data):
    """Training data of pixels whose feet are at (0, 0) in each frame."""
    directory = make_data([12, 12, 12])
    data = np.abs(np.load(directory / "body_data.npy")) + 100
    points = data.reshape(3, 12, 26, 2)
    points[:, :, FEET] = 0
    np.save(directory / "body_data.npy", points.reshape(3, 12, 52))
    return directory


def line(directory):
    place = directory / "body_data.npy"
    return f"{place}: 216 keypoints at (0, 0) treated as missing (--keep-zeros keeps them)"


def test_evaluate(zeros, capsys):
    for options, lines in (((), [line(zeros)]), (("--keep-zeros",), [])):
        assert call("evaluate", zeros, "--quiet", *options) == 0
        assert capsys.readouterr().err.splitlines() == lines
    assert call("evaluate", zeros, "--min-confidence", "0.5") == 2
    expected = "none for arrays of training data, which have no confidence"
    assert capsys.readouterr().err == f"--min-confidence: expected {expected}, found 0.5\n"


def test_evaluate_recordings_with_confidence(tmp_path, capsys):
    rng = np.random.default_rng(0)
    keypoints, depth = rng.normal(300, 50, (8, 26, 2)), rng.normal(0, 50, (8, 26))
    confidence = np.full((8, 26), 0.9)
    confidence[:, FEET] = 0.2
    recording = sl.Recording(keypoints, depth=depth, confidence=confidence, fps=30)
    path = sl.write(recording, tmp_path / "a.npz")
    counts = []
    for options in ((), ("--min-confidence", "0.5")):
        assert call("evaluate", path, "--json", tmp_path / "m.json", "--quiet", *options) == 0
        counts.append(json.loads((tmp_path / "m.json").read_text())["model"])
    assert counts[0] != counts[1]
    low = sl.evaluate(recording, min_confidence=0.5).report.to_json()
    assert low == sl.evaluate(path, min_confidence=0.5).report.to_json()
    capsys.readouterr()


def test_prepare(zeros, tmp_path, capsys):
    arrays = [zeros / "body_data.npy", zeros / "body_ground.npy"]
    found = []
    for options, lines in (((), [line(zeros)]), (("--keep-zeros",), [])):
        assert call("prepare", *arrays, "-o", tmp_path / "n.npy", "--force", *options) == 0
        assert capsys.readouterr().err.splitlines() == lines
        found.append(np.isnan(np.load(tmp_path / "n.npy")[:, FEET]).all())
    assert found == [True, False]


def test_train(zeros, tmp_path, capsys):
    pytest.importorskip("torch")
    options = ["--arch", "depth-lstm", "--epochs", "1", "--hidden-size", "4", "--quiet"]
    for number, (more, lines) in enumerate((((), [line(zeros)]), (("--keep-zeros",), []))):
        assert call("train", zeros, "-o", tmp_path / str(number), *options, *more) == 0
        assert capsys.readouterr().err.splitlines() == lines
    assert call("train", zeros, "-o", tmp_path / "1", "--resume", "--epochs", "2", "--quiet") == 0
    assert capsys.readouterr().err == ""  # the run remembers the option


def test_triangulate(tmp_path, capsys):
    person, elbow = moving_person(5), 4
    calibration = tmp_path / "calibration.json"
    calibration.write_text(panoptic_calibration(CAMERAS))
    views = []
    for camera in CAMERAS:
        values = np.full((5, 26, 3), 0.9)
        values[..., :2] = camera.project(person)
        values[:, elbow, 2] = 0.2
        views.append(tmp_path / f"{camera.name}.npy")
        np.save(views[-1], values)

    def elbows(*options):
        out = tmp_path / "".join(["data", *options])
        command = ["triangulate", *views, "--calibration", calibration, "-o", out]
        assert call(*command, "--force", "--quiet", *options) == 0, capsys.readouterr()
        arrays = (np.load(out / f"body_{n}.npy") for n in ("data", "ground"))
        return [not np.isnan(array.reshape(3, 5, 26, -1)[:, :, elbow]).any() for array in arrays]

    assert elbows() == [True, False]
    assert elbows("--min-confidence", "0.1") == [True, True]
    assert elbows("--min-confidence", "0.3") == [False, False]


def test_project_recordings_of_the_studio(tmp_path, capsys):
    take = save_directory(take_files(moving_person(5)), tmp_path / "take")
    found = []
    for minimum in ("0.4", "0.6"):  # their score is 0.5
        out = tmp_path / minimum
        found.append(call("project", take, "-o", out, "--min-confidence", minimum, "--quiet"))
    assert found == [0, 2]
    assert call("project", tmp_path / "a.bvh", "-o", tmp_path / "b", "--min-confidence", "0.1") == 2
    assert "--min-confidence: expected recordings of the Panoptic" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["body_data.npy", "clip.npy", "clip.npz"])
def test_a_minimum_without_confidences_is_one_warning(tmp_path, capsys, name):
    recording = sl.read(sl.sample_path())
    path = tmp_path / name
    if name == "clip.npz":
        np.savez(path, keypoints=recording.keypoints, skeleton=recording.skeleton.name)
    else:
        flat = recording.keypoints.reshape(1, len(recording), -1)
        np.save(path, flat if name == "body_data.npy" else recording.keypoints)
    assert (
        main(["lift", str(path), "-o", str(tmp_path / "out.npz"), "--min-confidence", "0.5"]) == 1
    )
    lines = [line for line in capsys.readouterr().err.splitlines() if "min-confidence" in line]
    assert lines == [f"{path}: no keypoint has a confidence; --min-confidence changes nothing"]
