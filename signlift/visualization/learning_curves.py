"""The chart of a training: its learning curves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any, overload

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from signlift.errors import InputError, problem
from signlift.visualization.style import (
    GRID,
    IMAGE_DPI,
    INK,
    MUTED,
    SIDE_COLOURS,
    new_figure,
    quiet_axes,
    save_figure,
    write_note,
)

_TRAIN, _TEST = "#8A94A3", SIDE_COLOURS["left"]

#: A loss that falls by more than this factor is drawn on a logarithmic scale.
_LOG_FROM = 8.0


@overload
def plot_losses(
    history: Sequence[Any],
    path: None = None,
    *,
    error: str = "test_error",
    unit: str | None = None,
    loss: str = "loss",
) -> Figure: ...


@overload
def plot_losses(
    history: Sequence[Any],
    path: str | PathLike[str],
    *,
    error: str = "test_error",
    unit: str | None = None,
    loss: str = "loss",
) -> Path: ...


def plot_losses(
    history: Sequence[Any],
    path: str | PathLike[str] | None = None,
    *,
    error: str = "test_error",
    unit: str | None = None,
    loss: str = "loss",
) -> Figure | Path:
    """Draw the learning curves of a training, the best epoch marked.

    Parameters
    ----------
    history
        One record (a mapping, or an object with these attributes) per epoch: `epoch`,
        `train_loss`, `test_loss`, and where wanted the test's mean absolute depth error.
        None, NaN and a missing key all mean not measured in that epoch.
    path
        Where to write the picture; its suffix gives the format.
    error
        The key of the mean absolute depth error; where any epoch has one, it is drawn in a
        second panel.
    unit
        Of that error, such as "px".
    loss
        What the loss is called on its axis, such as "mean squared error".

    Returns
    -------
    The path, or without one the figure. The best epoch is that of the lowest test loss, or
    where no test was made of the lowest train loss. A loss that falls far is drawn on a
    logarithmic scale. Where nothing was measured a note says so.

    Raises
    ------
    InputError
        No epoch, or one without a number, or a suffix that is no picture's.
    """
    if not len(history):
        raise InputError(problem("history", expected="at least one epoch", found="none"))
    epochs = _column(history, "epoch")
    if np.isnan(epochs).any():
        raise InputError(problem("history", expected="an epoch in each record", found="none"))
    train, test = _column(history, "train_loss"), _column(history, "test_loss")
    errors = _column(history, error)
    deciding = train if np.isnan(test).all() else test
    best = None if np.isnan(deciding).all() else int(np.nanargmin(deciding))
    panels = 1 if np.isnan(errors).all() else 2
    figure = new_figure(4.8 * panels, 3.2, IMAGE_DPI)
    figure.set_layout_engine("constrained", wspace=0.08)
    axes = figure.subplots(1, panels, squeeze=False)[0]
    _curves(axes[0], epochs, {"train": (train, _TRAIN), "test": (test, _TEST)}, best)
    axes[0].set_ylabel(loss, color=INK, fontsize=9)
    if panels == 2:
        _curves(axes[1], epochs, {"test": (errors, _TEST)}, best)
        label = "mean absolute depth error"
        axes[1].set_ylabel(f"{label} ({unit})" if unit else label, color=INK, fontsize=9)
    return figure if path is None else save_figure(figure, path)


def _column(history: Sequence[Any], key: str) -> Float[np.ndarray, " epochs"]:
    """One value of every record, NaN where it has none."""
    values = [
        record.get(key) if isinstance(record, Mapping) else getattr(record, key, None)
        for record in history
    ]
    return np.array([np.nan if value is None else float(value) for value in values])


def _curves(
    axes: Axes,
    epochs: Float[np.ndarray, " epochs"],
    curves: dict[str, tuple[Float[np.ndarray, " epochs"], str]],
    best: int | None,
) -> None:
    """Draw curves by epoch, and the last of them marked where it is best."""
    quiet_axes(axes)
    axes.grid(axis="y", color=GRID, linewidth=0.8)
    known = np.concatenate([values[np.isfinite(values)] for values, _ in curves.values()])
    if known.size and known.min() > 0 and known.max() / known.min() > _LOG_FROM:
        _logarithmic(axes, float(known.max() / known.min()))
    for name, (values, colour) in curves.items():
        here = np.isfinite(values)
        if not here.any():
            continue
        axes.plot(
            epochs[here],
            values[here],
            color=colour,
            linewidth=1.8,
            marker="o" if here.sum() < 12 else "",
            markersize=3.5,
            label=name,
            zorder=3,
        )
    if best is not None:
        axes.axvline(epochs[best], color=MUTED, linewidth=0.8, linestyle=(0, (4, 3)), zorder=2)
        measured = [curve for curve in curves.values() if np.isfinite(curve[0][best])]
        for values, colour in measured[-1:]:
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
        axes.set_xlim(epochs[0] - 1, epochs[0] + 1)
    if not known.size:
        axes.set_yticks([])
        write_note(axes, "nothing measured")
    if axes.get_legend_handles_labels()[0]:
        axes.legend(frameon=False, fontsize=8, labelcolor=INK, loc="best", handlelength=1.4)


def _logarithmic(axes: Axes, factor: float) -> None:
    """A logarithmic axis upwards whose few ticks are plain decimal numbers."""
    axes.set_yscale("log")
    steps = (1.0, 2.0, 5.0) if factor < 1000 else (1.0,)
    axes.yaxis.set_major_locator(LogLocator(subs=steps))
    axes.yaxis.set_minor_locator(NullLocator())
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: plain_decimal(value)))


def plain_decimal(value: float) -> str:
    """A number to three digits without a power of ten: 0.0002, 0.6, 50."""
    return np.format_float_positional(value, precision=3, fractional=False, trim="-")


def epoch_ticks(first: int, last: int) -> list[int]:
    """Round numbers of epochs from the first to the last, and none beyond them."""
    ticks = MaxNLocator(8, steps=[1, 2, 5, 10], integer=True).tick_values(first, last)
    return [int(tick) for tick in ticks if first <= tick <= last] or [first]
