"""The section of the uncertainty: its size beside that of the errors."""

from __future__ import annotations

from itertools import pairwise

from signlift.evaluation.page_statistics.calibration import COVERAGE, LEVELS, UNCERTAINTY_EDGES
from signlift.evaluation.page_statistics.page_statistics import ALL, FINGERS
from signlift.evaluation.report_page.contents import PageContents
from signlift.evaluation.report_page.curve_chart import Axis, Curve, axis_from_zero, draw_chart
from signlift.evaluation.report_page.markup import Markup, Piece, element
from signlift.evaluation.report_page.numbers import (
    format_centimetres,
    format_count,
    format_percentage,
)
from signlift.evaluation.report_page.sections.section import figure, grid, legend, section
from signlift.evaluation.report_page.tables import draw_table, fold
from signlift.evaluation.report_values import TORSO_CM

#: Styles of the curves of the groups, in their order.
_STYLES = ("series-1", "series-2", "series-3", "series-4")


def draw_uncertainty(contents: PageContents) -> Markup:
    """Draw expected against observed coverage, by group and by the size of the uncertainty."""
    calibration = contents.statistics.calibration
    if not calibration.counts[ALL]:
        return section(
            "uncertainty",
            "Uncertainty",
            element("p", "This model does not estimate the uncertainty of its depth."),
        )
    groups = [group for group, count in calibration.counts.items() if count]
    styles = dict(zip([group for group in groups if group != ALL], _STYLES, strict=False))
    styles[ALL] = "all"
    return section(
        "uncertainty",
        "Uncertainty",
        element(
            "p",
            "The model estimates for each depth an interval that should hold "
            f"{format_percentage(COVERAGE)} of the true depths. Above the dashed line it is "
            "cautious: errors are smaller than it says. Below, it is too sure. Other widths follow "
            "from this one for normally distributed errors. The errors in the frames of one "
            "recording are alike, so few recordings differ from the line by chance.",
        ),
        legend(
            *((style, _short(group)) for group, style in styles.items()),
            ("constant", "calibrated"),
        ),
        grid(
            figure(_draw_calibration(contents, styles), "Coverage of intervals"),
            figure(_draw_by_size(contents), "Error against the estimated uncertainty"),
            element("div", _tabulate_groups(contents, groups)),
        ),
        fold("Numbers", _tabulate_levels(contents, groups), _tabulate_sizes(contents)),
    )


def _draw_calibration(contents: PageContents, styles: dict[str, str]) -> Markup:
    calibration = contents.statistics.calibration
    curves = [
        Curve(
            _short(group),
            [0.0, *LEVELS, 1.0],
            [0.0, *calibration.coverage(group).tolist(), 1.0],
            style=style,
            markers=group == ALL,
            texts=[
                f"expected {format_percentage(expected)}, observed {format_percentage(observed)}"
                for expected, observed in zip(
                    [0.0, *LEVELS, 1.0], [0.0, *calibration.coverage(group), 1.0], strict=True
                )
            ],
        )
        for group, style in styles.items()
    ]
    ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
    observed = float(calibration.coverage(ALL)[LEVELS.index(COVERAGE)])
    return draw_chart(
        "Observed against expected coverage",
        f"Of all true depths {format_percentage(observed)} are within one uncertainty; "
        f"{format_percentage(COVERAGE)} are expected.",
        curves,
        Axis("expected", 0, 1, ticks, format_percentage),
        Axis("observed", 0, 1, ticks, format_percentage),
        diagonal=True,
        marks=[(COVERAGE, "one uncertainty")],
    )


def _draw_by_size(contents: PageContents) -> Markup:
    """Draw the mean error in bins of the uncertainty, beside that of calibrated normal errors."""
    binned = contents.statistics.by_uncertainty
    edges = [float(edge) * TORSO_CM for edge in UNCERTAINTY_EDGES]
    centres = (binned.centres() * TORSO_CM).tolist()
    errors = (binned.means()[:, 0] * TORSO_CM).tolist()
    # The mean absolute value of a normal distribution, in standard deviations.
    expected = [0.7979 * centre for centre in centres]
    counts = binned.counts.tolist()
    last = max(number for number, count in enumerate(counts) if count)
    edges, centres = edges[: last + 2], centres[: last + 1]
    errors, expected, counts = errors[: last + 1], expected[: last + 1], counts[: last + 1]
    x = Axis("estimated uncertainty, cm", 0, edges[-1])
    curves = [
        Curve("calibrated", centres, expected, style="constant", markers=False),
        Curve(
            "model",
            centres,
            errors,
            weak=[0 < count < 100 for count in counts],
            texts=[
                f"uncertainty {low:g} to {high:g} cm: mean error {format_centimetres(error)} cm, "
                f"{format_count(count)} depths"
                for (low, high), error, count in zip(pairwise(edges), errors, counts, strict=True)
            ],
        ),
    ]
    bars = [(low, high, count) for (low, high), count in zip(pairwise(edges), counts, strict=True)]
    return draw_chart(
        "Mean error against the estimated uncertainty",
        "Errors should grow with the uncertainty.",
        curves,
        x,
        axis_from_zero("mean error, cm", [*errors, *expected]),
        bars=bars,
    )


def _tabulate_groups(contents: PageContents, groups: list[str]) -> Markup:
    calibration = contents.statistics.calibration
    level = LEVELS.index(COVERAGE)
    rows: list[list[Piece]] = [
        [
            _short(group),
            format_percentage(float(calibration.coverage(group)[level])),
            format_count(calibration.counts[group]),
        ]
        for group in groups
    ]
    return draw_table(
        [f"within one uncertainty ({format_percentage(COVERAGE)} expected)", "observed", "depths"],
        rows,
        caption="Coverage by group",
    )


def _tabulate_levels(contents: PageContents, groups: list[str]) -> Markup:
    calibration = contents.statistics.calibration
    columns = [calibration.coverage(group) for group in groups]
    rows: list[list[Piece]] = [
        [format_percentage(level), *(format_percentage(float(each[row])) for each in columns)]
        for row, level in enumerate(LEVELS)
    ]
    return draw_table(
        ["expected", *map(_short, groups)],
        rows,
        caption="Observed coverage",
        visible_caption=True,
    )


def _tabulate_sizes(contents: PageContents) -> Markup:
    binned = contents.statistics.by_uncertainty
    edges = [float(edge) * TORSO_CM for edge in UNCERTAINTY_EDGES]
    means = binned.means().tolist()
    rows: list[list[Piece]] = [
        [
            f"{low:g} to {high:g}" if high < edges[-1] else f"above {low:g}",
            format_centimetres(error * TORSO_CM),
            format_percentage(within),
            format_count(count),
        ]
        for (low, high), (error, within), count in zip(
            pairwise(edges), means, binned.counts.tolist(), strict=True
        )
    ]
    return draw_table(
        ["uncertainty, cm", "mean error, cm", "within it", "depths"],
        rows,
        caption="By the size of the uncertainty",
        visible_caption=True,
    )


def _short(group: str) -> str:
    return "fingers" if group == FINGERS else group
