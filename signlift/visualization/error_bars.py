"""Chart of an evaluation: the error of each keypoint."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

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

_MODEL_COLOUR, _BASELINE_COLOUR = SIDE_COLOURS["left"], "#CDD4DD"

#: Sizes in points (1/72 inch): from a bar or the edge to a text, and the width of a digit.
_GAP, _DIGIT_WIDTH = 4.0, 4.8


def plot_errors_by_keypoint(
    errors: Mapping[str, float],
    path: str | PathLike[str] | None = None,
    unit: str = "px",
    baseline: Mapping[str, float] | None = None,
) -> Figure:
    """Draw the mean absolute depth error of each keypoint as bars, the largest at the top.

    The numbers are in a column at the right, all with as many decimals as give the largest one
    three digits. If nothing was measured, a note says so.

    Parameters
    ----------
    errors
        Mean absolute depth error by name of the keypoint; NaN where it was never observed.
    path
        A file to write the chart to; its suffix gives the format.
    unit
        The unit of the errors.
    baseline
        Errors of the constant-depth baseline by name of the keypoint, drawn behind the others and
        marked by a line across both bars. Keypoints that are missing here have no second bar.

    Returns
    -------
    The figure.

    Raises
    ------
    InputError
        There is no keypoint, or the suffix is not that of an image.

    Examples
    --------
    >>> figure = plot_errors_by_keypoint({"Nose": 3.2, "LHand": 4.1}, unit="cm")
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['LHand', 'Nose']
    """
    if not errors:
        raise InputError(
            parameter_problem("errors", expected="at least one keypoint", found="none")
        )
    # Keypoints without an error come last.
    names = sorted(errors, key=lambda name: (np.isnan(errors[name]), -errors[name]))
    values = np.array([errors[name] for name in names], dtype=float)
    rows = np.arange(len(names))
    figure = new_figure(5.6, 1.0 + 0.22 * len(names), IMAGE_DPI)
    figure.set_layout_engine("constrained")
    axes = figure.subplots()
    simplify_axes(axes)
    axes.spines["bottom"].set_visible(False)
    axes.grid(axis="x", color=GRID, linewidth=0.8)
    longest = values
    if baseline is not None:
        constant = np.array([baseline.get(name, np.nan) for name in names], dtype=float)
        axes.barh(
            rows, np.nan_to_num(constant), 0.82, color=_BASELINE_COLOUR, label="constant depth"
        )
        valid = ~np.isnan(constant)
        axes.vlines(
            constant[valid], rows[valid] - 0.41, rows[valid] + 0.41, color=INK, linewidth=1.2
        )
        longest = np.fmax(values, constant)
    axes.barh(rows, np.nan_to_num(values), 0.46, color=_MODEL_COLOUR, label="predicted")
    axes.set_yticks(rows, names)
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.set_xlim(0, 1.04 * float(np.nan_to_num(longest).max()) or 1.0)
    axes.set_xlabel(f"mean absolute depth error ({unit})", color=INK, fontsize=9)
    if np.isnan(longest).all():
        write_note(axes, "nothing measured")
    else:
        _write_numbers(axes, values, longest)
        if baseline is not None:
            axes.legend(
                facecolor="white",
                edgecolor="none",
                framealpha=1,
                fontsize=8,
                labelcolor=INK,
                loc="lower right",
            )
    if path is not None:
        save_figure(figure, path)
    return figure


def _write_numbers(
    axes: Axes, values: Float[np.ndarray, " rows"], longest: Float[np.ndarray, " rows"]
) -> None:
    """Write the values in a column at the right, with their decimal points aligned."""
    texts = format_with_equal_decimals(values)
    column = _GAP + _DIGIT_WIDTH * max(map(len, texts))
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


def format_with_equal_decimals(values: Float[np.ndarray, " rows"]) -> list[str]:
    """Format numbers with as many decimals as give the largest three digits; NaN as "".

    Examples
    --------
    >>> format_with_equal_decimals(np.array([12.345, 0.5, np.nan]))
    ['12.3', '0.5', '']
    """
    largest = float(np.nan_to_num(values).max())
    decimals = max(0, 2 - int(np.floor(np.log10(largest)))) if largest > 0 else 0
    return ["" if np.isnan(value) else f"{value:.{decimals}f}" for value in values]
