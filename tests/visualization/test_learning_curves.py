from dataclasses import dataclass

import numpy as np
import pytest
from PIL import Image

from signlift.errors import InputError
from signlift.visualization import plot_losses
from signlift.visualization.learning_curves import epoch_ticks, format_decimal


@dataclass
class Epoch:
    epoch: int
    train_loss: float
    test_loss: float | None = None


def history(epochs=10, factor=0.9):
    return [
        {"epoch": e, "train_loss": factor**e, "test_loss": factor**e + 0.02 * abs(e - 6)}
        for e in range(1, epochs + 1)
    ]


def lines(axes):
    return {line.get_label(): line for line in axes.lines if not line.get_label().startswith("_")}


def test_both_losses_are_drawn_by_epoch():
    figure = plot_losses(history())
    (axes,) = figure.axes
    curves = lines(axes)
    assert curves["train"].get_xdata().tolist() == list(range(1, 11))
    assert curves["train"].get_ydata() == pytest.approx([0.9**e for e in range(1, 11)])
    assert curves["test"].get_ydata()[9] == pytest.approx(0.9**10 + 0.08)
    assert axes.get_yscale() == "linear"


def test_the_best_epoch_is_that_of_the_lowest_test_loss():
    records = history()
    best = min(records, key=lambda record: record["test_loss"])["epoch"]
    assert any(
        label.startswith(f"best epoch {best}:") for label in lines(plot_losses(records).axes[0])
    )


def test_without_a_test_the_train_loss_decides():
    (axes,) = plot_losses([Epoch(1, 0.5), Epoch(2, 0.3), Epoch(3, 0.4)]).axes
    assert set(lines(axes)) == {"train", "best epoch 2: 0.3"}


def test_epochs_that_were_not_measured_leave_no_gap():
    records = [
        {**record, "test_loss": None if record["epoch"] % 2 else record["test_loss"]}
        for record in history()
    ]
    records[3]["test_loss"] = np.nan
    curve = lines(plot_losses(records).axes[0])["test"]
    assert curve.get_xdata().tolist() == [2, 6, 8, 10]


def test_a_loss_that_falls_far_is_drawn_logarithmically():
    assert plot_losses(history(60, 0.8)[:20]).axes[0].get_yscale() == "log"
    zero = [{"epoch": 1, "train_loss": 1.0}, {"epoch": 2, "train_loss": 0.0}]
    assert plot_losses(zero).axes[0].get_yscale() == "linear"


def test_the_depth_error_has_a_panel_of_its_own():
    records = [{**record, "test_mae": 30 / record["epoch"]} for record in history()]
    figure = plot_losses(records, error="test_mae", unit="px")
    assert len(figure.axes) == 2
    assert figure.axes[1].get_ylabel() == "mean absolute depth error (px)"
    assert lines(figure.axes[1])["test"].get_ydata()[0] == 30


@pytest.mark.parametrize("records", [history(1), [Epoch(1, float("nan"))], [Epoch(3, 1.0, 2.0)]])
def test_one_epoch(records, tmp_path):
    path = tmp_path / "losses.png"
    plot_losses(records, path)
    with Image.open(path) as image:
        assert np.array(image.convert("L")).min() < 100


@pytest.mark.parametrize(
    ("records", "message"),
    [([], "history: expected at least one epoch"), ([{"train_loss": 1.0}], "expected an epoch")],
)
def test_no_epochs(records, message):
    with pytest.raises(InputError, match=message):
        plot_losses(records)


@pytest.mark.parametrize(("epochs", "ticks"), [(1, ["1"]), (2, ["1", "2"]), (4, list("1234"))])
def test_the_epochs_on_the_axis_are_whole_and_were_made(epochs, ticks):
    (axes,) = plot_losses(history(epochs)).axes
    assert [label.get_text() for label in axes.get_xticklabels()] == ticks


def test_no_tick_lies_beyond_the_epochs():
    assert epoch_ticks(1, 100) == [20, 40, 60, 80, 100]
    assert epoch_ticks(51, 60)[0] >= 51
    assert epoch_ticks(3, 3) == [3]


def test_logarithmic_ticks_are_format_decimals():
    figure = plot_losses(history(60, 0.8)[:20])
    figure.canvas.draw()
    (axes,) = figure.axes
    low, high = axes.get_ylim()
    labels = [
        label.get_text()
        for label, place in zip(axes.get_yticklabels(), axes.get_yticks(), strict=True)
        if low <= place <= high
    ]
    assert labels == ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5", "1"]
    assert not any(label.get_text() for label in axes.get_yticklabels(minor=True))
    assert [format_decimal(value) for value in (2e-5, 0.6000000001, 50.0)] == [
        "0.00002",
        "0.6",
        "50",
    ]


def test_one_epoch_of_a_number_that_adding_one_does_not_change():
    (axes,) = plot_losses([{"epoch": 10**17, "train_loss": 1.0}]).axes
    low, high = axes.get_xlim()
    assert low < 10**17 < high


def test_without_any_loss_a_note_says_so():
    (axes,) = plot_losses([Epoch(1, float("nan")), Epoch(2, float("nan"))]).axes
    assert [text.get_text() for text in axes.texts] == ["nothing measured"]
    assert not len(axes.get_yticks())
    assert not plot_losses(history()).axes[0].texts


def test_an_unknown_suffix(tmp_path):
    with pytest.raises(InputError, match=r"a.gif: expected a name that ends in one of .png"):
        plot_losses(history(), tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())
