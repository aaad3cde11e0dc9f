"""Conversion of normalised image coordinates to pixels."""

from __future__ import annotations

import warnings

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, InputWarning, problem

#: Keypoints whose median |x| or |y| is above this are pixels.
MAX_MEDIAN = 2.0

#: Range of normalised image coordinates, as knees and feet may lie outside the image; and the
#: fraction of numbers that may lie outside the range, as detectors err.
_MIN_FRACTION, _MAX_FRACTION = -0.5, 2.0
_MAX_OUTSIDE = 0.1

#: Smallest part of normalised image coordinates that lies within the image.
_MIN_INSIDE = 0.5

#: Largest part of normalised image coordinates that may lie left of or above the image.
_MAX_NEGATIVE = 0.25

#: Both coordinates of a keypoint that has no position, in files without NaN.
_MARKS = (0, -1)


def to_pixels(
    keypoints: NDArray[np.float32], size: tuple[float, float] | None, name: str, *, required: bool
) -> NDArray[np.float32]:
    """Convert keypoints to pixels where they are fractions of the image's width and height.

    Without the image's size this is refused, as body proportions would be wrong: images are
    rarely square.

    Parameters
    ----------
    keypoints
        [..., 2], x and y; NaN where missing.
    size
        Width and height of the image in pixels, or None where unknown. (1, 1) keeps small numbers
        that are lengths in one unit.
    name
        The recording, for messages.
    required
        Take all small numbers as fractions, as for a detector that always writes them. Otherwise
        numbers are fractions where nearly all are from -0.5 to 2, half of them are from 0 to 1 and
        few are negative, or where the size is given.

    Returns
    -------
    [..., 2] in pixels, or the keypoints as they are where they are not fractions.

    Raises
    ------
    InputError
        The keypoints are fractions and the size is unknown; or they are small numbers around 0,
        which are not image coordinates, where fractions are required or the size is given.

    Warns
    -----
    InputWarning
        The keypoints are small numbers around 0, and are kept as they are.

    Examples
    --------
    >>> import numpy as np
    >>> to_pixels(np.array([[0.5, 0.25]], np.float32), (640, 480), "clip", required=True)
    array([[320., 120.]], dtype=float32)
    """
    values = _coordinates(keypoints)
    if not len(values) or np.median(np.abs(values)) > MAX_MEDIAN:
        return keypoints
    negative = float((values < 0).mean())
    around_zero = f"small numbers around 0 ({negative:.0%} are negative)"
    if (size is not None or required) and negative > _MAX_NEGATIVE:
        # OpenPose can write such; MediaPipe's world landmarks are metres from the hips.
        expected = "x and y in pixels, or as fractions of the image from its upper left corner"
        raise InputError(problem(name, expected=expected, found=around_zero))
    if size is not None:
        return keypoints * np.array(size, np.float32)
    outside = float(((values < _MIN_FRACTION) | (values > _MAX_FRACTION)).mean())
    if not required and negative > _MAX_NEGATIVE:
        line = (
            f"{name}: {around_zero} are taken as they are; depth is wrong if x and y were divided "
            "by the width and the height of the image"
        )
        warnings.warn(InputWarning(line, name), stacklevel=2)
        return keypoints
    inside = float(((values >= 0) & (values <= 1)).mean())
    if required or (outside <= _MAX_OUTSIDE and inside >= _MIN_INSIDE):
        expected = (
            "`size`, the width and height of the image, as x and y are fractions of them (1 1 if "
            "they are lengths in one unit)"
        )
        found = "none in the file and none given"
        raise InputError(problem(name, expected=expected, found=found))
    return keypoints


def _coordinates(keypoints: NDArray[np.float32]) -> NDArray[np.float32]:
    """List the numbers of all keypoints that have a position."""
    x, y = keypoints[..., 0], keypoints[..., 1]
    missing = np.isnan(x) | np.isnan(y)
    for mark in _MARKS:
        missing |= (x == mark) & (y == mark)
    return keypoints[~missing].ravel()
