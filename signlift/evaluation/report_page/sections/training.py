"""The section of training: the learning curves of a run."""

from __future__ import annotations

from math import isfinite, nan

from signlift.evaluation.report_page.contents import PageContents
from signlift.evaluation.report_page.curve_chart import Axis, Curve, axis_from_zero, draw_chart
from signlift.evaluation.report_page.markup import Markup, element
from signlift.evaluation.report_page.numbers import format_tick, format_value
from signlift.evaluation.report_page.sections.section import figure, legend, section
from signlift.training.history import best_epoch

#: A loss that falls by more than this factor is drawn on a logarithmic scale.
_MIN_LOG_FACTOR = 8.0


def draw_training(contents: PageContents) -> Markup | None:
    """Draw the losses of each epoch; None if the model is not a run with losses."""
    history = contents.losses
    best = best_epoch(history)
    if best is None:
        return None
    epochs = [float(row.epoch) for row in history]
    train = [nan if row.train_loss is None else row.train_loss for row in history]
    test = [nan if row.test_loss is None else row.test_loss for row in history]
    values = [value for value in (*train, *test) if isfinite(value)]
    if not values:
        return None
    label = contents.loss
    if min(values) > 0 and max(values) / min(values) > _MIN_LOG_FACTOR:
        y = Axis(label, min(values) / 1.1, max(values) * 1.1, logarithmic=True)
    else:
        y = axis_from_zero(label, values)
    x = Axis("epoch", epochs[0], max(epochs[-1], epochs[0] + 1), format=format_tick)
    markers = len(epochs) <= 30
    loss = best.train_loss if best.test_loss is None else best.test_loss
    best_text = f"best: epoch {best.epoch}"
    sentence = f"The best epoch is {best.epoch}" + (
        f", with a loss of {format_value(loss)}." if loss is not None else "."
    )
    chart = draw_chart(
        "Learning curves",
        sentence,
        [
            Curve("training", epochs, train, style="series-2", markers=markers),
            Curve("test", epochs, test, markers=markers),
        ],
        x,
        y,
        marks=[(float(best.epoch), best_text)],
    )
    return section(
        "training",
        "Training",
        element("p", sentence),
        legend(("series-2", "training data"), ("model", "test data, held back")),
        figure(chart, "Learning curves"),
    )
