"""Confidences in other ranges than 0 to 1: all zero, negative, in percent, or bytes."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from signlift.core.skeleton import MEDIAPIPE33, Skeleton
from signlift.errors import InputError, InputWarning, problem
from signlift.io.people.detector_rules import MEDIAPIPE
from signlift.io.people.placeholders import find_placeholders
from signlift.utils.array_types import Bool

#: Maximum confidence in percent, and of a byte; larger numbers are no confidence.
_PERCENT, _BYTE = 100, 255

#: Confidences are in percent (or bytes) if the largest and the median are above these. Scores of
#: some of RTMPose's models go up to 10, and stand for 1.
_MIN_LARGEST, _MIN_MEDIAN = 12, 5

#: Confidences are not between 0 and 1 if more than this fraction of them is negative.
_MAX_NEGATIVE = 0.05


def forget_zero_confidence(values: NDArray[np.float32], skeleton: Skeleton, name: str) -> None:
    """Set confidences to NaN, in place, where all are 0, so that they say nothing.

    MediaPipe gives all points of hands a visibility of 0, and programs write 0 where they have
    none.

    Parameters
    ----------
    values
        [..., J, 3], x, y and confidence.
    skeleton
        The J keypoints.
    name
        The recording, for the warning.

    Warns
    -----
    InputWarning
        The confidences of all keypoints are 0, or many are negative.
    """
    _warn_of_negative(values, name)
    if _forget_zeros(values, np.ones(len(skeleton), bool)):
        line = f"{name}: the confidences of all keypoints are 0; they are taken for unknown"
        warnings.warn(InputWarning(line, name), stacklevel=3)
    if skeleton.name.startswith(MEDIAPIPE.skeletons):
        body = [MEDIAPIPE33.find(keypoint) is not None for keypoint in skeleton.keypoints]
        _forget_zeros(values, ~np.array(body))


def _forget_zeros(values: NDArray[np.float32], columns: Bool[np.ndarray, " J"]) -> bool:
    """Set confidences of some columns to NaN where all are 0 and some have a position."""
    confidence = values[..., 2]
    zero = (confidence == 0) & columns
    with np.errstate(invalid="ignore"):
        if not zero.any() or ((np.abs(confidence) > 0) & columns).any():
            return False
    first, second = find_placeholders(values[..., :2])
    positions = zero & ~first & ~second & ~np.isnan(values[..., :2]).any(-1)
    confidence[positions] = np.nan
    return bool(positions.any())


def _warn_of_negative(values: NDArray[np.float32], name: str) -> None:
    """Warn of negative confidences of keypoints that are no placeholders: they may be logits."""
    with np.errstate(invalid="ignore"):
        negative = (values[..., 2] < -0.01) & (np.abs(values[..., :2]) > 1).any(-1)
    count, total = int(negative.sum()), int((~np.isnan(values[..., 2])).sum())
    if count > _MAX_NEGATIVE * total:
        line = f"{name}: {count / total:.0%} of the confidences are below 0; those are missing"
        warnings.warn(InputWarning(line, name), stacklevel=4)


def scale_confidence(values: NDArray[np.float32], name: str) -> None:
    """Divide confidences in percent or bytes by 100 or 255, in place, and limit all to 1."""
    confidence = values[..., 2]
    known = confidence[confidence > 0]
    if not known.size or (largest := float(known.max())) <= 1:
        return
    if largest > _MIN_LARGEST and float(np.median(known)) > _MIN_MEDIAN:
        if largest > _BYTE:
            expected, found = "confidence from 0 to 1", f"up to {largest:.3g} (a depth?)"
            raise InputError(problem(name, expected=expected, found=found))
        divisor = _PERCENT if largest <= _PERCENT else _BYTE
        confidence /= divisor
        line = f"{name}: confidences up to {largest:.3g} are divided by {divisor}"
        warnings.warn(InputWarning(line, name), stacklevel=4)
    np.minimum(confidence, 1, out=confidence)
