"""`python -m signlift.pretraining` from end to end, on little data."""

import subprocess
import sys

import numpy as np
import pytest
from lifting_nets import signer
from tiny_pretraining import TINY

import signlift as sl
from signlift.pretraining import __main__ as module
from signlift.pretraining.motion_sources import MOCAP


@pytest.fixture
def main(monkeypatch):
    """The command line, called with a list of arguments."""

    def call(arguments):
        monkeypatch.setattr(sys, "argv", ["signlift.pretraining", *arguments])
        return module.main()

    return call


def capture(directory, *keys: str) -> None:
    directory.mkdir(parents=True)
    clip = np.random.default_rng(0).normal(0, 40, (30, 26, 3)).astype(np.float32)
    np.savez(directory / MOCAP, **dict.fromkeys(keys, clip))


def test_one_model_is_trained_and_lifts(main, tmp_path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(module, "PretrainingSettings", lambda: TINY)
    capture(tmp_path / "data" / "cmu", "train.a", "test.b")
    out = tmp_path / "weights"
    options = ["-o", out, "--data", tmp_path / "data", "--only", "held-out", "--blocks", "1"]
    assert main([str(option) for option in options]) == 0
    assert f"held-out: {out}" in capsys.readouterr().out
    recording = signer(20)
    depth = sl.load(out / "held-out").lift(recording).depth
    assert np.isfinite(depth).all()
    half = sl.load(out / "held-out" / "signlift.safetensors").lift(recording).depth
    np.testing.assert_allclose(depth, half, atol=0.05 * np.abs(depth).max())


def test_missing_motion_capture(main, tmp_path, capsys) -> None:
    data = tmp_path / "data"
    assert main(["--data", str(data), "-o", str(tmp_path)]) == 2
    line = f"{data}: expected cmu/{MOCAP} or asl/{MOCAP}, found neither"
    assert capsys.readouterr().err.splitlines() == [line]
    capture(data / "cmu", "train.a")
    for name, quiet, lines in (
        ("shipped", False, [f"{data}/asl: no motion capture, none of it is mixed in"]),
        ("shipped", True, []),
        ("held-out", False, []),  # it is not trained on asl
    ):
        module.Pretraining(name, tmp_path, data, TINY, quiet=quiet).read_captured()
        assert capsys.readouterr().err.splitlines() == lines


def test_the_held_out_model_sees_no_test_data(tmp_path) -> None:
    capture(tmp_path / "cmu", "train.a", "test.b")
    capture(tmp_path / "asl", "c")
    motions = {
        name: [
            (motion.name, len(motion.clips))
            for motion in module.Pretraining(name, tmp_path, tmp_path, TINY).read_captured()
        ]
        for name in ("shipped", "held-out")
    }
    assert motions == {"shipped": [("cmu", 2), ("asl", 1)], "held-out": [("cmu", 1)]}
    assert module.Pretraining("shipped", tmp_path, None, TINY).read_captured() == []


@pytest.mark.parametrize(("codes", "expected"), [((0, 0), 0), ((0, -9), 137), ((2, 0), 2)])
def test_both_models_are_trained_side_by_side(main, monkeypatch, codes, expected) -> None:
    commands, left = [], list(codes)

    class Process:
        def __init__(self, command, env) -> None:
            commands.append(command)
            self.code = left.pop(0)

        def wait(self) -> int:
            return self.code

    monkeypatch.setattr(subprocess, "Popen", Process)
    assert main(["--blocks", "3"]) == expected
    names = [command[command.index("--only") + 1] for command in commands]
    assert names == ["shipped", "held-out"]
    assert ["--quiet" in command for command in commands] == [False, True]
    assert all(command[3:5] == ["--blocks", "3"] for command in commands)


def test_an_unknown_model(main, capsys) -> None:
    assert main(["--only", "nobody"]) == 2
    assert "held-out" in capsys.readouterr().err
