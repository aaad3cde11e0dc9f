"""Calibration of the uncertainty: 68 % of the true depths within it, on other recordings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import torch

from signlift.core.recording import Recording
from signlift.datasets.dataset import Dataset
from signlift.lifting.backends.torch import build_network
from signlift.lifting.lifter import Lifter
from signlift.model.checkpoint import BEST, load_checkpoint, save_checkpoint
from signlift.model.lifting_net import LiftingNet
from signlift.model.network_inputs import SKELETON
from signlift.training.sources.lifting_recordings import fetch_points
from signlift.training.tasks.losses import COVERAGE
from signlift.utils.array_types import Float, Int

#: Smallest uncertainty that an error is divided by, in the recording's unit.
_MIN_UNCERTAINTY = 1e-6


def uncertainty_ratios(
    lifter: Lifter, recordings: Iterable[Recording], errors_of: Lifter | None = None
) -> Float[np.ndarray, "N J"]:
    """Divide the errors of lifted depths by their uncertainty.

    Recordings are lifted as users lift them: offline, in both directions of time.

    Parameters
    ----------
    lifter
        A lifter that estimates uncertainty.
    recordings
        Recordings with true depth, on the lifter's skeleton.
    errors_of
        Another lifter, whose errors are divided by the uncertainty; None for the same one.

    Returns
    -------
    [N, J], for all frames with any keypoint; NaN where the true depth is unknown.
    """
    ratios = [np.zeros((0, len(SKELETON)))]
    for recording in recordings:
        assert recording.depth is not None
        lifted = lifter.lift(recording.with_depth(None))
        assert lifted.depth is not None and lifted.depth_uncertainty is not None
        depth = lifted.depth
        if errors_of is not None:
            other = errors_of.lift(recording.with_depth(None)).depth
            assert other is not None
            depth = other
        visible = recording.observed.any(1)
        error = np.abs(depth - recording.depth)[visible]
        ratios.append(error / np.maximum(lifted.depth_uncertainty[visible], _MIN_UNCERTAINTY))
    return np.concatenate(ratios)


def calibrate_run(
    run: Path, dataset: Dataset, recordings: Int[np.ndarray, " R"], fps: float
) -> None:
    """Calibrate the uncertainty of a run's best weights on recordings that were held back.

    All keypoints get one common factor, as there may be few recordings.

    Parameters
    ----------
    run
        Directory of a run of the lifting network.
    dataset
        Recordings with known depth, in the camera frame.
    recordings
        [R], the numbers of those that were held back.
    fps
        Frames per second.
    """
    checkpoint = load_checkpoint(run / BEST)
    model = checkpoint.model
    assert isinstance(model, LiftingNet)
    lifter = Lifter(build_network(model, checkpoint.config))
    ratios = uncertainty_ratios(lifter, _read(dataset, recordings, fps))
    ratios = np.delete(ratios, model.depth.root, 1)  # its depth is 0 by definition
    if np.isnan(ratios).all():
        return
    factor = float(np.nanquantile(ratios, COVERAGE))
    scale = model.depth.uncertainty_scale
    root = scale[model.depth.root].clone()
    scale.mul_(torch.tensor(factor, dtype=scale.dtype))
    scale[model.depth.root] = root
    save_checkpoint(run / BEST, model, checkpoint.config, checkpoint.info)


def _read(dataset: Dataset, recordings: Int[np.ndarray, " R"], fps: float) -> Iterator[Recording]:
    for v in recordings.tolist():
        points = fetch_points(dataset, v, 0, int(dataset.lengths[v]))
        if not np.isnan(points[..., :2]).all():
            yield Recording(points[..., :2], SKELETON, depth=points[..., 2], fps=fps)
