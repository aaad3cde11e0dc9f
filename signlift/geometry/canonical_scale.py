"""Sizes without units: everything in lengths of the column as the camera sees it."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from signlift.core.skeleton import PANOPTIC26, ROOT, Skeleton, get_skeleton
from signlift.geometry.canonical_frame import checked_points


def scale_axes(
    points: NDArray[Any], skeleton: str | Skeleton = PANOPTIC26
) -> Float[np.ndarray, "*frames J 3"]:
    """Divide x, y and z of each frame by the 2D length of its column (MidHip -> Neck).

    Each frame has its own divisor, so that the result jitters as the detector does.

    Parameters
    ----------
    points
        [..., J, 3], x, y and z in one unit, with any leading axes. Finite, or NaN for what is
        missing. The length is measured in the first two axes, x and y.
    skeleton
        What the J keypoints are. Where it has no Neck or MidHip, or where they are missing, the
        middle of the shoulders and of the hips stands in for them.

    Returns
    -------
    [..., J, 3] in 2D lengths of the column; float32 stays float32, anything wider is float64.
    Missing coordinates stay NaN. A frame is NaN throughout if its column is missing or has no
    length in x and y, or one so small that the numbers would overflow.

    Raises
    ------
    InputError
        `points` are not real numbers of shape [..., J, 3].
    """
    skeleton = get_skeleton(skeleton)
    points = checked_points(points, skeleton)
    flat = points[..., :2]
    with np.errstate(invalid="ignore", over="ignore"):  # not finite: not usable below
        column = skeleton.point(flat, "Neck") - skeleton.point(flat, ROOT)
    length = np.hypot(column[..., 0], column[..., 1])
    farthest = np.abs(points).max(axis=(-2, -1), initial=0, where=~np.isnan(points))
    usable = length > farthest / np.finfo(points.dtype).max
    return points / np.where(usable, length, np.nan)[..., None, None]
