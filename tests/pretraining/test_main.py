"""`python -m signlift.pretraining` from end to end, on little data."""

import subprocess
import sys

import numpy as np
import pytest
from lifting_nets import signer

import signlift as sl
from signlift.pretraining import __main__ as recipe
from signlift.pretraining.motion_sources import MOCAP

TINY = """--blocks 1 --model.hidden-size 8 --model.width 8 --model.proportions-width 8
--model.proportions-values 4 --data.lanes 2 --data.frames 10 --data.kept 2 --data.fresh 1""".split()


def run(monkeypatch, *arguments) -> int:
    monkeypatch.setattr(sys, "argv", ["signlift.pretraining", *map(str, arguments)])
    return recipe.main()


def capture(folder, *keys: str) -> None:
    folder.mkdir(parents=True)
    clip = np.random.default_rng(0).normal(0, 40, (30, 26, 3)).astype(np.float32)
    np.savez(folder / MOCAP, **dict.fromkeys(keys, clip))


def test_one_is_trained_and_lifts(tmp_path, monkeypatch, capsys) -> None:
    capture(tmp_path / "data" / "cmu", "train.a", "test.b")
    out = tmp_path / "weights"
    given = ["-o", out, "--data", tmp_path / "data", "--only", "twin", *TINY]
    assert run(monkeypatch, *given) == 0
    assert f"twin: {out}" in capsys.readouterr().out
    recording = signer(20)
    depth = sl.load(out / "twin").lift(recording).depth
    assert np.isfinite(depth).all()
    half = sl.load(out / "twin" / "signlift.safetensors").lift(recording).depth
    np.testing.assert_allclose(depth, half, atol=0.05 * np.abs(depth).max())


def test_motion_capture_that_is_not_there(tmp_path, monkeypatch, capsys) -> None:
    data = tmp_path / "data"
    assert run(monkeypatch, "--data", data, "-o", tmp_path) == 2
    line = f"{data}: expected cmu/{MOCAP} or asl/{MOCAP}, found neither"
    assert capsys.readouterr().err.splitlines() == [line]
    capture(data / "cmu", "train.a")
    trained = []
    monkeypatch.setattr(recipe.Recipe, "_train", lambda self, name: trained.append(name))
    for name, options, said in (
        ("shipped", [], [f"{data}/asl: no motion capture, none of it mixed in"]),
        ("shipped", ["--quiet"], []),
        ("twin", [], []),  # it is not to see asl
    ):
        assert run(monkeypatch, "--data", data, "--only", name, *options) == 0
        assert capsys.readouterr().err.splitlines() == said
    assert trained == ["shipped", "shipped", "twin"]


def test_the_twin_sees_nothing_that_it_is_tested_on(tmp_path) -> None:
    capture(tmp_path / "cmu", "train.a", "test.b")
    capture(tmp_path / "asl", "c")
    own = recipe.Recipe(data=tmp_path)
    seen = {
        name: [(clips.name, len(clips.clips)) for clips in own._real(name)]
        for name in ("shipped", "twin")
    }
    assert seen == {"shipped": [("cmu", 2), ("asl", 1)], "twin": [("cmu", 1)]}
    assert recipe.Recipe()._real("shipped") == []


@pytest.mark.parametrize(("codes", "expected"), [((0, 0), 0), ((0, -9), 137), ((2, 0), 2)])
def test_a_child_that_was_killed_is_told(monkeypatch, codes, expected) -> None:
    left = list(codes)

    class Job:
        def __init__(self, *given, **options) -> None:
            self.code = left.pop(0)

        def wait(self) -> int:
            return self.code

    monkeypatch.setattr(subprocess, "Popen", Job)
    assert run(monkeypatch) == expected


def test_only_one_of_the_two(monkeypatch, capsys) -> None:
    assert run(monkeypatch, "--only", "nobody") == 2
    assert "twin" in capsys.readouterr().err
