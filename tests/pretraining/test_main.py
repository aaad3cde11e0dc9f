"""`python -m signlift.pretraining` from end to end, on little data."""

import subprocess
import sys

import numpy as np
import pytest
from lifting_nets import signer
from tiny_pretraining import TINY, TINY_HANDS

import signlift as sl
from signlift.pretraining import __main__ as module
from signlift.pretraining import recipes
from signlift.pretraining.motion_sources import BODY_MOTION, ORIGINS, keep_on_the_spot
from signlift.pretraining.recipes import HELD_OUT, held_out_numbers, read_motion


@pytest.fixture
def main(monkeypatch):
    """The command line, called with a list of arguments."""

    def call(arguments):
        monkeypatch.setattr(sys, "argv", ["signlift.pretraining", *map(str, arguments)])
        return module.main()

    return call


def capture(data, origin: str, *keys: str) -> None:
    path = data / BODY_MOTION[origin].path
    path.parent.mkdir(parents=True, exist_ok=True)
    clip = np.random.default_rng(0).normal(0, 40, (30, 26, 3)).astype(np.float32)
    np.savez(path, **dict.fromkeys(keys, clip))


def test_two_models_are_trained_side_by_side_and_lift(
    main, tmp_path, monkeypatch, capsys, short_calibration
) -> None:
    monkeypatch.setattr(recipes.BodyRecipe, "default_settings", lambda _: TINY)
    capture(tmp_path / "data", "cmu", "train.a", "test.b")
    capture(tmp_path / "data", "galt", "galt.a", "cmu.b")
    out = tmp_path / "weights"
    options = ["-o", out, "--data", tmp_path / "data", "--network", "body", "--blocks", 1]
    assert main([*options, "--models", "shipped", "no-galt", "--workers", 0]) == 0
    assert f"body: {out}/shipped|no-galt" in capsys.readouterr().out
    recording = signer(20)
    depths = []
    for name in ("shipped", "no-galt"):
        lifter = sl.load(out / name)
        depths.append(lifter.lift(recording).depth)
        half = sl.load(out / name / "signlift.safetensors").lift(recording).depth
        np.testing.assert_allclose(depths[-1], half, atol=0.05 * np.abs(half).max())
        expected = {"shipped": ["cmu", "galt", "bodies"], "no-galt": ["cmu", "bodies"]}[name]
        trained_on = lifter.network.about["info"]["trained_on"]
        assert trained_on == ["procedural signer", *expected]
    assert np.isfinite(depths).all()
    assert not np.allclose(*depths)
    with pytest.raises(sl.InputError, match="several that are trained side by side"):
        sl.load(out / "body" / "last.safetensors")


def test_missing_motion_capture(main, tmp_path, capsys) -> None:
    data = tmp_path / "data"
    assert main(["--data", data, "-o", tmp_path]) == 2
    names = ("asl/mocap", "cmu/mocap", "signs/mocap26", "signs/mocap67")
    paths = ", ".join(f"{name}_cm_30fps.npz" for name in names)
    line = f"{data}: expected one of {paths}, found none"
    assert capsys.readouterr().err.splitlines() == [line]
    capture(data, "cmu", "train.a")
    missing = "no motion capture, none of it is mixed in"
    files = {name: file for name, file in BODY_MOTION.items() if name in ("cmu", "aws")}
    for quiet, lines in ((False, [f"{data}/asl/mocap_cm_30fps.npz: {missing}"]), (True, [])):
        motions = read_motion(data, files, quiet=quiet)
        assert [motion.name for motion in motions] == ["cmu"]
        assert capsys.readouterr().err.splitlines() == lines
    assert read_motion(None, files, quiet=False) == []


def test_held_out_models_hold_out_whole_origins() -> None:
    numbers = held_out_numbers(list(HELD_OUT))
    assert numbers["shipped"] == ()
    assert [ORIGINS[number] for number in numbers["no-signs"]] == ["galt", "aws"]
    assert [ORIGINS[number] for number in numbers["no-bodies"]] == ["cmu", "bodies"]
    assert set(numbers) == set(HELD_OUT)


def test_a_model_that_holds_out_no_motion_of_a_network_is_not_trained(
    main, tmp_path, monkeypatch, short_calibration
) -> None:
    monkeypatch.setattr(recipes.HandRecipe, "default_settings", lambda _: TINY_HANDS)
    options = ["-o", tmp_path, "--network", "hands", "--blocks", 1, "--workers", 0]
    assert main([*options, "--models", "shipped", "no-bodies"]) == 0
    assert (tmp_path / "shipped/hands.onnx").exists()
    assert not (tmp_path / "no-bodies").exists()  # no hands but those of signers are captured


def test_walkers_are_kept_on_the_spot() -> None:
    clip = np.random.default_rng(0).normal(size=(1, 26, 3)).astype("f4").repeat(90, 0)
    clip[..., 2] += np.linspace(0, 4, 90)[:, None]
    kept = keep_on_the_spot(clip)
    root = sl.PANOPTIC26.index("MidHip")
    assert np.ptp(kept[20:-20, root, 2]) < 1e-3
    assert np.ptp(kept[:, root, 2]) < 1
    np.testing.assert_allclose(kept - kept[:, [root]], clip - clip[:, [root]], atol=1e-5)


@pytest.mark.parametrize(("codes", "expected"), [((0, 0), 0), ((0, -9), 137), ((2, 0), 2)])
def test_all_networks_are_trained_at_once(main, monkeypatch, codes, expected) -> None:
    monkeypatch.setattr(module, "NETWORKS", ("body", "hands"))
    commands, left = [], list(codes)

    class Process:
        def __init__(self, command, env) -> None:
            commands.append(command)
            self.code = left.pop(0)

        def wait(self) -> int:
            return self.code

    monkeypatch.setattr(subprocess, "Popen", Process)
    assert main(["--blocks", "3"]) == expected
    names = [command[command.index("--network") + 1] for command in commands]
    assert names == ["body", "hands"]
    assert ["--quiet" in command for command in commands] == [False, True]


def test_an_unknown_model(main, capsys) -> None:
    assert main(["--models", "nobody"]) == 2
    assert "no-galt" in capsys.readouterr().err
