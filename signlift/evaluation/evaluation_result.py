"""The result of an evaluation: the measures of a model and of the constant-depth baseline."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from signlift.evaluation.report import Report
from signlift.lifting.open_network import SHIPPED
from signlift.utils.array_types import Int


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Measures of a model and of the constant-depth baseline.

    Attributes
    ----------
    model
        The path of the model, or "shipped".
    about
        A description of the recordings.
    recordings
        The numbers of the recordings that were evaluated on.
    report
        The measures of the model.
    constant
        The measures of the baseline, which predicts the same depth for a keypoint in each frame.
    constant_from
        A description of the data that the depths of the baseline are the means of.
    written
        The files that were written.
    assumed_fps
        The frame rate that was assumed, as neither the data nor the user give one; None otherwise.
    trained_on
        Names of the data that the model was trained on, as far as it says: errors on recordings of
        the same motion are smaller than on new ones. It is not known whether these are.
    """

    model: str
    about: str
    recordings: Int[np.ndarray, " R"]
    report: Report
    constant: Report
    constant_from: str
    written: tuple[Path, ...] = ()
    assumed_fps: float | None = None
    trained_on: tuple[str, ...] = ()

    def table(self) -> str:
        """Format the measures as plain text, the baseline beside them."""
        model = "shipped weights" if self.model == SHIPPED else self.model
        trained = ", ".join(self.trained_on)
        return (
            f"{model} on {self.about}\n"
            + (f"trained on: {trained} (errors on new motion are larger)\n" if trained else "")
            + f"constant: each keypoint at its mean depth over {self.constant_from}\n"
            f"{self.report.table(self.constant, 'constant')}"
        )

    def to_json(self) -> dict[str, Any]:
        """Convert to dicts, lists, numbers and text, with the unit in the key of each value."""
        error, constant = self.report.depth_error, self.constant.depth_error
        return {
            "evaluated": self.model,
            "about": self.about,
            "trained_on": list(self.trained_on),
            "recordings": self.recordings.tolist(),
            "constant_depth_from": self.constant_from,
            "depth_error_over_constant": {
                "input_units": _ratio(error.units, constant.units),
                "torso_lengths": _ratio(error.torso_lengths, constant.torso_lengths),
            },
            "model": self.report.to_json(),
            "constant": self.constant.to_json(),
        }


def _ratio(value: float, base: float) -> float | None:
    return value / base if base > 0 and np.isfinite(value) else None
