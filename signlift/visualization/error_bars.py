"""The chart of a test: the error of each keypoint."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import overload

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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

_MODEL, _BASELINE = SIDE_COLOURS["left"], "#CDD4DD"

#: Points (1/72 inch): from a bar or from the edge to a text, and the width of a digit.
_GAP, _DIGIT = 4.0, 4.8


@overload
def plot_errors_by_keypoint(
    errors: Mapping[str, float],
    path: None = None,
    unit: str = "px",
    baseline: Mapping[str, float] | None = None,
) -> Figure: ...


@overload
def plot_errors_by_keypoint(
    errors: Mapping[str, float],
    path: str | PathLike[str],
    unit: str = "px",
    baseline: Mapping[str, float] | None = None,
) -> Path: ...


def plot_errors_by_keypoint(
    errors: Mapping[str, float],
    path: str | PathLike[str] | None = None,
    unit: str = "px",
    baseline: Mapping[str, float] | None = None,
) -> Figure | Path:
    """Draw the mean absolute depth error of each keypoint as bars, the largest on top.

    Parameters
    ----------
    errors
        Keypoint -> mean absolute depth error; NaN where the keypoint was never observed.
    path
        Where to write the picture; its suffix gives the format.
    unit
        Of the errors.
    baseline
        Keypoint -> the error of predicting a constant depth, drawn behind and marked by a line
        across both bars; a keypoint without one has no second bar.

    Returns
    -------
    The path, or without one the figure. The numbers stand in a column at the right, all with as
    many decimals as give the largest three digits. Where nothing was measured a note says so.

    Raises
    ------
    InputError
        No keypoint, or a suffix that is no picture's.
    """
    if not errors:
        raise InputError(problem("errors", expected="at least one keypoint", found="none"))
    # A keypoint without an error comes last.
    names = sorted(errors, key=lambda name: (np.isnan(errors[name]), -errors[name]))
    values = np.array([errors[name] for name in names], dtype=float)
    rows = np.arange(len(names))
    figure = new_figure(5.6, 1.0 + 0.22 * len(names), IMAGE_DPI)
    figure.set_layout_engine("constrained")
    axes = figure.subplots()
    quiet_axes(axes)
    axes.spines["bottom"].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    longest = values
    if baseline is not None:
        constant = np.array([baseline.get(name, np.nan) for name in names], dtype=float)
        axes.barh(rows, np.nan_to_num(constant), 0.82, color=_BASELINE, label="constant depth")
        known = ~np.isnan(constant)
        axes.vlines(
            constant[known], rows[known] - 0.41, rows[known] + 0.41, color=INK, linewidth=1.2
        )
        longest = np.fmax(values, constant)
    axes.barh(rows, np.nan_to_num(values), 0.46, color=_MODEL, label="predicted")
    axes.set_yticks(rows, names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1.04 * float(np.nan_to_num(longest).max()) or 1.0)
    axes.set_xlabel(f"mean absolute depth error ({unit})", color=INK, fontsize=9)
    if np.isnan(longest).all():
        write_note(axes, "nothing measured")
    else:
        _numbers(axes, values, longest)
        if baseline is not None:
            axes.legend(frameon=False, fontsize=8, labelcolor=INK, loc="lower right")
    return figure if path is None else save_figure(figure, path)


def _numbers(
    axes: Axes, values: Float[np.ndarray, " rows"], longest: Float[np.ndarray, " rows"]
) -> None:
    """Write the values in a column right of the bars, their points below each other."""
    texts = equal_decimals(values)
    column = _GAP + _DIGIT * max(map(len, texts))
    for row, text in enumerate(texts):
        axes.annotate(
            text or "not observed",
            (1, row) if text else (np.nan_to_num(longest[row]), row),
            xycoords=("axes fraction", "data") if text else "data",
            xytext=(column if text else _GAP, 0),
            textcoords="offset points",
            ha="right" if text else "left",
            va="center_baseline",
            fontsize=7.5,
            color=INK if text else MUTED,
        )


def equal_decimals(values: Float[np.ndarray, " rows"]) -> list[str]:
    """Numbers with as many decimals as give the largest three digits; '' for NaN."""
    largest = float(np.nan_to_num(values).max())
    decimals = max(0, 2 - int(np.floor(np.log10(largest)))) if largest > 0 else 0
    return ["" if np.isnan(value) else f"{value:.{decimals}f}" for value in values]
