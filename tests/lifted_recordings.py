"""Lifted recordings of a few frames, for the tests of writers."""

import numpy as np

from signlift.core.recording import Recording
from signlift.core.skeleton import PANOPTIC26
from signlift.core.skeleton_arrays import subtract_root_depth


def lifted(frames=4, skeleton=PANOPTIC26, seed=0, **changes):
    """Make random keypoints and depth with gaps."""
    rng = np.random.default_rng(seed)
    J = len(skeleton)
    keypoints = rng.normal(300, 90, (frames, J, 2)).astype(np.float32)
    keypoints[rng.random((frames, J)) < 0.2] = np.nan
    depth = subtract_root_depth(rng.normal(0, 40, (frames, J)).astype(np.float32), skeleton)
    depth[rng.random((frames, J)) < 0.1] = np.nan
    fields = {
        "confidence": rng.random((frames, J), np.float32),
        "depth_uncertainty": rng.random((frames, J), np.float32),
        "detector_depth": rng.normal(0, 40, (frames, J)),
        "fps": 25.0,
        "name": "a signer",
        "size": (640.0, 480.0),
        "notes": ("lifted with the shipped weights", "gaps filled"),
    }
    return Recording(keypoints, skeleton, depth=depth, **{**fields, **changes})
