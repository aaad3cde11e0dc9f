"""Mean depth of the training data: what the constant-depth baseline predicts."""

from __future__ import annotations

import numpy as np

from signlift.datasets.batches import iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.utils.array_types import Float, Int
from signlift.utils.progress import progress_bar

#: Lanes and frames of the windows that are read at a time; they do not change the result.
_LANES, _FRAMES = 16, 256


def mean_depth(
    dataset: Dataset, recordings: Int[np.ndarray, " R"], *, quiet: bool = True
) -> Float[np.ndarray, " J"]:
    """Compute the mean depth of each keypoint over recordings.

    Parameters
    ----------
    dataset
        Recordings with known depth.
    recordings
        [R], the numbers of the recordings.
    quiet
        Show no progress bar.

    Returns
    -------
    [J], in torso lengths; NaN for keypoints whose depth is never known.
    """
    sums, counts = np.zeros((2, len(dataset.skeleton)))
    with progress_bar(int(dataset.lengths[recordings].sum()), "mean depth", quiet=quiet) as bar:
        for batch in iterate_batches(dataset, recordings, _LANES, _FRAMES):
            known = ~np.isnan(batch.targets)
            sums += np.where(known, batch.targets, 0).sum((0, 1), dtype=np.float64)
            counts += known.sum((0, 1))
            bar.update(batch.num_frames)
    return np.divide(sums, counts, out=np.full(len(sums), np.nan), where=counts > 0)
