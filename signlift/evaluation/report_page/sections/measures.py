"""The section of measures: a table beside the baselines, each measure explained."""

from __future__ import annotations

from math import isnan, nan

import numpy as np

from signlift.evaluation.page_statistics.page_statistics import FINGERS
from signlift.evaluation.report_page.contents import PageContents
from signlift.evaluation.report_page.markup import Markup, Piece, element
from signlift.evaluation.report_page.numbers import (
    NONE,
    format_centimetres,
    format_percentage,
    format_value,
)
from signlift.evaluation.report_page.sections.section import section
from signlift.evaluation.report_page.tables import draw_table
from signlift.evaluation.report_table import error_rows, fraction_rows
from signlift.evaluation.report_values import MEASURES, TORSO_CM, Mean

_EXPLANATIONS = {
    "wrists": "mean absolute error of depth, after the Neck of both is placed at 0",
    "elbows": "the same",
    "upper body": "the same, over face, shoulders, elbows and wrists",
    FINGERS: "mean absolute error of depth, after each wrist is placed at 0",
    MEASURES["depth_error"]: "mean distance of predicted and true depth",
    MEASURES["mse"]: "mean of its square, in cm²; few large errors count more",
    MEASURES["mpjpe"]: "mean distance of predicted and true points; both have the given x and y",
    MEASURES["root_aligned_mpjpe"]: "the same, after MidHip of both is placed at the origin",
    MEASURES["procrustes_aligned_mpjpe"]: "the same, after the best rotation, scale and shift of "
    "each frame: the error of the pose alone",
    MEASURES["mpjve"]: "mean difference of the velocities, in cm per frame: jitter",
}


def draw_measures(contents: PageContents) -> Markup:
    """Draw the tables of errors and of fractions."""
    source = contents.evaluation.constant_from
    return section(
        "measures",
        "Measures",
        element(
            "p",
            f"Errors are in cm of a person whose torso is {TORSO_CM:g} cm long, so that people of "
            "any size in the image compare. ",
            element("b", "Constant"),
            f" predicts for each keypoint its mean depth over {source}, in every frame. ",
            element("b", "Flat"),
            " predicts depth 0, a skeleton of cardboard. Where the difference to the constant "
            "depth is below 0 %, the model is better.",
        ),
        draw_table(
            [
                "error",
                "model, cm",
                "to constant",
                "constant, cm",
                "flat, cm",
                "model, torso lengths",
                f"model, {contents.unit}",
            ],
            _list_errors(contents),
            caption="Errors of the model and of the baselines",
        ),
        draw_table(
            ["fraction of depths", "model", "constant", "flat"],
            _list_fractions(contents),
            caption="Fractions of depths",
        ),
    )


def finger_error(contents: PageContents) -> tuple[float, float]:
    """Return the mean error of the fingers, of the model and the constant depth, in cm; or NaN."""
    columns = contents.statistics.groups.get(FINGERS, [])
    keypoints = contents.statistics.keypoints
    counts = keypoints.counts[columns]
    if not counts.sum():
        return nan, nan
    model, constant = (
        float(np.nansum(errors[columns] * counts) / counts.sum())
        for errors in (keypoints.model(), keypoints.constant())
    )
    return model, constant


def _list_errors(contents: PageContents) -> list[list[Piece]]:
    """Return the rows of the table of errors; those by keypoint are in a section of their own."""
    report, constant = contents.evaluation.report, contents.evaluation.constant
    flat = contents.flat
    rows: list[list[Piece]] = []
    flat_rows = [None] * len(error_rows(report)) if flat is None else error_rows(flat)
    for (label, mean, power), (_, base, _), flat_row in zip(
        error_rows(report), error_rows(constant), flat_rows, strict=True
    ):
        name = label.strip()
        if name in report.depth_error_per_keypoint or name.endswith("by keypoint"):
            continue
        if mean is None or base is None:
            rows += _fingers_row(contents) if rows else []
            rows.append([name])
            continue
        rows.append(
            [
                _explain(name),
                format_centimetres(mean.centimetres(power)),
                _compare(mean.torso_lengths, base.torso_lengths),
                format_centimetres(base.centimetres(power)),
                NONE if flat_row is None else _centimetres(flat_row[1], power),
                format_value(mean.torso_lengths),
                format_value(mean.units),
            ]
        )
    return rows


def _fingers_row(contents: PageContents) -> list[list[Piece]]:
    model, constant = finger_error(contents)
    if isnan(model):
        return []
    return [
        [
            _explain(FINGERS),
            format_centimetres(model),
            _compare(model, constant),
            format_centimetres(constant),
            NONE,
            format_value(model / TORSO_CM),
            NONE,
        ]
    ]


def _list_fractions(contents: PageContents) -> list[list[Piece]]:
    reports = [contents.evaluation.report, contents.evaluation.constant]
    reports += [] if contents.flat is None else [contents.flat]
    columns = [dict(fraction_rows(report)) for report in reports]
    rows: list[list[Piece]] = []
    for label in columns[0]:
        if label.startswith("true depth"):  # in the section of the uncertainty
            continue
        cells = [format_percentage(column.get(label, nan)) for column in columns]
        rows.append([label, *cells, *[NONE] * (3 - len(cells))])
    return rows


def _explain(name: str) -> Markup:
    explanation = _EXPLANATIONS.get(name)
    note = None if explanation is None else element("small", explanation)
    return element("span", name, note)


def _centimetres(mean: Mean | None, power: int) -> str:
    return NONE if mean is None else format_centimetres(mean.centimetres(power))


def _compare(value: float, base: float) -> Markup | str:
    """Return the difference to the baseline in percent of the baseline."""
    # A baseline error that is only due to rounding gives no meaningful ratio.
    if isnan(value) or not base > 1e-9:
        return NONE
    change = value / base - 1
    return element(
        "span",
        format_percentage(change, signed=True),
        class_="better" if change < 0 else "worse" if change > 0 else None,
    )
