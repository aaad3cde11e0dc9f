"""The constant-depth baseline: what a model has to beat."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from signlift.datasets.batches import iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.utils.progress import progress_bar


def mean_depth(
    dataset: Dataset, order: Int[np.ndarray, " R"], *, quiet: bool = True
) -> Float[np.ndarray, " J"]:
    """The mean depth of each keypoint over recordings, in torso lengths: the constant baseline.

    NaN for a keypoint whose depth is never known. [J].
    """
    sums, counts = np.zeros((2, len(dataset.skeleton)))
    with progress_bar(int(dataset.lengths[order].sum()), "mean depth", quiet=quiet) as bar:
        for batch in iterate_batches(dataset, order, 16, 256):
            known = ~np.isnan(batch.targets)
            sums += np.where(known, batch.targets, 0).sum((0, 1), dtype=np.float64)
            counts += known.sum((0, 1))
            bar.update(int(batch.windows.length.sum()))
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
