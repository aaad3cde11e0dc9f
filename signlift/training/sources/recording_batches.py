"""Batches of recordings for a DepthLSTM."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from signlift.datasets.batches import Batch, iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.training.settings import RecordingSettings
from signlift.utils.array_types import Int


@dataclass(frozen=True, eq=False)
class RecordingSource:
    """Recordings with known depth, in stateful lanes; a DataSource.

    Each epoch goes through all recordings once, in a new order.

    Attributes
    ----------
    dataset
        The recordings.
    recordings
        [R], the numbers of those to train on.
    settings
        Sizes and augmentation.
    seed
        Seed of the order and the augmentation.
    """

    dataset: Dataset
    recordings: Int[np.ndarray, " R"]
    settings: RecordingSettings
    seed: int

    @property
    def num_lanes(self) -> int:
        """Recordings side by side."""
        return self.settings.batch_size

    @property
    def frames_per_epoch(self) -> int:
        """Frames of all recordings."""
        return int(self.dataset.lengths[self.recordings].sum())

    def epoch(self, number: int, selection: slice = slice(None)) -> Iterator[Batch]:
        """Iterate over the batches of an epoch (see `DataSource`)."""
        rng = np.random.default_rng([self.seed, number])
        order = rng.permutation(self.recordings)
        mirrored = rng.random(len(self.dataset)) < 0.5 if self.settings.mirror else None
        yield from iterate_batches(
            self.dataset,
            order,
            self.settings.batch_size,
            self.settings.seq_len,
            selection,
            mirrored,
        )
