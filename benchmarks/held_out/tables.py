"""Tables of scores in Markdown, and the same scores as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.held_out.measures import Score
from signlift.utils.atomic import write_text

#: Columns of a table of scores: their titles.
COLUMNS = (
    "wrists / elbows / upper body",
    "own constant removed",
    "pitch and yaw corrected",
    "velocity (frozen)",
    "nearer wrist",
    "joints, tips (lost hands)",
    "coverage: body, hands",
    "view: pitch, yaw",
)

#: Explanation of the columns.
NOTE = (
    "Errors in cm: of the body relative to the Neck (motion capture: of a torso of 50 cm), of the "
    "fingers relative to their wrist. Own constant: the mean error of each keypoint of a "
    "recording. Pitch and yaw corrected: wrists. Velocity: error of the wrists' change in cm per "
    "frame, in brackets that of a frozen pose. Nearer wrist: named rightly, where they are 5 cm "
    "apart. Lost hands: joints of hands that were not detected. Coverage: depths within the "
    "uncertainty (68 % is right). View: error of the estimate in degrees."
)


def format_score(score: Score) -> list[str]:
    """Format the cells of a score, in the order of `COLUMNS`; – where nothing was measured."""
    return [
        _join(" / ", 1, score.wrists, score.elbows, score.upper),
        _join(" / ", 1, score.wrists_moved, score.elbows_moved, score.upper_moved),
        _join("", 1, score.wrists_turned),
        f"{_join('', 2, score.velocity)} ({_join('', 2, score.frozen_velocity)})",
        _percent(score.nearer),
        f"{format_hands(score)} ({_join('', 1, score.lost_joints)})",
        f"{_percent(score.body_coverage)}, {_percent(score.hand_coverage)}",
        _join(", ", 1, score.pitch, score.yaw),
    ]


def format_hands(score: Score) -> str:
    """Format the errors of joints and tips."""
    return _join(", ", 1, score.joints, score.tips)


def format_scores(title: str, scores: Mapping[str, Score]) -> str:
    """Format a table with a row for each score."""
    rows = [[name, *format_score(score)] for name, score in scores.items()]
    return format_table([title, *COLUMNS], rows)


def format_views(scores: Mapping[str, Mapping[str, Score]]) -> str:
    """Format errors of the body by method (rows) and view (columns)."""
    views = list(next(iter(scores.values()), {}))
    rows = [
        [method, *(_join(" / ", 1, each.wrists, each.elbows, each.upper) for each in row.values())]
        for method, row in scores.items()
    ]
    return format_table(["wrists / elbows / upper body", *views], rows)


def format_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Format a table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def write_results(directory: Path, text: str, results: Mapping[str, object]) -> None:
    """Write tables.md and results.json; scores become objects, NaN becomes null."""
    write_text(directory / "tables.md", text + "\n")
    write_text(directory / "results.json", json.dumps(_to_json(results), indent=1) + "\n")


def _to_json(value: object) -> object:
    if isinstance(value, Score):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {str(key): _to_json(each) for key, each in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value


def _join(separator: str, digits: int, *values: float) -> str:
    if all(map(math.isnan, values)):
        return "–"
    return separator.join("–" if math.isnan(each) else f"{each:.{digits}f}" for each in values)


def _percent(value: float) -> str:
    return "–" if math.isnan(value) else f"{100 * value:.0f} %"
