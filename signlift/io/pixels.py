"""Conversion of normalised image coordinates to pixels."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem

#: Keypoints whose median |x| or |y| is above this are pixels.
_MAX_FRACTION = 2.0

#: Largest part of normalised image coordinates that may lie left of or above the image.
_MAX_NEGATIVE = 0.25


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
        Width and height of the image in pixels, or None where unknown.
    name
        The recording, for messages.
    required
        Take all small numbers as fractions, as for a detector that always writes them. Otherwise
        numbers are fractions where all are from 0 to 1, or where the size is given.

    Returns
    -------
    [..., 2] in pixels, or the keypoints as they are where they are not fractions.

    Raises
    ------
    InputError
        The keypoints are fractions and the size is unknown; or they are small numbers around 0,
        which are not image coordinates.

    Examples
    --------
    >>> import numpy as np
    >>> to_pixels(np.array([[0.5, 0.25]], np.float32), (640, 480), "clip", required=True)
    array([[320., 120.]], dtype=float32)
    """
    values = keypoints[~np.isnan(keypoints)]
    if not len(values) or np.median(np.abs(values)) > _MAX_FRACTION:
        return keypoints
    negative = float((values < 0).mean())
    if (size is not None or required) and negative > _MAX_NEGATIVE:
        # OpenPose can write such; MediaPipe's world landmarks are metres from the hips.
        expected = "x and y in pixels, or as fractions of the image from its upper left corner"
        found = f"small numbers around 0 ({negative:.0%} are negative)"
        raise InputError(problem(name, expected=expected, found=found))
    if size is not None:
        return keypoints * np.array(size, np.float32)
    # Zeros alone may be anything.
    if required or (values.min() >= 0 and 0 < values.max() <= 1):
        expected = "`size`, the width and height of the image, as x and y are fractions of them"
        found = "none in the file and none given"
        raise InputError(problem(name, expected=expected, found=found))
    return keypoints
