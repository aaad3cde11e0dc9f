"""Errors to stay below, beside the errors that were measured."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from benchmarks.held_out.measures import Score
from benchmarks.held_out.rendered_cases import VIEWS
from benchmarks.held_out.rendered_methods import LIFTED, WITH_DEPTH, WORLD
from benchmarks.held_out.tables import format_table

_BODY = ("wrists", "elbows", "upper")
_MOVED = ("wrists_moved", "elbows_moved", "upper_moved")
_HANDS = ("joints", "tips")


@dataclass(frozen=True)
class Target:
    """Maxima of measures on one row of the tables.

    Attributes
    ----------
    source
        The source; "rendered" for rendered signers.
    row
        The condition, or the method.
    limits
        The maximum of each measure of a `Score`.
    """

    source: str
    row: str
    limits: Mapping[str, float]


def _limits(names: Sequence[str], *values: float) -> dict[str, float]:
    return dict(zip(names, values, strict=True))


_RENDERED = _limits((*_BODY, "joints", *_MOVED), 4.8, 3.8, 3.2, 2.0, 3.2, 2.3, 1.3)

#: All targets.
TARGETS = (
    Target("asl and galt", "clean", _limits((*_BODY, *_HANDS), 3.6, 2.4, 1.9, 1.5, 2.0)),
    Target(
        "asl and galt", "simulated detector", _limits((*_BODY, *_HANDS), 4.2, 2.8, 2.3, 1.9, 2.5)
    ),
    Target("cmu bodies", "clean", _limits(_BODY, 4.8, 3.2, 2.6)),
    Target("asl", "lengths given", {"wrists": 3.0}),
    *(
        Target(
            "rendered", row, _limits((*_BODY, "joints", *_MOVED), 4.8, 3.8, 3.2, 2.0, 3.2, 2.3, 1.3)
        )
        for row in (LIFTED, WITH_DEPTH)
    ),
)

#: Minimum fraction of frames of rendered signers in which the nearer wrist is named.
MIN_NEARER = 0.93

#: Minimum and maximum coverage of the uncertainty.
COVERAGE = (0.60, 0.76)


def format_targets(
    sources: Mapping[str, Mapping[str, Score]], rendered: Mapping[str, Mapping[str, Score]]
) -> str:
    """Format a table of targets and what was measured; rows without a measurement are left out."""
    rows = []
    overall = {method: views["all"] for method, views in rendered.items()}
    for target in TARGETS:
        scores = overall if target.source == "rendered" else sources.get(target.source, {})
        if target.row not in scores:
            continue
        score = scores[target.row]
        for name, maximum in target.limits.items():
            value = getattr(score, name)
            reached = value <= maximum
            rows.append(_row(target.source, target.row, name, f"{maximum:g}", value, reached))
    for method in (LIFTED, WITH_DEPTH):
        if method in overall:
            nearer = overall[method].nearer
            minimum = f"at least {MIN_NEARER:g}"
            reached = nearer >= MIN_NEARER
            rows.append(_row("rendered", method, "nearer", minimum, nearer, reached))
            rows += _compare_velocity("rendered", method, overall[method])
            rows += _compare_views(rendered, method)
    for source, scores in {**sources, "rendered": overall}.items():
        for row, score in scores.items():
            rows += _check_coverage(source, row, score)
    return format_table(["source", "row", "measure", "limit", "measured", "reached"], rows)


def _compare_views(rendered: Mapping[str, Mapping[str, Score]], method: str) -> list[list[str]]:
    """Return the views in which a method is not ahead of MediaPipe's world landmarks."""
    rows = []
    for view in VIEWS:
        if view in rendered[method]:
            pairs = [
                (getattr(rendered[method][view], name), getattr(rendered[WORLD][view], name))
                for name in _BODY
            ]
            limit = " / ".join(f"{other:.1f}" for _, other in pairs)
            value = " / ".join(f"{each:.1f}" for each, _ in pairs)
            ahead = all(each < other for each, other in pairs)
            rows.append(["rendered", method, f"{view}, MediaPipe", limit, value, _mark(ahead)])
    return rows


def _compare_velocity(source: str, row: str, score: Score) -> list[list[str]]:
    limit = score.frozen_velocity
    return [_row(source, row, "velocity", f"{limit:.2f}", score.velocity, score.velocity < limit)]


def _check_coverage(source: str, row: str, score: Score) -> list[list[str]]:
    """Return the coverages that are out of range."""
    low, high = COVERAGE
    return [
        _row(source, row, name, f"{low:g} to {high:g}", value, False)
        for name in ("body_coverage", "hand_coverage")
        if not math.isnan(value := getattr(score, name)) and not low <= value <= high
    ]


def _row(source: str, row: str, measure: str, limit: str, value: float, reached: bool) -> list[str]:
    text = "–" if math.isnan(value) else f"{value:.2f}"
    return [source, row, measure, limit, text, _mark(reached)]


def _mark(reached: bool) -> str:
    return "yes" if reached else "no"
