"""Depth stays relative to its root, whatever was done to it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from signlift.core.skeleton import ROOT, Skeleton


def restore_root_depth(
    depth: Float[np.ndarray, "*frames J"], on: Skeleton
) -> Float[np.ndarray, "*frames J"]:
    """Depth with that of MidHip taken off, in the frames where it is known.

    A filter that treats keypoints one by one moves the middle of two hips, which is the root of
    COCO-17; a root that is a keypoint of its own stays at 0 anyway.

    Parameters
    ----------
    depth
        [..., J], NaN where unknown.
    on
        What the J keypoints are.
    """
    if not on.has(ROOT):
        return depth
    root = on.point(depth[..., None], ROOT)
    return depth - np.where(np.isnan(root), 0, root)
