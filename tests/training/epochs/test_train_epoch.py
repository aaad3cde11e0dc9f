"""train_epoch and test_epoch, by their public signatures."""

import numpy as np
import pytest
import torch
from conftest import random_recordings

from signlift.datasets.dataset import open_dataset
from signlift.errors import InputError
from signlift.io.arrays.original_arrays import write_arrays
from signlift.model.depth_lstm import DepthLSTMConfig
from signlift.model.recurrent_state import RecurrentState
from signlift.training.epochs.test_epoch import test_epoch as run_test_epoch
from signlift.training.epochs.train_epoch import train_epoch

OPTIONS = {"batch_size": 3, "seq_len": 50}


def model_and_adam(seed=0):
    torch.manual_seed(seed)
    model = DepthLSTMConfig(hidden_size=16).build()
    return model, torch.optim.Adam(model.parameters(), 0.01)


@pytest.mark.parametrize("seq_len", [7, 50, 51, 1000])
def test_the_test_loss_is_that_of_uninterrupted_recordings(make_data, seq_len):
    dataset = open_dataset(make_data([1, 49, 50, 51, 120], missing=0.1))
    model, _ = model_and_adam()
    order = np.array([4, 0, 2, 1, 3])
    loss = run_test_epoch(model, dataset, order, batch_size=3, seq_len=seq_len)
    whole = run_test_epoch(model, dataset, order, batch_size=1, seq_len=10_000)
    assert loss == pytest.approx(whole, rel=1e-5)


def test_a_state_that_is_not_reset_changes_the_loss(make_data, monkeypatch):
    dataset = open_dataset(make_data([40, 40]))
    model, _ = model_and_adam()
    loss = run_test_epoch(model, dataset, batch_size=1)
    monkeypatch.setattr(RecurrentState, "keep", lambda self, continued: self)
    assert run_test_epoch(model, dataset, batch_size=1) != pytest.approx(loss, rel=1e-6)


def test_the_loss_of_an_epoch_in_which_nothing_is_known(make_data):
    dataset = open_dataset(make_data([5, 5]))
    model, _ = model_and_adam()
    assert np.isnan(run_test_epoch(model, dataset, np.zeros(0, int)))


@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_training_lowers_the_loss(make_data, loss):
    dataset = open_dataset(make_data([60, 80, 100, 30]))
    model, adam = model_and_adam()
    losses = [train_epoch(model, adam, dataset, loss=loss, **OPTIONS) for _ in range(40)]
    assert losses[-1] < losses[0] / (2 if loss == "mse" else 1.4)
    assert run_test_epoch(model, dataset, loss=loss, **OPTIONS) < losses[0]


def test_every_known_depth_has_the_same_weight_in_any_windows(make_data):
    """Without learning, the training loss is the mean over all known depths."""
    dataset = open_dataset(make_data([1, 49, 50, 51, 120]))
    model, _ = model_and_adam()
    still = torch.optim.SGD(model.parameters(), 0.0)
    train_loss = train_epoch(model, still, dataset, **OPTIONS)
    assert train_loss == pytest.approx(run_test_epoch(model, dataset, **OPTIONS), rel=1e-6)


def test_mirrored_recordings_are_trained_on_mirrored(make_data):
    dataset = open_dataset(make_data([30]))
    model, _ = model_and_adam()
    still = torch.optim.SGD(model.parameters(), 0.0)
    mirrored = train_epoch(model, still, dataset, mirrored=np.array([True]))
    assert mirrored != pytest.approx(train_epoch(model, still, dataset), rel=1e-3)


def test_unknown_depth_changes_no_weight_and_gives_no_nan(tmp_path):
    recordings = random_recordings([40, 40, 60])
    recordings[1] = recordings[1].with_depth(None)
    depth = recordings[2].depth.copy()
    depth[10:20] = depth[:, 5] = np.nan
    recordings[2] = recordings[2].with_depth(depth)
    dataset = open_dataset(write_arrays(tmp_path, recordings))
    model, adam = model_and_adam()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with np.errstate(all="raise"):
        loss = train_epoch(model, adam, dataset, np.array([1]), **OPTIONS)
    assert np.isnan(loss)
    torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)
    assert np.isfinite(train_epoch(model, adam, dataset, **OPTIONS))
    assert all(torch.isfinite(value).all() for value in model.parameters())
    row = model.linear.weight[5].detach().clone()
    still = torch.optim.SGD(model.parameters(), 0.01)
    assert np.isfinite(train_epoch(model, still, dataset, np.array([2]), **OPTIONS))
    torch.testing.assert_close(model.linear.weight[5].detach(), row, rtol=0, atol=0)
    # Momentum alone must not change the weights where nothing is known.
    before = {name: value.clone() for name, value in model.state_dict().items()}
    train_epoch(model, adam, dataset, np.array([1]), **OPTIONS)
    torch.testing.assert_close(model.state_dict(), before, rtol=0, atol=0)


def test_wrong_arguments(make_data):
    dataset = open_dataset(make_data([5]))
    model, adam = model_and_adam()
    with pytest.raises(InputError, match="loss: expected mse or l1, found huber"):
        train_epoch(model, adam, dataset, loss="huber")
    wild = torch.optim.SGD(model.parameters(), 1e38)
    expected = "learning_rate: expected a rate at which the loss stays finite, found 1e"
    with pytest.raises(InputError, match=expected):
        train_epoch(model, wild, open_dataset(make_data([60], "long")), seq_len=5)
