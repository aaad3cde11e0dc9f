"""Report of all measures over a set of recordings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

from signlift.errors import InputError, problem

#: Torso length for which errors are given in cm.
TORSO_CM = 50.0

#: The measures over all keypoints, by field of `Report`, with their labels in the table.
_MEASURES = {
    "depth_error": "absolute depth error",
    "mse": "squared depth error",
    "mpjpe": "MPJPE",
    "root_aligned_mpjpe": "MPJPE, root-aligned",
    "procrustes_aligned_mpjpe": "MPJPE, Procrustes-aligned",
    "mpjve": "MPJVE",
}

#: Suffixes of the units in JSON.
_UNIT_SUFFIXES = {"mse": "_squared", "mpjve": "_per_frame"}

#: Powers of a length; 1 for all others.
_POWERS = {"mse": 2}


@dataclass(frozen=True)
class Mean:
    """Mean of all values that count; NaN if there are none.

    Attributes
    ----------
    units
        In the unit of the keypoints, usually pixels (squared for a squared error, per frame for
        a velocity).
    torso_lengths
        In torso lengths, with each recording's own torso (squared, per frame).
    count
        Number of values.

    Examples
    --------
    >>> error = Mean(units=12.0, torso_lengths=0.1, count=100)
    >>> error.centimetres()
    5.0
    """

    units: float
    torso_lengths: float
    count: int

    def centimetres(self, power: int = 1) -> float:
        """Convert torso lengths to cm of a person with a torso of 50 cm.

        Figures in cm compare between recordings of any size.

        Parameters
        ----------
        power
            2 for a squared error.
        """
        return self.torso_lengths * TORSO_CM**power


@dataclass(frozen=True)
class Report:
    """All measures over a set of recordings. `Measures.report` makes it.

    Attributes
    ----------
    skeleton
        Name of the skeleton.
    recordings
        Number of recordings.
    frames
        Number of frames with at least one depth that counts.
    depths
        Number of depths that count, over all frames and keypoints.
    neck_relative_depth_error
        Absolute error of depth relative to the Neck, by group of keypoints: wrists, elbows, upper
        body. Empty for a skeleton without a Neck.
    depth_error, mse
        Absolute and squared error of depth relative to MidHip.
    mpjpe, root_aligned_mpjpe, procrustes_aligned_mpjpe, mpjve
        Errors of 3D points (see `signlift.evaluation.point_metrics`). Predicted and true points
        share x and y, so only depth differs; in `root_aligned_mpjpe` it is depth relative to the
        root.
    depth_error_per_keypoint
        Absolute error of depth by name of the keypoint, in the skeleton's order.
    pck_depth
        Fraction of depths whose error is below a threshold, by threshold in torso lengths.
    coverage
        Fraction of true depths within the uncertainty, by group of keypoints; 0.68 for calibrated
        uncertainty. NaN for a model that does not estimate it. "all keypoints" leaves out MidHip,
        whose depth is 0 by definition.
    """

    skeleton: str
    recordings: int
    frames: int
    depths: int
    neck_relative_depth_error: dict[str, Mean]
    depth_error: Mean
    mse: Mean
    mpjpe: Mean
    root_aligned_mpjpe: Mean
    procrustes_aligned_mpjpe: Mean
    mpjve: Mean
    depth_error_per_keypoint: dict[str, Mean]
    pck_depth: dict[float, float]
    coverage: dict[str, float]

    def to_json(self) -> dict[str, Any]:
        """Convert to dicts, lists, numbers and text, with the unit in the key of each value.

        A mean of no values is None.
        """
        return {
            "skeleton": self.skeleton,
            "recordings": self.recordings,
            "frames": self.frames,
            "depths": self.depths,
            "neck_relative_depth_error": {
                group.replace(" ", "_"): _mean_to_json(mean)
                for group, mean in self.neck_relative_depth_error.items()
            },
            **{name: _mean_to_json(getattr(self, name), name) for name in _MEASURES},
            "pck_depth": [
                {"threshold_torso_lengths": threshold, "fraction": _none_if_nan(fraction)}
                for threshold, fraction in self.pck_depth.items()
            ],
            "coverage": {
                group.replace(" ", "_"): _none_if_nan(fraction)
                for group, fraction in self.coverage.items()
            },
            "depth_error_per_keypoint": {
                name: _mean_to_json(mean) for name, mean in self.depth_error_per_keypoint.items()
            },
        }

    def table(self, baseline: Report | None = None, name: str = "baseline") -> str:
        """Format the report as plain text for a terminal.

        Parameters
        ----------
        baseline
            Another report on the same skeleton with the same thresholds, to print beside this
            one. The last column of errors is then the ratio of this one to the baseline in torso
            lengths, below 1 where this one is better.
        name
            Name of the baseline.

        Raises
        ------
        InputError
            The baseline has other keypoints or thresholds.
        """
        title = (
            f"{self.recordings} {'recording' if self.recordings == 1 else 'recordings'}, "
            f"{self.frames} frames, "
            f"{self.depths} depths ({self.skeleton})"
        )
        errors, fractions = self._error_rows(), self._fraction_rows()
        if baseline is None:
            tables: list[list[tuple[str, ...]]] = [
                [
                    ("", "units", "torsos", "cm", "count"),
                    *(
                        (label, *_format_mean(mean, power), str(mean.count) if mean else "")
                        for label, mean, power in errors
                    ),
                ],
                [
                    ("fractions", "model"),
                    *((label, _format(fraction)) for label, fraction in fractions),
                ],
            ]
        else:
            baseline_errors = baseline._error_rows()
            baseline_fractions = dict(baseline._fraction_rows())
            if [row[0] for row in errors] != [row[0] for row in baseline_errors] or list(
                self.pck_depth
            ) != list(baseline.pck_depth):
                raise InputError(
                    problem(
                        "baseline",
                        expected=f"a report on {self.skeleton} with the same thresholds",
                        found=f"one on {baseline.skeleton} with {list(baseline.pck_depth)}",
                    )
                )
            tables = [
                [
                    ("", "units", "torsos", "cm", f"{name}: cm", "ratio"),
                    *(
                        (
                            label,
                            *_format_mean(mean, power),
                            _format_mean(other, power)[-1],
                            _format_ratio(mean, other),
                        )
                        for (label, mean, power), (_, other, _) in zip(
                            errors, baseline_errors, strict=True
                        )
                    ),
                ],
                [
                    ("fractions", "model", name),
                    *(
                        (label, _format(fraction), _format(baseline_fractions.get(label, nan)))
                        for label, fraction in fractions
                    ),
                ],
            ]
        lines = [title]
        for rows in tables:
            lines += ["", *_align_columns(rows)]
        notes = [
            "units: those of the keypoints (squared; per frame for MPJVE)",
            "torsos: torso lengths",
            f"cm: for a torso of {TORSO_CM:g} cm",
        ]
        return "\n".join([*lines, "", "; ".join(notes)])

    def _error_rows(self) -> list[tuple[str, Mean | None, int]]:
        """Return the label, the mean (None for a heading) and the power of each row of errors."""
        neck_relative = [
            (f"  {group}", mean, 1) for group, mean in self.neck_relative_depth_error.items()
        ]
        return [
            *([("depth error relative to the Neck", None, 1)] if neck_relative else []),
            *neck_relative,
            ("all keypoints, relative to MidHip", None, 1),
            *(
                (f"  {label}", getattr(self, name), _POWERS.get(name, 1))
                for name, label in _MEASURES.items()
            ),
            ("absolute depth error by keypoint", None, 1),
            *((f"  {name}", mean, 1) for name, mean in self.depth_error_per_keypoint.items()),
        ]

    def _fraction_rows(self) -> list[tuple[str, float]]:
        """Return the label and the fraction of each row of fractions."""
        return [
            *(
                (f"depth error below {threshold:g} torso lengths", fraction)
                for threshold, fraction in self.pck_depth.items()
            ),
            *(
                (f"true depth within the uncertainty, {group}", fraction)
                for group, fraction in self.coverage.items()
                if not isnan(fraction)
            ),
        ]


def _mean_to_json(mean: Mean, measure: str = "") -> dict[str, Any]:
    suffix = _UNIT_SUFFIXES.get(measure, "")
    centimetres = mean.centimetres(_POWERS.get(measure, 1))
    return {
        f"input_units{suffix}": _none_if_nan(mean.units),
        f"torso_lengths{suffix}": _none_if_nan(mean.torso_lengths),
        f"centimetres_at_50_cm_torso{suffix}": _none_if_nan(centimetres),
        "count": mean.count,
    }


def _none_if_nan(value: float) -> float | None:
    """Replace NaN, which JSON does not have, by None."""
    return None if isnan(value) else value


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
