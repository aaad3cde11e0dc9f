"""Chart of a training: its learning curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from signlift.errors import InputError, parameter_problem
from signlift.utils.array_types import Float
from signlift.visualization.style import (
    GRID,
    IMAGE_DPI,
    INK,
    MUTED,
    SIDE_COLOURS,
    new_figure,
    save_figure,
    simplify_axes,
    write_note,
)

_TRAIN_COLOUR, _TEST_COLOUR = "#8A94A3", SIDE_COLOURS["left"]

#: A loss that falls by more than this factor is drawn on a logarithmic scale.
_MIN_LOG_FACTOR = 8.0


def plot_losses(
    history: Sequence[Any],
    path: str | PathLike[str] | None = None,
    *,
    error: str = "test_error",
    unit: str | None = None,
    loss: str = "loss",
) -> Figure:
    """Draw the learning curves of a training, with the best epoch marked.

    The best epoch is that of the lowest test loss, or of the lowest training loss where nothing
    was tested. A loss that falls by a large factor is drawn on a logarithmic scale. If nothing
    was measured, a note says so.

    Parameters
    ----------
    history
        One record per epoch (a mapping, or an object with these attributes): `epoch`,
        `train_loss`, `test_loss`, and optionally the mean absolute depth error of the test. None,
        NaN and a missing key mean that the value was not measured.
    path
        A file to write the chart to; its suffix gives the format.
    error
        The key of the mean absolute depth error. It is drawn in a second panel if any epoch has
        it.
    unit
        The unit of that error, such as "px".
    loss
        The label of the loss, such as "mean squared error".

    Returns
    -------
    The figure.

    Raises
    ------
    InputError
        There is no epoch, or one without a number, or the suffix is not that of an image.

    Examples
    --------
    >>> history = [{"epoch": 1, "train_loss": 0.5}, {"epoch": 2, "train_loss": 0.3}]
    >>> figure = plot_losses(history, loss="mean squared error")
    >>> figure.axes[0].get_ylabel()
    'mean squared error'
    """
    if not len(history):
        raise InputError(parameter_problem("history", expected="at least one epoch", found="none"))
    epochs = _column(history, "epoch")
    if np.isnan(epochs).any():
        expected, found = "an epoch in each record", f"none in record {np.isnan(epochs).argmax()}"
        raise InputError(parameter_problem("history", expected=expected, found=found))
    train, test = _column(history, "train_loss"), _column(history, "test_loss")
    errors = _column(history, error)
    criterion = train if np.isnan(test).all() else test
    best = None if np.isnan(criterion).all() else int(np.nanargmin(criterion))
    panels = 1 if np.isnan(errors).all() else 2
    figure = new_figure(4.8 * panels, 3.2, IMAGE_DPI)
    figure.set_layout_engine("constrained", wspace=0.08)
    axes = figure.subplots(1, panels, squeeze=False)[0]
    curves = {"train": (train, _TRAIN_COLOUR), "test": (test, _TEST_COLOUR)}
    _draw_curves(axes[0], epochs, curves, best)
    axes[0].set_ylabel(loss, color=INK, fontsize=9)
    if panels == 2:
        _draw_curves(axes[1], epochs, {"test": (errors, _TEST_COLOUR)}, best)
        label = "mean absolute depth error"
        axes[1].set_ylabel(f"{label} ({unit})" if unit else label, color=INK, fontsize=9)
    if path is not None:
        save_figure(figure, path)
    return figure


def _column(history: Sequence[Any], key: str) -> Float[np.ndarray, " epochs"]:
    """Return one value of each record, NaN where it is missing."""
    values = [
        record.get(key) if isinstance(record, Mapping) else getattr(record, key, None)
        for record in history
    ]
    return np.array([np.nan if value is None else float(value) for value in values])


def _draw_curves(
    axes: Axes,
    epochs: Float[np.ndarray, " epochs"],
    curves: dict[str, tuple[Float[np.ndarray, " epochs"], str]],
    best: int | None,
) -> None:
    """Draw curves over the epochs, and mark the best epoch on the last one."""
    simplify_axes(axes)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    finite = np.concatenate([values[np.isfinite(values)] for values, _ in curves.values()])
    if finite.size and finite.min() > 0 and finite.max() / finite.min() > _MIN_LOG_FACTOR:
        _use_logarithmic_scale(axes, float(finite.max() / finite.min()))
    for name, (values, colour) in curves.items():
        measured = np.isfinite(values)
        if not measured.any():
            continue
        axes.plot(
            epochs[measured],
            values[measured],
            color=colour,
            linewidth=1.8,
            marker="o" if measured.sum() < 12 else "",
            markersize=3.5,
            label=name,
            zorder=3,
        )
    if best is not None:
        axes.axvline(epochs[best], color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=2)
        measured_curves = [curve for curve in curves.values() if np.isfinite(curve[0][best])]
        for values, colour in measured_curves[-1:]:
            axes.plot(
                [epochs[best]],
                [values[best]],
                marker="o",
                markersize=6.5,
                color=colour,
                markeredgecolor="white",
                zorder=4,
                label=f"best epoch {epochs[best]:g}: {values[best]:.3g}",
                linestyle="none",
            )
    axes.set_xlabel("epoch", color=INK, fontsize=9)
    axes.set_xticks(epoch_ticks(int(epochs.min()), int(epochs.max())))
    axes.margins(x=0.02, y=0.12)
    if epochs.min() == epochs.max():
        margin = max(1.0, abs(float(epochs[0])) * 1e-6)  # of numbers so large that 1 is nothing
        axes.set_xlim(epochs[0] - margin, epochs[0] + margin)
    if not finite.size:
        axes.set_yticks([])
        write_note(axes, "nothing measured")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=8, labelcolor=INK, loc="best", handlelength=1.4)


def _use_logarithmic_scale(axes: Axes, factor: float) -> None:
    """Make the vertical axis logarithmic, with few ticks in plain decimal numbers."""
    axes.set_yscale("log")
    steps = (1.0, 2.0, 5.0) if factor < 1000 else (1.0,)
    axes.yaxis.set_major_locator(LogLocator(subs=steps))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: format_decimal(value)))


def format_decimal(value: float) -> str:
    """Format a number with three digits, without a power of ten.

    Examples
    --------
    >>> format_decimal(2e-4)
    '0.0002'
    """
    return np.format_float_positional(value, precision=3, fractional=False, trim="-")


def epoch_ticks(first: int, last: int) -> list[int]:
    """Return round epoch numbers for ticks, from the first to the last epoch."""
    ticks = MaxNLocator(8, steps=[1, 2, 5, 10], integer=True).tick_values(first, last)
    return [int(tick) for tick in ticks if first <= tick <= last] or [first]
