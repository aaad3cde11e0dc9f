"""Accumulation of all measures over recordings, in constant memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton
from signlift.errors import InputError, parameter_problem, problem
from signlift.evaluation.argument_checks import check_numbers, check_torso_length
from signlift.evaluation.keypoint_groups import find_groups
from signlift.evaluation.metrics.depth_metrics import (
    DEFAULT_THRESHOLDS,
    coverage_indicator,
    depth_errors,
    neck_relative_depth_errors,
)
from signlift.evaluation.metrics.masked_means import masked_indicator
from signlift.evaluation.metrics.point_metrics import (
    point_errors,
    root_aligned_errors,
    velocity_errors,
)
from signlift.evaluation.metrics.procrustes import procrustes_align
from signlift.evaluation.report import Report
from signlift.evaluation.report_values import Mean

#: Frames that are measured at a time, so that long recordings need no more memory.
_FRAMES = 4096


class Measures:
    """Accumulation of errors, recording by recording, and their means.

    A mean is taken over all values (frame and keypoint) of all recordings, each with the same
    weight; it is not a mean of the recordings' means. Only sums and counts are kept.

    Parameters
    ----------
    skeleton
        The skeleton of the J keypoints of all recordings.
    root
        The point that root-aligned errors are relative to.
    thresholds
        Thresholds of `pck_depth`, in torso lengths.

    Raises
    ------
    InputError
        The skeleton has no such root.

    Examples
    --------
    >>> import numpy as np
    >>> import signlift as sl
    >>> measures = Measures(sl.COCO17)
    >>> true = np.zeros((5, 17))
    >>> measures.add(np.zeros((5, 17, 2)), true + 10, true, torso_length=100)
    >>> measures.report().depth_error
    Mean(units=10.0, torso_lengths=0.1, count=85)
    """

    def __init__(
        self,
        skeleton: Skeleton,
        *,
        root: str = ROOT,
        thresholds: Sequence[float] = DEFAULT_THRESHOLDS,
    ) -> None:
        if not skeleton.has(root):
            expected = f"a point of {skeleton.name}"
            raise InputError(parameter_problem("root", expected=expected, found=repr(root)))
        self._skeleton = skeleton
        self._root = root
        self._recordings = 0
        self._frames = 0
        J = len(skeleton)
        self._groups = find_groups(skeleton)
        self._has_neck = skeleton.has("Neck")
        root_number = skeleton.find(ROOT)
        self._all_but_root = [j for j in range(J) if j != root_number]
        self._depth_error = _Sums(J)
        self._neck_relative = _Sums(J)
        self._mse = _Sums(J)
        self._mpjpe = _Sums(J)
        self._root_aligned = _Sums(J)
        self._procrustes_aligned = _Sums(J)
        self._mpjve = _Sums(J)
        self._coverage = _Sums(J)
        self._below = {float(threshold): _Sums(J) for threshold in thresholds}

    def add(
        self,
        keypoints: NDArray[Any],
        predicted: NDArray[Any],
        true: NDArray[Any],
        torso_length: float,
        uncertainty: NDArray[Any] | None = None,
    ) -> None:
        """Add a whole recording.

        Depth counts where both depths are known. Points (x, y, depth) count where x and y are
        known too. Velocities are taken within the recording only.

        Parameters
        ----------
        keypoints
            [T, J, 2], x and y of the predicted and of the true points; NaN where missing.
        predicted, true
            [T, J], depth in the unit of the keypoints; NaN where missing.
        torso_length
            The length of the person's torso in the unit of the keypoints.
        uncertainty
            [T, J], uncertainty of the predicted depth; NaN where unknown. None if the model does
            not estimate it.

        Raises
        ------
        InputError
            One line for each problem of the arguments; nothing is added then.
        """
        if uncertainty is None:
            uncertainty = np.full(np.shape(predicted), np.nan)
        arrays = self._check(keypoints, predicted, true, uncertainty, torso_length)
        self._recordings += 1
        for start in range(0, len(arrays[0]), _FRAMES):
            # With one more frame, for the velocity from this window to the next.
            window = [array[start : start + _FRAMES + 1] for array in arrays]
            self._add_frames(*(array[:_FRAMES] for array in window), torso_length=torso_length)
            self._mpjve.add(velocity_errors(*_points(*window[:3])), torso_length)

    def report(self) -> Report:
        """Report the measures over all recordings that were added."""
        groups = self._groups if self._has_neck else {}
        covered = {**self._groups, "all keypoints": self._all_but_root}
        return Report(
            skeleton=self._skeleton.name,
            recordings=self._recordings,
            frames=self._frames,
            depths=self._depth_error.mean().count,
            neck_relative_depth_error={
                group: self._neck_relative.mean(columns) for group, columns in groups.items()
            },
            depth_error=self._depth_error.mean(),
            mse=self._mse.mean(),
            mpjpe=self._mpjpe.mean(),
            root_aligned_mpjpe=self._root_aligned.mean(),
            procrustes_aligned_mpjpe=self._procrustes_aligned.mean(),
            mpjve=self._mpjve.mean(),
            depth_error_per_keypoint={
                name: self._depth_error.mean([number])
                for number, name in enumerate(self._skeleton.keypoints)
            },
            pck_depth={threshold: sums.mean().units for threshold, sums in self._below.items()},
            coverage={
                group: self._coverage.mean(columns).units for group, columns in covered.items()
            },
        )

    def _add_frames(
        self,
        keypoints: NDArray[np.float64],
        predicted: NDArray[np.float64],
        true: NDArray[np.float64],
        uncertainty: NDArray[np.float64],
        *,
        torso_length: float,
    ) -> None:
        """Add all measures but the velocity."""
        errors = depth_errors(predicted, true)
        self._frames += int((~np.isnan(errors)).any(-1).sum())
        self._depth_error.add(errors, torso_length)
        self._mse.add(errors**2, torso_length**2)
        for threshold, sums in self._below.items():
            sums.add(masked_indicator(errors / torso_length < threshold, errors), 1)
        self._coverage.add(coverage_indicator(predicted, true, uncertainty), 1)
        if self._has_neck:
            neck_relative = neck_relative_depth_errors(predicted, true, self._skeleton)
            self._neck_relative.add(neck_relative, torso_length)
        predicted_points, true_points = _points(keypoints, predicted, true)
        self._mpjpe.add(point_errors(predicted_points, true_points), torso_length)
        relative = root_aligned_errors(predicted_points, true_points, self._skeleton, self._root)
        self._root_aligned.add(relative, torso_length)
        aligned = procrustes_align(predicted_points, true_points)
        self._procrustes_aligned.add(point_errors(aligned, true_points), torso_length)

    def _check(
        self,
        keypoints: NDArray[Any],
        predicted: NDArray[Any],
        true: NDArray[Any],
        uncertainty: NDArray[Any],
        torso_length: float,
    ) -> list[NDArray[np.float64]]:
        """Return the arrays as float64, or raise one InputError with all problems."""
        problems: list[str] = []
        arrays = []
        J, T = len(self._skeleton), np.shape(keypoints)[:1]
        frames = str(*T) if T else "T"
        for name, values, last_axes in (
            ("keypoints", keypoints, (J, 2)),
            ("predicted", predicted, (J,)),
            ("true", true, (J,)),
            ("uncertainty", uncertainty, (J,)),
        ):
            array = check_numbers(name, values, problems)
            if array.shape != (*T, *last_axes):
                axes = ", ".join(map(str, last_axes))
                expected = f"shape [{frames}, {axes}] ({self._skeleton.name})"
                found = f"shape {list(array.shape)}"
                problems.append(problem(name, expected=expected, found=found))
            arrays.append(array)
        try:
            check_torso_length(torso_length)
        except InputError as error:
            problems += error.problems
        if problems:
            raise InputError(problems)
        return arrays


class _Sums:
    """Sums and counts of values of each keypoint, in input units and in torso lengths."""

    def __init__(self, J: int) -> None:
        self.units = np.zeros(J)
        self.torso_lengths = np.zeros(J)
        self.count = np.zeros(J, np.int64)

    def add(self, values: NDArray[np.float64], torso_length: float) -> None:
        """Add values [T, J]; NaN does not count."""
        valid = ~np.isnan(values)
        total = values.sum(0, where=valid)
        self.units += total
        self.torso_lengths += total / torso_length
        self.count += valid.sum(0)

    def mean(self, columns: Sequence[int] | None = None) -> Mean:
        """Compute the mean over some keypoints; over all by default."""
        selection = slice(None) if columns is None else list(columns)
        count = int(self.count[selection].sum())
        if not count:
            return Mean(float("nan"), float("nan"), 0)
        return Mean(
            float(self.units[selection].sum()) / count,
            float(self.torso_lengths[selection].sum()) / count,
            count,
        )


def _points(
    keypoints: NDArray[np.float64], predicted: NDArray[np.float64], true: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the predicted and the true points [T, J, 3], which share x and y."""
    return (
        np.concatenate([keypoints, predicted[..., None]], -1),
        np.concatenate([keypoints, true[..., None]], -1),
    )
