"""Whole runs of a DepthLSTM: files, resuming, several processes."""

import csv
import errno
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import random_recordings
from filelock import FileLock

import signlift as sl
from signlift.datasets.canonical_dataset import prepare
from signlift.errors import InputError
from signlift.io.arrays.original_arrays import write_arrays
from signlift.model.checkpoint import load_checkpoint, save_checkpoint
from signlift.training import trainer
from signlift.training.config import Hardware, TrainConfig
from signlift.training.epochs.testers import DepthLSTMTester
from signlift.training.fit import train
from signlift.training.history import best_epoch
from signlift.training.run import read_config
from signlift.training.sources import recording_batches
from signlift.training.tasks.mean_depth import mean_depth

SMALL = TrainConfig(
    arch="depth-lstm", epochs=4, hidden_size=12, batch_size=3, seq_len=20, learning_rate=0.01
)
LENGTHS = [30, 21, 45, 1, 60, 20, 33, 52]


def weights(run):
    return load_checkpoint(run / "last.safetensors")[0].state_dict()


def same(one, other, **tolerance):
    torch.testing.assert_close(one, other, **{"rtol": 0, "atol": 0, **tolerance})


def test_the_files_of_a_run(make_data, tmp_path):
    run = tmp_path / "run"
    history = train(make_data(LENGTHS), run, SMALL)
    assert [row.epoch for row in history] == [1, 2, 3, 4]
    assert history[-1].train_loss < history[0].train_loss
    names = {path.name for path in run.iterdir()}
    assert names == {
        "config.json",
        "best.safetensors",
        "last.safetensors",
        "losses.csv",
        "losses.png",
        "tensorboard",
    }
    assert any((run / "tensorboard").iterdir())
    with (run / "losses.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [float(row["test_loss"]) for row in rows] == [row.test_loss for row in history]
    _, _, info = load_checkpoint(run)
    assert info["epoch"] == best_epoch(history).epoch
    started = read_config(run)
    assert started.config == SMALL.resolve("depth-lstm")
    assert len(started.split.test) == 2
    assert json.loads((run / "config.json").read_text())["options"]["hidden_size"] == 12


class Killed(BaseException):
    """A kill: the code ends without its clean-up."""


@pytest.mark.parametrize("epoch", [1, 3])
def test_a_killed_run_is_resumed_to_the_same_weights_bit_for_bit(
    make_data, tmp_path, monkeypatch, epoch
):
    data = make_data(LENGTHS)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    expected = train(data, whole, SMALL)
    original, calls = DepthLSTMTester.__call__, []

    def dies(*arguments):
        calls.append(1)
        if len(calls) == epoch:
            raise Killed
        return original(*arguments)

    with monkeypatch.context() as patch:
        patch.setattr(DepthLSTMTester, "__call__", dies)
        with pytest.raises(Killed):
            train(data, killed, SMALL)
    assert train(data, killed, resume=True) == expected
    same(weights(killed), weights(whole))
    same(*(load_checkpoint(run)[0].state_dict() for run in (killed, whole)))
    tables = [(run / "losses.csv").read_text().splitlines() for run in (killed, whole)]
    losses = [[line.rpartition(",")[0] for line in table] for table in tables]  # without seconds
    assert losses[0] == losses[1]


@pytest.fixture(scope="module", params=[None, "first"])
def whole_run(request, tmp_path_factory):
    """Data, settings, the directory of a run of two epochs and its history, also from weights."""
    place = tmp_path_factory.mktemp("whole")
    data = write_arrays(place / "data", random_recordings(LENGTHS))
    config = replace(SMALL, epochs=2)
    if request.param is not None:
        train(data, place / "first", config, seed=5)
        config = replace(config, init=str(place / "first"), hidden_size=None)
    return data, config, place / "whole", train(data, place / "whole", config)


@pytest.mark.parametrize("number", range(1, 6))
def test_a_run_that_cannot_write_a_checkpoint_can_go_on(whole_run, tmp_path, monkeypatch, number):
    """A full disk, or a kill, at any checkpoint: the run is resumed, or started again."""
    data, config, undisturbed, expected = whole_run
    run, saved = tmp_path / "run", []

    def save(path, *arguments, **options):
        saved.append(path)
        if len(saved) == number:
            raise OSError(errno.ENOSPC, "no space left on device", str(path))
        save_checkpoint(path, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(trainer, "save_checkpoint", save)
        try:
            train(data, run, config)
        except OSError as error:
            assert error.filename == str(saved[-1])
    if (run / "last.safetensors").exists():
        assert train(data, run, resume=True) == expected
    else:
        assert train(data, run, config) == expected
    for name in ("best", "last"):
        whole = load_checkpoint(undisturbed / f"{name}.safetensors").model.state_dict()
        same(load_checkpoint(run / f"{name}.safetensors").model.state_dict(), whole)


def test_more_epochs_later_equal_all_at_once(make_data, tmp_path):
    data = make_data(LENGTHS)
    train(data, tmp_path / "once", SMALL)
    train(data, tmp_path / "later", SMALL, epochs=2)
    history = train(data, tmp_path / "later", epochs=4, resume=True)
    assert len(history) == 4
    same(weights(tmp_path / "later"), weights(tmp_path / "once"))
    assert len(train(data, tmp_path / "later", epochs=4, resume=True)) == 4  # nothing left to do
    assert read_config(tmp_path / "later").config.epochs == 4


def test_the_same_seed_is_the_same_run_and_another_is_not(make_data, tmp_path):
    data = make_data(LENGTHS)
    runs = [tmp_path / name for name in "abc"]
    for run, seed in zip(runs, (5, 5, 6), strict=True):
        train(data, run, SMALL, epochs=1, seed=seed)
    same(weights(runs[0]), weights(runs[1]))
    with pytest.raises(AssertionError):
        same(weights(runs[0]), weights(runs[2]))


@pytest.mark.parametrize(
    "options",
    [
        {"loss": "l1", "mirror": False, "batch_size": 1},
        {"arch": "lifting", "init": "nothing", "detector_noise": 0.5, "averaging": 0.9},
    ],
    ids=["depth-lstm", "lifting"],
)
@pytest.mark.usefixtures("quick_processes")
def test_two_processes_give_the_loss_of_one(make_data, tmp_path, options):
    data = make_data(LENGTHS)
    histories = [
        train(
            data,
            tmp_path / str(devices),
            SMALL,
            hardware=Hardware(accelerator="cpu", devices=devices),
            **{"epochs": 2, **options},
        )
        for devices in (1, 2)
    ]
    # The mean over two processes of lifting losses is weighted by frames, not by keypoints.
    rel, atol = (1e-5, 1e-5) if options.get("arch") is None else (0.02, 2e-2)
    for one, two in zip(*histories, strict=True):
        assert two.train_loss == pytest.approx(one.train_loss, rel=rel)
        assert two.test_loss == pytest.approx(one.test_loss, rel=rel)
    same(weights(tmp_path / "2"), weights(tmp_path / "1"), rtol=10 * rel, atol=atol)


def test_separate_test_data_and_nothing_held_back(make_data, tmp_path):
    data, other = make_data([30, 40]), make_data([25], "other", seed=9)
    history = train(data, tmp_path / "a", SMALL, test_data=other, epochs=1)
    assert history[0].test_loss is not None
    started = read_config(tmp_path / "a")
    assert (started.split.train.tolist(), started.split.test.tolist()) == ([0, 1], [0])
    train(data, tmp_path / "a", epochs=2, resume=True)
    alone = train(data, tmp_path / "b", SMALL, test_fraction=0, epochs=1)
    assert alone[0].test_loss is None
    assert (tmp_path / "b" / "best.safetensors").exists()


def test_a_run_that_never_completed_an_epoch_can_be_replaced(make_data, tmp_path):
    data = make_data(LENGTHS)
    with pytest.raises(InputError, match="expected a rate at which the loss stays finite"):
        train(data, tmp_path / "run", SMALL, learning_rate=1e38)
    assert not (tmp_path / "run" / "last.safetensors").exists()
    assert len(train(data, tmp_path / "run", SMALL, epochs=1)) == 1


def test_fewer_epochs_than_are_completed(make_data, tmp_path):
    data = make_data(LENGTHS)
    train(data, tmp_path / "run", SMALL, epochs=2)
    with pytest.raises(InputError, match="`epochs` 2 or more, as it has completed 2, found 1"):
        train(data, tmp_path / "run", epochs=1, resume=True)
    (tmp_path / "run" / "last.safetensors").unlink()
    with pytest.raises(InputError, match=r"expected last\.safetensors to resume it, found no file"):
        train(data, tmp_path / "run", resume=True)
    with pytest.raises(InputError, match=r"found a run without last\.safetensors"):
        train(data, tmp_path / "run", SMALL)


def test_only_one_process_trains_in_a_directory(make_data, tmp_path):
    data = make_data([30, 40])
    (tmp_path / "run").mkdir()
    with FileLock(tmp_path / "run" / ".lock"), pytest.raises(InputError, match="another process"):
        train(data, tmp_path / "run", SMALL)


def test_errors_of_other_processes_stay_one_line(make_data, tmp_path):
    hardware = Hardware(accelerator="cpu", devices=2)
    with pytest.raises(InputError) as error:
        train(make_data(LENGTHS), tmp_path / "run", SMALL, hardware=hardware, learning_rate=1e38)
    (line,) = error.value.problems
    assert "expected a rate at which the loss stays finite" in line


@pytest.mark.parametrize("precision", ["64-true", "bf16-mixed"])
def test_other_precisions_are_resumed_exactly_too(make_data, tmp_path, precision):
    data = make_data(LENGTHS)
    whole = train(data, tmp_path / "whole", SMALL, epochs=2, precision=precision)
    train(data, tmp_path / "later", SMALL, epochs=1, precision=precision)
    assert train(data, tmp_path / "later", epochs=2, resume=True) == whole
    same(weights(tmp_path / "later"), weights(tmp_path / "whole"))
    recording = sl.read_arrays(data)[0]
    assert np.isfinite(sl.load(tmp_path / "whole").lift(recording).depth).all()


def test_every_epoch_has_its_own_order_and_mirrors(make_data, tmp_path, monkeypatch):
    seen = []
    original = recording_batches.iterate_batches

    def spy(dataset, order, lanes, seq_len, selection, mirrored):
        seen.append((tuple(order), tuple(mirrored)))
        return original(dataset, order, lanes, seq_len, selection, mirrored)

    monkeypatch.setattr(recording_batches, "iterate_batches", spy)
    train(make_data(LENGTHS), tmp_path / "run", SMALL)
    orders, mirrors = (set(column) for column in zip(*seen, strict=True))
    assert len(orders) == len(mirrors) == 4
    assert {tuple(sorted(order)) for order in orders} == {
        tuple(read_config(tmp_path / "run").split.train)
    }
    assert 0 < np.mean([np.mean(mirrored) for mirrored in mirrors]) < 1


def test_tensorboard_holds_both_losses(make_data, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    history = train(make_data(LENGTHS), tmp_path / "run", SMALL)
    events = EventAccumulator(str(tmp_path / "run" / "tensorboard"))
    events.Reload()
    for tag, losses in (
        ("loss/train", [row.train_loss for row in history]),
        ("loss/test", [row.test_loss for row in history]),
    ):
        values = [event.value for event in events.Scalars(tag)]
        np.testing.assert_allclose(values, losses, rtol=1e-6)


def test_groups_are_not_split(make_data, tmp_path):
    groups = ["a", "b", "a", "b", "a", "b", "a", "b"]
    train(make_data(LENGTHS), tmp_path / "run", SMALL, groups=groups, epochs=1)
    split = read_config(tmp_path / "run").split
    assert {tuple(split.train % 2), tuple(split.test % 2)} == {(0,) * 4, (1,) * 4}


def test_the_canonical_chain(make_data, tmp_path):
    data = make_data(LENGTHS)
    out = tmp_path / "normalized_data.npy"
    prepare(data / "body_data.npy", data / "body_ground.npy", out)
    history = train(out, tmp_path / "run", SMALL)
    assert history[-1].train_loss < history[0].train_loss
    assert load_checkpoint(tmp_path / "run")[1].frame == "canonical"


def test_mean_depth(make_data):
    from signlift.datasets.dataset import open_dataset

    dataset = open_dataset(make_data([3, 40]))
    depth = [r.depth / s for r, s in zip(dataset.recordings, dataset.scales, strict=True)]
    found = mean_depth(dataset, np.arange(2))
    np.testing.assert_allclose(found, np.concatenate(depth).mean(0), rtol=1e-5, atol=1e-6)


def test_wrong_arguments(make_data, tmp_path):
    data, run = make_data([30, 40, 20]), tmp_path / "run"
    with pytest.raises(InputError, match=r"expected the directory of a run, found no config\.json"):
        train(data, run, resume=True)
    train(data, run, SMALL, epochs=1)
    with pytest.raises(
        InputError,
        match="expected a new directory, or `resume` to continue the run in it, found a run",
    ):
        train(data, run, SMALL)
    with pytest.raises(InputError, match="found hidden_size 12 and 13"):
        train(data, run, hidden_size=13, resume=True)
    with pytest.raises(InputError, match=r"^epochs: expected a number above 0"):
        train(data, run, epochs=0, resume=True)
    with pytest.raises(InputError, match="no `test_data` to resume it"):
        train(data, run, test_data=data, resume=True)
    with pytest.raises(InputError, match=r"^groups: expected none with `resume`"):
        train(data, run, groups=["a", "b", "c"], resume=True)
    with pytest.raises(InputError, match=r"^groups: expected none with `test_data`"):
        train(data, tmp_path / "b", SMALL, groups=["a", "b", "c"], test_data=data)
    with pytest.raises(InputError, match="the data that the run was started with"):
        train(make_data([30, 40], "other"), run, resume=True)
    with pytest.raises(InputError, match=r"accelerator, devices, precision: expected"):
        train(data, tmp_path / "b", SMALL, hardware=Hardware(accelerator="abacus"))
    with pytest.raises(InputError, match=r"^devices: expected 1 or more"):
        train(data, tmp_path / "b", SMALL, hardware=Hardware(devices=0))
    assert not (tmp_path / "b").exists()
    unknown = make_data([9, 9], "unknown")
    np.save(unknown / "body_ground.npy", np.full((2, 9, 26), np.nan))
    with pytest.raises(InputError, match="expected known depth in the recordings to train on"):
        train(unknown, tmp_path / "b", SMALL)
    assert not (tmp_path / "b").exists()
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="expected a directory for the run, found a file"):
        train(data, tmp_path / "file", SMALL)
    (run / "config.json").write_text("{")
    with pytest.raises(InputError, match="expected a run's configuration"):
        train(data, run, resume=True)
