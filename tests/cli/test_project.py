import numpy as np
import pytest

import signlift as sl
from signlift.cli.main import main
from signlift.core.skeleton import PANOPTIC26, PANOPTIC67
from signlift.core.skeleton_arrays import convert
from signlift.simulation.signer.body import SIGNER
from signlift.simulation.signer.procedural_signer import Signer


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    path = tmp_path_factory.mktemp("mocap") / "clip.npy"
    moved = Signer().sample_motion(np.random.default_rng(0), 10, 30.0, fingers=False)
    np.save(path, convert(moved, SIGNER, PANOPTIC26)[..., [2, 0, 1]])  # metres, z up
    return path


def call(*arguments):
    return main([str(argument) for argument in arguments])


def test_project_prints_the_rig_unit_and_axis_that_it_recognised(clip, tmp_path, capsys):
    out = tmp_path / "data"
    assert call("project", clip, "-o", out, "--cameras", 3, "--seed", 4) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "rig panoptic26, a unit is 100 cm, z is up"
    assert printed[1] == f"{out}: 3 recordings, 30 frames"
    assert np.load(out / "body_data.npy").shape == (3, 10, 52)
    assert np.load(out / "body_ground.npy").shape == (3, 10, 26)


def test_fingers_from_motion_to_a_trained_model(tmp_path, capsys):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    moved = Signer().sample_motion(np.random.default_rng(0), 20, 30.0)
    hands = convert(moved, SIGNER, PANOPTIC67)
    np.savez(tmp_path / "signs.npz", one=hands, two=hands[::-1])
    data, run, model = tmp_path / "data", tmp_path / "run", tmp_path / "model.onnx"
    on = ("--skeleton", "panoptic67")
    assert call("project", tmp_path / "signs.npz", "-o", data, *on, "--cameras", 2) == 0
    assert np.load(data / "body_data.npy").shape == (4, 20, 134)
    ground = np.load(data / "body_ground.npy")
    assert ground.shape == (4, 20, 67) and not np.isnan(ground).any()
    small = ("--epochs", 1, "--hidden-size", 8, "--seq-len", 10)
    assert call("train", data, "-o", run, *on, "--arch", "depth-lstm", *small) == 0
    assert call("evaluate", data, "--model", run, "--split", "all") == 0
    assert "LPinky4" in capsys.readouterr().out
    assert call("export", run, "-o", model) == 0
    np.save(tmp_path / "a.npy", np.load(data / "body_data.npy")[0].reshape(20, 67, 2))
    for weights in (run, model):
        assert call("lift", tmp_path / "a.npy", "-o", tmp_path / "a.npz", "--model", weights) == 0
        depth = sl.read(tmp_path / "a.npz").depth
        assert depth.shape == (20, 67) and not np.isnan(depth).any()


def test_motion_without_fingers_has_none_to_project(clip, tmp_path, capsys):
    out = tmp_path / "data"
    assert call("project", clip, "-o", out, "--skeleton", "panoptic67") == 2
    (line,) = capsys.readouterr().err.splitlines()
    expected = "a skeleton without hands, as the motion capture has no fingers, found panoptic67"
    assert line == f"--skeleton: expected {expected}"
    moved = Signer().sample_motion(np.random.default_rng(0), 10, 30.0)
    np.save(tmp_path / "hands.npy", convert(moved, SIGNER, PANOPTIC67))
    both = (clip, tmp_path / "hands.npy")
    assert call("project", *both, "-o", out, "--skeleton", "panoptic67", "--quiet") == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "clip.npy: no joints of fingers, which are missing in its recordings"
    assert np.isnan(np.load(out / "body_ground.npy")[:, 0, 25:]).all(1).tolist() == [True, False]
    assert call("project", *both, "-o", tmp_path / "coco", "--skeleton", "coco17") == 0
    assert np.load(tmp_path / "coco" / "body_ground.npy").shape == (2, 10, 17)


def test_options_and_mistakes(clip, tmp_path, capsys):
    out = tmp_path / "data"
    options = ["--unit", "m", "--up", "z", "--rig", "keypoints", "--quiet", "--distance", 2, 3]
    assert call("project", clip, "-o", out, *options) == 0
    assert capsys.readouterr().out == ""
    out = tmp_path / "new"
    assert call("project", clip, "-o", out, "--unit", "mile") == 2
    assert "unit: expected one of m, cm" in capsys.readouterr().err
    assert call("project", clip, "-o", out, "--cameras", 0) == 2
    assert "cameras: expected 1 or more, found 0" in capsys.readouterr().err
    assert call("project", "-o", out) == 2
    assert capsys.readouterr().err == "signlift project: missing INPUT\n"


def test_a_data_set_is_replaced_with_force_alone(clip, tmp_path, capsys):
    out = tmp_path / "data"
    assert call("project", clip, "-o", out, "--quiet") == 0
    before = (out / "body_data.npy").read_bytes()
    other = (clip, "-o", out, "--quiet", "--seed", 4)
    assert call("project", *other) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"{out}: expected a new directory, or --force to replace it, found")
    assert (out / "body_data.npy").read_bytes() == before
    (out / "triangulation.json").write_text("{}")
    assert call("project", *other, "--force") == 0
    assert (out / "body_data.npy").read_bytes() != before
    assert not (out / "triangulation.json").exists()  # of the data set that was replaced


def test_a_bad_file_of_several(clip, tmp_path, capsys):
    bad = tmp_path / "bad.bvh"
    bad.write_text("HIERARCHY")
    assert call("project", clip, bad, "-o", tmp_path / "data") == 1
    printed = capsys.readouterr()
    assert "bad.bvh: expected HIERARCHY, and MOTION" in printed.err
    assert "1 recording, " in printed.out
