"""A report of all measures over a corpus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan, nan
from typing import Any

from signlift.errors import InputError, problem

#: The measures over all keypoints: their names here and how the table calls them.
_MEASURES = {
    "depth_error": "absolute depth error",
    "mse": "squared depth error (units squared)",
    "mpjpe": "MPJPE",
    "root_aligned_mpjpe": "MPJPE, root-aligned",
    "procrustes_aligned_mpjpe": "MPJPE, Procrustes-aligned",
    "mpjve": "MPJVE (units per frame)",
}

#: What a unit is followed by in JSON.
_POWERS = {"mse": "_squared", "mpjve": "_per_frame"}


@dataclass(frozen=True)
class Mean:
    """A mean over all that was counted; NaN when that is nothing.

    Parameters
    ----------
    units
        In the unit of the keypoints, usually pixels (squared, for a squared error; per frame,
        for a velocity).
    torsos
        In torso lengths, with each recording's own torso (squared; per frame).
    counted
        Over how many values.
    """

    units: float
    torsos: float
    counted: int


@dataclass(frozen=True)
class Report:
    """The measures over a corpus, as `Measures.report` gives them.

    Parameters
    ----------
    skeleton
        The skeleton's name.
    recordings
        How many recordings were added.
    frames
        How many frames have at least one depth that was counted.
    keypoints
        How many depths were counted, over all frames and keypoints.
    depth_error, mse
        Absolute and squared error of depth.
    mpjpe, root_aligned_mpjpe, procrustes_aligned_mpjpe, mpjve
        Errors of 3D points, see `signlift.evaluation.metrics`. Predicted and true points have x
        and y in common, so that only depth differs, in the second depth relative to the root.
    depth_error_per_keypoint
        Absolute error of depth by name of the keypoint, in the skeleton's order.
    pck_depth
        The share of depths, 0 ... 1, whose error is below a threshold, by threshold in torso
        lengths.
    """

    skeleton: str
    recordings: int
    frames: int
    keypoints: int
    depth_error: Mean
    mse: Mean
    mpjpe: Mean
    root_aligned_mpjpe: Mean
    procrustes_aligned_mpjpe: Mean
    mpjve: Mean
    depth_error_per_keypoint: dict[str, Mean]
    pck_depth: dict[float, float]

    def to_json(self) -> dict[str, Any]:
        """The report as plain dicts, lists, numbers and text, every key with its unit.

        A mean over nothing is None.
        """
        return {
            "skeleton": self.skeleton,
            "recordings": self.recordings,
            "frames": self.frames,
            "keypoints": self.keypoints,
            **{
                name: _mean_to_json(getattr(self, name), _POWERS.get(name, ""))
                for name in _MEASURES
            },
            "pck_depth": [
                {"threshold_torso_lengths": threshold, "share": _known(share)}
                for threshold, share in self.pck_depth.items()
            ],
            "depth_error_per_keypoint": {
                name: _mean_to_json(mean) for name, mean in self.depth_error_per_keypoint.items()
            },
        }

    def table(self, baseline: Report | None = None, name: str = "baseline") -> str:
        """The report as plain text for a terminal.

        Parameters
        ----------
        baseline
            Another report on the same skeleton with the same thresholds, to stand beside this
            one. The last column is then the ratio of this one to that one in torso lengths:
            below 1 is better for errors, above 1 for shares.
        name
            What the baseline is called.

        Raises
        ------
        InputError
            The baseline has other keypoints or thresholds.
        """
        title = (
            f"{self.recordings} recordings, {self.frames} frames, "
            f"{self.keypoints} depths ({self.skeleton})"
        )
        own = self._rows()
        if baseline is None:
            alone = [
                ("", "input units", "torso lengths", "counted"),
                *((label, *_texts(mean), str(mean.counted)) for label, mean in own),
            ]
            return "\n".join([title, "", *_columns(alone)])
        other = baseline._rows()
        if [label for label, _ in own] != [label for label, _ in other]:
            raise InputError(
                problem(
                    "baseline",
                    expected=f"a report on {self.skeleton} with the same thresholds",
                    found=f"other rows, on {baseline.skeleton}",
                )
            )
        beside = [
            ("", "input units", "torso lengths", f"{name}: units", "torso lengths", "ratio"),
            *(
                (label, *_texts(mean), *_texts(base), _text(_ratio(mean.torsos, base.torsos)))
                for (label, mean), (_, base) in zip(own, other, strict=True)
            ),
        ]
        return "\n".join([title, "", *_columns(beside)])

    def _rows(self) -> list[tuple[str, Mean]]:
        """Label and numbers of each row of the table; a share stands under torso lengths."""
        return [
            *((label, getattr(self, name)) for name, label in _MEASURES.items()),
            *(
                (f"share of depths off by < {threshold:g} torso", Mean(nan, share, self.keypoints))
                for threshold, share in self.pck_depth.items()
            ),
            *(
                (f"absolute depth error, {name}", mean)
                for name, mean in self.depth_error_per_keypoint.items()
            ),
        ]


def _mean_to_json(mean: Mean, power: str = "") -> dict[str, Any]:
    return {
        f"input_units{power}": _known(mean.units),
        f"torso_lengths{power}": _known(mean.torsos),
        "counted": mean.counted,
    }


def _known(value: float) -> float | None:
    """None for NaN, which JSON does not have."""
    return None if isnan(value) else value


def _ratio(value: float, base: float) -> float:
    return value / base if base > 1e-9 else nan  # rounding is no error to compare with


def _text(value: float) -> str:
    return "-" if isnan(value) else f"{value:.4g}"


def _texts(mean: Mean) -> tuple[str, str]:
    return _text(mean.units), _text(mean.torsos)


def _columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Lines of the first row as a head, a rule, and the other rows; numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(
            [row[0].ljust(widths[0])]
            + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    ]
    return [lines[0], "-" * len(lines[0]), *lines[1:]]
