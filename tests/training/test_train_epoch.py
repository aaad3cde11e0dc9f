"""train_epoch and test_epoch."""

import numpy as np
import pytest
import torch
from conftest import random_recordings
from lightning_fabric import Fabric

from signlift.datasets.dataset import open_dataset
from signlift.io.arrays.original_arrays import write_arrays
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.training.config import TrainConfig
from signlift.training.test_epoch import test_epoch as run_test_epoch
from signlift.training.train_epoch import summed_loss, train_epoch

CONFIG = TrainConfig(hidden_size=16, batch_size=3, seq_len=50)


def parts(seed=0):
    fabric = Fabric(accelerator="cpu", devices=1)
    torch.manual_seed(seed)
    raw = DepthLSTMConfig(hidden_size=16).build()
    model, adam = fabric.setup(raw, torch.optim.Adam(raw.parameters(), 0.01))
    return fabric, model, raw, adam


def test_the_summed_loss_counts_what_is_known():
    depth = torch.tensor([[[1.0, 2.0]], [[3.0, 5.0]]])
    targets = torch.tensor([[[0.0, torch.nan]], [[1.0, 8.0]]])
    total, count = summed_loss(depth, targets, "mse")
    assert (float(total), float(count)) == (1 + 4 + 9, 3)
    assert float(summed_loss(depth, targets, "l1")[0]) == 1 + 2 + 3
    nothing = summed_loss(depth, torch.full_like(targets, torch.nan), "mse")
    assert [float(value) for value in nothing] == [0, 0]


@pytest.mark.parametrize("seq_len", [7, 50, 51, 1000])
def test_the_test_loss_is_that_of_uninterrupted_recordings(make_data, seq_len):
    dataset = open_dataset(make_data([1, 49, 50, 51, 120], missing=0.1))
    fabric, model, raw, _ = parts()
    config = TrainConfig(hidden_size=16, batch_size=3, seq_len=seq_len)
    order = np.array([4, 0, 2, 1, 3])
    found = run_test_epoch(fabric, model, raw, dataset, order, config)
    whole = TrainConfig(hidden_size=16, batch_size=1, seq_len=10_000)
    assert found == pytest.approx(
        run_test_epoch(fabric, model, raw, dataset, order, whole), rel=1e-5
    )


def test_nothing_known_to_test_on(make_data):
    dataset = open_dataset(make_data([5, 5]))
    fabric, model, raw, _ = parts()
    nothing = run_test_epoch(fabric, model, raw, dataset, np.zeros(0, int), CONFIG)
    assert np.isnan(nothing)


def test_training_learns_and_says_so(make_data):
    dataset = open_dataset(make_data([60, 80, 100, 30]))
    fabric, model, raw, adam = parts()
    order = np.arange(4)
    losses = [train_epoch(fabric, model, raw, adam, dataset, order, CONFIG) for _ in range(40)]
    assert losses[-1] < losses[0] / 2
    assert run_test_epoch(fabric, model, raw, dataset, order, CONFIG) < losses[0] / 2


def test_every_known_depth_weighs_the_same_whatever_the_windows(make_data):
    """Without learning, the training loss is the mean over all known depths."""
    dataset = open_dataset(make_data([1, 49, 50, 51, 120]))
    fabric, model, raw, _ = parts()
    still = fabric.setup_optimizers(torch.optim.SGD(raw.parameters(), 0.0))
    found = train_epoch(fabric, model, raw, still, dataset, np.arange(5), CONFIG)
    tested = run_test_epoch(fabric, model, raw, dataset, np.arange(5), CONFIG)
    assert found == pytest.approx(tested, rel=1e-6)


def test_missing_ground_truth_teaches_nothing_and_poisons_nothing(tmp_path):
    recordings = random_recordings([40, 40, 60])
    recordings[1] = recordings[1].with_depth(None)
    depth = recordings[2].depth.copy()
    depth[10:20] = depth[:, 5] = np.nan
    recordings[2] = recordings[2].with_depth(depth)
    dataset = open_dataset(write_arrays(tmp_path, recordings))
    fabric, model, raw, adam = parts()
    before = {name: value.clone() for name, value in raw.state_dict().items()}
    with np.errstate(all="raise"):
        loss = train_epoch(fabric, model, raw, adam, dataset, np.array([1]), CONFIG)
    assert np.isnan(loss)
    torch.testing.assert_close(raw.state_dict(), before, rtol=0, atol=0)
    assert np.isfinite(train_epoch(fabric, model, raw, adam, dataset, np.arange(3), CONFIG))
    assert all(torch.isfinite(value).all() for value in raw.parameters())
    row = raw.linear.weight[5].detach().clone()
    still = fabric.setup_optimizers(torch.optim.SGD(raw.parameters(), 0.01))
    assert np.isfinite(train_epoch(fabric, model, raw, still, dataset, np.array([2]), CONFIG))
    torch.testing.assert_close(raw.linear.weight[5].detach(), row, rtol=0, atol=0)
    # Momentum alone must not move the weights where nothing is known.
    before = {name: value.clone() for name, value in raw.state_dict().items()}
    train_epoch(fabric, model, raw, adam, dataset, np.array([1]), CONFIG)
    torch.testing.assert_close(raw.state_dict(), before, rtol=0, atol=0)
