"""The section of keypoints: the error of each on a drawing of a body, and a table."""

from __future__ import annotations

from math import isfinite

import numpy as np

from signlift.evaluation.page_statistics.page_statistics import FINGERS
from signlift.evaluation.report_page.body_layout import place_keypoints
from signlift.evaluation.report_page.body_map import draw_body
from signlift.evaluation.report_page.contents import PageContents
from signlift.evaluation.report_page.markup import Markup, element
from signlift.evaluation.report_page.numbers import (
    format_centimetres,
    format_count,
    format_percentage,
)
from signlift.evaluation.report_page.sections.section import figure, grid, section
from signlift.evaluation.report_page.tables import draw_table, fold

#: Rows of the list of the largest errors.
_LARGEST = 8


def draw_keypoints(contents: PageContents) -> Markup:
    """Draw the errors of the keypoints on a body, the largest as a list, and all as a table."""
    statistics, skeleton = contents.statistics, contents.skeleton
    model, constant = statistics.keypoints.model(), statistics.keypoints.constant()
    bias, counts = statistics.keypoints.bias(), statistics.keypoints.counts
    errors = dict(zip(skeleton.keypoints, model.tolist(), strict=True))
    placed = place_keypoints(skeleton)
    others = [name for name in skeleton.keypoints if name not in placed]
    fingers = " Fingers are relative to their wrist." if FINGERS in statistics.groups else ""
    intro = (
        f"Mean absolute error of depth relative to the {statistics.reference}, in cm.{fingers} "
        "Bias is the mean of predicted minus true depth: positive is predicted too far from the "
        "camera."
    )
    rows = [
        [
            name,
            format_centimetres(model[number]),
            format_centimetres(constant[number]),
            format_percentage(_change(model[number], constant[number]), signed=True),
            _signed(bias[number]),
            format_count(int(counts[number])),
        ]
        for number, name in enumerate(skeleton.keypoints)
    ]
    head = ["keypoint", "model, cm", "constant, cm", "to constant", "bias, cm", "depths"]
    order = [
        int(number)
        for number in np.argsort(-np.nan_to_num(model, nan=-1.0), kind="stable")
        if isfinite(model[number])
    ]
    note = None
    if others:
        measured = [errors[name] for name in others if isfinite(errors[name])]
        mean = format_centimetres(float(np.mean(measured))) if measured else None
        what = f"{len(others)} other keypoints are in the table alone"
        note = element("p", f"{what}{f' (mean {mean} cm)' if mean else ''}.", class_="note")
    title = "Error of each keypoint, seen from the front"
    return section(
        "keypoints",
        "Keypoints",
        element("p", intro),
        grid(
            element("div", figure(draw_body(skeleton, errors, title), title), note),
            element(
                "div",
                draw_table(
                    head[:5],
                    [rows[number][:5] for number in order[:_LARGEST]],
                    caption="The largest errors",
                    visible_caption=True,
                ),
                fold(
                    f"All {len(skeleton)} keypoints",
                    draw_table(head, rows, caption="Error of each keypoint"),
                ),
            ),
        ),
    )


def _change(value: float, base: float) -> float:
    return value / base - 1 if base > 1e-9 else float("nan")


def _signed(value: float) -> str:
    text = format_centimetres(value)
    return text.replace("-", "−") if value <= 0 or not isfinite(value) else f"+{text}"
