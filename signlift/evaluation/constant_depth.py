"""Constant-depth baseline: each keypoint at its mean depth."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from signlift.errors import InputError, problem
from signlift.evaluation.ground_truth import GroundTruth
from signlift.lifting.lifter import Lifter
from signlift.utils.array_types import Float


def compute_constant_depth(
    lifter: Lifter, truth: GroundTruth, recordings: NDArray[np.int64]
) -> tuple[Float[np.ndarray, " J"], str]:
    """Compute the depth that the constant-depth baseline predicts for each keypoint.

    It is the mean over the training data, if the model was saved with it. Otherwise it is the mean
    over the recordings themselves, which favours the baseline.

    Parameters
    ----------
    lifter
        The model.
    truth
        The data.
    recordings
        The numbers of the recordings to evaluate on.

    Returns
    -------
    depth
        [J], in torso lengths; NaN for keypoints whose depth is never known.
    source
        A description of the data that it is the mean over.

    Raises
    ------
    InputError
        The mean depth that the model was saved with is damaged.
    """
    network = lifter.network
    info = network.about.get("info")
    trained = info.get("mean_depth") if isinstance(info, dict) else None
    J = len(truth.dataset.skeleton)
    if trained is not None and network.skeleton == truth.dataset.skeleton:
        try:
            # In JSON, NaN is null, which becomes NaN again.
            return np.array(trained, np.float64).reshape(J), "the training data of the model"
        except (OverflowError, TypeError, ValueError):
            expected = f"{J} numbers, the mean depth of its training data"
            line = problem("metadata of the model", expected=expected, found=repr(trained))
            raise InputError(line) from None
    sums, counts = np.zeros(J), np.zeros(J)
    for v in recordings.tolist():
        depth = truth[v].depth
        if depth is not None:
            valid = ~np.isnan(depth)
            sums += depth.sum(0, where=valid, dtype=np.float64) / truth.dataset.scales[v]
            counts += valid.sum(0)
    means = np.divide(sums, counts, out=np.full(J, np.nan), where=counts > 0)
    return means, "these recordings"
