"""`signlift lift` with networks of random weights in the place of the shipped ones."""

import json

import numpy as np
import pytest
from lifting_nets import random_lifter

import signlift as sl
from signlift.cli.main import main
from signlift.datasets.simulated import generate


@pytest.fixture(scope="module")
def net(tmp_path_factory):
    directory = tmp_path_factory.mktemp("net")
    random_lifter(directory)
    return directory


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    directory = tmp_path_factory.mktemp("data")
    return generate(directory, 3, min_frames=8, max_frames=20, upper_body=0.5, quiet=True)


@pytest.fixture
def one(data, tmp_path):
    path = tmp_path / "one.npy"
    np.save(path, np.load(data / "body_data.npy")[0])
    return path


@pytest.fixture
def lift(net, tmp_path, capsys):
    """A function that lifts; gives the exit code, and what is printed on stdout and stderr."""

    def lift(*arguments, out="depth.npy"):
        options = ["lift", *arguments, "-o", tmp_path / out, "--model", net]
        code = main([str(option) for option in options])
        printed = capsys.readouterr()
        return code, printed.out.splitlines(), printed.err.splitlines()

    return lift


def test_depth_and_its_uncertainty(lift, data, net, tmp_path):
    code, printed, errors = lift(data / "body_data.npy", "--uncertainty")
    assert (code, errors) == (0, [])
    assert printed[0] == "frame rate unknown: 30 frames per second assumed"
    assert printed[2].startswith("3 recordings of ")
    assert printed[3:] == [str(tmp_path / name) for name in ("depth.npy", "depth_uncertainty.npy")]
    assert printed[1].startswith("lifted by signlift")
    lifter = sl.load(net)
    for v, recording in enumerate(sl.read_arrays(data / "body_data.npy")):
        lifted = lifter.lift(recording)
        T = len(recording)
        for name, values in (
            ("depth", lifted.depth),
            ("depth_uncertainty", lifted.depth_uncertainty),
        ):
            array = np.load(tmp_path / f"{name}.npy")
            np.testing.assert_allclose(array[v, :T], values, rtol=1e-4, atol=1e-3)


def test_causal_and_frame_rate(lift, one, net, tmp_path):
    assert lift(one, "--causal", "--fps", "50")[0] == 0
    recording = sl.Recording(sl.read(one).keypoints, fps=50)
    expected = sl.load(net).lift(recording, causal=True).depth
    np.testing.assert_array_equal(np.load(tmp_path / "depth.npy")[: len(recording)], expected)


def test_proportions_are_saved_and_used(lift, one, data, tmp_path):
    body = tmp_path / "new" / "me.json"
    code, printed, _ = lift(one, "--save-proportions", body)
    assert code == 0
    assert printed[-1] == str(body)
    assert sl.BodyProportions.read(body).torso > 0
    body.write_text(json.dumps({"torso": 50, "forearm": 45}))
    plain = np.load(tmp_path / "depth.npy")
    assert lift(data / "body_data.npy", "--proportions", body)[0] == 0
    T = len(sl.read(one))
    assert abs(np.load(tmp_path / "depth.npy")[0, :T] - plain[:T]).max() > 0.1


def test_a_height_gives_the_unit(lift, one, data, net, tmp_path):
    code, printed, _ = lift(one, "--height", "170")
    assert code == 0
    assert printed[-1].startswith("a unit of the depth is about 0.")
    assert printed[-1].endswith(" cm (by a height of 170 cm)")
    tall = lift(one, "--height", "187")[1][-1]
    cm, more = (float(line.split("about ")[1].split(" cm")[0]) for line in (printed[-1], tall))
    assert more == pytest.approx(1.1 * cm, rel=0.01)
    assert " to " in lift(data / "body_data.npy", "--height", "170")[1][-1]
    assert lift(one, "--height", "170", "--quiet")[1] == []


def test_mistakes_are_printed_in_one_line_each(lift, one, data, tmp_path):
    before = sorted(tmp_path.iterdir())
    for options, *expected in (
        (
            ["--height", "1.7"],
            "--height: expected the stature of a person, 40 to 280 cm, found 1.7 (in metres?)",
        ),
        (["--proportions", tmp_path / "no.json"], "no.json: expected a .json file, found no such"),
        (["--fps", "0"], "--fps: expected a number above 0 and up to 1000, found 0"),
        (["--fps", "inf"], "--fps: expected a number above 0 and up to 1000, found inf"),
        (["--fps", "x"], "--fps: expected a number, found 'x'"),
        (["--person", "x"], "--person: expected a whole number or all, found 'x'"),
        (["--size", "10"], "--size: expected two whole numbers, found '10'"),
        (["--size", "10", "x"], "--size: expected two whole numbers, found '10' 'x'"),
        (
            ["--smooth", "foo"],
            "--smooth: expected one-euro, savitzky-golay or none, found 'foo'",
        ),
        (
            ["--fps", "-1", "--height", "3", "--save-proportions", "me.txt"],
            "--save-proportions: expected a name that ends in .json, found me.txt",
            "--fps: expected",
            "--height: expected",
        ),
        (
            ["--height", "170", "--proportions", one],
            "expected JSON, found bytes that are not text",
        ),
    ):
        code, printed, errors = lift(one, *options)
        assert code == 2
        assert printed == []
        assert len(errors) == len(expected)
        assert all(part in line for part, line in zip(expected, errors, strict=True))
    assert sorted(tmp_path.iterdir()) == before
    code, _, (line,) = lift(data / "body_data.npy", "--save-proportions", tmp_path / "me.json")
    assert code == 2
    assert line.endswith("expected one recording, of one person, found 3")
    code, _, (line,) = lift(one, data, "--save-proportions", tmp_path / "me.json", out="directory")
    assert code == 2
    assert line == "--save-proportions: expected one recording, of one person, found 2 files"
    assert not (tmp_path / "me.json").exists()


def test_no_result_replaces_another(lift, one, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a.npy", "a_uncertainty.npy", "a.dat"):
        (tmp_path / name).write_bytes(one.read_bytes())
    for inputs, options, twice in (
        (["a.npy", "a_uncertainty.npy"], ["--uncertainty"], "a_uncertainty.npy"),
        (["a.npy", "a.npy"], [], "a.npy.npy"),
    ):
        code, printed, (line,) = lift(*inputs, *options, out="new")
        assert (code, printed) == (2, [])
        assert line.startswith("--out: expected a file for each result")
        both = " and ".join(dict.fromkeys(inputs))
        assert line.endswith(f"found {tmp_path / 'new' / twice} twice, of {both}")
    assert not (tmp_path / "new").exists()
    body = tmp_path / "me.json"
    body.write_text('{"torso": 50}')
    code, _, (line,) = lift(one, "--proportions", body, "--save-proportions", body)
    assert code == 2
    assert line.startswith("--save-proportions: expected another file than --proportions")


def test_a_file_of_uncertainty_replaces_no_input(lift, one, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("a", "a_error"):
        (tmp_path / "in" / f"{name}.npy").write_bytes(one.read_bytes())
    code, _, (line,) = lift(tmp_path / "in", "--uncertainty", out="in")
    assert code == 2
    code, _, (line,) = lift(tmp_path / "in" / "a_uncertainty.npy", "--uncertainty", out="in/a.npy")
    assert code == 2
    assert line.startswith("--out: expected a path other than the input's")


def test_a_run_is_exported_and_lifts_the_same(data, tmp_path, capsys):
    small = ["--arch", "depth-lstm", "--epochs", "1", "--hidden-size", "12", "--quiet"]
    run, model = tmp_path / "run", tmp_path / "model.onnx"
    assert main(["train", str(data), "-o", str(run), *small]) == 0
    assert main(["export", str(run), "-o", str(model)]) == 0
    assert capsys.readouterr().out == f"{model}\n"
    assert main(["export", str(run), "-o", str(model), "--quiet"]) == 0
    for name in ("run", "model.onnx"):
        options = ["-o", str(tmp_path / f"{name}.npy"), "--model", str(tmp_path / name)]
        assert main(["lift", str(data / "body_data.npy"), *options]) == 0
    depths = [np.load(tmp_path / f"{name}.npy") for name in ("run", "model.onnx")]
    np.testing.assert_allclose(depths[1], depths[0], atol=0.01)
    capsys.readouterr()
    for option in (["--height", "170"], ["--uncertainty"]):
        out = ["-o", str(tmp_path / "no.npy"), "--model", str(model), *option]
        assert main(["lift", str(data / "body_data.npy"), *out]) == 2
        assert "model.onnx: expected a model that" in capsys.readouterr().err
    assert not (tmp_path / "no.npy").exists()
