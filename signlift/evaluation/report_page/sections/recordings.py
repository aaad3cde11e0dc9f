"""The section of recordings: the error of each, and the best, median and worst to play."""

from __future__ import annotations

import numpy as np

from signlift.evaluation.page_statistics.page_statistics import RecordingError
from signlift.evaluation.report_page.contents import PageContents
from signlift.evaluation.report_page.curve_chart import Axis, Curve, axis_from_zero, draw_chart
from signlift.evaluation.report_page.markup import Markup, Piece, element
from signlift.evaluation.report_page.numbers import (
    format_centimetres,
    format_count,
    format_percentage,
    format_tick,
)
from signlift.evaluation.report_page.sections.section import figure, grid, legend, section
from signlift.evaluation.report_page.tables import draw_table
from signlift.evaluation.report_values import TORSO_CM

#: Recordings in the chart, and rows of the table at either end; of more, the others are left out.
_POINTS, _ROWS = 400, 50


def draw_recordings(contents: PageContents, players: Markup | None = None) -> Markup:
    """Draw the error of each recording, as a chart and as a table, and places of players."""
    ranked = contents.statistics.ranked()
    table = draw_table(
        ["recording", "model, cm", "to constant", "constant, cm", "frames"],
        _list_rows(ranked),
        caption="Error of each recording, the worst first",
    )
    several = len(ranked) > 1
    return section(
        "recordings",
        "Recordings" if several else "Recording",
        element(
            "p",
            "The error of a recording is the mean absolute error of depth over all its keypoints "
            f"and frames, relative to MidHip, in cm of a person with a torso of {TORSO_CM:g} cm.",
        ),
        legend(("model", "model"), ("dots", "constant depth on the same recording"))
        if several
        else None,
        grid(
            figure(_draw_ranks(ranked), f"Error of {format_count(len(ranked))} recordings"),
            element("div", table, class_="tall"),
        )
        if several
        else table,
        players,
    )


def _draw_ranks(ranked: list[RecordingError]) -> Markup:
    count = len(ranked)
    chosen = np.unique(np.linspace(0, count - 1, min(count, _POINTS)).round().astype(int)).tolist()
    errors = [ranked[rank].error * TORSO_CM for rank in chosen]
    constants = [ranked[rank].constant * TORSO_CM for rank in chosen]
    ranks = [float(rank + 1) for rank in chosen]
    texts = [
        f"{ranked[rank].name}: {format_centimetres(error)} cm"
        for rank, error in zip(chosen, errors, strict=True)
    ]
    curves = [
        Curve("constant depth", ranks, constants, style="dots", texts=texts),
        Curve("model", ranks, errors, texts=texts),
    ]
    median = ranked[count // 2]
    return draw_chart(
        "Error of each recording, from the best to the worst",
        f"From {format_centimetres(errors[0])} cm ({ranked[0].name}) over a median of "
        f"{format_centimetres(median.error * TORSO_CM)} cm to {format_centimetres(errors[-1])} cm "
        f"({ranked[-1].name}).",
        curves,
        Axis("recordings, from the best to the worst", 1, count, format=format_tick),
        axis_from_zero("error, cm", [*errors, *constants]),
    )


def _list_rows(ranked: list[RecordingError]) -> list[list[Piece]]:
    worst_first = ranked[::-1]
    left_out = len(ranked) - 2 * _ROWS
    if left_out <= 0:
        return list(map(_row, worst_first))
    return [
        *map(_row, worst_first[:_ROWS]),
        [f"{format_count(left_out)} more between"],
        *map(_row, worst_first[-_ROWS:]),
    ]


def _row(each: RecordingError) -> list[Piece]:
    change = each.error / each.constant - 1 if each.constant > 1e-9 else float("nan")
    return [
        each.name,
        format_centimetres(each.error * TORSO_CM),
        format_percentage(change, signed=True),
        format_centimetres(each.constant * TORSO_CM),
        format_count(each.frames),
    ]
