"""All measures over a corpus of any size, one recording at a time, in constant memory."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import ROOT, Skeleton
from signlift.errors import InputError, problem
from signlift.evaluation.masked_means import checked_numbers, checked_torso, hits
from signlift.evaluation.metrics import (
    THRESHOLDS,
    depth_errors,
    point_errors,
    root_aligned_errors,
    velocity_errors,
)
from signlift.evaluation.procrustes import procrustes_align
from signlift.evaluation.report import Mean, Report

#: Frames measured at a time, so that a long recording needs no more memory than a short one.
_FRAMES = 4096


class Measures:
    """Sums up errors, recording by recording, and reports their means.

    A mean is over all counted values (frame and keypoint) of all recordings, each with the same
    weight: not a mean of the recordings' means. Only sums and counts are kept.

    Parameters
    ----------
    skeleton
        What the J keypoints of all recordings are.
    root
        The point that root-aligned errors are relative to; Neck where hips are never seen.
    thresholds
        Those of `pck_depth`, in torso lengths.

    Raises
    ------
    InputError
        The skeleton has no such root.
    """

    def __init__(
        self, skeleton: Skeleton, *, root: str = ROOT, thresholds: Sequence[float] = THRESHOLDS
    ) -> None:
        if not skeleton.has(root):
            raise InputError(
                problem("root", expected=f"a point of {skeleton.name}", found=repr(root))
            )
        self._skeleton = skeleton
        self._root = root
        self._recordings = 0
        self._frames = 0
        J = len(skeleton)
        self._depth_error = _Sums(J)
        self._mse = _Sums(J)
        self._mpjpe = _Sums(J)
        self._root_aligned = _Sums(J)
        self._procrustes_aligned = _Sums(J)
        self._mpjve = _Sums(J)
        self._hits = {float(threshold): _Sums(J) for threshold in thresholds}

    def add(
        self, keypoints: NDArray[Any], predicted: NDArray[Any], true: NDArray[Any], torso: float
    ) -> None:
        """Add a whole recording.

        Depth is counted where both depths are known; points, (x, y, depth), where x and y are
        known too. Velocities are taken within the recording only.

        Parameters
        ----------
        keypoints
            [T, J, 2], x and y, for the predicted and the true points alike; NaN for missing.
        predicted, true
            [T, J], depth in the unit of the keypoints; NaN for missing.
        torso
            The length of the person's torso in the unit of the keypoints.

        Raises
        ------
        InputError
            Lists all that is wrong with the arguments; nothing is added then.
        """
        arrays = self._checked(keypoints, predicted, true, torso)
        self._recordings += 1
        for start in range(0, len(arrays[0]), _FRAMES):
            # One frame more, for the velocity from the last frame to the next piece.
            piece = [array[start : start + _FRAMES + 1] for array in arrays]
            self._add_frames(*(array[:_FRAMES] for array in piece), torso=torso)
            self._mpjve.add(velocity_errors(*_points(*piece)), torso)

    def report(self) -> Report:
        """The measures over all that was added so far."""
        return Report(
            skeleton=self._skeleton.name,
            recordings=self._recordings,
            frames=self._frames,
            keypoints=self._depth_error.mean().counted,
            depth_error=self._depth_error.mean(),
            mse=self._mse.mean(),
            mpjpe=self._mpjpe.mean(),
            root_aligned_mpjpe=self._root_aligned.mean(),
            procrustes_aligned_mpjpe=self._procrustes_aligned.mean(),
            mpjve=self._mpjve.mean(),
            depth_error_per_keypoint={
                name: self._depth_error.mean(number)
                for number, name in enumerate(self._skeleton.keypoints)
            },
            pck_depth={threshold: sums.mean().units for threshold, sums in self._hits.items()},
        )

    def _add_frames(
        self,
        keypoints: NDArray[np.float64],
        predicted: NDArray[np.float64],
        true: NDArray[np.float64],
        *,
        torso: float,
    ) -> None:
        """Add all that is measured within a frame."""
        errors = depth_errors(predicted, true)
        self._frames += int((~np.isnan(errors)).any(-1).sum())
        self._depth_error.add(errors, torso)
        self._mse.add(errors**2, torso**2)
        for threshold, sums in self._hits.items():
            sums.add(hits(errors / torso, threshold), 1)
        guess, truth = _points(keypoints, predicted, true)
        self._mpjpe.add(point_errors(guess, truth), torso)
        relative = root_aligned_errors(guess, truth, self._skeleton, self._root)
        self._root_aligned.add(relative, torso)
        aligned = procrustes_align(guess, truth)
        self._procrustes_aligned.add(point_errors(aligned, truth), torso)

    def _checked(
        self, keypoints: NDArray[Any], predicted: NDArray[Any], true: NDArray[Any], torso: float
    ) -> list[NDArray[np.float64]]:
        """The arrays as float64, or one InputError with all that is wrong."""
        problems: list[str] = []
        arrays = []
        J, T = len(self._skeleton), np.shape(keypoints)[:1]
        frames = str(*T) if T else "T"
        for name, values, last in (
            ("keypoints", keypoints, (J, 2)),
            ("predicted", predicted, (J,)),
            ("true", true, (J,)),
        ):
            array = checked_numbers(name, values, problems)
            if array.shape != (*T, *last):
                shape = f"shape [{frames}, {', '.join(map(str, last))}] ({self._skeleton.name})"
                problems.append(problem(name, expected=shape, found=str(list(array.shape))))
            arrays.append(array)
        try:
            checked_torso(torso)
        except InputError as error:
            problems += error.problems
        if problems:
            raise InputError(problems)
        return arrays


class _Sums:
    """Sums and counts of values for each keypoint, in input units and in torso lengths."""

    def __init__(self, J: int) -> None:
        self.units = np.zeros(J)
        self.torsos = np.zeros(J)
        self.counted = np.zeros(J, np.int64)

    def add(self, values: NDArray[np.float64], torso: float) -> None:
        """Add values [frames, J], NaN for what does not count, and their size by `torso`."""
        known = ~np.isnan(values)
        total = values.sum(0, where=known)
        self.units += total
        self.torsos += total / torso
        self.counted += known.sum(0)

    def mean(self, keypoint: int | None = None) -> Mean:
        """The mean over all keypoints, or of one."""
        which = slice(None) if keypoint is None else slice(keypoint, keypoint + 1)
        counted = int(self.counted[which].sum())
        if not counted:
            return Mean(float("nan"), float("nan"), 0)
        return Mean(
            float(self.units[which].sum()) / counted,
            float(self.torsos[which].sum()) / counted,
            counted,
        )


def _points(
    keypoints: NDArray[np.float64], predicted: NDArray[np.float64], true: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The predicted and the true points [T, J, 3], both with the keypoints' x and y."""
    return (
        np.concatenate([keypoints, predicted[..., None]], -1),
        np.concatenate([keypoints, true[..., None]], -1),
    )
