import csv
from dataclasses import replace

import numpy as np
import pytest
import torch
from tiny_pretraining import TINY

import signlift.pretraining.pretrain as pretrain_module
from signlift.errors import InputError
from signlift.lifting.load import load
from signlift.model.checkpoint import LAST
from signlift.model.export import export_onnx
from signlift.pretraining.pretrain import pretrain
from signlift.pretraining.simulated_calibration import calibrate_on_simulation, simulated_ratios
from signlift.pretraining.simulated_stream import SimulatedStream
from signlift.training.sources.lifting_batch import LiftingBatch


def weights(net) -> torch.Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in net.parameters()])


def run(path, settings=TINY, **options):
    return pretrain(path, settings, workers=0, quiet=True, **options)


def losses(path):
    with (path / "losses.csv").open() as file:
        return list(csv.DictReader(file))


class Killed(BaseException):
    """A kill: the code ends without its clean-up."""


def test_a_killed_pretraining_is_continued_as_if_it_had_not_been(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pretrain_module, "SAVE_EVERY", 0.0)
    whole = run(tmp_path / "whole")
    block, blocks = SimulatedStream.block, []

    def dies(self, number):
        blocks.append(number)
        if number in (1, 3) and blocks.count(number) == 1:
            raise Killed
        return block(self, number)

    monkeypatch.setattr(SimulatedStream, "block", dies)
    for _ in range(2):
        with pytest.raises(Killed):
            run(tmp_path / "parts")
    parts = run(tmp_path / "parts")
    assert torch.equal(weights(whole), weights(parts))
    assert blocks == [0, 1, 1, 2, 3, 3]


@pytest.mark.usefixtures("quick_processes")
def test_worker_processes_make_the_same_data(tmp_path) -> None:
    settings = TINY.with_schedule(blocks=2)
    alone = run(tmp_path / "alone", settings)
    helped = pretrain(tmp_path / "helped", settings, workers=2, quiet=True)
    assert torch.equal(weights(alone), weights(helped))


def test_other_settings_in_the_same_directory(tmp_path) -> None:
    run(tmp_path, TINY.with_schedule(blocks=1))
    other = replace(TINY.with_schedule(seed=1), data=replace(TINY.data, lanes=3))
    with pytest.raises(InputError) as caught:
        run(tmp_path, other)
    expected = ("trainer.epochs 1, found 4", "trainer.seed 0, found 1", "data.lanes 2, found 3")
    path = tmp_path / "settings.json"
    assert caught.value.problems == tuple(f"{path}: expected {line}" for line in expected)


def test_it_learns_and_logs(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pretrain_module, "LOG_EVERY", 4)
    last = []
    for rate in (1e-12, 3e-2):  # on the same data
        out = tmp_path / str(rate)
        optimizer = replace(TINY.trainer.optimizer, learning_rate=rate)
        run(out, replace(TINY, trainer=replace(TINY.trainer, epochs=12, optimizer=optimizer)))
        rows = losses(out)
        assert [row["epoch"] for row in rows] == ["4", "8", "12"]
        assert rows[1]["train_loss"] == rows[1]["depth"]
        assert not (out / "best.safetensors").exists()
        last.append(rows[-1])
    assert float(last[1]["keypoints"]) < float(last[0]["keypoints"])


def test_a_completed_pretraining_is_left_as_it_is(tmp_path) -> None:
    for settings in (TINY.with_schedule(blocks=2), TINY.with_schedule(minutes=1e-6)):
        out = tmp_path / str(settings.trainer.epochs)
        once = run(out, settings)
        checkpoint = (out / LAST).read_bytes()
        again = run(out, settings)
        assert torch.equal(weights(once), weights(again))
        assert (out / LAST).read_bytes() == checkpoint


class FaultyStream(SimulatedStream):
    """A stream in which one window in six has an infinite depth."""

    def block(self, number: int) -> list[LiftingBatch]:
        batches = super().block(number)
        if number % 2 == 1:
            batches[1].depth[0, 3, 5] = np.inf
        return batches


def test_a_batch_without_a_finite_loss_is_left_out(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(pretrain_module, "LOG_EVERY", 4)
    monkeypatch.setattr(pretrain_module, "SimulatedStream", FaultyStream)
    net = run(tmp_path)
    assert torch.isfinite(weights(net)).all()
    (row,) = losses(tmp_path)
    assert all(np.isfinite(float(value)) for value in row.values() if value)


def test_pretraining_starts_from_other_weights(tmp_path) -> None:
    first = run(tmp_path / "first", TINY.with_schedule(blocks=2))
    optimizer = replace(TINY.trainer.optimizer, learning_rate=1e-9)
    slow = replace(TINY, trainer=replace(TINY.trainer, epochs=1, optimizer=optimizer))
    second = run(tmp_path / "second", slow, initial=tmp_path / "first")
    assert torch.allclose(weights(first), weights(second), atol=1e-5)
    with pytest.raises(InputError, match="expected a trained run or checkpoint, found no file"):
        run(tmp_path / "third", slow, initial=tmp_path / "nowhere")


def test_the_uncertainty_is_calibrated(tmp_path) -> None:
    torch.manual_seed(0)
    net = TINY.model.build().eval()
    settings = replace(TINY.data, lanes=12, frames=20, pool_size=20)
    calibrate_on_simulation(net, 0, settings, rounds=2)
    first = net.depth.uncertainty_scale.clone()
    assert (first > 0).all()
    root = net.depth.root
    assert first[root] == 1
    export_onnx(net, tmp_path)
    # On other recordings as many depths lie within the uncertainty.
    others = np.delete(simulated_ratios(load(tmp_path), 5, settings, (), 2), root, 1)
    assert 0.6 < (others < 1).mean() < 0.76
    # A second calibration gives the same scale.
    calibrate_on_simulation(net, 0, settings, rounds=2)
    assert torch.allclose(first, net.depth.uncertainty_scale)


def test_the_errors_of_a_held_out_network_calibrate_another_one() -> None:
    torch.manual_seed(0)
    net, other = TINY.model.build().eval(), TINY.model.build().eval()
    settings = replace(TINY.data, lanes=4, frames=8, pool_size=6)
    calibrate_on_simulation(net, 0, settings, rounds=1, held_out=net)
    own = net.depth.uncertainty_scale.clone()
    calibrate_on_simulation(net, 0, settings, rounds=1, held_out=other)
    assert not torch.allclose(own, net.depth.uncertainty_scale)
