"""Plain text of a report, with or without that of a baseline beside it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isnan, nan

from signlift.errors import InputError, parameter_problem
from signlift.evaluation.report_values import MEASURES, POWERS, TORSO_CM, Mean, ReportValues

#: Rows of cells; the first row is the head.
Table = list[tuple[str, ...]]


def format_report(
    report: ReportValues, baseline: ReportValues | None = None, name: str = "baseline"
) -> str:
    """Format a report as plain text for a terminal.

    Parameters
    ----------
    report
        The report.
    baseline
        Another report on the same skeleton with the same thresholds, to print beside this one
        (see `Report.table`).
    name
        Name of the baseline.

    Raises
    ------
    InputError
        The baseline has other keypoints or thresholds.
    """
    title = (
        f"{report.recordings} {'recording' if report.recordings == 1 else 'recordings'}, "
        f"{report.frames} frames, "
        f"{report.depths} depths ({report.skeleton})"
    )
    tables = _list_rows(report) if baseline is None else _compare_rows(report, baseline, name)
    lines = [title]
    for rows in tables:
        lines += ["", *_align_columns(rows)]
    notes = [
        "units: those of the keypoints (squared; per frame for MPJVE)",
        "torsos: torso lengths",
        f"cm: for a torso of {TORSO_CM:g} cm",
    ]
    return "\n".join([*lines, "", "; ".join(notes)])


def _list_rows(report: ReportValues) -> list[Table]:
    """Return the table of errors and the table of fractions of one report."""
    errors = [
        (label, *_format_mean(mean, power), str(mean.count) if mean else "")
        for label, mean, power in error_rows(report)
    ]
    fractions = [(label, _format(fraction)) for label, fraction in fraction_rows(report)]
    return [
        [("", "units", "torsos", "cm", "count"), *errors],
        [("fractions", "model"), *fractions],
    ]


def _compare_rows(report: ReportValues, baseline: ReportValues, name: str) -> list[Table]:
    """Return the table of errors and the table of fractions, with those of a baseline."""
    rows, baseline_rows = error_rows(report), error_rows(baseline)
    same_keypoints = [row[0] for row in rows] == [row[0] for row in baseline_rows]
    if not same_keypoints or list(report.pck_depth) != list(baseline.pck_depth):
        expected = f"a report on {report.skeleton} with the same thresholds"
        found = f"one on {baseline.skeleton} with {list(baseline.pck_depth)}"
        raise InputError(parameter_problem("baseline", expected=expected, found=found))
    errors = [
        (
            label,
            *_format_mean(mean, power),
            _format_mean(baseline_mean, power)[-1],
            _format_ratio(mean, baseline_mean),
        )
        for (label, mean, power), (_, baseline_mean, _) in zip(rows, baseline_rows, strict=True)
    ]
    baseline_fractions = dict(fraction_rows(baseline))
    fractions = [
        (label, _format(fraction), _format(baseline_fractions.get(label, nan)))
        for label, fraction in fraction_rows(report)
    ]
    return [
        [("", "units", "torsos", "cm", f"{name}: cm", "ratio"), *errors],
        [("fractions", "model", name), *fractions],
    ]


def error_rows(report: ReportValues) -> list[tuple[str, Mean | None, int]]:
    """Return the label, the mean (None for a heading) and the power of each row of errors."""
    neck_relative = [
        (f"  {group}", mean, 1) for group, mean in report.neck_relative_depth_error.items()
    ]
    return [
        *([("depth error relative to the Neck", None, 1)] if neck_relative else []),
        *neck_relative,
        ("all keypoints, relative to MidHip", None, 1),
        *(
            (f"  {label}", getattr(report, name), POWERS.get(name, 1))
            for name, label in MEASURES.items()
        ),
        ("absolute depth error by keypoint", None, 1),
        *((f"  {name}", mean, 1) for name, mean in report.depth_error_per_keypoint.items()),
    ]


def fraction_rows(report: ReportValues) -> list[tuple[str, float]]:
    """Return the label and the fraction of each row of fractions."""
    return [
        *(
            (f"depth error below {threshold:g} torso lengths", fraction)
            for threshold, fraction in report.pck_depth.items()
        ),
        *(
            (f"true depth within the uncertainty, {group}", fraction)
            for group, fraction in report.coverage.items()
            if not isnan(fraction)
        ),
    ]


def _format(value: float) -> str:
    return "-" if isnan(value) else f"{value:.4g}"


def _format_mean(mean: Mean | None, power: int) -> tuple[str, str, str]:
    """Format a mean in input units, torso lengths and cm; empty for a heading."""
    if mean is None:
        return "", "", ""
    return _format(mean.units), _format(mean.torso_lengths), _format(mean.centimetres(power))


def _format_ratio(mean: Mean | None, baseline: Mean | None) -> str:
    if mean is None or baseline is None:
        return ""
    # A baseline error that is only due to rounding gives no meaningful ratio.
    comparable = baseline.torso_lengths > 1e-9
    return _format(mean.torso_lengths / baseline.torso_lengths if comparable else nan)


def _align_columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Format rows as lines: a head, a rule, and the other rows, with numbers aligned right.

    Headings, which have no numbers, may be wider than the first column.
    """
    with_numbers = [row for row in rows if any(row[1:])]
    widths = [max(map(len, column)) for column in zip(*with_numbers, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        ).rstrip()
        for row in rows
    ]
    return [lines[0], "-" * len(lines[0]), *lines[1:]]
