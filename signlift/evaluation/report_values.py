"""Values of all measures over a set of recordings, and their form as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import Any

#: Torso length for which errors are given in cm.
TORSO_CM = 50.0

#: The measures over all keypoints, by field of `ReportValues`, with their labels in the table.
MEASURES = {
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
POWERS = {"mse": 2}


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
class ReportValues:
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
        Errors of 3D points (see `signlift.evaluation.metrics.point_metrics`). Predicted and true
        points share x and y, so only depth differs; in `root_aligned_mpjpe` it is depth relative
        to the root.
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
            **{name: _mean_to_json(getattr(self, name), name) for name in MEASURES},
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


def _mean_to_json(mean: Mean, measure: str = "") -> dict[str, Any]:
    suffix = _UNIT_SUFFIXES.get(measure, "")
    centimetres = mean.centimetres(POWERS.get(measure, 1))
    return {
        f"input_units{suffix}": _none_if_nan(mean.units),
        f"torso_lengths{suffix}": _none_if_nan(mean.torso_lengths),
        f"centimetres_at_50_cm_torso{suffix}": _none_if_nan(centimetres),
        "count": mean.count,
    }


def _none_if_nan(value: float) -> float | None:
    """Replace NaN, which JSON does not have, by None."""
    return None if isnan(value) else value
