"""Tests of a network during training, one for each architecture."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import nn

from signlift.datasets.batches import iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.lifting.backends.torch import build_network
from signlift.lifting.body_frames import BodyFrames
from signlift.lifting.offline import lift_offline
from signlift.model.checkpoint import Model
from signlift.model.lifting_net import LiftingNet
from signlift.model.network_inputs import SKELETON
from signlift.training.epochs.test_epoch import test_on_batches
from signlift.training.epochs.train_epoch import means_of, sum_over_processes
from signlift.training.settings import RecordingSettings
from signlift.training.sources.lifting_recordings import fetch_points
from signlift.training.tasks.losses import keypoint_weights
from signlift.training.tasks.tasks import DepthLSTMTask
from signlift.utils.array_types import Int

_NECK = SKELETON.index("Neck")


@dataclass(frozen=True, eq=False)
class DepthLSTMTester:
    """Stateful test of a DepthLSTM, by the loss that it is trained on; a Tester.

    Attributes
    ----------
    task
        The loss.
    dataset
        Recordings with known depth.
    recordings
        [R], the numbers of those to test on.
    settings
        Lanes and windows.
    """

    task: DepthLSTMTask
    dataset: Dataset
    recordings: Int[np.ndarray, " R"]
    settings: RecordingSettings

    def __call__(self, fabric: Fabric, model: nn.Module, raw_model: Model, /) -> float:
        """Return the mean loss over all known depths; NaN if none is known."""
        selection = slice(fabric.global_rank, None, fabric.world_size)
        lanes, seq_len = self.settings.batch_size, self.settings.seq_len
        batches = iterate_batches(self.dataset, self.recordings, lanes, seq_len, selection)
        losses = test_on_batches(fabric, model, raw_model, self.task, batches, lanes, fabric.device)
        return losses["depth"]


@dataclass(frozen=True, eq=False)
class LiftingTester:
    """Test of a LiftingNet by lifting whole recordings offline, as users do; a Tester.

    Attributes
    ----------
    dataset
        Recordings with known depth, in the camera frame.
    recordings
        [R], the numbers of those to test on.
    fps
        Frames per second.
    """

    dataset: Dataset
    recordings: Int[np.ndarray, " R"]
    fps: float

    def __call__(self, fabric: Fabric, _model: nn.Module, raw_model: Model, /) -> float:
        """Return the depth term of `lifting_losses` over all recordings; NaN if none is known."""
        assert isinstance(raw_model, LiftingNet)
        network = build_network(raw_model, raw_model.config)
        weights = keypoint_weights(torch.empty(0)).numpy()
        totals = np.zeros((2, 1))
        for v in self.recordings[fabric.global_rank :: fabric.world_size].tolist():
            points = fetch_points(self.dataset, v, 0, int(self.dataset.lengths[v]))
            keypoints, depth = points[..., :2].astype(np.float32), points[..., 2]
            visible = ~np.isnan(keypoints).any(-1).all(-1)
            if not visible.any():
                continue
            confidence = np.ones(keypoints.shape[:2], np.float32)
            frames = BodyFrames(keypoints, confidence, self.fps)
            predicted = lift_offline(network, frames).prediction.depth
            error = (predicted - depth)[visible] / self.dataset.scales[v]
            error = np.abs(error - error[:, [_NECK]]) * weights
            totals += [[np.nansum(error)], [np.count_nonzero(~np.isnan(error))]]
        return means_of(sum_over_processes(fabric, torch.from_numpy(totals)))[0]
