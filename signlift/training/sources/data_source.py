"""DataSource: whatever yields the batches of a training."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

import numpy as np

from signlift.utils.array_types import Bool, Int


@runtime_checkable
class TrainingBatch(Protocol):
    """Windows of frames, one in each of B lanes.

    The arrays that an architecture takes are its own; these are for the trainer.
    """

    @property
    def lanes(self) -> Int[np.ndarray, " B"]:
        """[B], the numbers of the lanes."""

    @property
    def continued(self) -> Bool[np.ndarray, " B"]:
        """[B], whether a lane continues the recording of its last window."""

    @property
    def num_frames(self) -> int:
        """Frames of recordings in all lanes, padding left out."""


@runtime_checkable
class DataSource(Protocol):
    """Batches of training, epoch by epoch.

    An epoch depends on its number alone, so that a training that was stopped continues with the
    same batches.
    """

    @property
    def num_lanes(self) -> int:
        """Windows that stand side by side in all processes together."""

    @property
    def frames_per_epoch(self) -> int:
        """Frames of recordings in an epoch, for progress bars."""

    def epoch(self, number: int, selection: slice = slice(None)) -> Iterator[TrainingBatch]:
        """Iterate over the batches of an epoch.

        Parameters
        ----------
        number
            Number of the epoch, from 1.
        selection
            The lanes to yield, for one process of several. A step in which none of them is busy
            is yielded with B = 0, so that all processes make the same number of steps.
        """
