"""The command line from end to end, as a user runs it."""

import contextlib
import io
import json
from pathlib import Path

import numpy as np
import pytest

import signlift as sl
from signlift.cli.main import main
from signlift.datasets.simulated import generate

pytestmark = pytest.mark.usefixtures("short_animations")


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return generate(
        tmp_path_factory.mktemp("data"), 8, min_frames=10, max_frames=40, missing=0.05, quiet=True
    )


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    directory = tmp_path_factory.mktemp("runs") / "run"
    assert main(["train", str(data), "-o", str(directory), *SMALL, "--quiet"]) == 0
    return directory


SMALL = ["--arch", "depth-lstm", "--epochs", "2", "--hidden-size", "12", "--batch-size", "4"]


def call(*arguments):
    return main([str(argument) for argument in arguments])


def test_the_chain_of_the_original_repository(data, tmp_path, capsys):
    out = tmp_path / "normalized_data.npy"
    assert call("prepare", data / "body_data.npy", data / "body_ground.npy", "-o", out) == 0
    assert "8 recordings" in capsys.readouterr().out
    assert call("train", out, "-o", tmp_path / "run", *SMALL) == 0
    printed = capsys.readouterr().out
    assert "2 epochs; best: epoch" in printed
    assert "losses.png" in printed
    assert call("test", tmp_path / "run", out) == 0
    assert "MPJPE" in capsys.readouterr().out


def test_train_test_lift(data, run, tmp_path, capsys):
    assert call("test", run, data, "--json", tmp_path / "m.json", "-o", tmp_path / "out") == 0
    printed = capsys.readouterr()
    assert "2 of 8 recordings of the run's training data: those held back" in printed.out
    assert str(tmp_path / "out" / "skeletons.gif") in printed.out
    assert printed.err == ""  # no bar where stderr is no terminal
    assert str(tmp_path / "out" / "report.html") in printed.out
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert f"signlift test {run} {data} --json" in page  # the command as it was typed
    assert "The best epoch is" in page
    assert json.loads((tmp_path / "m.json").read_text())["model"]["recordings"] == 2
    depth = tmp_path / "depth.npy"
    assert call("lift", data / "body_data.npy", "-o", depth, "--model", run) == 0
    *notes, path = capsys.readouterr().out.splitlines()
    assert any(note.startswith("lifted by signlift") for note in notes) and path == str(depth)
    keypoints = np.load(data / "body_data.npy")
    seen = ~np.isnan(keypoints).all(-1)
    np.testing.assert_array_equal(np.isfinite(np.load(depth)).all(-1), seen)


def test_evaluate_takes_any_model_and_any_data(data, run, tmp_path, capsys):
    assert call("evaluate", data, "--json", tmp_path / "m.json") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("shipped weights on all 8 recordings of the data")
    assert "depth error relative to the Neck" in printed
    assert "true depth within the uncertainty, wrists" in printed
    assert printed.splitlines().count("frame rate unknown: 30 frames per second assumed") == 1
    assert json.loads((tmp_path / "m.json").read_text())["evaluated"] == "shipped"
    assert call("evaluate", data, "--model", run, "--split", "all") == 0
    captured = capsys.readouterr()
    (warning,) = captured.err.splitlines()
    assert "trained on 6 of these 8 recordings" in warning
    sl.write(sl.read_arrays(data)[0], tmp_path / "one.npz")
    capsys.readouterr()
    assert call("evaluate", tmp_path / "one.npz", "--causal", "--fps", "25") == 0
    printed = capsys.readouterr().out
    assert "shipped weights on 1 recording of the data" in printed
    # The file holds a rate, or the option gives it.
    assert "frame rate unknown" not in printed
    assert call("evaluate", data, "--split", "test") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "--split: expected auto or all, as shipped is not a training run, found test"


def test_test_is_another_name_of_evaluate(data, run, capsys):
    assert call("test", run, data) == 0
    by_test = capsys.readouterr().out
    assert call("evaluate", data, "--model", run) == 0
    assert capsys.readouterr().out == by_test


def test_quiet_prints_nothing(data, run, tmp_path, capsys):
    assert call("test", run, data, "--quiet") == 0
    assert (
        call("lift", data / "body_data.npy", "-o", tmp_path / "d.npy", "--model", run, "--quiet")
        == 0
    )
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", "")


def test_resume_and_groups(data, run, tmp_path, capsys):
    groups = tmp_path / "groups.txt"
    groups.write_text("a\na\na\na\nb\nb\nb\nb\n")
    again = tmp_path / "run"
    options = [*SMALL, "--groups", groups, "--no-mirror", "--loss", "l1"]
    assert call("train", data, "-o", again, *options) == 0
    assert call("train", data, "-o", again, "--resume", "--epochs", "3", "--quiet") == 0
    assert len((again / "losses.csv").read_text().splitlines()) == 4
    split = json.loads((again / "config.json").read_text())["split"]
    assert sorted(map(len, split.values())) == [4, 4]


def test_other_skeletons_and_separate_test_data(tmp_path, capsys):
    for name in ("coco17", "panoptic67", "openpose25"):
        size = {"min_frames": 5, "max_frames": 9, "skeleton": name, "quiet": True}
        train, test = (generate(tmp_path / f"{name}{n}", 3, seed=n, **size) for n in (0, 1))
        run = tmp_path / f"{name}_run"
        assert call("train", train, "-o", run, "--skeleton", name, *SMALL, "--test-data", test) == 0
        assert call("test", run, test) == 0
        assert "all 3 recordings of the run's test data" in capsys.readouterr().out
        assert call("test", run, train) == 2  # it was trained on all of these
        assert "3 trained on, 0 held back" in capsys.readouterr().err


def test_several_files_go_into_a_directory_and_a_bad_one_does_not_stop_the_others(
    data, run, tmp_path, capsys
):
    inputs = tmp_path / "in"
    inputs.mkdir()
    keypoints = np.load(data / "body_data.npy")
    for name in ("a", "b"):
        np.save(inputs / f"{name}.npy", keypoints[:2])
    (inputs / "bad.npy").write_bytes(b"nonsense")
    assert call("lift", inputs, "-o", tmp_path / "out", "--model", run) == 1
    printed = capsys.readouterr()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.npy", "b.npy"]
    bad, summary = printed.err.splitlines()
    assert "bad.npy: expected a .npy file" in bad
    assert summary == "1 of 3 files could not be lifted"
    both = [inputs / "a.npy", inputs / "b.npy"]
    assert call("lift", *both, "-o", tmp_path / "out.npy", "--model", run) == 2
    assert call("lift", both[0], both[0], "-o", tmp_path / "out", "--model", run) == 2
    (tmp_path / "empty").mkdir()
    assert call("lift", tmp_path / "empty", "-o", tmp_path / "out", "--model", run) == 2


def test_a_path_that_cannot_be_written_is_a_users_mistake(data, run, tmp_path, capsys):
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "depth.npy"
    assert call("lift", data / "body_data.npy", "-o", out, "--model", run) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "file") in line


@pytest.fixture(scope="module")
def demo(tmp_path_factory, short_animations):
    """A directory with what the demo writes, and what it printed."""
    directory = tmp_path_factory.mktemp("demo") / "demo"
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        assert call("demo", "-o", directory, "--recordings", "2") == 0
    return directory, printed.getvalue()


@pytest.mark.parametrize(
    ("options", "count"),
    [(["--recordings", "2"], 6), (["--train", "--recordings", "6", "--epochs", "1"], 6)],
    ids=["lift", "train"],
)
def test_the_demo_writes_the_files_it_names_and_can_be_run_again(demo, capsys, options, count):
    directory, printed = demo
    if "--train" in options:
        directory = directory.with_name("train")
        assert call("demo", "-o", directory, *options) == 0
        printed = capsys.readouterr().out
    for again in (False, True):
        if again:
            assert call("demo", "-o", directory, *options) == 0
            printed = capsys.readouterr().out
        files = printed.split("Files to open:\n")[1].split()
        assert len(files) == count
        assert all(Path(file).stat().st_size > 100 for file in files)


def test_the_demo_measures_what_it_lifts(demo):
    directory, printed = demo
    (wrists,) = (line.split() for line in printed.splitlines() if line.startswith("  wrists"))
    assert 0 < float(wrists[1]) < float(wrists[2])  # nearer to the truth than no depth at all
    depth = np.load(directory / "depth.npy")
    data = np.load(directory / "data" / "body_data.npy")
    assert depth.shape == (*data.shape[:2], data.shape[2] // 2)


def test_the_demo_does_not_touch_other_files(tmp_path, capsys):
    mine = tmp_path / "data" / "body_data.npy"
    mine.parent.mkdir()
    mine.write_text("precious")
    assert call("demo", "-o", tmp_path) == 2
    assert "expected a new or empty directory" in capsys.readouterr().err
    assert mine.read_text() == "precious"
    assert call("demo", "-o", tmp_path / "new", "--recordings", "0") == 2
    assert call("demo", "-o", tmp_path / "new", "--train", "--epochs", "0") == 2
    assert call("demo", "-o", tmp_path / "new", "--train", "--recordings", "1") == 2
    assert not (tmp_path / "new").exists()


def test_no_input_is_ever_replaced(data, run, tmp_path, capsys):
    directory = tmp_path / "in"
    directory.mkdir()
    keypoints = directory / "body_data.npy"
    keypoints.write_bytes((data / "body_data.npy").read_bytes())
    before = keypoints.read_bytes()
    for inputs, out in ((keypoints, keypoints), (keypoints, directory), (directory, directory)):
        assert call("lift", inputs, "-o", out, "--model", run) == 2
        assert "expected a path other than the input's" in capsys.readouterr().err
    assert call("prepare", keypoints, data / "body_ground.npy", "-o", keypoints) == 2
    assert "body_data.npy: expected" in capsys.readouterr().err
    index = directory / "out.json"
    index.write_text('{"my": "own"}')
    assert call("prepare", keypoints, data / "body_ground.npy", "-o", directory / "out.npy") == 2
    assert index.read_text() == '{"my": "own"}'
    assert keypoints.read_bytes() == before


def test_a_data_directory_is_lifted_without_its_ground_truth(data, run, tmp_path):
    assert call("lift", data, "-o", tmp_path / "out", "--model", run) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["body_data.npy"]
    assert call("lift", data / "body_data.npy", "-o", tmp_path / "a.fbx", "--model", run) == 2


def test_resuming_refuses_options_that_differ_from_those_of_the_run(data, tmp_path, capsys):
    run = tmp_path / "run"
    assert call("train", data, "-o", run, *SMALL, "--quiet") == 0
    again = ["train", data, "-o", run, "--resume"]
    assert call(*again, "--hidden-size", "12", "--epochs", "2") == 0  # as they are
    capsys.readouterr()
    for options, expected in (
        (["--hidden-size", "256"], "hidden_size 12 and 256"),  # the default, but not the run's
        (["--seed", "5"], "seed 0 and 5"),
        (["--epochs", "1"], "expected --epochs 2 or more, as it has completed 2, found 1"),
        (["--precision", "64-true"], "precision 32-true and 64-true"),
    ):
        assert call(*again, *options) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.endswith(expected)
    assert call(*again, "--epochs", "60", "--quiet") == 0  # the default, and more than there are
    assert len((run / "losses.csv").read_text().splitlines()) == 61
