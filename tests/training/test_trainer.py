"""The trainer: averaged weights, the time limit, and batches without a finite loss."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from signlift.core.bone_lengths import NUM_PROPORTIONS
from signlift.datasets.dataset import open_dataset
from signlift.errors import InputError
from signlift.model.checkpoint import LAST, load_checkpoint, load_training_state
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.model.lifting_net import LiftingNetConfig
from signlift.training import trainer
from signlift.training.epochs.train_epoch import EpochSteps
from signlift.training.launch import launch, open_fabric
from signlift.training.settings import (
    Hardware,
    OptimizerSettings,
    RecordingSettings,
    TrainerSettings,
)
from signlift.training.sources.lifting_batch import LiftingBatch
from signlift.training.sources.recording_batches import RecordingSource
from signlift.training.sources.worker_processes import open_epochs
from signlift.training.tasks.tasks import DepthLSTMTask, LiftingTask
from signlift.training.training_job import TrainingJob

TASK = DepthLSTMTask(DepthLSTMConfig(hidden_size=6))


@pytest.fixture
def source(make_data):
    dataset = open_dataset(make_data([30, 20, 25]))
    return RecordingSource(dataset, np.arange(3), RecordingSettings(2, 10), seed=0)


def settings(epochs=2, minutes=None, **optimizer):
    options = OptimizerSettings(**{"learning_rate": 0.01, **optimizer})
    return TrainerSettings(epochs, minutes, optimizer=options)


def run(directory, source, job_settings, **options):
    directory.mkdir(exist_ok=True)
    job = TrainingJob(directory, TASK, source, job_settings, **options)
    launch(open_fabric(Hardware("cpu"), job_settings.precision), job)
    return load_checkpoint(directory / LAST)


def test_averaged_weights_are_saved_beside_the_last_ones(tmp_path, source):
    without = run(tmp_path / "without", source, settings())
    averaged = run(tmp_path / "averaged", source, settings(averaging=0.9))
    last = load_training_state(tmp_path / "averaged" / LAST)
    name = "linear.weight"
    torch.testing.assert_close(last[f"weights.{name}"], without.model.state_dict()[name])
    difference = averaged.model.state_dict()[name] - without.model.state_dict()[name]
    assert 0 < difference.abs().max() < 0.1
    assert not any(
        key.startswith("weights.") for key in load_training_state(tmp_path / "without" / LAST)
    )


def test_the_average_is_that_of_the_weights_after_each_step(tmp_path, source, monkeypatch):
    states = []
    original = trainer._Training._average

    def record(self, stepped):
        states.append(self.raw.linear.bias.detach().clone())
        original(self, stepped)

    monkeypatch.setattr(trainer._Training, "_average", record)
    job_settings = settings(averaging=0.5)
    torch.manual_seed(0)
    average = TASK.build().linear.bias.detach().clone()
    checkpoint = run(tmp_path / "run", source, job_settings)
    for step, state in enumerate(states):
        average.lerp_(state, 1 - job_settings.optimizer.kept_average(step))
    torch.testing.assert_close(checkpoint.model.linear.bias.detach(), average)
    assert checkpoint.info["steps"] == len(states)


def test_training_stops_after_the_epoch_in_which_the_time_is_over(tmp_path, source):
    first = run(tmp_path / "run", source, settings(1000, minutes=1e-6))
    assert first.info["epoch"] == 1
    again = run(tmp_path / "run", source, settings(1000, minutes=1e-6), resume=True)
    assert again.info["epoch"] == 1
    longer = run(tmp_path / "run", source, settings(4, minutes=10), resume=True)
    assert longer.info["epoch"] == 4
    assert longer.info["seconds"] > first.info["seconds"]


def test_losses_of_several_epochs_are_one_row(tmp_path, source):
    single = run(tmp_path / "single", source, settings(4)).info["history"]
    double = run(tmp_path / "double", source, settings(4), log_every=2).info["history"]
    assert [row["epoch"] for row in double] == [2, 4]
    means = [
        (one["train_loss"] + two["train_loss"]) / 2
        for one, two in zip(single[::2], single[1::2], strict=True)
    ]
    assert [row["train_loss"] for row in double] == pytest.approx(means)


def test_checkpoints_have_a_distance_in_time(tmp_path, source, monkeypatch):
    saved = []
    original = trainer._Training._save
    monkeypatch.setattr(
        trainer._Training, "_save", lambda self, name: saved.append(name) or original(self, name)
    )
    run(tmp_path / "run", source, settings(5), save_every=1e6, keep_best=False)
    assert saved == [LAST]


def lifting_parts(learning_rate=1e-3):
    torch.manual_seed(0)
    task = LiftingTask(LiftingNetConfig(8, 1, 8, 8, 4))
    net = task.build()
    optimizer = torch.optim.AdamW(net.parameters(), learning_rate)
    fabric = open_fabric(Hardware("cpu"), "32-true")
    return net, EpochSteps(fabric, net, net, task, optimizer, torch.device("cpu"))


def lifting_batch():
    rng = np.random.default_rng(0)
    batch = LiftingBatch.padding(2)
    return replace(
        batch,
        continued=np.ones(2, bool),
        keypoints=rng.normal(size=(2, 6, 26, 2)).astype("f4"),
        confidence=np.ones((2, 6, 26), "f4"),
        true_keypoints=rng.normal(size=(2, 6, 26, 2)).astype("f4"),
        depth=rng.normal(size=(2, 6, 26)).astype("f4"),
        detector_depth=np.full((2, 6, 26), np.nan, "f4"),
        offset=np.full((2, 6, 2), np.nan, "f4"),
        proportions=rng.normal(size=(2, 6, NUM_PROPORTIONS)).astype("f4"),
    )


def weights(net):
    return torch.cat([parameter.detach().flatten() for parameter in net.parameters()])


@pytest.mark.parametrize("where", ["depth", "true_keypoints"])
def test_after_a_batch_without_a_finite_loss_all_lanes_begin_anew(monkeypatch, where):
    net, steps = lifting_parts()
    good = lifting_batch()
    bad = replace(good, **{where: np.full_like(getattr(good, where), np.inf)})
    states, before = [], weights(net)
    original = LiftingTask.compute_losses

    def record(self, model, batch, state, device):
        states.append(state)
        return original(self, model, batch, state, device)

    monkeypatch.setattr(LiftingTask, "compute_losses", record)
    steps.run([bad], lanes=2)
    torch.testing.assert_close(weights(net), before, rtol=0, atol=0)
    losses = steps.run([good, good, bad, good], lanes=2)
    assert all(np.isfinite(loss) for loss in losses.values())
    assert not torch.equal(weights(net), before)
    zero = [not any(values.any() for values in state) for state in states]
    assert zero == [True, True, False, False, True]


def test_training_gives_up_when_no_loss_is_finite():
    _, steps = lifting_parts()
    bad = replace(lifting_batch(), depth=np.full((2, 6, 26), np.inf, "f4"))
    steps.run([bad, bad], lanes=2)  # the count goes on in the next epoch
    with pytest.raises(InputError, match=r"learning_rate: expected .*, found 0\.001"):
        steps.run([bad], lanes=2)


def test_an_epoch_in_which_nothing_is_known():
    net, steps = lifting_parts()
    before = weights(net)
    losses = steps.run([LiftingBatch.padding(2), LiftingBatch.padding(0)], lanes=2)
    assert all(np.isnan(loss) for loss in losses.values())
    torch.testing.assert_close(weights(net), before, rtol=0, atol=0)


class FailingSource:
    """A source whose worker process ends at once."""

    num_lanes = frames_per_epoch = 1

    def epoch(self, number, selection=slice(None)):
        raise SystemExit


@pytest.mark.usefixtures("quick_processes")
def test_a_worker_process_that_ends_is_an_error(monkeypatch):
    monkeypatch.setattr("signlift.training.sources.worker_processes._CHECK_EVERY", 0.2)
    with (
        pytest.raises(RuntimeError, match="a worker process ended too early"),
        open_epochs(FailingSource(), range(1, 3), slice(None), 1) as epochs,
    ):
        next(epochs)


@pytest.mark.filterwarnings("ignore:You passed")
@pytest.mark.parametrize("precision", ["64-true", "16-mixed"])
def test_other_precisions_of_the_lifting_network(precision):
    """16-mixed is bf16-mixed on a CPU."""
    fabric = open_fabric(Hardware("cpu"), precision)
    task = LiftingTask(LiftingNetConfig(8, 1, 8, 8, 4))
    raw = task.build()
    net, optimizer = fabric.setup(raw, torch.optim.AdamW(raw.parameters(), 1e-3))
    steps = EpochSteps(fabric, net, raw, task, optimizer, fabric.device)
    assert all(np.isfinite(loss) for loss in steps.run([lifting_batch()] * 2, 2).values())
