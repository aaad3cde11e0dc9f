"""One pass over the test recordings: as stateful as training, nothing learned."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Int
from lightning_fabric import Fabric
from torch import nn

from signlift.datasets.batches import iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.model.depth_lstm import DepthLSTM
from signlift.training.config import TrainConfig
from signlift.training.lane_state import LaneState
from signlift.training.train_epoch import all_sum, run_batch, share_of


def test_epoch(
    fabric: Fabric,
    model: nn.Module,
    raw_model: DepthLSTM,
    dataset: Dataset,
    order: Int[np.ndarray, " R"],
    config: TrainConfig,
) -> float:
    """The mean loss over recordings, of all processes; NaN when nothing is known.

    Parameters
    ----------
    fabric, model, raw_model, dataset, order, config
        See `train_epoch`.
    """
    model.eval()
    state = LaneState(raw_model, config.batch_size)
    sums = torch.zeros(2, dtype=torch.float64)
    share = share_of(fabric)
    for batch in iterate_batches(dataset, order, config.batch_size, config.seq_len, share):
        with torch.no_grad():
            total, count = run_batch(model, batch, state, config.loss, fabric.device)
        sums += torch.stack([total, count]).cpu().double()
    sums = all_sum(fabric, sums)
    return float(sums[0] / sums[1]) if sums[1] > 0 else float("nan")
