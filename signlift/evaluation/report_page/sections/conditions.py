"""The section of conditions: the error against depth, speed and the turn of the body."""

from __future__ import annotations

from itertools import pairwise
from math import isfinite, nan

import numpy as np

from signlift.evaluation.page_statistics.binned_means import BinnedMeans
from signlift.evaluation.page_statistics.conditions import Condition
from signlift.evaluation.report_page.contents import PageContents
from signlift.evaluation.report_page.curve_chart import Axis, Curve, axis_from_zero, draw_chart
from signlift.evaluation.report_page.markup import Markup, element
from signlift.evaluation.report_page.numbers import (
    format_centimetres,
    format_count,
    format_tick,
)
from signlift.evaluation.report_page.sections.section import figure, grid, legend, section
from signlift.evaluation.report_page.tables import draw_table, fold

#: A bin with fewer values is drawn hollow.
_MIN_COUNT = 100

#: The groups that are open on the page; others are folded.
_OPEN = ("wrists", "elbows")


def draw_conditions(contents: PageContents) -> Markup | None:
    """Draw a row of charts for each group; None if nothing was measured."""
    statistics = contents.statistics
    rows: list[Markup] = []
    for group in statistics.groups:
        content = _draw_group(contents, group)
        if content is None:
            continue
        if group in _OPEN or not rows:
            rows.append(element("div", element("h3", _capital(group)), content))
        else:
            rows.append(fold(_capital(group), content))
    if not rows:
        return None
    definitions = [
        element("li", element("b", f"{_capital(condition.name)}: "), condition.definition)
        for condition in statistics.conditions
    ]
    return section(
        "conditions",
        "Where errors are large",
        element(
            "p",
            "Mean absolute error in bins of the true motion. A hollow point has fewer than "
            f"{_MIN_COUNT} depths. The first and the last bin hold everything beyond.",
        ),
        element("ul", *definitions, class_="definitions"),
        legend(("model", "model"), ("constant", "constant depth"), ("count", "number of depths")),
        *rows,
    )


def _draw_group(contents: PageContents, group: str) -> Markup | None:
    statistics = contents.statistics
    charts = []
    binned = [
        (condition, statistics.binned[group, condition.name])
        for condition in statistics.conditions
        if statistics.binned[group, condition.name].counts.any()
    ]
    if not binned:
        return None
    # One scale for all charts of a group, so that they compare. Where the constant depth has large
    # errors in few depths, its curve leaves the chart.
    largest = [value for _, each in binned for value in each.means()[:, 0].tolist()]
    largest += [value for _, each in binned for value in _reliable(each)[:, 1].tolist()]
    y = axis_from_zero("error, cm", largest)
    for condition, means in binned:
        title = f"{_capital(group)}: error against {condition.name}"
        charts.append(
            figure(
                _draw_curves(condition, means, y, title),
                f"against {condition.name}",
            )
        )
    return element("div", grid(*charts), fold("Numbers", *_tabulate(group, binned)))


def _draw_curves(condition: Condition, binned: BinnedMeans, y: Axis, title: str) -> Markup:
    centres = binned.centres().tolist()
    means, counts = binned.means(), binned.counts
    weak = [0 < count < _MIN_COUNT for count in counts.tolist()]
    ranges = bin_ranges(condition)
    curves = [
        Curve(
            label,
            centres,
            means[:, series].tolist(),
            style=style,
            weak=weak,
            texts=[
                f"{part}: {format_centimetres(mean)} cm, {format_count(count)} depths"
                for part, mean, count in zip(
                    ranges, means[:, series].tolist(), counts.tolist(), strict=True
                )
            ],
        )
        for series, label, style in ((1, "constant depth", "constant"), (0, "model", "model"))
    ]
    bars = [
        (low, high, count)
        for (low, high), count in zip(pairwise(condition.edges), counts.tolist(), strict=True)
    ]
    filled = np.flatnonzero(counts)
    edges = condition.edges[int(filled[0]) : int(filled[-1]) + 2]
    step = (edges[1] - edges[0]) * (1 if len(edges) <= 8 else 2)
    ticks = [edge for edge in edges if edge % step == 0]
    x = Axis(f"{condition.name}, {condition.unit}", edges[0], edges[-1], ticks)
    return draw_chart(
        title, describe_curve(condition, means[:, 0].tolist()), curves, x, y, bars=bars
    )


def describe_curve(condition: Condition, means: list[float]) -> str:
    """Describe the ends of the curve of the model in a sentence."""
    ranges = bin_ranges(condition)
    measured = [number for number, mean in enumerate(means) if isfinite(mean)]
    if not measured:
        return "Nothing was measured."
    smallest = min(measured, key=means.__getitem__)
    largest = max(measured, key=means.__getitem__)
    return (
        f"The error of the model is smallest at {ranges[smallest]} "
        f"({format_centimetres(means[smallest])} cm) and largest at {ranges[largest]} "
        f"({format_centimetres(means[largest])} cm)."
    )


def bin_ranges(condition: Condition) -> list[str]:
    """Describe each bin of a condition, such as "20 to 40 cm/s"."""
    edges = [format_tick(edge) for edge in condition.edges]
    ranges = [f"{low} to {high} {condition.unit}" for low, high in pairwise(edges)]
    if condition.edges[0] < 0:
        ranges[0] = f"below {edges[1]} {condition.unit}"
    ranges[-1] = f"above {edges[-2]} {condition.unit}"
    return ranges


def _tabulate(group: str, binned: list[tuple[Condition, BinnedMeans]]) -> list[Markup]:
    return [
        draw_table(
            [condition.name, "model, cm", "constant, cm", "depths"],
            [
                [
                    part,
                    format_centimetres(model),
                    format_centimetres(constant),
                    format_count(count),
                ]
                for part, (model, constant), count in zip(
                    bin_ranges(condition),
                    means.means().tolist(),
                    means.counts.tolist(),
                    strict=True,
                )
                if count
            ],
            caption=f"{_capital(group)}: error against {condition.name}",
            visible_caption=True,
        )
        for condition, means in binned
    ]


def _reliable(binned: BinnedMeans) -> np.ndarray:
    """Return the means of bins with enough values; of all bins where none has."""
    means = binned.means()
    enough = binned.counts >= _MIN_COUNT
    return np.where(enough[:, None], means, nan) if enough.any() else means


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
