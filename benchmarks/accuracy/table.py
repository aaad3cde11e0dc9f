"""Table of all methods: as text, as Markdown and as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.accuracy.protocol import CONDITIONS, SETS
from benchmarks.accuracy.trainer import Training
from signlift.utils.atomic import write_text

#: Explanation of the columns.
NOTE = (
    "Depth error in cm (torso 50 cm), relative to the Neck: wrists / elbows / upper body. "
    "Clean; noise of 2 % of the torso and 5 % missing; hips and legs missing. "
    "Velocity: change of the upper body's error in cm per frame. "
    "Bones: standard deviation of the lifted arms' bone lengths in % of their mean. "
    "Within: fraction of errors within one estimated uncertainty. All three clean."
)


@dataclass(frozen=True)
class Result:
    """The measures of a method.

    Attributes
    ----------
    name
        The name of the method.
    scores
        The values of a `Score` for each test set and condition.
    training
        Summary of its training; None if nothing was trained.
    settings
        Everything that the scores depend on.
    """

    name: str
    scores: dict[str, dict[str, dict[str, float]]]
    training: Training | None
    settings: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write it as JSON; NaN becomes null."""
        write_text(path, json.dumps(_nan_to_none(asdict(self)), indent=1) + "\n")


def read_result(path: Path, settings: dict[str, Any]) -> Result | None:
    """Read a result; None if there is none with these settings."""
    if not path.is_file():
        return None
    content = json.loads(path.read_text(encoding="utf-8"))
    if content["settings"] != settings:
        return None
    training = content["training"]
    return Result(
        content["name"],
        {
            name: {
                condition: {
                    key: math.nan if value is None else value for key, value in values.items()
                }
                for condition, values in conditions.items()
            }
            for name, conditions in content["scores"].items()
        },
        None if training is None else Training(**training),
        settings,
    )


def list_columns() -> list[str]:
    """List the names of the columns."""
    errors = [f"{name} {condition}" for name in SETS for condition in CONDITIONS]
    return ["method", *errors, "velocity asl/cmu", "bones asl/cmu", "within", "train frames/s"]


def format_row(result: Result) -> list[str]:
    """Format the cells of a method."""
    errors = [
        " / ".join(_format_number(scores[group], 1) for group in ("wrists", "elbows", "upper"))
        for name in SETS
        for scores in (result.scores[name][condition] for condition in CONDITIONS)
    ]
    clean = [result.scores[name]["clean"] for name in SETS]
    training = result.training
    return [
        result.name,
        *errors,
        " / ".join(_format_number(scores["velocity"], 2) for scores in clean),
        " / ".join(_format_number(100 * scores["bones"], 1) for scores in clean),
        " / ".join(_format_number(100 * scores["within"], 0) for scores in clean)
        if any(math.isfinite(scores["within"]) for scores in clean)
        else "–",
        "–" if training is None else f"{training.frames / training.seconds:,.0f}",
    ]


def format_text(results: Sequence[Result]) -> str:
    """Format the table for a terminal, with aligned columns."""
    rows = [list_columns(), *map(format_row, results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    ]
    return "\n".join([*lines, "", NOTE])


def format_markdown(results: Sequence[Result]) -> str:
    """Format the table in Markdown."""
    columns = list_columns()
    rows = [columns, ["---"] * len(columns), *map(format_row, results)]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", NOTE])


def write_tables(directory: Path, results: Sequence[Result]) -> None:
    """Write table.txt, table.md and table.json."""
    write_text(directory / "table.txt", format_text(results) + "\n")
    write_text(directory / "table.md", format_markdown(results) + "\n")
    content = [_nan_to_none(asdict(result)) for result in results]
    write_text(directory / "table.json", json.dumps(content, indent=1) + "\n")


def _format_number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "–"


def _nan_to_none(value: Any) -> Any:
    """Replace NaN by None, as JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _nan_to_none(each) for key, each in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
