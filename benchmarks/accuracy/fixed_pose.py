"""Fixed poses: the same depth in every frame, whatever the keypoints are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from benchmarks.accuracy.baseline import normalize_batch
from benchmarks.accuracy.data import Batch
from benchmarks.accuracy.protocol import TestSet, from_neck
from signlift.core.recording import Recording
from signlift.normalization.scale import recording_scale


@dataclass(frozen=True, eq=False)
class FixedPose:
    """One depth for each keypoint.

    Attributes
    ----------
    name
        The name in the table.
    pose
        [J] in torso lengths.
    """

    name: str
    pose: Float[np.ndarray, " J"]

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """Return the pose for all frames, in each recording's unit."""
        scales = [recording_scale(each.keypoints, each.skeleton) for each in recordings]
        return [
            np.tile(self.pose * scale, (len(recording), 1))
            for recording, scale in zip(recordings, scales, strict=True)
        ]


def fit_mean_pose(batches: Iterator[Batch], count: int = 8) -> FixedPose:
    """Compute the mean depth over the first batches of the training stream."""
    targets = [normalize_batch(batch).targets.numpy() for batch in islice(batches, count)]
    pose = np.nanmean(np.concatenate(targets).astype(np.float64), axis=0)
    return FixedPose("fixed pose", pose)


def fit_best_pose(tests: TestSet) -> FixedPose:
    """Compute the median depth over the test set itself.

    No fixed pose has a lower error on it, with the scales of the clean condition.
    """
    depths = [
        from_neck(recording.depth) / torso
        for recording, torso in zip(tests.recordings, tests.torsos, strict=True)
        if recording.depth is not None
    ]
    return FixedPose("best fixed pose of the test set", np.nanmedian(np.concatenate(depths), 0))
