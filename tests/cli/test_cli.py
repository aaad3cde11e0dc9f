"""The command line from end to end, as a user runs it."""

import contextlib
import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

import signlift as sl
from signlift.cli.lift import FormatName
from signlift.cli.main import app, main
from signlift.cli.options import SkeletonName
from signlift.core.skeleton import SKELETONS
from signlift.datasets.simulated import generate
from signlift.io.registry import WRITERS


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return generate(
        tmp_path_factory.mktemp("data"), 8, min_frames=10, max_frames=40, missing=0.05, quiet=True
    )


@pytest.fixture(scope="module")
def run(data, tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs") / "run"
    assert main(["train", str(data), "-o", str(folder), *SMALL, "--quiet"]) == 0
    return folder


SMALL = ["--epochs", "2", "--hidden-size", "12", "--batch-size", "4"]


def call(*arguments):
    return main([str(argument) for argument in arguments])


def test_the_seeds_chain(data, tmp_path, capsys):
    out = tmp_path / "normalized_data.npy"
    assert call("prepare", data / "body_data.npy", data / "body_ground.npy", "-o", out) == 0
    assert "8 recordings" in capsys.readouterr().out
    assert call("train", out, "-o", tmp_path / "run", *SMALL) == 0
    said = capsys.readouterr().out
    assert "2 epochs; the best is number" in said
    assert "losses.png" in said
    assert call("test", tmp_path / "run", out) == 0
    assert "MPJPE" in capsys.readouterr().out


def test_train_test_lift(data, run, tmp_path, capsys):
    assert call("test", run, data, "--json", tmp_path / "m.json", "-o", tmp_path / "out") == 0
    said = capsys.readouterr()
    assert "2 of 8 recordings of the run's training data: those held back" in said.out
    assert str(tmp_path / "out" / "skeletons.gif") in said.out
    assert said.err == ""  # no bar where stderr is no terminal
    assert json.loads((tmp_path / "m.json").read_text())["model"]["recordings"] == 2
    depth = tmp_path / "depth.npy"
    assert call("lift", data / "body_data.npy", "-o", depth, "--model", run) == 0
    note, path = capsys.readouterr().out.splitlines()
    assert note.startswith("lifted by signlift") and path == str(depth)
    keypoints = np.load(data / "body_data.npy")
    seen = ~np.isnan(keypoints).all(-1)
    np.testing.assert_array_equal(np.isfinite(np.load(depth)).all(-1), seen)


def test_evaluate_takes_any_model_and_any_data(data, run, tmp_path, capsys):
    assert call("evaluate", data, "--json", tmp_path / "m.json") == 0
    printed = capsys.readouterr().out
    assert printed.startswith("shipped weights on all 8 recordings of the data")
    assert "depth error relative to the Neck" in printed
    assert "true depth within the uncertainty, wrists" in printed
    assert json.loads((tmp_path / "m.json").read_text())["evaluated"] == "shipped"
    assert call("evaluate", data, "--model", run, "--split", "all") == 0
    captured = capsys.readouterr()
    (warning,) = captured.err.splitlines()
    assert "trained on 6 of these 8 recordings" in warning
    sl.write(sl.read_arrays(data)[0], tmp_path / "one.npz")
    assert call("evaluate", tmp_path / "one.npz", "--causal", "--fps", "25") == 0
    assert "shipped weights on 1 recording of the data" in capsys.readouterr().out
    assert call("evaluate", data, "--split", "test") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == "--split: expected auto or all, as shipped is not a training run, found test"


def test_test_is_another_name_of_evaluate(data, run, capsys):
    assert call("test", run, data) == 0
    by_test = capsys.readouterr().out
    assert call("evaluate", data, "--model", run) == 0
    assert capsys.readouterr().out == by_test


def test_quiet_says_nothing(data, run, tmp_path, capsys):
    assert call("test", run, data, "--quiet") == 0
    assert (
        call("lift", data / "body_data.npy", "-o", tmp_path / "d.npy", "--model", run, "--quiet")
        == 0
    )
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")


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


def test_other_skeletons_and_test_data_of_its_own(tmp_path, capsys):
    for name in ("coco17", "panoptic67", "openpose25"):
        size = {"min_frames": 5, "max_frames": 9, "skeleton": name, "quiet": True}
        train, test = (generate(tmp_path / f"{name}{n}", 3, seed=n, **size) for n in (0, 1))
        run = tmp_path / f"{name}_run"
        assert call("train", train, "-o", run, "--skeleton", name, *SMALL, "--test-data", test) == 0
        assert call("test", run, test) == 0
        assert "all 3 recordings of the run's test data" in capsys.readouterr().out
        assert call("test", run, train) == 2  # it was trained on all of these
        assert "3 trained on, 0 held back" in capsys.readouterr().err


def test_several_files_go_into_a_folder_and_a_bad_one_does_not_stop_the_others(
    data, run, tmp_path, capsys
):
    inputs = tmp_path / "in"
    inputs.mkdir()
    keypoints = np.load(data / "body_data.npy")
    for name in ("a", "b"):
        np.save(inputs / f"{name}.npy", keypoints[:2])
    (inputs / "bad.npy").write_bytes(b"nonsense")
    assert call("lift", inputs, "-o", tmp_path / "out", "--model", run) == 1
    said = capsys.readouterr()
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.npy", "b.npy"]
    bad, summary = said.err.splitlines()
    assert "bad.npy: expected a .npy file" in bad
    assert summary == "1 of 3 files could not be lifted"
    both = [inputs / "a.npy", inputs / "b.npy"]
    assert call("lift", *both, "-o", tmp_path / "out.npy", "--model", run) == 2
    assert call("lift", both[0], both[0], "-o", tmp_path / "out", "--model", run) == 2
    (tmp_path / "empty").mkdir()
    assert call("lift", tmp_path / "empty", "-o", tmp_path / "out", "--model", run) == 2


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("nonsense", "signlift: unknown verb 'nonsense'; the verbs are lift, demo, train,"),
        ("lfit a", "signlift: unknown verb 'lfit' (did you mean lift?)"),
        ("--lift a", "signlift: unknown option --lift; its verbs are lift, demo, train,"),
        ("train a -o b --epoch 3", "signlift train: unknown option --epoch (did you mean --epo"),
        ("lift a.npy --no-quiet -o b", "signlift lift: unknown option --no-quiet"),
        ("prepare a b c -o d", "signlift prepare: unexpected 'c'"),
        ("train a -o b -o c", "-o: expected once, found twice"),
        ("train a -o b --epochs x", "--epochs: expected a whole number, found 'x'"),
        ("train a -o b --epochs", "--epochs: expected a whole number, found none"),
        ("train a -o b --loss x", "--loss: expected mse or l1, found 'x'"),
        ("train a -o b --learning-rate x", "--learning-rate: expected a number, found 'x'"),
        ("project a -o b --distance x y", "--distance: expected two numbers, found 'x' 'y'"),
        ("project a -o b --distance 1", "--distance: expected two numbers, found '1'"),
        ("project a -o b --up w", "--up: expected x, y, z, -x, -y or -z, found 'w'"),
        ("project a -o b --up -x", "a: expected"),
        ("project a.bvh -o b --cameras 0", "--cameras: expected"),
        ("project a.bvh -o b --distance 3 1", "--distance: expected"),
        ("train a -o b --epochs 0", "--epochs: expected a number above 0"),
        ("train a -o b --skeleton smpl", "--skeleton: expected one of panoptic26"),
        ("train nowhere -o b", "nowhere: expected a "),
        ("test nowhere a", "nowhere: expected a trained run"),
        ("prepare a b", "signlift prepare: missing --out"),
        ("train", "signlift train: missing DATA and --out"),
        ("lift", "signlift lift: missing INPUT and --out"),
        ("demo --epochs 3", "--epochs: expected --train with it, found none"),
        ("lift a.npy -o b.npy --model c.onnx", "c.onnx: expected a .onnx file"),
        ("export a -o b.onnx", "a: expected a trained run"),
        ("lift a.npy -o b.npy --model c", "c: expected a trained run"),
        ("triangulate a --calibration c -o d --offset 1,x", "--offset: expected whole numbers"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_2(arguments, expected, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(arguments.split()) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(expected)
    assert list(tmp_path.iterdir()) == []


def test_all_problems_are_said_a_line_each(capsys):
    assert main(["train", "a", "-o", "b", "--epochs", "0", "--seq-len", "-1"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "--epochs: expected a number above 0, found 0",
        "--seq-len: expected a number above 0, found -1",
    ]
    assert main(["train", "a", "--epochs", "ten", "--seq-len", "x"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "signlift train: missing --out",
        "--epochs: expected a whole number, found 'ten'",
        "--seq-len: expected a whole number, found 'x'",
    ]


def test_what_cannot_be_written_is_a_users_mistake(data, run, tmp_path, capsys):
    (tmp_path / "file").touch()
    out = tmp_path / "file" / "depth.npy"
    assert call("lift", data / "body_data.npy", "-o", out, "--model", run) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert str(tmp_path / "file") in line


VERBS = [name for name in app if not name.startswith("-")]


@pytest.mark.parametrize("verb", VERBS)
def test_help_has_an_example(verb, capsys):
    assert main([verb, "--help"]) == 0
    text = capsys.readouterr().out
    assert f"Example: signlift {verb}" in text
    assert "None" not in text
    assert "False" not in text


@pytest.mark.parametrize("width", [60, 80, 200])
def test_help_is_wrapped_to_the_terminal(width, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(width))
    for verb in ([], *([verb] for verb in VERBS)):
        assert main([*verb, "--help"]) == 0
        lines = capsys.readouterr().out.splitlines()
        longest = max(len(line) for line in lines if "|" not in line)
        assert longest <= min(width, 96)
        assert not any(line.endswith(" ") for line in lines)


def test_the_names_in_the_help_are_those_of_the_library():
    assert set(get_args(SkeletonName)) == {skeleton.name for skeleton in SKELETONS}
    assert set(get_args(FormatName)) == {writer.name for writer in WRITERS}


def test_version_and_no_verb(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.strip().count(".") == 2
    assert main([]) == 0
    assert "demo" in capsys.readouterr().out


HEAVY = "numpy", "torch", "matplotlib", "onnxruntime", "scipy", "pose_format", "jaxtyping"


@pytest.mark.parametrize(
    ("arguments", "modules"),
    [
        ("--help", HEAVY),
        *((f"{verb} --help", HEAVY) for verb in VERBS),
        ("train a -o b --epochs ten", HEAVY),
        ("train a -o b --epochs 0", ("torch", "onnxruntime")),
        ("train", HEAVY),
        ("lift a.npy", HEAVY),
        ("demo --epochs 3", HEAVY),
    ],
)
def test_help_and_wrong_options_import_no_heavy_package(arguments, modules):
    code = (
        "import sys; from signlift.cli.main import main; main(sys.argv[1:]); "
        f"print([name for name in {modules} if name in sys.modules])"
    )
    command = [sys.executable, "-c", code, *arguments.split()]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert text.splitlines()[-1] == "[]"


def test_a_missing_package_is_one_line():
    code = (
        "import sys; sys.modules['torch'] = None; from signlift.cli.main import main; "
        "sys.exit(main(['train', 'a', '-o', 'b']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr == "PyTorch is not installed; run pip install 'signlift[train]'\n"


@pytest.mark.parametrize(
    ("options", "count"),
    [(["--recordings", "2"], 4), (["--train", "--recordings", "6", "--epochs", "1"], 6)],
    ids=["lift", "train"],
)
def test_the_demo_leaves_what_it_names_and_can_be_run_again(tmp_path, capsys, options, count):
    for _ in range(2):
        assert main(["demo", "-o", str(tmp_path / "demo"), *options]) == 0
        said = capsys.readouterr().out
        files = said.split("Files to open:\n")[1].split()
        assert len(files) == count
        assert all(Path(file).stat().st_size > 100 for file in files)


def test_the_demo_measures_what_it_lifts(tmp_path, capsys):
    assert call("demo", "-o", tmp_path / "demo", "--recordings", "2") == 0
    said = capsys.readouterr().out
    (wrists,) = (line.split() for line in said.splitlines() if line.startswith("  wrists"))
    assert 0 < float(wrists[1]) < float(wrists[2])  # nearer to the truth than no depth at all
    depth = np.load(tmp_path / "demo" / "depth.npy")
    data = np.load(tmp_path / "demo" / "data" / "body_data.npy")
    assert depth.shape == (*data.shape[:2], data.shape[2] // 2)


def test_the_demo_leaves_other_peoples_files_alone(tmp_path, capsys):
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


def test_no_input_is_ever_overwritten(data, run, tmp_path, capsys):
    folder = tmp_path / "in"
    folder.mkdir()
    keypoints = folder / "body_data.npy"
    keypoints.write_bytes((data / "body_data.npy").read_bytes())
    before = keypoints.read_bytes()
    for inputs, out in ((keypoints, keypoints), (keypoints, folder), (folder, folder)):
        assert call("lift", inputs, "-o", out, "--model", run) == 2
        assert "expected a path other than the input's" in capsys.readouterr().err
    assert call("prepare", keypoints, data / "body_ground.npy", "-o", keypoints) == 2
    assert "body_data.npy: expected" in capsys.readouterr().err
    index = folder / "out.json"
    index.write_text('{"my": "own"}')
    assert call("prepare", keypoints, data / "body_ground.npy", "-o", folder / "out.npy") == 2
    assert index.read_text() == '{"my": "own"}'
    assert keypoints.read_bytes() == before


def test_a_data_folder_is_lifted_without_its_ground_truth(data, run, tmp_path):
    assert call("lift", data, "-o", tmp_path / "out", "--model", run) == 0
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["body_data.npy"]
    assert call("lift", data / "body_data.npy", "-o", tmp_path / "a.fbx", "--model", run) == 2


def test_resuming_knows_what_was_really_given(data, tmp_path, capsys):
    run = tmp_path / "run"
    assert call("train", data, "-o", run, *SMALL, "--quiet") == 0
    again = ["train", data, "-o", run, "--resume"]
    assert call(*again, "--hidden-size", "12", "--epochs", "2") == 0  # as they are
    capsys.readouterr()
    for options, expected in (
        (["--hidden-size", "256"], "hidden_size 12 and 256"),  # the default, but not the run's
        (["--seed", "5"], "seed 0 and 5"),
        (["--epochs", "1"], "expected --epochs 2 or more, as it has 2 already, found 1"),
        (["--precision", "64-true"], "precision 32-true and 64-true"),
    ):
        assert call(*again, *options) == 2
        (line,) = capsys.readouterr().err.splitlines()
        assert line.endswith(expected)
    assert call(*again, "--epochs", "60", "--quiet") == 0  # the default, and more than there are
    assert len((run / "losses.csv").read_text().splitlines()) == 61


def test_a_terminated_process_cleans_up(tmp_path):
    command = [sys.executable, "-m", "signlift", "demo", "-o", str(tmp_path / "demo")]
    process = subprocess.Popen([*command, "--train", "--recordings", "20000", "--quiet"])
    stop_at = time.monotonic() + 60
    try:
        while not list(tmp_path.glob("demo/data/.*.part.npy")):
            assert time.monotonic() < stop_at
            time.sleep(0.05)
        process.terminate()
        assert process.wait(60) == 143
    finally:
        process.kill()
    assert list((tmp_path / "demo" / "data").iterdir()) == []


def obey_interrupts():
    """Restore what a background job or nohup ignores, before the child starts."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_a_terminal_sees_a_progress_bar_with_a_rate(data, tmp_path):
    """Ctrl-C leaves a run that can be resumed."""
    master, slave = pty.openpty()
    size = struct.pack("HHHH", 24, 100, 0, 0)  # rows and columns; a new terminal has none
    fcntl.ioctl(slave, termios.TIOCSWINSZ, size)
    command = [sys.executable, "-m", "signlift", "train", str(data), "-o", str(tmp_path / "run")]
    process = subprocess.Popen(
        [*command, "--epochs", "100000", "--hidden-size", "12"],
        stdout=slave,
        stderr=slave,
        preexec_fn=obey_interrupts,
    )
    os.close(slave)
    seen = b""

    def read_until(done):
        nonlocal seen
        stop_at = time.monotonic() + 60
        while not done():
            assert time.monotonic() < stop_at
            if select.select([master], [], [], 0.2)[0]:
                with contextlib.suppress(OSError):  # the other end of the terminal is closed
                    seen += os.read(master, 4096)

    try:
        read_until(lambda: b"frames/s" in seen and (tmp_path / "run/last.safetensors").exists())
        process.send_signal(signal.SIGINT)
        read_until(lambda: process.poll() is not None and b"--resume" in seen)
    finally:
        process.kill()
        os.close(master)
    assert process.wait(60) == 130
    assert b"epoch" in seen
    assert b"loss=" in seen
    assert b"Traceback" not in seen
    assert b"--resume" in seen
    done = json.loads((tmp_path / "run" / "config.json").read_text())["options"]["epochs"]
    assert done == 100000
    losses = (tmp_path / "run" / "losses.csv").read_text().splitlines()
    assert len(losses) > 1
