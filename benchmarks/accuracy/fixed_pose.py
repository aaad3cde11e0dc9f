"""The fixed poses: the same depth in every frame, whatever is seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from benchmarks.accuracy.data import Batch
from benchmarks.accuracy.peer import normalized_batch
from benchmarks.accuracy.protocol import TestSet, from_neck
from signlift.core.recording import Recording
from signlift.normalization.normalize import recording_scale


@dataclass(frozen=True, eq=False)
class FixedPose:
    """One depth for each keypoint.

    Attributes
    ----------
    name
        For the table.
    pose
        [J] in torso lengths.
    """

    name: str
    pose: Float[np.ndarray, " J"]

    def lift(self, recordings: list[Recording]) -> list[NDArray[np.floating]]:
        """The pose in each recording's unit."""
        return [
            np.tile(self.pose * recording_scale(each.keypoints, each.skeleton), (len(each), 1))
            for each in recordings
        ]


def mean_pose(batches: Iterator[Batch], count: int = 8) -> FixedPose:
    """The mean depth over the first batches of the training stream."""
    targets = [normalized_batch(batch).targets.numpy() for batch in islice(batches, count)]
    pose = np.nanmean(np.concatenate(targets).astype(np.float64), axis=0)
    return FixedPose("fixed pose", pose)


def best_pose(tests: TestSet) -> FixedPose:
    """The median depth over the test set itself: no fixed pose has a lower error on it.

    That is, where the scale is found as in the clean condition.
    """
    depths = [
        from_neck(recording.depth) / torso
        for recording, torso in zip(tests.recordings, tests.torsos, strict=True)
        if recording.depth is not None
    ]
    return FixedPose("best fixed pose of the test set", np.nanmedian(np.concatenate(depths), 0))
