import csv

import pytest

import signlift as sl
from signlift.training.history import EpochLosses, best_epoch, read_losses, write_losses


def test_the_best_epoch_is_that_of_the_lowest_test_loss():
    nan = float("nan")
    history = [
        EpochLosses(1, 3.0, 0.5),
        EpochLosses(2, 2.0, 0.2),
        EpochLosses(3, 1.0, nan),
    ]
    assert best_epoch(history).epoch == 2
    assert best_epoch([EpochLosses(1, 3.0, None), EpochLosses(2, 4.0, None)]).epoch == 1
    assert best_epoch([]) is None


def test_initial_weights_stay_the_best_unless_an_epoch_is_better():
    history = [EpochLosses(0, None, 0.3), EpochLosses(1, 1.0, 0.3)]
    assert best_epoch(history).epoch == 0
    assert best_epoch([*history, EpochLosses(2, 1.0, 0.2)]).epoch == 2


def test_the_table_of_losses(tmp_path):
    history = [
        EpochLosses(0, None, 0.5),
        EpochLosses(1, 0.25, 0.4, seconds=1.23, terms={"depth": 0.25, "velocity": 2.0}),
    ]
    write_losses(tmp_path, history)
    with (tmp_path / "losses.csv").open() as file:
        first, second = csv.DictReader(file)
    assert (first["train_loss"], first["test_loss"], first["velocity"]) == ("", "0.5", "")
    assert second == {
        "epoch": "1",
        "train_loss": "0.25",
        "test_loss": "0.4",
        "seconds": "1.2",
        "depth": "0.25",
        "velocity": "2.0",
    }


def test_the_time_is_not_compared():
    assert EpochLosses(1, 1.0, 1.0, seconds=1) == EpochLosses(1, 1.0, 1.0, seconds=2)


def test_losses_are_read_back_as_they_were_written(tmp_path):
    history = [EpochLosses(0, None, 0.5), EpochLosses(1, 0.4, None, 2.5, {"depth": 0.1})]
    write_losses(tmp_path, history)
    assert read_losses(tmp_path) == history
    assert read_losses(tmp_path / "nowhere") == []


@pytest.mark.parametrize("text", ["epoch,seconds\none,1\n", "a,b\n1,2\n", "epoch,seconds\n1\n"])
def test_damaged_losses_are_one_line(tmp_path, text):
    (tmp_path / "losses.csv").write_text(text)
    with pytest.raises(sl.InputError, match=r"losses\.csv: expected the losses of a run, found"):
        read_losses(tmp_path)
