"""One epoch of testing: as stateful as training, without a step of the optimiser."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import torch
from lightning_fabric import Fabric
from torch import nn

from signlift.datasets.batches import iterate_batches
from signlift.datasets.dataset import Dataset
from signlift.model.checkpoint import Model
from signlift.model.depth_lstm import DepthLSTM
from signlift.training.epochs.train_epoch import (
    depth_lstm_task,
    means_of,
    run_batch,
    sum_over_processes,
    totals_of,
)
from signlift.training.sources.data_source import TrainingBatch
from signlift.training.tasks.tasks import TrainingTask
from signlift.utils.array_types import Int


def test_epoch(
    model: DepthLSTM,
    dataset: Dataset,
    order: Int[np.ndarray, " R"] | None = None,
    *,
    batch_size: int = 16,
    seq_len: int = 50,
    loss: str = "mse",
) -> float:
    """Test a DepthLSTM on recordings with known depth.

    The state is carried from window to window as in `train_epoch`, so that the result is that of
    uninterrupted recordings. This is `test_epoch` of the original repository; the measures of
    `signlift.evaluation` say more.

    Parameters
    ----------
    model, dataset, order, batch_size, seq_len, loss
        As for `train_epoch`.

    Returns
    -------
    The mean loss over all known depths; NaN where none is known.
    """
    model.eval()
    order = np.arange(len(dataset)) if order is None else order
    batches = iterate_batches(dataset, order, batch_size, seq_len)
    task = depth_lstm_task(model, dataset, loss)
    fabric = Fabric(accelerator="cpu", devices=1)
    device = model.linear.weight.device
    return test_on_batches(fabric, model, model, task, batches, batch_size, device)["depth"]


test_epoch.__test__ = False  # type: ignore[attr-defined]  # not a test of pytest's


def test_on_batches(
    fabric: Fabric,
    model: nn.Module,
    raw_model: Model,
    task: TrainingTask,
    batches: Iterable[TrainingBatch | Any],
    lanes: int,
    device: torch.device,
) -> dict[str, float]:
    """Compute the mean of each term of the loss over batches, without a gradient.

    Parameters
    ----------
    fabric
        The processes.
    model, raw_model
        The network as Fabric set it up, and as it was before.
    task
        The losses.
    batches
        The batches of this process, of an epoch.
    lanes
        The number of lanes of all processes.
    device
        The device of the network.
    """
    state = raw_model.initial_state(lanes)
    sums = torch.zeros(2, len(task.terms), dtype=torch.float64)
    with torch.no_grad():
        for batch in batches:
            terms, state = run_batch(task, model, raw_model, batch, state, device)
            sums += totals_of(terms)
    means = means_of(sum_over_processes(fabric, sums))
    return dict(zip(task.terms, means, strict=True))


test_on_batches.__test__ = False  # type: ignore[attr-defined]
