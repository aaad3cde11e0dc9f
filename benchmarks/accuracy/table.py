"""One table of all methods: as text, as Markdown and as JSON."""

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

#: How the columns are to be read.
NOTE = (
    "Depth error in cm (torso 50 cm), relative to the Neck: wrists / elbows / upper body. "
    "Clean; noise of 2 % of the torso and 5 % missing; hips and legs missing. "
    "Velocity: change of the upper body's error in cm per frame. "
    "Bones: how much the lifted arms' bone lengths vary, in % of their mean. "
    "In sigma: share of errors within one estimated sigma. All three clean."
)


@dataclass(frozen=True)
class Result:
    """What was measured of a method.

    Attributes
    ----------
    name
        The method.
    scores
        For each test set and condition the values of a `Score`.
    training
        What its training came to; None where nothing was trained here.
    settings
        All that the scores depend on.
    """

    name: str
    scores: dict[str, dict[str, dict[str, float]]]
    training: Training | None
    settings: dict[str, Any]

    def write(self, path: Path) -> None:
        """Write it as JSON; NaN becomes null."""
        write_text(path, json.dumps(_without_nan(asdict(self)), indent=1) + "\n")


def read_result(path: Path, settings: dict[str, Any]) -> Result | None:
    """What was written, where it is there and depends on these settings."""
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


def header() -> list[str]:
    """The columns' names."""
    errors = [f"{name} {condition}" for name in SETS for condition in CONDITIONS]
    return ["method", *errors, "velocity asl/cmu", "bones asl/cmu", "in sigma", "train frames/s"]


def cells(result: Result) -> list[str]:
    """A method's row."""
    errors = [
        " / ".join(_number(scores[group], 1) for group in ("wrists", "elbows", "upper"))
        for name in SETS
        for scores in (result.scores[name][condition] for condition in CONDITIONS)
    ]
    clean = [result.scores[name]["clean"] for name in SETS]
    training = result.training
    return [
        result.name,
        *errors,
        " / ".join(_number(scores["velocity"], 2) for scores in clean),
        " / ".join(_number(100 * scores["bones"], 1) for scores in clean),
        " / ".join(_number(100 * scores["within"], 0) for scores in clean)
        if any(math.isfinite(scores["within"]) for scores in clean)
        else "–",
        "–" if training is None else f"{training.frames / training.seconds:,.0f}",
    ]


def text(results: Sequence[Result]) -> str:
    """The table for a terminal: columns in line."""
    rows = [header(), *map(cells, results)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    ]
    return "\n".join([*lines, "", NOTE])


def markdown(results: Sequence[Result]) -> str:
    """The table in Markdown."""
    rows = [header(), ["---"] * len(header()), *map(cells, results)]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in rows), "", NOTE])


def write_tables(folder: Path, results: Sequence[Result]) -> None:
    """Write table.txt, table.md and table.json into a folder."""
    write_text(folder / "table.txt", text(results) + "\n")
    write_text(folder / "table.md", markdown(results) + "\n")
    content = [_without_nan(asdict(result)) for result in results]
    write_text(folder / "table.json", json.dumps(content, indent=1) + "\n")


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "–"


def _without_nan(value: Any) -> Any:
    """JSON has no NaN: null stands for it."""
    if isinstance(value, dict):
        return {key: _without_nan(each) for key, each in value.items()}
    return None if isinstance(value, float) and math.isnan(value) else value
