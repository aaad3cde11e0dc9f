"""Whole runs of the lifting network: from nothing, and from existing weights."""

import shutil

import numpy as np
import pytest
import torch
from lifting_nets import CONFIG, random_lifter, random_net, signer

import signlift as sl
from signlift.core.skeleton import COCO17
from signlift.datasets.canonical_dataset import prepare
from signlift.datasets.simulated import generate
from signlift.errors import InputError
from signlift.model.checkpoint import BEST, LAST, load_checkpoint, save_checkpoint
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.training.epochs.testers import LiftingTester
from signlift.training.fit import train
from signlift.training.history import best_epoch
from signlift.training.run import read_config
from signlift.training.tasks.uncertainty_calibration import calibrate_run, uncertainty_ratios

SMALL = {"epochs": 3, "batch_size": 3, "seq_len": 16, "learning_rate": 0.002}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    directory = tmp_path_factory.mktemp("signers")
    return generate(directory, 8, min_frames=20, max_frames=40, missing=0.05, quiet=True)


@pytest.fixture(scope="module")
def weights(tmp_path_factory):
    """A small network of random weights to start from."""
    path = tmp_path_factory.mktemp("weights") / "net.safetensors"
    save_checkpoint(path, random_net(), CONFIG, {"trained_on": ["nothing"]})
    return str(path)


@pytest.fixture(scope="module")
def run(data, weights, tmp_path_factory):
    run = tmp_path_factory.mktemp("runs") / "run"
    train(data, run, init=weights, **SMALL)
    return run


def weights_of(run, name=LAST):
    return load_checkpoint(run / name).model.state_dict()


def test_the_weights_to_start_from_are_tested_as_epoch_0(data, weights, run):
    info = load_checkpoint(run / LAST).info
    history = info["history"]
    assert [row["epoch"] for row in history] == [0, 1, 2, 3]
    assert history[0]["train_loss"] is None
    assert all(row["test_loss"] > 0 for row in history)
    assert set(history[1]["terms"]) == {
        "depth",
        "velocity",
        "keypoints",
        "proportions",
        "uncertainty",
    }
    assert info["trained_on"] == ["nothing", data.name]
    assert load_checkpoint(run / LAST).config == CONFIG
    config = read_config(run).config
    assert (config.arch, config.init, config.hidden_size) == ("lifting", weights, 16)


def test_training_improves_on_random_weights(run):
    history = load_checkpoint(run / LAST).info["history"]
    assert history[-1]["test_loss"] < history[0]["test_loss"]
    assert history[-1]["train_loss"] < history[1]["train_loss"]


def test_a_run_is_loaded_lifts_and_is_exported_and_evaluated(data, run, tmp_path):
    recording = signer(30)
    lifter = sl.load(run)
    lifted = lifter.lift(recording)
    assert np.isfinite(lifted.depth).all() and np.isfinite(lifted.depth_uncertainty).all()
    assert lifter.stream("coco17").step(np.ones((17, 2))).shape == (17,)
    exported = sl.load(sl.export_run(run, tmp_path / "exported"))
    np.testing.assert_allclose(exported.lift(recording).depth, lifted.depth, atol=0.02)
    evaluation = sl.evaluate(data, run)
    assert len(evaluation.recordings) == 2
    assert evaluation.constant_from == "the training data of the model"


def test_the_test_loss_is_that_of_lifted_recordings(data, run):
    """The mean of the weighted depth errors relative to the Neck, computed here by lifting."""
    from signlift.training.tasks.losses import keypoint_weights

    started, checkpoint = read_config(run), load_checkpoint(run)
    lifter, neck = sl.load(run), sl.PANOPTIC26.index("Neck")
    recordings = sl.read_arrays(data)
    dataset = sl.datasets.dataset.open_dataset(data)
    errors = []
    for v in started.split.test:
        depth = lifter.lift(recordings[v]).depth
        error = (depth - recordings[v].depth)[recordings[v].observed.any(1)] / dataset.scales[v]
        errors.append(np.abs(error - error[:, [neck]]) * keypoint_weights(torch.empty(0)).numpy())
    expected = min(row["test_loss"] for row in checkpoint.info["history"])
    # The test does not smooth the depth over time, as lifting does.
    assert np.concatenate(errors).mean() == pytest.approx(expected, rel=1e-2)


def test_weights_that_training_does_not_improve_stay_the_best(data, weights, tmp_path):
    history = train(data, tmp_path / "run", init=weights, **{**SMALL, "learning_rate": 0.5})
    assert best_epoch(history).epoch == 0
    expected = random_net().state_dict()
    for name, value in weights_of(tmp_path / "run", BEST).items():
        if name != "depth.uncertainty_scale":
            torch.testing.assert_close(value, expected[name])


def test_the_uncertainty_is_calibrated_on_the_held_back_recordings(data, run, tmp_path):
    started = read_config(run)
    recordings = [sl.read_arrays(data)[v] for v in started.split.test]
    ratios = uncertainty_ratios(sl.load(run), recordings)
    ratios = np.delete(ratios, sl.PANOPTIC26.index("MidHip"), 1)
    assert np.mean(ratios < 1) == pytest.approx(0.683, abs=0.01)
    # A second calibration changes nothing.
    before = weights_of(run, BEST)
    again = tmp_path / "again"
    shutil.copytree(run, again)
    dataset = sl.datasets.dataset.open_dataset(data)
    calibrate_run(again, dataset, started.split.test, 30.0)
    torch.testing.assert_close(weights_of(again, BEST), before, rtol=1e-4, atol=1e-6)


class Killed(BaseException):
    """A kill: the code ends without its clean-up."""


@pytest.mark.parametrize("test", [1, 2, 4])
def test_a_killed_run_is_resumed_to_the_same_weights_bit_for_bit(
    data, weights, run, tmp_path, monkeypatch, test
):
    killed = tmp_path / "killed"
    original, calls = LiftingTester.__call__, []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == test:
            raise Killed
        return original(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(LiftingTester, "__call__", dies)
        with pytest.raises(Killed):
            train(data, killed, init=weights, **SMALL)
    history = train(data, killed, resume=True)
    assert [row.epoch for row in history] == [0, 1, 2, 3]
    for name in (LAST, BEST):
        torch.testing.assert_close(weights_of(killed, name), weights_of(run, name), rtol=0, atol=0)


def test_from_nothing_with_other_options(data, tmp_path):
    options = {"hidden_size": 8, "epochs": 1, "mirror": False, "detector_noise": 0, "fps": 25}
    options |= {"averaging": 0, "test_fraction": 0, "seq_len": 20, "precision": "bf16-mixed"}
    history = train(data, tmp_path / "run", init="nothing", **options)
    assert [(row.epoch, row.test_loss) for row in history] == [(1, None)]
    assert load_checkpoint(tmp_path / "run").config.hidden_size == 8
    assert np.isfinite(sl.load(tmp_path / "run").lift(signer(10)).depth).all()


@pytest.mark.filterwarnings("ignore::signlift.errors.InputWarning")
def test_fine_tuning_starts_from_the_shipped_weights_by_default(data, tmp_path):
    history = train(data, tmp_path / "run", epochs=1, seq_len=64)
    assert read_config(tmp_path / "run").config.init == "shipped"
    shipped, tuned = (
        sl.evaluate(data, model, split="all").report.depth_error.torso_lengths
        for model in ("shipped", tmp_path / "run")
    )
    assert tuned == pytest.approx(shipped, rel=0.3)
    assert best_epoch(history).test_loss <= history[0].test_loss


def test_data_on_another_skeleton(make_data, weights, tmp_path):
    path = make_data([30, 20, 25], skeleton=COCO17, missing=0.1)
    train(path, tmp_path / "run", init=weights, skeleton="coco17", **{**SMALL, "epochs": 1})
    lifter = sl.load(tmp_path / "run")
    assert lifter.skeleton == sl.PANOPTIC26
    means = load_checkpoint(tmp_path / "run").info["mean_depth"]
    assert len(means) == 26
    assert means[sl.PANOPTIC26.index("LBigToe")] is None
    assert sl.evaluate(path, tmp_path / "run", skeleton="coco17").report.frames > 0


def test_a_depth_lstm_is_fine_tuned_too(make_data, tmp_path):
    path = make_data([30, 20, 25])
    small = {"hidden_size": 6, "epochs": 1}
    train(path, tmp_path / "first", arch="depth-lstm", **small)
    history = train(path, tmp_path / "second", init=str(tmp_path / "first"), epochs=1)
    assert [row.epoch for row in history] == [0, 1]
    config = read_config(tmp_path / "second").config
    assert (config.arch, config.hidden_size) == ("depth-lstm", 6)
    first = load_checkpoint(tmp_path / "first").info["history"]
    assert history[0].test_loss == pytest.approx(min(row["test_loss"] for row in first))


def test_canonical_data_needs_a_depth_lstm(make_data, weights, tmp_path):
    data, normalized = make_data([30, 20]), tmp_path / "normalized_data.npy"
    prepare(data / "body_data.npy", data / "body_ground.npy", normalized)
    train(normalized, tmp_path / "run", epochs=1, hidden_size=4)
    assert read_config(tmp_path / "run").config.arch == "depth-lstm"
    for options in ({"arch": "lifting"}, {"init": weights}, {"init": "shipped"}):
        with pytest.raises(InputError, match="expected data in the camera frame, or `arch` depth-"):
            train(normalized, tmp_path / "other", **options)


def test_weights_that_training_cannot_start_from(data, weights, tmp_path):
    run = tmp_path / "run"
    random_lifter(tmp_path / "graphs")
    config = DepthLSTMConfig("coco17", hidden_size=4)
    save_checkpoint(tmp_path / "coco.safetensors", config.build(), config)
    for init, message in (
        (tmp_path / "graphs", "init: expected shipped, nothing, a run or .* found graphs"),
        (tmp_path / "model.onnx", "init: expected shipped, nothing, a run or .* found graphs"),
        (tmp_path / "nowhere", "nowhere: expected a trained run or checkpoint, found no file"),
        (tmp_path / "coco.safetensors", r"expected keypoints of the weights .*\(coco17 in the cam"),
    ):
        with pytest.raises(InputError, match=message):
            train(data, run, init=str(init))
    with pytest.raises(InputError, match="init: expected weights of depth-lstm, found those of li"):
        train(data, run, init=weights, arch="depth-lstm")
    with pytest.raises(InputError, match="hidden_size: expected 16, as in the weights of `init`"):
        train(data, run, init=weights, hidden_size=17)
    assert not run.exists()
