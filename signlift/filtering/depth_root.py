"""Depth relative to the root after filtering."""

from __future__ import annotations

import numpy as np

from signlift.core.skeleton import ROOT, Skeleton
from signlift.utils.array_types import Float


def restore_root_depth(
    depth: Float[np.ndarray, "*frames J"], skeleton: Skeleton
) -> Float[np.ndarray, "*frames J"]:
    """Make filtered depth relative to the root again, in the frames that have a root.

    A filter that treats keypoints one by one moves the middle of the hips, which is the root of
    coco17. A root that is a keypoint remains at 0 in any case.

    Parameters
    ----------
    depth
        [..., J], NaN where missing.
    skeleton
        The skeleton of the J keypoints.

    Returns
    -------
    [..., J], less the depth of MidHip where it is not missing; unchanged where it is.
    """
    if not skeleton.has(ROOT):
        return depth
    root = skeleton.point(depth[..., None], ROOT)
    return depth - np.where(np.isnan(root), 0, root)
