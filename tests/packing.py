"""Batches of recordings, as the baselines of the accuracy benchmark are trained on them."""

import numpy as np

from benchmarks.accuracy.data import Batch
from signlift.core.skeleton import PANOPTIC26


def pack(recordings):
    """Return a batch of recordings, padded with NaN to the longest."""
    lengths = np.array([len(recording) for recording in recordings])
    B, T, J = len(recordings), int(lengths.max()), len(PANOPTIC26)
    keypoints = np.full((B, T, J, 2), np.nan, np.float32)
    depth = np.full((B, T, J), np.nan, np.float32)
    for number, recording in enumerate(recordings):
        keypoints[number, : len(recording)] = recording.keypoints
        depth[number, : len(recording)] = recording.depth
    return Batch(keypoints, depth, lengths)
